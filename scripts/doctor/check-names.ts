// Checks that the bucket's name is free and that the secrets exist where they must.
import { HeadBucketCommand, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import type { AwsAccess } from '../operator/aws-access.ts';
import { findResource } from '../operator/find-resource.ts';
import type { Stack } from '../operator/open-spec.ts';
import { isManaged, nameSecret, readSecret, type SecretKind } from '../operator/secret-store.ts';
import { checkSecretKey } from './check-secret-key.ts';
import { type Finding, warnIfDenied } from './finding.ts';

type BucketState = 'free' | 'ours' | 'elsewhere' | 'foreign';

/** `deployed`: addresses in the state; undefined if unknown. */
export async function checkBucketName(
  aws: AwsAccess,
  { region, names, environment }: Stack,
  deployed: readonly string[] | undefined,
): Promise<Finding> {
  const { accountId } = await aws.findCaller(region.name);
  const state = await askForBucket(aws, names.bucket, region.name, accountId);
  if (state === 'free') return { state: 'ok', what: `${names.bucket} is free` };
  if (state !== 'ours')
    return {
      state: 'FAIL',
      what: `${names.bucket} ${state === 'foreign' ? "is another account's, or these credentials may not read it" : 'is in another region'}: bucket names are unique in the whole world`,
      fix:
        state === 'foreign'
          ? 'if it is yours, use credentials that have s3:ListBucket on it; else set `s3.bucket_suffix: account-id`, or a suffix of your own'
          : 'set `s3.bucket_suffix: account-id`, or a suffix of your own',
    };
  const module = `module.${region.name.replaceAll('-', '_')}[0]`;
  const isKnown = deployed === undefined || deployed.includes(`${module}.aws_s3_bucket.audio`);
  const isAdopted = environment.regions.some(({ name, adopt }) => name === region.name && adopt !== null);
  if (isKnown && deployed?.includes(`${module}.aws_s3_bucket_public_access_block.audio`) === false)
    return {
      state: 'FAIL',
      what: `${names.bucket} has no public access block: a destruction or a deployment ended half-way`,
      fix: `npx sonotheia deploy --env ${environment.name} restores it; npx sonotheia destroy --env ${environment.name} destroys the rest`,
    };
  if (isKnown || isAdopted) return { state: 'ok', what: `${names.bucket} is there` };
  return {
    state: 'FAIL',
    what: `${names.bucket} exists already, but Terraform's state does not have it`,
    fix: 'take it over (`adopt`, docs/migration.md), or choose another name',
  };
}

export async function askForBucket(
  aws: AwsAccess,
  bucket: string,
  region: string,
  accountId: string | null,
): Promise<BucketState> {
  const owner = accountId === null ? {} : { ExpectedBucketOwner: accountId };
  try {
    await aws.client(S3Client, region).send(new HeadBucketCommand({ Bucket: bucket, ...owner }));
    return 'ours';
  } catch (error) {
    const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
    if (status === 404) return 'free';
    if (status === 403) return 'foreign';
    if (status === 301) return 'elsewhere';
    throw error;
  }
}

/** `deployed`: addresses in the state; undefined if unknown. */
export async function checkSecret(
  aws: AwsAccess,
  stack: Stack,
  kind: SecretKind,
  deployed: readonly string[] | undefined,
): Promise<Finding> {
  // First: a secret whose key is disabled cannot be read.
  const key = isManaged(stack, kind)
    ? undefined
    : await warnIfDenied(() => checkSecretKey(aws, stack, kind), { what: 'its key was not checked' });
  if (key?.state === 'FAIL') return key;
  const stored = await readSecret(aws, stack, kind);
  const name = nameSecret(stack, kind);
  const { name: environment } = stack.environment;
  if (stored.state === 'present' || stored.state === 'empty') {
    const unknown = await findUnknownSecret(aws, stack, kind, deployed);
    if (unknown !== undefined) return unknown;
  }
  if (stored.state === 'present' && stored.current.value !== '')
    return key ?? { state: 'ok', what: `${name} is there` };
  if (stored.state === 'deleted')
    return {
      state: 'FAIL',
      what: `${name} is scheduled for deletion, and its name is taken until then`,
      fix: `aws secretsmanager delete-secret --secret-id ${name} --region ${stack.region.name} --force-delete-without-recovery (its value is lost), or wait`,
    };
  if (!isManaged(stack, kind))
    return {
      state: 'FAIL',
      what: `${name} ${stored.state === 'missing' ? 'is not there' : 'has no value'}`,
      fix: `npx sonotheia secrets put ${kind.key} --env ${environment}`,
    };
  const isGiven = (process.env[`TF_VAR_${kind.variable}`] ?? '') !== '';
  if (isGiven) return { state: 'ok', what: `will be made from TF_VAR_${kind.variable}` };
  return {
    state: 'warn',
    what: `not there yet: \`npx sonotheia deploy\` will ask for it`,
    fix: `or set TF_VAR_${kind.variable}`,
  };
}

/** Finds a secret that exists but is not in the state: AWS would refuse to create it, late in the deployment. */
async function findUnknownSecret(
  aws: AwsAccess,
  stack: Stack,
  kind: SecretKind,
  deployed: readonly string[] | undefined,
): Promise<Finding | undefined> {
  const { region } = stack;
  if (!isManaged(stack, kind) || deployed === undefined) return undefined;
  const address = `module.${region.name.replaceAll('-', '_')}[0].aws_secretsmanager_secret.${kind.label}`;
  const part = kind.key === 'api_key' ? 'api_key_secret' : 'webhook_secret';
  const isAdopted = region.adopt !== null && region.adopt[part] !== null;
  if (isAdopted || deployed.some((each) => each === address || each.startsWith(`${address}[`)))
    return undefined;
  const name = nameSecret(stack, kind);
  const arn = await findResource(aws, 'aws_secretsmanager_secret', region.name, name);
  return {
    state: 'FAIL',
    what: `${name} exists already, but Terraform's state does not have it`,
    fix: `in the environment ${stack.environment.name}: if it belongs to another project, \`secrets: { ${kind.key}: { name: ${suggestName(stack, kind)} } }\`; to keep it by hand, \`secrets: { ${kind.key}: { source: existing } }\`; to have Terraform take it over, \`adopt: { ${region.name}: { ${part}: "${arn ?? '<ARN>'}" } }\` (docs/migration.md)`,
  };
}

/** The default name has neither prefix nor project in it, so a second project of the account needs another one. */
function suggestName({ environment }: Stack, kind: SecretKind): string {
  return `${environment.projectName}-${kind.key.replaceAll('_', '-')}-${environment.name}`;
}
