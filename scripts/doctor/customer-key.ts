// The state of a KMS key that encrypts a queue or a secret.
import { DescribeKeyCommand, type KeyMetadata, type KMSClient, NotFoundException } from '@aws-sdk/client-kms';

export const REVIVE_KEY =
  'enable the key (aws kms enable-key), cancel its deletion (aws kms cancel-key-deletion)';

/** Undefined if there is no such key. */
export async function findKey(kms: KMSClient, keyId: string): Promise<KeyMetadata | undefined> {
  try {
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: keyId }));
    return KeyMetadata;
  } catch (error) {
    if (error instanceof NotFoundException) return undefined;
    throw error;
  }
}

/** Why nobody can use the key; undefined if it can be used. */
export function describeUnusable(key: KeyMetadata | undefined): string | undefined {
  if (key === undefined) return 'does not exist';
  if (key.KeyState === 'Enabled') return undefined;
  return key.DeletionDate === undefined
    ? `is ${key.KeyState}`
    : `will be deleted on ${key.DeletionDate.toISOString().slice(0, 10)}`;
}
