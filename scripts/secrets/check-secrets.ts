// Reports the secrets in Secrets Manager and their problems. Shows no values, changes nothing.

import type { ResolvedSpec } from '../../generator/spec/resolve.ts';
import { formatTable } from '../../generator/text/format-table.ts';
import { explainAwsError } from '../operator/explain-aws-error.ts';
import { type Stack, selectEnvironments, selectStacks } from '../operator/open-spec.ts';
import {
  isManaged,
  nameSecret,
  readSecret,
  type SecretKind,
  type StoredSecret,
} from '../operator/secret-store.ts';
import { askWhetherAccepted } from './ask-api.ts';
import type { SecretsOperation } from './options.ts';

interface Finding {
  readonly row: readonly string[];
  readonly isGood: boolean;
}

const HEADER = ['environment', 'region', 'secret', 'current since', 'previous since', 'finding'];

/** Returns whether all secrets are in order. */
export async function checkSecrets(
  operation: SecretsOperation,
  spec: ResolvedSpec,
  kinds: readonly SecretKind[],
): Promise<boolean> {
  const { aws, values, terminal, signal } = operation;
  const findings: Finding[] = [];
  for (const environment of selectEnvironments(spec, values.env)) {
    const caller = await aws.checkAccount(environment);
    for (const stack of selectStacks(environment, values.region, caller))
      for (const kind of kinds) {
        signal.throwIfAborted();
        findings.push(await checkOne(operation, stack, kind));
      }
  }
  terminal.print(
    formatTable(
      HEADER,
      findings.map(({ row }) => row),
    ),
  );
  const bad = findings.filter(({ isGood }) => !isGood).length;
  if (bad > 0) terminal.note(`${bad} of ${findings.length} need attention.`);
  return bad === 0;
}

async function checkOne(operation: SecretsOperation, stack: Stack, kind: SecretKind): Promise<Finding> {
  const stored = await readSecret(operation.aws, stack, kind).catch((error: unknown) => {
    const text = explainAwsError(error);
    if (text === undefined) throw error;
    return `${text.what} ${text.why ?? ''}`;
  });
  const fault = typeof stored === 'string' ? stored : describeFault(stored, stack, kind);
  const refusal = fault ?? (await findRefusal(operation, stored, stack, kind));
  const present = typeof stored !== 'string' && stored.state === 'present' ? stored : undefined;
  return {
    isGood: refusal === undefined,
    row: [
      stack.environment.name,
      stack.region.name,
      nameSecret(stack, kind),
      formatDate(present?.current.createdAt),
      formatDate(present?.previous?.createdAt),
      refusal ?? describeGood(stored, kind),
    ],
  };
}

function describeFault(stored: StoredSecret, stack: Stack, kind: SecretKind): string | undefined {
  const { name } = stack.environment;
  if (stored.state === 'missing')
    return isManaged(stack, kind)
      ? `not there: npx sonotheia deploy --env ${name}`
      : `not there: npx sonotheia secrets put ${kind.key} --env ${name}`;
  if (stored.state === 'deleted')
    return `deleted: aws secretsmanager restore-secret --secret-id ${nameSecret(stack, kind)} --region ${stack.region.name}`;
  if (stored.state === 'empty') return `no value: npx sonotheia secrets put ${kind.key} --env ${name}`;
  if (stored.current.value === '')
    return `no ${kind.key} in its JSON object: npx sonotheia secrets rotate ${kind.key} --env ${name}`;
  return undefined;
}

async function findRefusal(
  { values, signal, terminal }: SecretsOperation,
  stored: StoredSecret | string,
  stack: Stack,
  kind: SecretKind,
): Promise<string | undefined> {
  if (!values.api || kind.key !== 'api_key') return undefined;
  if (typeof stored === 'string' || stored.state !== 'present') return undefined;
  const apiUrl = stack.region.settings.sonotheia_api_url;
  terminal.note(`The API key is sent to ${new URL(apiUrl).host}.`);
  const { isAccepted, text } = await askWhetherAccepted(apiUrl, stored.current.value, signal);
  return isAccepted === true ? undefined : text;
}

function describeGood(stored: StoredSecret | string, { variable }: SecretKind): string {
  const given = process.env[`TF_VAR_${variable}`]?.trim();
  const isOther =
    given !== undefined &&
    typeof stored !== 'string' &&
    stored.state === 'present' &&
    given !== stored.current.value;
  return isOther ? `good; TF_VAR_${variable} has another value` : 'good';
}

function formatDate(date: Date | undefined): string {
  return date === undefined ? '-' : `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
