// What Terraform says, made readable, and what to do about it.

/** Terraform colours its errors even for a pipe. */
export function stripColors(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what colours are.
  return text.replaceAll(/\u001b\[[0-9;]*m/g, '');
}

const ADVICE: readonly (readonly [RegExp, string])[] = [
  [
    /No valid credential sources|failed to refresh cached credentials|NoCredentialProviders/i,
    'give AWS credentials: AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
  ],
  [/ExpiredToken/, 'the credentials have expired: log in again'],
  [/account ID not allowed/i, 'use credentials of the account that the environment names'],
  [/NoSuchBucket|S3 bucket .* does not exist/, 'make the bucket of the state: `npm run bootstrap-state`'],
  [
    /Error acquiring the state lock/,
    'somebody else is at it: wait; if nobody is, `terraform force-unlock <ID>`',
  ],
  [
    /AccessDenied|not authorized to perform|UnauthorizedOperation/,
    'ask for the permission that AWS names above',
  ],
  [
    /Could not (retrieve|load) .*provider|registry\.terraform\.io/i,
    "Terraform's registry must be reachable, or a mirror of it",
  ],
];

/** What to do about an error of Terraform; undefined for one that is not known here. */
export function explainTerraform(text: string): string | undefined {
  return ADVICE.find(([pattern]) => pattern.test(text))?.[1];
}
