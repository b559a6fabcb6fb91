// Classifies errors of the S3 client as permanent refusals or transient failures.

/** Codes of this product, where S3's own is long or ambiguous. */
const CODES: Readonly<Record<string, string>> = {
  InvalidObjectState: 'FILE_ARCHIVED',
  ObjectNotInActiveTierError: 'FILE_ARCHIVED',
  InvalidRequest: 'CUSTOMER_KEY',
};
/** Codes of 4xx errors that are transient, or about the caller's credentials rather than the object. */
const PASSING =
  /Abort|Conflict|Throttl|Limit|Slow|Busy|Time|Expired|Token|Signature|AccessKeyId|AuthorizationHeader|NotSignedUp|NoSuchBucket/;
const REFUSED_STATUS = new Set([400, 403, 405, 411, 413, 414]);

interface S3Error {
  readonly name?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** Whether S3 answered with a 4xx: neither a 5xx nor a network error. */
export function isRefusal(error: unknown): boolean {
  const status = (error as S3Error | undefined)?.$metadata?.httpStatusCode ?? 0;
  return status >= 400 && status < 500;
}

/**
 * Returns the code of a permanent refusal; undefined for every other error. S3 answers 400 for an object that is
 * encrypted with a key that only the uploader has (SSE-C).
 */
export function readRefusal(error: unknown): string | undefined {
  const { name, $metadata } = (error ?? {}) as S3Error;
  const status = $metadata?.httpStatusCode ?? 0;
  const s3Code = typeof name === 'string' ? name : '';
  if (!REFUSED_STATUS.has(status) || PASSING.test(s3Code)) return undefined;
  const known = CODES[s3Code];
  if (known !== undefined) return known;
  // The response to HEAD has no body and therefore no code.
  if (!/^(?=.*[a-z])[A-Z][A-Za-z.]+$/.test(s3Code) || /^Unknown/.test(s3Code))
    return status === 403 ? 'ACCESS_DENIED' : 'CUSTOMER_KEY';
  return s3Code
    .replaceAll('.', '_')
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toUpperCase();
}
