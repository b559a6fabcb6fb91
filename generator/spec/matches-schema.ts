// The schema as a function. The bundled generator has it compiled ahead (generator/launcher/precompile.ts).
import { Ajv, type Options } from 'ajv';
import { schema } from './schema.ts';
import { TERRAFORM_KEYWORD } from './terraform-keyword.ts';

/** What the schema says for diagnostics and documentation alone; it accepts and refuses nothing. */
export const ANNOTATIONS = ['patternDescription', 'limitSource', 'unit', 'enumDescriptions'];

/** All problems at once, each with the value and the part of the schema that it is about. */
export const AJV_OPTIONS: Options = {
  allErrors: true,
  strict: true,
  strictTypes: false,
  allowUnionTypes: true,
  verbose: true,
  messages: false,
  keywords: [...ANNOTATIONS, TERRAFORM_KEYWORD],
};

/** Whether a spec fits the schema; its `errors` say why not. */
export const matchesSchema = new Ajv(AJV_OPTIONS).compile(schema);
