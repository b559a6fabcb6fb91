// Checks the current API key by itself. A scored recording does not prove it: the functions fall back to the previous key.
import { isAccessDenied } from '../operator/explain-aws-error.ts';
import { readSecret, SECRET_KINDS, type StoredSecret } from '../operator/secret-store.ts';
import { askWhetherAccepted } from '../secrets/ask-api.ts';
import { CheckFailure, CheckUnknown } from './check.ts';
import type { SmokeContext } from './smoke-context.ts';

/** How long the functions cache a secret. */
export const KEPT_MS = 300_000;

export async function checkApiKey(context: SmokeContext): Promise<string> {
  const { stack, signal, terminal } = context;
  const stored = await readApiKey(context);
  const { name } = stack.environment;
  if (stored?.state !== 'present' || stored.current.value === '')
    throw new CheckFailure(`it has no value: npx sonotheia secrets check --env ${name}`);
  const apiUrl = stack.region.settings.sonotheia_api_url;
  terminal.note(`The API key is sent to ${new URL(apiUrl).host}.`);
  const { isAccepted, text } = await askWhetherAccepted(apiUrl, stored.current.value, signal);
  const previous = stored.previous === undefined ? '' : '; the functions may still work with the one before';
  if (isAccepted === undefined) throw new CheckUnknown(text);
  if (!isAccepted)
    throw new CheckFailure(`${text}: npx sonotheia secrets rotate api_key --env ${name}${previous}`);
  const youngMs = (stored.current.createdAt?.getTime() ?? 0) + KEPT_MS;
  if (youngMs < Date.now() || stored.previous === undefined) return text;
  return `${text}; until ${new Date(youngMs).toISOString().slice(11, 16)} UTC the functions may use the one before`;
}

/** Without permission to read the key, the outcome is `unknown`. */
async function readApiKey({ aws, stack }: SmokeContext): Promise<StoredSecret | undefined> {
  const kind = SECRET_KINDS.find(({ key }) => key === 'api_key');
  try {
    return kind === undefined ? undefined : await readSecret(aws, stack, kind);
  } catch (error) {
    if (!isAccessDenied(error)) throw error;
    throw new CheckUnknown('these credentials may not read it');
  }
}
