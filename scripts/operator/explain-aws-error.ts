// Receives an error thrown by an AWS call, promises what, why and fix; undefined for a bug of ours.
import type { ProblemText } from '../../generator/command-line/problem.ts';
import { readStatus } from './read-status.ts';

const NO_CREDENTIALS = ['CredentialsProviderError', 'NoCredentialsError', 'TokenProviderError'];
const EXPIRED = ['ExpiredToken', 'ExpiredTokenException', 'TokenRefreshRequired'];
const SKEWED = ['RequestTimeTooSkewed', 'RequestExpired', 'RequestInTheFuture'];
const WRONG_SIGNATURE = ['InvalidSignatureException', 'SignatureDoesNotMatch'];
const REFUSED_IDENTITY = [
  'InvalidClientTokenId',
  'UnrecognizedClientException',
  'InvalidAccessKeyId',
  'AuthFailure',
  'IncompleteSignature',
  ...WRONG_SIGNATURE,
];
const NO_PERMISSION = [
  'AccessDenied',
  'AccessDeniedException',
  'AuthorizationError',
  'AuthorizationErrorException',
  'UnauthorizedOperation',
  'Forbidden',
];
const THROTTLED =
  /Throttl|^(TooManyRequestsException|RequestLimitExceeded|SlowDown|BandwidthLimitExceeded|ProvisionedThroughputExceededException)$/;
const QUOTA = /LimitExceeded|QuotaExceeded|^(TooManyBuckets|OverLimit|CodeStorageExceededException)$/;
const NOT_ENABLED = ['OptInRequired', 'RegionDisabledException'];
const UNREACHABLE =
  /^(ENOTFOUND|ECONNREFUSED|ECONNRESET|ECONNABORTED|ETIMEDOUT|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EPIPE|EPROTO)$/;
/** Node.js's codes for certificate errors. */
const UNTRUSTED = /CERT|^UNABLE_TO_|^ERR_TLS_/;

const CREDENTIALS_FIX =
  'set AWS_PROFILE to a profile of ~/.aws/config (after `aws sso login`, if it has SSO), or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY';
const LOGIN_FIX = 'log in again (`aws sso login`, or your way to get temporary keys)';

/** Whether a permission is missing. Includes the 403 without a code that a HEAD request gets. */
export function isAccessDenied(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (
    NO_PERMISSION.includes(error.name) ||
    (readStatus(error) === 403 && isOfService(error) && !isAboutCaller(error))
  );
}

/** Whether AWS limits the requests: a later one may succeed. */
export function isThrottled(error: unknown): boolean {
  return error instanceof Error && (THROTTLED.test(error.name) || readStatus(error) === 429);
}

/** Whether the error concerns the credentials, the clock or the region rather than a permission. */
export function isAboutCaller({ name }: Error): boolean {
  return [...EXPIRED, ...SKEWED, ...REFUSED_IDENTITY, ...NOT_ENABLED].includes(name);
}

interface ErrorKind {
  readonly fits: (error: Error, code: string) => boolean;
  readonly what: (error: Error) => string;
  readonly fix: string | undefined;
}

