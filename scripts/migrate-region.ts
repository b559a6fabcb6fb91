// npx sonotheia migrate-region --env <name> --from <region> --to <region>: copies recordings and items to another region; see --help.
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { HeadBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { Problem } from '../generator/command-line/problem.ts';
import { formatCount } from '../generator/text/format-count.ts';
import { formatTable } from '../generator/text/format-table.ts';
import type { Place } from './migrate-region/compare-objects.ts';
import { countWaiting, listAudio, passAudio } from './migrate-region/copy-audio.ts';
import { passSessions, type Table } from './migrate-region/copy-sessions.ts';
import { describeLeft } from './migrate-region/describe-left.ts';
import { formatTally, isComplete, type Pass, TALLY_HEADER, type Tally } from './migrate-region/tally.ts';
import type { Caller } from './operator/aws-access.ts';
import { openSpec, type Stack, selectEnvironment, selectStacks } from './operator/open-spec.ts';
import { COMMON_OPTIONS, defineOperation, type OperationOf, YES_OPTION } from './operator/operation.ts';

const OPTIONS = {
  ...COMMON_OPTIONS,
  ...YES_OPTION,
  from: { type: 'string', value: 'region', description: 'the region to copy from' },
  to: { type: 'string', value: 'region', description: 'the region to copy to' },
  verify: { type: 'boolean', description: 'compare only, copy nothing' },
  'skip-audio': { type: 'boolean', description: 'sessions only' },
  'skip-sessions': { type: 'boolean', description: 'recordings only' },
} as const;

type Run = OperationOf<typeof OPTIONS>;

interface Side {
  readonly stack: Stack;
  readonly audio: Place;
  readonly sessions: Table;
}

async function run(operation: Run): Promise<boolean> {
  const { values, aws, terminal, onInterrupt } = operation;
  const spec = openSpec(values.config);
  const environment = selectEnvironment(spec, values.env);
  const [from, to] = [requireRegion(operation, 'from'), requireRegion(operation, 'to')];
  if (from === to) throw new Problem({ what: `--from and --to are both ${from}.` });
  const caller = await aws.checkAccount(environment);
  const source = await openSide(operation, selectStacks(environment, [from], caller)[0], caller);
  const target = await openSide(operation, selectStacks(environment, [to], caller)[0], caller);
  const isCopying = !values.verify;
  if (isCopying) {
    await announce(operation, source, target);
    if (!values.yes)
      await terminal.confirm(`This is copied from ${from} to ${to}. Nothing is deleted.`, environment.name);
    onInterrupt('The copies stay; run it again to continue.');
    await runPasses(operation, source, target, true);
  }
  const verified = await runPasses(operation, source, target, false);
  const isDone = verified.every(isComplete);
  terminal.print(formatTable(TALLY_HEADER, verified.map(formatTally), TALLY_HEADER.slice(1)));
  for (const line of describeLeft(source.audio.bucket, to, verified)) terminal.note(line);
  if (!isDone) terminal.note(`${to} is not complete yet: run it again, or see the differences above.`);
  else for (const line of await describeCutOver(source, target, operation.signal)) terminal.note(line);
  return isDone;
}

function requireRegion({ values }: Run, option: 'from' | 'to'): string {
  const region = values[option];
  if (region !== undefined) return region;
  throw new Problem({
    what: `Which region is it ${option === 'from' ? 'copied from' : 'copied to'}?`,
    fix: `give --${option}, one of the environment's regions`,
  });
}

async function openSide({ aws }: Run, stack: Stack | undefined, caller: Caller): Promise<Side> {
  if (stack === undefined) throw new Error('no stack for a region of the environment');
  const region = stack.region.name;
  const audio = {
    client: aws.client(S3Client, region),
    bucket: stack.names.bucket,
    accountId: caller.accountId,
  };
  const sessions = { client: aws.client(DynamoDBClient, region), name: stack.names.table };
  const missing = (what: string): Problem =>
    new Problem({
      what: `There is no ${what} in ${region}.`,
      why: `${stack.environment.name} is not deployed there.`,
      fix: `npx sonotheia deploy --env ${stack.environment.name}`,
    });
  const isMissing = (error: unknown): boolean =>
    error instanceof Error && ['NotFound', 'NoSuchBucket', 'ResourceNotFoundException'].includes(error.name);
  await audio.client
    .send(new HeadBucketCommand({ Bucket: audio.bucket, ExpectedBucketOwner: caller.accountId }))
    .catch((error: unknown) => {
      throw isMissing(error) ? missing(`bucket ${audio.bucket}`) : error;
    });
  await sessions.client
    .send(new DescribeTableCommand({ TableName: sessions.name }))
    .catch((error: unknown) => {
      throw isMissing(error) ? missing(`table ${sessions.name}`) : error;
    });
  return { stack, audio, sessions };
}

async function announce({ terminal, signal, values }: Run, source: Side, target: Side): Promise<void> {
  if (!values['skip-audio']) {
    let [count, bytes] = [0, 0];
    for await (const { sizeBytes } of listAudio(source.audio, signal)) {
      count += 1;
      bytes += sizeBytes;
    }
    terminal.note(
      `${formatCount(count, 'recording')}, ${(bytes / 1e9).toFixed(3)} GB, from ${source.audio.bucket} to ${target.audio.bucket}; AWS bills traffic between regions. A copy is kept for ${target.stack.region.settings.s3.expiration_days} days from now (\`s3.expiration_days\`)`,
    );
  }
  if (!values['skip-sessions'])
    terminal.note(`all items of ${source.sessions.name}, to the table of that name in the other region`);
}

async function runPasses(operation: Run, source: Side, target: Side, isCopying: boolean): Promise<Tally[]> {
  const { values, signal, terminal } = operation;
  const progress = terminal.startProgress();
  const verb = isCopying ? 'copying' : 'verifying';
  const pass: Pass = {
    isCopying,
    signal,
    onProgress: ({ what, source: seen, copied }) =>
      progress.update(`${verb} ${what}: ${seen} checked${isCopying ? `, ${copied} copied` : ''}`),
  };
  const tallies: Tally[] = [];
  if (!values['skip-audio']) tallies.push(await passAudio(source.audio, target.audio, pass));
  if (!values['skip-sessions'])
    for (const kind of ['events', 'markers'] as const)
      tallies.push(await passSessions(source.sessions, target.sessions, kind, pass));
  progress.clear();
  return tallies;
}

async function describeCutOver(source: Side, target: Side, signal: AbortSignal): Promise<string[]> {
  const waiting = await countWaiting(source.audio, signal);
  const { name } = source.stack.environment;
  const [from, to] = [source.stack.region.name, target.stack.region.name];
  return [
    `${to} has everything that ${from} had. To switch over:`,
    `  1. npx sonotheia smoke --env ${name} --region ${to}`,
    `  2. npx sonotheia webhook register --env ${name} --region ${to}, then npx sonotheia webhook remove --env ${name} --region ${from}`,
    `  3. send uploads to ${target.audio.bucket}; wait until ${source.audio.bucket}/incoming is empty (now: ${formatCount(waiting, 'file')})`,
    `  4. npx sonotheia redrive --env ${name} --region ${from}: messages that failed there`,
    '  5. npx sonotheia migrate-region again, with the same options: copies the data that arrived since',
    `  6. remove ${from} from the spec, when it is no longer used: docs/environments.md#removing-a-region`,
  ];
}

export const migrateRegion = defineOperation({
  name: 'migrate-region',
  text: `
Copies recordings (S3) and sessions (DynamoDB) of an environment from one of its regions to another
one, in which it is deployed already. After an interruption, run it again: it copies the missing
ones. At the end it compares everything, by checksum or by bytes, shows the counts and prints how to
switch over. It deletes nothing, and overwrites nothing newer in the target.

Recordings below incoming/ are not copied, since they would be scored again. Expired items are not
copied either.`,
  options: OPTIONS,
  run,
});
