import { SecretUnavailableError } from '../shared/secret-cache.ts';

interface ErrorLike {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly CancellationReasons?: readonly { readonly Code?: string }[];
}

/** Error names of throttling, conflicts and internal faults, for all services. */
const BUSY =
  /throttl|toomanyrequests|slowdown|limitexceeded|throughputexceeded|unavailable|transactionconflict|transactioninprogress|internal(?:server|service)?(?:error|failure|fault)|requesttimeout/i;
/** Error names of missing permissions, credentials, keys and resources: faults of the stack or the account. */
const STACK =
  /accessdenied|notauthorized|authorizationerror|expiredtoken|invalidtoken|unrecognizedclient|invalidclienttokenid|signature|credential|kms|resourcenotfound|nosuchbucket|^notfoundexception$/i;
/** Network errors, and the function's own deadline. */
const NETWORK = /^(?:TimeoutError|AbortError|NetworkingError)$/;
const NETWORK_CODE = /^(?:E[A-Z]+|UND_ERR_\w+|ABORT_ERR|ERR_(?:TLS|SSL|STREAM|SOCKET)\w*)$/;

/**
 * Whether an adapter's error is transient or a fault of the stack: independent of the file, so it does not count as an
 * attempt at it.
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