/** The first match applies. */
const ERROR_KINDS: readonly ErrorKind[] = [
  {
    fits: ({ name, message }) =>
      SKEWED.includes(name) || (WRONG_SIGNATURE.includes(name) && /expired|not yet current/i.test(message)),
    what: () => "This machine's clock is wrong.",
    fix: 'correct it (`timedatectl set-ntp true`): AWS refuses requests whose time is minutes off',
  },
  {
    fits: isThrottled,
    what: () => 'AWS limits the requests of the account.',
    fix: 'wait a minute and run it again: it continues',
  },
  {
    fits: ({ name }) => QUOTA.test(name),
    what: () => 'A quota of the account is used up.',
    fix: 'raise the quota that AWS names (`aws service-quotas list-service-quotas --service-code <service>`), or delete unused resources',
  },
  {
    fits: ({ name, message }) => NO_CREDENTIALS.includes(name) && /expired|aws sso login/i.test(message),
    what: () => 'The AWS credentials have expired.',
    fix: LOGIN_FIX,
  },
  {
    fits: ({ name }) => NO_CREDENTIALS.includes(name) && Boolean(process.env.AWS_PROFILE),
    what: () => `The AWS profile ${process.env.AWS_PROFILE} returned no credentials.`,
    fix: 'set AWS_PROFILE to a complete profile that `aws configure list-profiles` lists',
  },
  {
    fits: ({ name }) => NO_CREDENTIALS.includes(name),
    what: () => 'There are no AWS credentials.',
    fix: CREDENTIALS_FIX,
  },
  {
    fits: ({ name }) => EXPIRED.includes(name),
    what: () => 'The AWS credentials have expired.',
    fix: LOGIN_FIX,
  },
  {
    fits: ({ name }) => NOT_ENABLED.includes(name),
    what: () => 'The account has not enabled the region.',
    fix: 'enable it (`aws account enable-region --region-name <region>`, minutes to hours), or take the region out of the spec',
  },
  {
    fits: ({ name }) => REFUSED_IDENTITY.includes(name),
    what: () => 'AWS does not know the credentials.',
    fix: `${CREDENTIALS_FIX}; AWS gives the same answer in a region that the account has not enabled`,
  },
  {
    fits: isAccessDenied,
    what: () => 'The credentials lack a permission.',
    fix: 'ask the administrator of the account for it, or use credentials that have it',
  },
  {
    fits: (_, code) => UNTRUSTED.test(code),
    what: () => 'The certificate of the AWS endpoint is not trusted.',
    fix: 'behind a proxy that inspects TLS, set NODE_EXTRA_CA_CERTS=<its CA certificate, as PEM>; for Terraform, AWS_CA_BUNDLE',
  },
  {
    fits: ({ name }, code) => UNREACHABLE.test(code) || name === 'TimeoutError',
    what: () => 'AWS cannot be reached.',
    fix: 'check the network, the region, HTTPS_PROXY and AWS_ENDPOINT_URL',
  },
  {
    fits: (error) => isOfService(error) && (readStatus(error) ?? 0) >= 500,
    what: ({ name }) => `AWS is unavailable: ${name}.`,
    fix: 'run it again in some minutes, it continues; https://health.aws.amazon.com/health/status shows outages',
  },
  { fits: isOfService, what: ({ name }) => `AWS refused: ${name}.`, fix: undefined },
  {
    fits: (error) => '$response' in error,
    what: () => 'The response did not come from AWS.',
    fix: 'check HTTPS_PROXY and AWS_ENDPOINT_URL',
  },
];

/** Explains an AWS error; returns undefined for any other error. */
export function explainAwsError(error: unknown): ProblemText | undefined {
  if (!(error instanceof Error)) return undefined;
  const code = 'code' in error ? String(error.code) : '';
  const kind = ERROR_KINDS.find(({ fits }) => fits(error, code));
  return kind && { what: kind.what(error), why: describeCause(error, code), fix: kind.fix };
}

function isOfService(error: Error): boolean {
  return '$metadata' in error && '$fault' in error;
}

/** Describes an unparsable answer by its status and type: the parser's message does not help. */
function describeCause(error: Error, code: string): string {
  const { name, message } = error;
  const status = readStatus(error);
  if ('$response' in error && !isOfService(error)) return `It answered ${describeResponse(error.$response)}.`;
  if (message !== '' && message !== 'UnknownError' && message !== 'Unknown') return message;
  return code === '' && status !== undefined ? `AWS answered ${status} (${name}).` : code || name;
}

function describeResponse(response: unknown): string {
  const { statusCode, headers } = response as {
    readonly statusCode?: number;
    readonly headers?: Readonly<Record<string, string>>;
  };
  return `${statusCode ?? 'nothing'}, ${headers?.['content-type'] ?? 'without a content-type'}`;
}
