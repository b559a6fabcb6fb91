// Asks the Sonotheia API for the list of webhooks, which costs nothing and changes nothing, to see whether a key is good.

const LONGEST_ANSWER_MS = 10_000;

/** Undefined when the API accepts the key; else what it did instead. */
export async function askWhetherAccepted(
  apiUrl: string,
  apiKey: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const url = `${apiUrl.replace(/\/+$/, '')}/v1/webhooks`;
  try {
    const { status } = await fetch(url, {
      headers: { authorization: `Bearer ${apiKey}` },
      signal: AbortSignal.any([signal, AbortSignal.timeout(LONGEST_ANSWER_MS)]),
      redirect: 'error',
    });
    if (status >= 200 && status < 300) return undefined;
    if (status === 401 || status === 403) return `the Sonotheia API refuses it (${status}): rotate it`;
    return `the Sonotheia API answered ${status}: whether it accepts the key is not known`;
  } catch {
    signal.throwIfAborted();
    return `the Sonotheia API cannot be reached at ${apiUrl}`;
  }
}
