// URLs that recordings, results and keys are sent to. The spec and the generated variables check the same forms.

/** A host, and a port if any. Letters of other scripts can be written in the host's `xn--` form. */
const HOST = String.raw`([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?`;
const LOCAL_HOST = String.raw`(localhost|127\.0\.0\.1)(:[0-9]{1,5})?`;
/** The characters of paths and queries: ASCII without space, quote, angle bracket, backslash, caret, backtick, brace, bar, hash. */
const PATH = String.raw`[!$-;=@-\[\]_a-z~]*`;
const PATH_AND_QUERY = String.raw`[!$-;=?-\[\]_a-z~]*`;

/** A URL as JavaScript and RE2, which Terraform uses, read it. */
export const HTTPS_URL = `^https://${HOST}([/?]${PATH_AND_QUERY})?$`;
/** A base URL has no query; http is for this machine. */
export const BASE_URL = `^(https://${HOST}|http://${LOCAL_HOST})(/${PATH})?$`;

/** Describes why data must not be sent to `text`; undefined for an https URL, or http to this machine if allowed. */
export function findUrlProblem(
  text: string,
  { allowLocalHttp }: { allowLocalHttp: boolean },
): string | undefined {
  const shown = JSON.stringify(text);
  if (!URL.canParse(text)) return `${shown} is not a URL`;
  const url = new URL(text);
  if (
    url.protocol !== 'https:' &&
    !(allowLocalHttp && url.protocol === 'http:' && isLocalHost(url.hostname))
  ) {
    return `${shown} does not use https${allowLocalHttp ? ' (http is for localhost only)' : ''}`;
  }
  if (!/^https?:\/\//.test(text)) return `${shown} must begin with \`${url.protocol}//\`, in lower case`;
  // A letter of another script may look like a Latin one. Such a host can be written in its xn-- form.
  if (/[\u0080-\u{10ffff}]/u.test(text)) return `${shown} has characters beyond ASCII`;
  if (url.username !== '' || url.password !== '') return 'the URL must not hold credentials';
  if (allowLocalHttp && url.search !== '') return `${shown} must be a base URL, without a query`;
  if (!new RegExp(allowLocalHttp ? BASE_URL : HTTPS_URL).test(text))
    return `${shown} has characters that do not belong in a URL`;
  return undefined;
}

/** Whether recordings and keys may go to a host without a word: Sonotheia's own, or this machine. */
export function isSonotheia(hostname: string): boolean {
  return isLocalHost(hostname) || /^(?:[^.]+\.)*sonotheia\.com$/.test(hostname);
}

export function isLocalHost(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '127.0.0.1';
}
