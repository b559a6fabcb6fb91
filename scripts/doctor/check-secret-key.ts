// Checks the customer-managed key of a secret that Terraform only reads: without it, the function can read nothing.
import { GetKeyPolicyCommand, KMSClient } from '@aws-sdk/client-kms';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { AwsAccess } from '../operator/aws-access.ts';
import type { Stack } from '../operator/open-spec.ts';
import { describeSecret, nameSecret, type SecretKind } from '../operator/secret-store.ts';
import { describeUnusable, findKey, REVIVE_KEY } from './customer-key.ts';
import type { Finding } from './finding.ts';
import { type Access, allows } from './resource-policy.ts';

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
  const key = await findKey(kms, KmsKeyId);
  const arn = key?.Arn ?? KmsKeyId;
  const unusable = describeUnusable(key);
  if (unusable !== undefined)
    return {
      state: 'FAIL',
      what: `${name} is encrypted with ${arn}, which ${unusable}: nobody can read the secret`,
      fix: `${REVIVE_KEY}, or give the secret another key (aws secretsmanager update-secret --kms-key-id)`,
    };
  const { accountId } = await aws.findCaller(region);
  const role = kind.key === 'api_key' ? stack.names.audioRole : stack.names.webhookRole;
  if (key?.AWSAccountId !== accountId)
    return {
      state: 'warn',
      what: `${name} is encrypted with ${arn} of account ${key?.AWSAccountId}: its policy must allow kms:Decrypt to the role ${role}, which cannot be checked from here`,
      fix: `let the policy of the key allow kms:Decrypt to account ${accountId}, or to that role`,
    };
  const { Policy } = await kms.send(new GetKeyPolicyCommand({ KeyId: arn, PolicyName: 'default' }));
  const isCaller = (each: string) => isAccountOrRole(each, accountId, role);
  if (allows(Policy, { actions: ['kms:Decrypt'], resource: arn, isCaller, facts: describeFacts(accountId) }))
    return { state: 'ok', what: `${name} is there, under ${arn}` };
  return {
    state: 'FAIL',
    what: `${name} is encrypted with ${arn}, whose policy does not let the account's IAM policies decide: ${role} could not decrypt the secret`,
    fix: `add a statement to the policy of the key: Allow kms:Decrypt on * to arn:aws:iam::${accountId}:root (docs/terraform.md#secrets)`,
  };
}

/** A statement for the account lets an IAM policy of the role decide. */
function isAccountOrRole(principal: string, accountId: string, role: string): boolean {
  return (
    principal === accountId ||
    new RegExp(`^arn:[^:]+:iam::${accountId}:(?:root|role/(?:.*/)?${role})$`).test(principal)
  );
}

function describeFacts(accountId: string): Access['facts'] {
  return { 'kms:calleraccount': accountId, 'aws:principalaccount': accountId, 'aws:securetransport': 'true' };
}
