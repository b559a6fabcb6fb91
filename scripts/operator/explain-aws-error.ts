// Receives whatever an AWS call has thrown; promises what happened, why and what to do, or nothing for a fault of ours.
import type { ProblemText } from './problem.ts';

const NO_CREDENTIALS = ['CredentialsProviderError', 'NoCredentialsError'];
const EXPIRED = ['ExpiredToken', 'ExpiredTokenException', 'RequestExpired', 'TokenRefreshRequired'];
const SKEWED = ['RequestTimeTooSkewed', 'InvalidSignatureException', 'SignatureDoesNotMatch'];
const THROTTLED = [
  'ThrottlingException',
  'Throttling',
  'TooManyRequestsException',
  'RequestLimitExceeded',
  'SlowDown',
  'ProvisionedThroughputExceededException',
];
const REFUSED_IDENTITY = [
  'InvalidClientTokenId',
  'UnrecognizedClientException',
  'InvalidAccessKeyId',
  'SignatureDoesNotMatch',
  'InvalidSignatureException',
  'AuthFailure',
  'IncompleteSignature',
];
const NO_PERMISSION = [
  'AccessDenied',
  'AccessDeniedException',
  'AuthorizationError',
  'AuthorizationErrorException',
  'UnauthorizedOperation',
  'Forbidden',
];
const UNREACHABLE = ['ENOTFOUND', 'ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'EAI_AGAIN', 'EHOSTUNREACH'];

const CREDENTIALS_FIX =
  'set AWS_PROFILE to a profile of ~/.aws/config (after `aws sso login`, if it has SSO), or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY';

/** Whether the call was refused for want of a permission, a HEAD request's bare 403 among it. */
export function isAccessDenied(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return NO_PERMISSION.includes(error.name) || (readStatus(error) === 403 && !isIdentityProblem(error));
}

function isIdentityProblem({ name }: Error): boolean {
  return [...EXPIRED, ...REFUSED_IDENTITY].includes(name);
}

/** What to tell of an AWS error; undefined for anything else. */
export function explainAwsError(error: unknown): ProblemText | undefined {
  if (!(error instanceof Error)) return undefined;
  const { name, message } = error;
  if (name === 'RequestTimeTooSkewed' || (SKEWED.includes(name) && /expired|not yet current/i.test(message)))
    return {
      what: "This machine's clock is wrong.",
      why: message,
      fix: 'correct it (`timedatectl set-ntp true`): AWS takes no request that is minutes off',
    };
  if (THROTTLED.includes(name))
    return {
      what: 'AWS limits the requests of the account.',
      why: message,
      fix: 'wait a minute and run it again: it goes on',
    };
  if (NO_CREDENTIALS.includes(name) && process.env.AWS_PROFILE && /profile|could not be found/i.test(message))
    return {
      what: `The AWS profile ${process.env.AWS_PROFILE} gives no credentials.`,
      why: message,
      fix: 'set AWS_PROFILE to one that `aws configure list-profiles` names',
    };
  if (NO_CREDENTIALS.includes(name))
    return { what: 'There are no AWS credentials.', why: message, fix: CREDENTIALS_FIX };
  if (EXPIRED.includes(name))
    return {
      what: 'The AWS credentials have expired.',
      why: message,
      fix: 'log in again (`aws sso login`, or your way to get temporary keys)',
    };
  if (REFUSED_IDENTITY.includes(name))
    return {
      what: 'AWS does not know the credentials.',
      why: message,
      fix: `${CREDENTIALS_FIX}; in a region that the account has not enabled AWS says the same`,
    };
  if (isAccessDenied(error))
    return {
      what: 'The credentials lack a permission.',
      why: message === '' || message === 'UnknownError' ? `AWS answered 403 (${name}).` : message,
      fix: 'ask the administrator of the account for it, or use credentials that have it',
    };
  const code = 'code' in error ? String(error.code) : '';
  if (UNREACHABLE.includes(code) || name === 'TimeoutError')
    return {
      what: 'AWS cannot be reached.',
      why: message === '' ? code : message,
      fix: 'check the network, the region, HTTPS_PROXY and AWS_ENDPOINT_URL',
    };
  if ('$metadata' in error && '$fault' in error)
    return { what: `AWS refused: ${name}.`, why: message, fix: undefined };
  if ('$response' in error)
    return {
      what: 'Something that is not AWS has answered.',
      why: message.split('\n')[0],
      fix: 'check HTTPS_PROXY and AWS_ENDPOINT_URL',
    };
  return undefined;
}

function readStatus(error: Error): number | undefined {
  const metadata = '$metadata' in error ? error.$metadata : undefined;
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return undefined;
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : undefined;
}
