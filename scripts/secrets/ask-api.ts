// Checks a key by asking the Sonotheia API for the list of webhooks, which is free and changes nothing.
import { withinTime } from '../../generator/command-line/within-time.ts';

const LONGEST_ANSWER_MS = 10_000;

export interface KeyVerdict {
  /** Undefined if unknown. */
  readonly isAccepted: boolean | undefined;
  /** The API's reaction, for the report. */
  readonly text: string;
}

export async function askWhetherAccepted(
  apiUrl: string,
  apiKey: string,
  signal: AbortSignal,
): Promise<KeyVerdict> {
  const url = `${apiUrl.replace(/\/+$/, '')}/v1/webhooks`;
  try {
    const { status } = await withinTime(LONGEST_ANSWER_MS, signal, (limit) =>
      fetch(url, { headers: { authorization: `Bearer ${apiKey}` }, signal: limit, redirect: 'error' }),
    );
    if (status >= 200 && status < 300)
      return { isAccepted: true, text: 'the Sonotheia API accepts the current key' };
    if (status === 401 || status === 403)
      return { isAccepted: false, text: `the Sonotheia API refuses it (${status}): rotate it` };
    const text = `the Sonotheia API answered ${status}: whether it accepts the key is not known`;
    return { isAccepted: undefined, text };
  } catch {
    signal.throwIfAborted();
    return { isAccepted: undefined, text: `the Sonotheia API cannot be reached at ${apiUrl}` };
  }
}
