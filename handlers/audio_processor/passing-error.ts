import { SecretUnavailableError } from '../shared/secret-cache.ts';

interface ErrorLike {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly CancellationReasons?: readonly { readonly Code?: string }[];
}

/** AWS is busy or broken: names of throttling, conflicts and faults over all services. */
const BUSY =
  /throttl|toomanyrequests|slowdown|limitexceeded|throughputexceeded|unavailable|transactionconflict|transactioninprogress|internal(?:server|service)?(?:error|failure|fault)|requesttimeout/i;
/** The stack's fault or the account's: permissions, credentials, keys, resources that are gone. */
const STACK =
  /accessdenied|notauthorized|authorizationerror|expiredtoken|invalidtoken|unrecognizedclient|invalidclienttokenid|signature|credential|kms|resourcenotfound|nosuchbucket|^notfoundexception$/i;
/** A network without an answer, or our own deadline. */
const NETWORK = /^(?:TimeoutError|AbortError|NetworkingError)$/;
const NETWORK_CODE = /^(?:E[A-Z]+|UND_ERR_\w+|ABORT_ERR|ERR_(?:TLS|SSL|STREAM|SOCKET)\w*)$/;

/**
 * Whether an error of an adapter will pass, or is the stack's: it says nothing about the file at hand, and would meet any
 * other file just as well.
 */
export function isPassingError(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  if (error instanceof SecretUnavailableError) return true;
  const { name, code, $metadata, CancellationReasons } = error as ErrorLike;
  const status = $metadata?.httpStatusCode;
  if (status !== undefined && (status >= 500 || status === 429)) return true;
  const text = typeof name === 'string' ? name : '';
  if (BUSY.test(text) || STACK.test(text) || NETWORK.test(text)) return true;
  if (CancellationReasons !== undefined) {
    const codes = CancellationReasons.map(({ Code = 'None' }) => Code).filter((reason) => reason !== 'None');
    return codes.length > 0 && codes.every((reason) => BUSY.test(reason));
  }
  return typeof code === 'string' && NETWORK_CODE.test(code);
}
