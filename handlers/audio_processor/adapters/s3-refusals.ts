// Receives an error of the S3 client, tells a refusal that would come again from trouble that passes.

/** Codes of ours, where S3's own is long or ambiguous. */
const CODES: Readonly<Record<string, string>> = {
  InvalidObjectState: 'FILE_ARCHIVED',
  ObjectNotInActiveTierError: 'FILE_ARCHIVED',
  InvalidRequest: 'CUSTOMER_KEY',
};
/** 4xx that are about the moment or the caller's credentials, not about the object. */
const PASSING =
  /Abort|Conflict|Throttl|Limit|Slow|Busy|Time|Expired|Token|Signature|AccessKeyId|AuthorizationHeader|NotSignedUp|NoSuchBucket/;
const REFUSED_STATUS = new Set([400, 403, 405, 411, 413, 414]);

interface S3Error {
  readonly name?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** Whether S3 itself refused, be it for the moment; else it failed, or gave no answer. */
export function isRefusal(error: unknown): boolean {
  const status = (error as S3Error | undefined)?.$metadata?.httpStatusCode ?? 0;
  return status >= 400 && status < 500;
}

/**
 * The code of a refusal that would come again; undefined for every other error. S3 answers 400 about an object whose
 * key only the uploader has.
 */
export function readRefusal(error: unknown): string | undefined {
  const { name, $metadata } = (error ?? {}) as S3Error;
  const status = $metadata?.httpStatusCode ?? 0;
  const s3Code = typeof name === 'string' ? name : '';
  if (!REFUSED_STATUS.has(status) || PASSING.test(s3Code)) return undefined;
  const known = CODES[s3Code];
  if (known !== undefined) return known;
  // The answer to HEAD has no body, and so no code.
  if (!/^(?=.*[a-z])[A-Z][A-Za-z.]+$/.test(s3Code) || /^Unknown/.test(s3Code))
    return status === 403 ? 'ACCESS_DENIED' : 'CUSTOMER_KEY';
  return s3Code
    .replaceAll('.', '_')
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toUpperCase();
}
