// Writes a secret's value in each region, after reading all regions. The old value becomes AWSPREVIOUS, which the functions
// still accept.
import { randomBytes, randomUUID } from 'node:crypto';
import {
  CreateSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { Problem } from '../../generator/command-line/problem.ts';
import type { ResolvedSpec } from '../../generator/spec/resolve.ts';
import { formatTable } from '../../generator/text/format-table.ts';
import { type Stack, selectEnvironment, selectStacks } from '../operator/open-spec.ts';
import {
  isManaged,
  nameSecret,
  readSecret,
  type SecretKind,
  type StoredSecret,
} from '../operator/secret-store.ts';
import { checkValue } from './check-value.ts';
import { describeHalf, describeNextSteps } from './next-steps.ts';
import type { SecretsOperation } from './options.ts';
import { describeUndeployed, refuseChanged, refuseDeleted } from './refuse.ts';

export interface SecretChange extends SecretsOperation {
  readonly spec: ResolvedSpec;
  readonly kind: SecretKind;
}

interface Target {
  readonly stack: Stack;
  readonly stored: StoredSecret;
}

const GENERATED_BYTES = 32;
/** A sender may retry for an hour, with the secret that was valid at its first attempt. */
const RETRY_MINUTES = 60;

/** Writes a first value; refuses if the secret has another value. */
export async function putSecret(change: SecretChange): Promise<boolean> {
  const { targets, others } = await findTargets(change);
  for (const { stack, stored } of targets) {
    refuseDeleted(stack, change.kind, stored);
    if (stored.state === 'missing' && isManaged(stack, change.kind))
      throw describeUndeployed(stack, change.kind);
  }
  const value = await obtainValue(change, others);
  const taken = targets.find(({ stored }) => stored.state === 'present' && stored.current.value !== value);
  if (taken !== undefined)
    throw new Problem({
      what: `${nameSecret(taken.stack, change.kind)} in ${taken.stack.region.name} has another value already. Nothing was changed.`,
      fix: `npx sonotheia secrets rotate ${change.kind.key} --env ${taken.stack.environment.name}`,
    });
  return await write(change, targets, value);
}

/** Writes a new value; refuses if there is none to replace. */
export async function rotateSecret(change: SecretChange): Promise<boolean> {
  const { kind, terminal, values } = change;
  const { targets, others } = await findTargets(change);
  for (const { stack, stored } of targets) {
    refuseDeleted(stack, kind, stored);
    if (stored.state === 'missing' && isManaged(stack, kind)) throw describeUndeployed(stack, kind);
    if (stored.state !== 'present')
      throw new Problem({
        what: `${nameSecret(stack, kind)} in ${stack.region.name} has no value that could be rotated.`,
        fix: `npx sonotheia secrets put ${kind.key} --env ${stack.environment.name}`,
      });
  }
  const value = await obtainValue(change, others);
  const changing = targets.filter(
    ({ stored }) => stored.state === 'present' && stored.current.value !== value,
  );
  const lost = changing.flatMap(({ stack, stored }) => describeLostVersion(kind, stack, stored, value));
  for (const line of lost) terminal.note(line);
  const name = targets[0]?.stack.environment.name ?? '';
  if (changing.length > 0 && (lost.length > 0 || !values.yes)) {
    const where = changing.map(({ stack }) => stack.region.name).join(', ');
    await terminal.confirm(`The ${kind.title} of ${name} is replaced in ${where}.`, name);
  }
  return await write(change, targets, value);
}

async function findTargets(change: SecretChange): Promise<{ targets: Target[]; others: Target[] }> {
  const { aws, spec, values, kind } = change;
  const environment = selectEnvironment(spec, values.env);
  const caller = await aws.checkAccount(environment);
  const from = values.from;
  const chosen = selectStacks(environment, values.region, caller);
  const source = from === undefined ? [] : selectStacks(environment, [from], caller);
  const read = (stacks: readonly Stack[]): Promise<Target[]> =>
    Promise.all(stacks.map(async (stack) => ({ stack, stored: await readSecret(aws, stack, kind) })));
  return {
    targets: await read(chosen.filter(({ region }) => region.name !== from)),
    others: await read(source),
  };
}

async function obtainValue(change: SecretChange, [source]: readonly Target[]): Promise<string> {
  const { values, kind, terminal } = change;
  if (source !== undefined) {
    if (source.stored.state === 'present') return source.stored.current.value;
    throw new Problem({
      what: `${nameSecret(source.stack, kind)} in ${source.stack.region.name} has no value.`,
    });
  }
  if (values.generate) {
    if (kind.key === 'webhook_secret') return randomBytes(GENERATED_BYTES).toString('base64url');
    throw new Problem({ what: 'An API key comes from Sonotheia; only the webhook secret can be generated.' });
  }
  const value = checkValue(await terminal.askSecret(`The ${kind.title}: `), kind);
  if (!process.stdin.isTTY || (await terminal.askSecret('Once more: '))?.trim() === value) return value;
  throw new Problem({ what: 'The two differ. Nothing was changed.' });
}

async function write(change: SecretChange, targets: readonly Target[], value: string): Promise<boolean> {
  const { terminal, signal, kind, onInterrupt, words } = change;
  const [first] = targets;
  const environment = first?.stack.environment.name ?? '';
  const half = { verb: words[0] ?? '', kind, environment };
  const rows: string[][] = [];
  let done: string[] = [];
  for (const { stack, stored } of targets) {
    signal.throwIfAborted();
    const region = stack.region.name;
    try {
      const outcome = await writeOne(change, { stack, stored }, value);
      rows.push([region, nameSecret(stack, kind), outcome]);
    } catch (error) {
      if (done.length > 0 && error instanceof Problem) terminal.note(describeHalf({ ...half, done }));
      throw error;
    }
    done = [...done, region];
    onInterrupt(describeHalf({ ...half, done }));
  }
  terminal.print(formatTable(['region', 'secret', 'outcome'], rows));
  const hadValue = targets.some(({ stored }) => stored.state === 'present');
  const steps = first === undefined ? [] : describeNextSteps(kind, first.stack, hadValue);
  for (const line of steps) terminal.note(line);
  return true;
}

async function writeOne(
  { aws, kind }: SecretChange,
  { stack, stored }: Target,
  value: string,
): Promise<string> {
  const client = aws.client(SecretsManagerClient, stack.region.name);
  const name = nameSecret(stack, kind);
  const ClientRequestToken = randomUUID();
  if (stored.state === 'missing') {
    const key = stack.region.settings.kms_key_arn;
    await client.send(
      new CreateSecretCommand({
        Name: name,
        Description: `Sonotheia ${kind.title}.`,
        SecretString: value,
        ClientRequestToken,
        ...(key === null ? {} : { KmsKeyId: key }),
      }),
    );
    return 'created';
  }
  if (stored.state === 'present' && stored.current.value === value) return 'has this value already';
  if (stored.state === 'present') await refuseChanged(aws, stack, kind, stored);
  const SecretString = stored.state === 'present' ? keepShape(stored.current.text, kind, value) : value;
  await client.send(new PutSecretValueCommand({ SecretId: name, SecretString, ClientRequestToken }));
  return stored.state === 'present' ? 'rotated; the previous value is accepted, too' : 'written';
}

/** Replaces the value within a JSON object, and keeps its other members. */
function keepShape(text: string, { key }: SecretKind, value: string): string {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null && key in parsed)
      return JSON.stringify({ ...parsed, [key]: value });
  } catch {
    // Not JSON: a plain value.
  }
  return value;
}

/** Warns if the rotation drops a previous value that may still be in use: then `--yes` is not enough. */
function describeLostVersion(
  { title }: SecretKind,
  { region }: Stack,
  stored: StoredSecret,
  value: string,
): string[] {
  if (stored.state !== 'present' || stored.previous === undefined || stored.previous.value === value)
    return [];
  const rotatedAtMs = stored.current.createdAt?.getTime() ?? 0;
  const minutes = (Date.now() - rotatedAtMs) / 60_000;
  if (minutes > RETRY_MINUTES) return [];
  const until = new Date(rotatedAtMs + RETRY_MINUTES * 60_000).toISOString().slice(11, 16);
  return [
    `The ${title} in ${region.name} was rotated ${Math.floor(minutes)} minutes ago. The value from before may still be in use, and another rotation ends its acceptance. Wait until ${until} UTC, or type the name: until then --yes is not enough.`,
  ];
}
