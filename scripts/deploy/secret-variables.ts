// The values of Terraform's secret variables: from `TF_VAR_…`, from Secrets Manager, or typed. Terraform requires them in
// each run but writes them only with a new version (docs/terraform.md#secrets); the plan shows which ones it will write.

import { Problem } from '../../generator/command-line/problem.ts';
import { isAccessDenied } from '../operator/explain-aws-error.ts';
import type { Stack } from '../operator/open-spec.ts';
import type { Operation } from '../operator/operation.ts';
import type { SavedPlan } from '../operator/plan-file.ts';
import {
  isManaged,
  nameSecret,
  readSecret,
  SECRET_KINDS,
  type SecretKind,
  type StoredSecret,
} from '../operator/secret-store.ts';
import { checkValue } from '../secrets/check-value.ts';

export interface SecretVariables {
  /** `TF_VAR_…`, passed to Terraform only. */
  readonly env: Readonly<Record<string, string>>;
  /** Returns a line for each value that the plan treats in a surprising way. */
  readonly describe: (plan: SavedPlan) => string[];
  /** Rotations that the plan would undo. */
  readonly listLosses: (plan: SavedPlan) => string[];
}

interface Obtained {
  readonly kind: SecretKind;
  readonly value: string;
  readonly isGiven: boolean;
  readonly stored: readonly { readonly stack: Stack; readonly secret: StoredSecret }[];
}

/** Reads the secrets that Terraform manages, and asks for the missing ones. */
export async function obtainSecrets(
  operation: Operation,
  stacks: readonly Stack[],
): Promise<SecretVariables> {
  const obtained: Obtained[] = [];
  for (const kind of SECRET_KINDS) {
    const managing = stacks.filter((stack) => isManaged(stack, kind));
    if (managing.length > 0) obtained.push(await obtain(operation, kind, managing));
  }
  return {
    env: Object.fromEntries(obtained.map(({ kind, value }) => [`TF_VAR_${kind.variable}`, value])),
    describe: (plan) => obtained.flatMap((secret) => describe(secret, plan)),
    listLosses: (plan) => obtained.flatMap((secret) => listUndone(secret, plan)),
  };
}

async function obtain(operation: Operation, kind: SecretKind, stacks: readonly Stack[]): Promise<Obtained> {
  const stored = await Promise.all(
    stacks.map(async (stack) => ({ stack, secret: await readIfAllowed(operation, stack, kind) })),
  );
  for (const { stack, secret } of stored) if (secret.state === 'deleted') throw describeDeleted(stack, kind);
  const given = process.env[`TF_VAR_${kind.variable}`]?.trim() ?? '';
  if (given !== '') return { kind, value: given, isGiven: true, stored };
  const [first, ...others] = new Set(
    stored.map(({ secret }) => (secret.state === 'present' ? secret.current.value : '')),
  );
  if (first !== undefined && first !== '' && others.length === 0)
    return { kind, value: first, isGiven: false, stored };
  const environment = stacks[0]?.environment.name ?? '';
  const typed = await operation.terminal.askSecret(`The ${kind.title} of ${environment}: `);
  if (typed === undefined)
    throw new Problem({
      what: `There is no ${kind.title} for ${environment}. Nothing was changed.`,
      why: 'Terraform requires the value; Secrets Manager has none, or these credentials may not read it.',
      fix: `set TF_VAR_${kind.variable}, or run this in a terminal`,
    });
  return { kind, value: checkValue(typed, kind), isGiven: true, stored };
}

/** Treats a denied read as absent: a role that deploys may have no permission to read secrets. */
async function readIfAllowed({ aws }: Operation, stack: Stack, kind: SecretKind): Promise<StoredSecret> {
  try {
    return await readSecret(aws, stack, kind);
  } catch (error) {
    if (isAccessDenied(error)) return { state: 'missing' };
    throw error;
  }
}

function describe({ kind, value, isGiven, stored }: Obtained, plan: SavedPlan): string[] {
  if (!isGiven) return [];
  return stored.flatMap(({ stack, secret }) => {
    if (secret.state !== 'present' || secret.current.value === value) return [];
    const { name } = stack.environment;
    return [
      isWritten(kind, stack, plan)
        ? `The ${kind.title} in ${stack.region.name} is replaced by the given one; the functions still accept the previous one.`
        : `The given ${kind.title} differs from the one in ${stack.region.name}, and this apply does not write it: npx sonotheia secrets rotate ${kind.key} --env ${name}`,
    ];
  });
}

function listUndone({ kind, value, stored }: Obtained, plan: SavedPlan): string[] {
  return stored.flatMap(({ stack, secret }) =>
    secret.state === 'present' &&
    secret.current.value !== value &&
    secret.previous?.value === value &&
    isWritten(kind, stack, plan)
      ? [
          `${nameSecret(stack, kind)} in ${stack.region.name}: the given value is the one from before the last rotation`,
        ]
      : [],
  );
}

function isWritten({ label }: SecretKind, { region }: Stack, { changes }: SavedPlan): boolean {
  const module = `module.${region.name.replaceAll('-', '_')}[0].aws_secretsmanager_secret_version.${label}`;
  return changes.some(
    ({ address, action }) => address.startsWith(module) && (action === 'create' || action === 'replace'),
  );
}

function describeDeleted(stack: Stack, kind: SecretKind): Problem {
  const id = `--secret-id ${nameSecret(stack, kind)} --region ${stack.region.name}`;
  return new Problem({
    what: `${nameSecret(stack, kind)} in ${stack.region.name} is scheduled for deletion, and its name is taken until then. Nothing was changed.`,
    fix: `aws secretsmanager delete-secret ${id} --force-delete-without-recovery (its value is lost), or wait; or restore it (aws secretsmanager restore-secret ${id}) and take it over: docs/migration.md`,
  });
}
