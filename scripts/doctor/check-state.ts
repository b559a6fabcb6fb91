// Checks the state: whether it has older versions to restore, and whether it is locked. Read-only.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { GetBucketVersioningCommand, GetObjectCommand, NoSuchKey, S3Client } from '@aws-sdk/client-s3';
import { describeBackend, describeState } from '../../generator/model/backend.ts';
import type { AwsAccess } from '../operator/aws-access.ts';
import { isAccessDenied } from '../operator/explain-aws-error.ts';
import { formatCommand } from '../operator/terraform-command.ts';
import { askForBucket } from './check-names.ts';
import type { EnvironmentOptions } from './environment-options.ts';
import type { Finding } from './finding.ts';

type Options = Pick<EnvironmentOptions, 'spec' | 'environment' | 'outDir'>;

export async function checkStateBucket(aws: AwsAccess, { environment }: Options): Promise<Finding> {
  if (environment.state === null)
    return {
      state: 'ok',
      what: 'on this machine, in the generated folder; for a team, S3: docs/environments.md#state',
    };
  const { bucket, region, accountId } = describeState(environment);
  const state = await askForBucket(aws, bucket, region, accountId);
  if (state === 'ours') return await checkVersioning(aws, { environment });
  const what =
    state === 'free'
      ? `the bucket ${bucket} does not exist`
      : `the bucket ${bucket} is another account's, in another region than ${region}, or these credentials may not read it`;
  const fix =
    state === 'free'
      ? `npx sonotheia bootstrap-state --env ${environment.name}`
      : 'correct `terraform.state`: bucket, region or role_arn';
  return { state: 'FAIL', what, fix };
}

/** Without versioning a broken or deleted state cannot be restored. */
async function checkVersioning(
  aws: AwsAccess,
  { environment }: Pick<Options, 'environment'>,
): Promise<Finding> {
  const { bucket, region } = describeState(environment);
  try {
    const { Status } = await aws
      .client(S3Client, region)
      .send(new GetBucketVersioningCommand({ Bucket: bucket }));
    if (Status === 'Enabled') return { state: 'ok', what: `in ${bucket}` };
    return {
      state: 'warn',
      what: `in ${bucket}, whose versioning is ${Status === 'Suspended' ? 'suspended' : 'off'}: a state that is lost or broken could not be restored`,
      fix: `npx sonotheia bootstrap-state --env ${environment.name}`,
    };
  } catch (error) {
    if (!isAccessDenied(error)) throw error;
    return { state: 'ok', what: `in ${bucket}; these credentials may not ask whether it is versioned` };
  }
}

/** Terraform's lock file; a local one and one in S3 have the same format. */
interface Lock {
  readonly ID: string;
  readonly Operation: string;
  readonly Who: string;
  readonly Created: string;
}

/** Reports who has locked the state, since when, and how to unlock it. */
export async function checkLock(aws: AwsAccess, options: Options): Promise<Finding> {
  for (const workspace of listWorkspaces(options)) {
    const finding =
      options.environment.state === null
        ? findLocalLock(options, workspace)
        : await findRemoteLock(aws, options, workspace);
    if (finding !== undefined) return finding;
  }
  return { state: 'ok', what: 'not locked' };
}

/** The first environment may be in the workspace `default`. */
function listWorkspaces({ spec, environment: { name } }: Options): string[] {
  return spec.environments[0].name === name ? [name, 'default'] : [name];
}

async function findRemoteLock(
  aws: AwsAccess,
  options: Options,
  workspace: string,
): Promise<Finding | undefined> {
  const { spec, environment } = options;
  const backend = describeBackend(spec);
  if (backend === null) return undefined;
  const { bucket, region } = describeState(environment);
  const { key, workspaceKeyPrefix } = backend;
  const stateKey = workspace === 'default' ? key : `${workspaceKeyPrefix}/${workspace}/${key}`;
  try {
    const { Body } = await aws
      .client(S3Client, region)
      .send(new GetObjectCommand({ Bucket: bucket, Key: `${stateKey}.tflock` }));
    const lock = readLock((await Body?.transformToString()) ?? '');
    return {
      state: 'FAIL',
      what: `locked by ${describeLock(lock)}`,
      fix: `wait; if that command no longer runs: ${formatCommand(options, workspace)} force-unlock ${lock.ID}`,
    };
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined;
    throw error;
  }
}

/** The operating system releases a local lock with its process. After a kill the lock file stays, and Terraform ignores it. */
function findLocalLock({ outDir }: Options, workspace: string): Finding | undefined {
  const state =
    workspace === 'default'
      ? join(outDir, 'terraform.tfstate')
      : join(outDir, 'terraform.tfstate.d', workspace, 'terraform.tfstate');
  const file = join(dirname(state), '.terraform.tfstate.lock.info');
  if (!existsSync(file)) return undefined;
  return {
    state: 'warn',
    what: `locked by ${describeLock(readLock(readFileSync(file, 'utf8')))}, unless that was killed`,
    fix: `wait for that Terraform, or end it; after a kill delete ${file}`,
  };
}

function readLock(text: string): Lock {
  try {
    const { ID, Operation, Who, Created } = JSON.parse(text) as Partial<Lock>;
    return { ID: ID ?? '<ID>', Operation: Operation ?? '', Who: Who ?? 'somebody', Created: Created ?? '' };
  } catch {
    return { ID: '<ID>', Operation: '', Who: 'somebody', Created: '' };
  }
}

/** Terraform calls an apply `OperationTypeApply`. */
function describeLock({ Operation, Who, Created }: Lock): string {
  const doing = Operation.replace(/^OperationType/, '').toLowerCase();
  const date = new Date(Created);
  const since = Number.isNaN(date.getTime())
    ? ''
    : ` since ${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  return `${Who}${since}${doing === '' ? '' : ` (terraform ${doing})`}`;
}
