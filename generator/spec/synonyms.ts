// Words of other tools for settings of the spec: each maps to a key or to advice. Data.
import { ACCESS_SYNONYMS } from './synonyms/access.ts';
import { FUNCTION_SYNONYMS } from './synonyms/functions.ts';
import { MESSAGING_SYNONYMS } from './synonyms/messaging.ts';
import { PRIVACY_SYNONYMS } from './synonyms/privacy.ts';
import { PROJECT_SYNONYMS } from './synonyms/project.ts';
import { SECURITY_SYNONYMS } from './synonyms/security.ts';
import { STORAGE_SYNONYMS } from './synonyms/storage.ts';
import type { Synonym } from './synonyms/synonym.ts';

/** Of several entries for a word at a place, the first one wins. */
export const SYNONYMS: readonly Synonym[] = [
  ...FUNCTION_SYNONYMS,
  ...PRIVACY_SYNONYMS,
  ...STORAGE_SYNONYMS,
  ...ACCESS_SYNONYMS,
  ...SECURITY_SYNONYMS,
  ...MESSAGING_SYNONYMS,
  ...PROJECT_SYNONYMS,
];
