// Receives a typed or piped text, promises a valid secret value, or a `Problem` that does not quote it.
import { Problem } from '../../generator/command-line/problem.ts';
import type { SecretKind } from '../operator/secret-store.ts';

/** AWS's limit for a secret. */
const MOST_BYTES = 65_536;

/** Trims the value, as the functions do. */
export function checkValue(typed: string | undefined, { title }: Pick<SecretKind, 'title'>): string {
  const value = typed?.trim() ?? '';
  if (value === '')
    throw new Problem({
      what: `The ${title} is empty. Nothing was changed.`,
      fix: 'type it at the prompt, or pipe it: npx sonotheia secrets … < file',
    });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a secret must not contain them.
  if (/[\u0000-\u001f\u007f]/.test(value))
    throw new Problem({
      what: `The ${title} has control characters in it. Nothing was changed.`,
      why: 'It was probably pasted together with other text.',
    });
  if (Buffer.byteLength(value) > MOST_BYTES)
    throw new Problem({ what: `The ${title} is longer than ${MOST_BYTES} bytes. Nothing was changed.` });
  return value;
}
