// Permissions on a KMS key that a service uses for the caller.
import type { RecordedRequest } from '../../local-aws/recorded-requests.ts';
import { type AccountState, listTags, nameFunction, nameKey, nameSecret } from './account-state.ts';
import type { PolicyRequest } from './policy-decision.ts';

/** DynamoDB: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html */
const TABLE_KEY_USE = [
  'DescribeKey',
  'Encrypt',
  'Decrypt',
  'ReEncryptFrom',
  'ReEncryptTo',
  'GenerateDataKey',
  'CreateGrant',
];
/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html */
const FUNCTION_KEY_USE = ['Encrypt', 'Decrypt', 'CreateGrant'];
/** https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html */
const SECRET_KEY_USE = ['GenerateDataKey', 'Decrypt'];

export function useTableKey(request: RecordedRequest, state: AccountState): readonly PolicyRequest[] {
  const { KMSMasterKeyId } = (request.parameters.SSESpecification ?? {}) as Record<
    string,
    string | undefined
  >;
  return useKey(request, state, KMSMasterKeyId, TABLE_KEY_USE);
}

export function useFunctionKey(request: RecordedRequest, state: AccountState): readonly PolicyRequest[] {
  const { KMSKeyArn } = request.parameters as Record<string, string | undefined>;
  // An empty text removes the key.
  return useKey(request, state, KMSKeyArn || undefined, FUNCTION_KEY_USE);
}

/** Lambda shows variables under a key only to callers that may decrypt them; to others they look changed. */
export function showVariables(request: RecordedRequest, state: AccountState): readonly PolicyRequest[] {
  return useKey(request, state, state.keys.get(nameFunction(request)), ['Decrypt']);
}

export function useSecretKey(request: RecordedRequest, state: AccountState): readonly PolicyRequest[] {
  const { KmsKeyId } = request.parameters as Record<string, string | undefined>;
  return useKey(request, state, KmsKeyId || state.keys.get(nameSecret(request)), SECRET_KEY_USE);
}

export function readSecret(request: RecordedRequest, state: AccountState): readonly PolicyRequest[] {
  return useKey(request, state, state.keys.get(nameSecret(request)), ['Decrypt']);
}

/** A service's requests to KMS with the caller's permissions. */
function useKey(
  request: RecordedRequest,
  state: AccountState,
  id: string | undefined,
  names: readonly string[],
): readonly PolicyRequest[] {
  // The policy of a service's own key lets every caller of the account use it through the service:
  // https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#aws-managed-cmk
  if (id === undefined || id.includes('alias/aws/')) return [];
  const resource = nameKey(request, state, id);
  const context = {
    'kms:ViaService': `${request.service}.${request.region}.amazonaws.com`,
    ...listTags('aws:ResourceTag', state.tags.get(resource)),
  };
  return names.map((name) => ({
    action: `kms:${name}`,
    resource,
    context: name === 'CreateGrant' ? { ...context, 'kms:GrantIsForAWSResource': 'true' } : context,
  }));
}
