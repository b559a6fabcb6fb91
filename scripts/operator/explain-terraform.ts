// Strips colours from Terraform's errors and adds advice.

/** Terraform colours its errors even when stderr is a pipe. */
export function stripColors(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control characters.
  return text.replaceAll(/\u001b\[[0-9;]*m/g, '');
}

/** The first match applies. Patterns match the error itself, not words of any message, such as a provider's address. */
const ADVICE: readonly (readonly [RegExp, string])[] = [
  [
    /No valid credential sources|failed to refresh cached credentials|NoCredentialProviders|failed to get shared config profile/i,
    'give AWS credentials: AWS_PROFILE with a profile that `aws configure list-profiles` names, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
  ],
  [
    /RequestTimeTooSkewed|Signature (expired|not yet current)|RequestExpired/,
    "correct this machine's clock (`timedatectl set-ntp true`): AWS refuses requests whose time is minutes off",
  ],
  [/ExpiredToken|token included in the request is expired/i, 'the credentials have expired: log in again'],
  [/account ID not allowed/i, 'use credentials of the account that the environment names'],
  [
    /Error acquiring the state lock/,
    'another run holds the lock: wait until it ends; if it no longer runs, `npx sonotheia doctor --env <name>` prints the command that unlocks the state; with a local state, stop the process that holds the lock',
  ],
  [
    /already scheduled for deletion/,
    '`aws secretsmanager delete-secret --force-delete-without-recovery --secret-id <name>` frees the name (its value is lost); or wait',
  ],
  [
    /couldn't find resource[\s\S]*data\.aws_secretsmanager_secret|Secrets Manager can't find the specified secret/i,
    '`npx sonotheia secrets put <api_key|webhook_secret> --env <name>` makes the secret that `source: existing` looks up',
  ],
  [
    /terraform_data\.protected_\w+\[0\] has lifecycle\.prevent_destroy/,
    'the environment is protected: set `protected: false` for it, `npx sonotheia generate`, `npx sonotheia deploy`',
  ],
  [
    /BucketNotEmpty/,
    '`npx sonotheia destroy` empties the buckets of its plan first; `npx sonotheia deploy` does it for a region that goes',
  ],
  [
    /already ?exists|AlreadyOwnedByYou|ResourceInUseException|ResourceConflictException|EntityAlreadyExists/i,
    '`npx sonotheia deploy` again lists what AWS has and the state has not, with a `terraform import` for each',
  ],
  [
    /ThrottlingException|TooManyRequestsException|Rate exceeded|RequestLimitExceeded|SlowDown/,
    'AWS limits requests: wait a minute',
  ],
  [
    /LimitExceeded|ServiceQuotaExceeded|TooManyBuckets/,
    'a quota of the account is used up: raise the quota that AWS names above (`aws service-quotas list-service-quotas --service-code <service>`)',
  ],
  [
    /AccessDenied|not authorized to perform|UnauthorizedOperation/,
    'ask for the permission that AWS names above',
  ],
  [/S3 bucket .* does not exist/, 'make the bucket of the state: `npx sonotheia bootstrap-state`'],
  [
    /Failed to query available provider packages|Could not (retrieve|download) .*provider|Failed to install provider/i,
    "Terraform's registry must be reachable, or a mirror of it",
  ],
];

/** Returns advice for an error of Terraform; undefined for an unknown one. */
export function explainTerraform(text: string): string | undefined {
  return ADVICE.find(([pattern]) => pattern.test(text))?.[1];
}
