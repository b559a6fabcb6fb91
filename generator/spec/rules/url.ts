/** Describes why data must not be sent to `text`; undefined for an https URL, or http to this machine if allowed. */
export function findUrlProblem(
  text: string,
  { allowLocalHttp }: { allowLocalHttp: boolean },
): string | undefined {
  if (!URL.canParse(text)) return `${JSON.stringify(text)} is not a URL`;
  const url = new URL(text);
  if (
    url.protocol !== 'https:' &&
    !(allowLocalHttp && url.protocol === 'http:' && isLocalHost(url.hostname))
  ) {
    return `${JSON.stringify(text)} does not use https${allowLocalHttp ? ' (http is for localhost only)' : ''}`;
  }
  // A letter of another script may look like a Latin one. Such a host can be written in its xn-- form.
  if (/[\u0080-\u{10ffff}]/u.test(text)) return `${JSON.stringify(text)} has characters beyond ASCII`;
  if (url.username !== '' || url.password !== '') return 'the URL must not hold credentials';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a URL must not contain them
  if (/[\s\u0000-\u001f\\"<>^`{|}]/.test(text) || url.hash !== '')
    return `${JSON.stringify(text)} has characters that do not belong in a URL`;
  if (allowLocalHttp && url.search !== '')
    return `${JSON.stringify(text)} must be a base URL, without a query`;
  return undefined;
}

export function isLocalHost(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '127.0.0.1';
}
