// A role without any permission.
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import type { AwsCredentials } from '../../local-aws/aws-access.ts';
import type { LocalAws } from '../../local-aws/local-aws.ts';

export const TRUST_POLICY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::123456789012:root' }, Action: 'sts:AssumeRole' },
  ],
});

/** The variables with which a command has these credentials. */
export function toEnvironment(credentials: AwsCredentials): Record<string, string> {
  return {
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken ?? '',
  };
}

/** Creates the role and assumes it. */
export async function createNobody(aws: LocalAws): Promise<AwsCredentials> {
  const { Role } = await aws
    .client(IAMClient)
    .send(new CreateRoleCommand({ RoleName: 'nobody', AssumeRolePolicyDocument: TRUST_POLICY }));
  return await aws.assumeRole(Role?.Arn ?? '');
}

/** Runs `work` with IAM enforced and the variables of the role. */
export async function asNobody<T>(
  aws: LocalAws,
  work: (env: Record<string, string>) => Promise<T>,
): Promise<T> {
  const env = toEnvironment(await createNobody(aws));
  await aws.enforceIam(true);
  try {
    return await work(env);
  } finally {
    await aws.enforceIam(false);
  }
}
