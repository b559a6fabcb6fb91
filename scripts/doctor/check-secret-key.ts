// Checks the customer-managed key of a secret that Terraform only reads: without it, the function can read nothing.
import { DescribeKeyCommand, GetKeyPolicyCommand, type KeyMetadata, KMSClient } from '@aws-sdk/client-kms';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { AwsAccess } from '../operator/aws-access.ts';
import type { Stack } from '../operator/open-spec.ts';
import { describeSecret, nameSecret, type SecretKind } from '../operator/secret-store.ts';
import type { Finding } from './finding.ts';

/** Undefined for a secret under AWS's own key, which every role of the account may use through Secrets Manager. */
export async function checkSecretKey(
  aws: AwsAccess,
  stack: Stack,
  kind: SecretKind,
): Promise<Finding | undefined> {
  const { name: region } = stack.region;
  const name = nameSecret(stack, kind);
  const { KmsKeyId } = (await describeSecret(aws.client(SecretsManagerClient, region), name)) ?? {};
  if (KmsKeyId === undefined || KmsKeyId.endsWith('alias/aws/secretsmanager')) return undefined;
  const kms = aws.client(KMSClient, region);
  const { KeyMetadata: key = { KeyId: KmsKeyId } } = await kms.send(
    new DescribeKeyCommand({ KeyId: KmsKeyId }),
  );
  const arn = key.Arn ?? KmsKeyId;
  if (key.KeyState !== 'Enabled')
    return {
      state: 'FAIL',
      what: `${name} is encrypted with ${arn}, which is ${describeState(key)}: nobody can read the secret`,
      fix: 'enable the key (aws kms enable-key), cancel its deletion (aws kms cancel-key-deletion), or give the secret another key (aws secretsmanager update-secret --kms-key-id)',
    };
  const { accountId } = await aws.findCaller(region);
  const role = kind.key === 'api_key' ? stack.names.audioRole : stack.names.webhookRole;
  if (key.AWSAccountId !== accountId)
    return {
      state: 'warn',
      what: `${name} is encrypted with ${arn} of account ${key.AWSAccountId}: its policy must allow kms:Decrypt to the role ${role}, which cannot be checked from here`,
      fix: `let the policy of the key allow kms:Decrypt to account ${accountId}, or to that role`,
    };
  const { Policy } = await kms.send(new GetKeyPolicyCommand({ KeyId: arn, PolicyName: 'default' }));
  if (allowsDecrypt(Policy, accountId, role)) return { state: 'ok', what: `${name} is there, under ${arn}` };
  return {
    state: 'FAIL',
    what: `${name} is encrypted with ${arn}, whose policy does not let the account's IAM policies decide: ${role} could not decrypt the secret`,
    fix: `add a statement to the policy of the key: Allow kms:Decrypt on * to arn:aws:iam::${accountId}:root (docs/terraform.md#secrets)`,
  };
}

function describeState({ KeyState, DeletionDate }: KeyMetadata): string {
  return DeletionDate === undefined
    ? String(KeyState)
    : `deleted on ${DeletionDate.toISOString().slice(0, 10)}`;
}

interface KeyStatement {
  readonly Effect: string;
  readonly Principal?: '*' | { readonly AWS?: string | readonly string[] };
  readonly Action: string | readonly string[];
}

/** Whether a statement allows `kms:Decrypt` to the account, so that an IAM policy of the role suffices, or to the role itself. */
function allowsDecrypt(policy: string | undefined, accountId: string, role: string): boolean {
  const { Statement = [] } = JSON.parse(policy ?? '{}') as { Statement?: KeyStatement | KeyStatement[] };
  return [Statement].flat().some(({ Effect, Principal, Action }) => {
    const principals = Principal === '*' ? ['*'] : [Principal?.AWS ?? []].flat();
    const isMeant = principals.some(
      (each) =>
        each === '*' ||
        each === accountId ||
        new RegExp(`^arn:[^:]+:iam::${accountId}:(?:root|role/(?:.*/)?${role})$`).test(each),
    );
    const decrypts = [Action].flat().some((action) => /^(?:\*|kms:\*|kms:decrypt\*?)$/i.test(action));
    return Effect === 'Allow' && isMeant && decrypts;
  });
}
