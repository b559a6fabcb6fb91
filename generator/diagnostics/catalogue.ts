// Every diagnostic's code, once, with what it means and how it is mended. docs/diagnostics.md is made from it. The
// generator itself imports types alone from here: its long texts are not loaded to generate.
import { ADOPTION_CODES } from './catalogue/adoption-codes.ts';
import { CHANGE_WARNING_CODES } from './catalogue/change-warning-codes.ts';
import { HANDLER_CODES } from './catalogue/handler-codes.ts';
import { LIFECYCLE_CODES } from './catalogue/lifecycle-codes.ts';
import { OUTPUT_CODES } from './catalogue/output-codes.ts';
import { RULE_CODES } from './catalogue/rule-codes.ts';
import { SCHEMA_CODES } from './catalogue/schema-codes.ts';
import { SECURITY_CODES } from './catalogue/security-codes.ts';
import { SPEC_FILE_CODES } from './catalogue/spec-file-codes.ts';
import { STACK_CODES } from './catalogue/stack-codes.ts';
import { STATE_CODES } from './catalogue/state-codes.ts';
import { WARNING_CODES } from './catalogue/warning-codes.ts';
import { WORKFLOW_CODES } from './catalogue/workflow-codes.ts';

/** All codes, by code. A code that is not here does not typecheck. */
export const CATALOGUE = {
  ...SPEC_FILE_CODES,
  ...SCHEMA_CODES,
  ...RULE_CODES,
  ...STACK_CODES,
  ...STATE_CODES,
  ...LIFECYCLE_CODES,
  ...ADOPTION_CODES,
  ...SECURITY_CODES,
  ...WORKFLOW_CODES,
  ...HANDLER_CODES,
  ...OUTPUT_CODES,
  ...WARNING_CODES,
  ...CHANGE_WARNING_CODES,
} as const;

/** A permanent code, such as `SONO204`. */
export type DiagnosticCode = keyof typeof CATALOGUE;
