// The settings that a state bucket must have: how to read and how to set each.
import {
  GetBucketEncryptionCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  PutBucketEncryptionCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketVersioningCommand,
  PutPublicAccessBlockCommand,
} from '@aws-sdk/client-s3';
import { type BucketSetting, includes, readOrNothing } from './bucket-setting.ts';
import { lifecycle } from './lifecycle-setting.ts';
import { tlsOnly } from './policy-setting.ts';

const NO_PUBLIC_ACCESS = {
  BlockPublicAcls: true,
  IgnorePublicAcls: true,
  BlockPublicPolicy: true,
  RestrictPublicBuckets: true,
};

const publicAccess: BucketSetting = {
  describe: () => 'public access: blocked',
  async isSet({ client, target }) {
    const answer = await readOrNothing(
      client.send(new GetPublicAccessBlockCommand(target)),
      'NoSuchPublicAccessBlockConfiguration',
    );
    return includes(answer?.PublicAccessBlockConfiguration, NO_PUBLIC_ACCESS);
  },
  set: ({ client, target }) =>
    client.send(
      new PutPublicAccessBlockCommand({ ...target, PublicAccessBlockConfiguration: NO_PUBLIC_ACCESS }),
    ),
};

const ownership: BucketSetting = {
  describe: () => "ownership: the bucket owner's, without ACLs",
  async isSet({ client, target }) {
    const answer = await readOrNothing(
      client.send(new GetBucketOwnershipControlsCommand(target)),
      'OwnershipControlsNotFoundError',
    );
    return answer?.OwnershipControls?.Rules?.[0]?.ObjectOwnership === 'BucketOwnerEnforced';
  },
  set: ({ client, target }) =>
    client.send(
      new PutBucketOwnershipControlsCommand({
        ...target,
        OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      }),
    ),
};

const encryption: BucketSetting = {
  describe: ({ kmsKeyArn }) => `encryption: ${kmsKeyArn ?? "S3's own keys"}`,
  async isSet({ client, target, kmsKeyArn }) {
    const answer = await readOrNothing(
      client.send(new GetBucketEncryptionCommand(target)),
      'ServerSideEncryptionConfigurationNotFoundError',
    );
    return includes(answer?.ServerSideEncryptionConfiguration?.Rules?.[0], describeEncryption(kmsKeyArn));
  },
  set: ({ client, target, kmsKeyArn }) =>
    client.send(
      new PutBucketEncryptionCommand({
        ...target,
        ServerSideEncryptionConfiguration: { Rules: [describeEncryption(kmsKeyArn)] },
      }),
    ),
};

function describeEncryption(kmsKeyArn: string | null) {
  if (kmsKeyArn === null) return { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' as const } };
  return {
    ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' as const, KMSMasterKeyID: kmsKeyArn },
    BucketKeyEnabled: true,
  };
}

const versioning: BucketSetting = {
  describe: () => 'versioning: enabled',
  isSet: async ({ client, target }) =>
    (await client.send(new GetBucketVersioningCommand(target))).Status === 'Enabled',
  set: ({ client, target }) =>
    client.send(
      new PutBucketVersioningCommand({ ...target, VersioningConfiguration: { Status: 'Enabled' } }),
    ),
};

/** In the order in which they are set, so that the bucket is never readable from outside. */
export const BUCKET_SETTINGS: readonly BucketSetting[] = [
  publicAccess,
  ownership,
  encryption,
  versioning,
  tlsOnly,
  lifecycle,
];
