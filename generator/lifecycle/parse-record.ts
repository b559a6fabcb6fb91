// Parses a record and checks that its names are valid in HCL. Refuses everything else: the file comes from a
// repository, where a merge may have damaged it. Pure.
import { type Diagnostic, describeFile, type Result } from '../diagnostics/diagnostic.ts';
import {
  DEPLOYED,
  type Deployed,
  type RetiringStacks,
  type StackEntry,
  type SubscriptionMove,
} from '../spec/inheritance.ts';
import { isObject, type JsonObject, type JsonValue } from '../spec/json.ts';
import { dereference, schema } from '../spec/schema.ts';
import type { Region } from '../spec/spec-types.ts';
import { parseSides } from './merge-records.ts';
import { type EnvironmentEntry, RECORD_VERSION, type StackRecord } from './stack-record.ts';

/** The reason why a text is not a record; thrown and caught in this file. */
class DamageError extends Error {}

/** Reads a record back; `shownPath` names it in the diagnostic SONO325. */
export function parseRecord(contents: Uint8Array, shownPath: string): Result<StackRecord> {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(contents);
    return { ok: true, value: readRecord(parseSides(text)), warnings: [] };
  } catch (error) {
    if (!(error instanceof DamageError || error instanceof SyntaxError || error instanceof TypeError))
      throw error;
    const reason = error instanceof DamageError ? error.message : 'it is not JSON';
    return { ok: false, diagnostics: [describeDamage(reason, shownPath)] };
  }
}

/** SONO325: the losses of a change cannot be found without the record. */
export function describeDamage(reason: string, shownPath: string): Diagnostic {
  return describeFile(
    'SONO325',
    shownPath,
    `the record of the last generation cannot be read: ${reason}`,
    'restore it from version control (`git checkout HEAD -- <file>`). Delete it only if nothing is deployed: without it, losses from renames and removals are not found',
  );
}

function readRecord(value: unknown): StackRecord {
  const record = readObject(value, 'the file');
  if (record.version !== RECORD_VERSION)
    throw new DamageError(`its version is not ${RECORD_VERSION}, which this generator writes`);
  const environments = mapValues(record.environments, 'environments', (entry, name) => {
    requireName(name, 'an environment', ENVIRONMENT_NAME);
    return readEnvironment(readObject(entry, name));
  });
  const first = record.first_environment;
  if (typeof first !== 'string' || !Object.hasOwn(environments, first))
    throw new DamageError('first_environment is not one of the environments');
  return {
    environments,
    first_environment: first,
    retiring: mapValues(record.retiring, 'retiring', (names, region) => {
      requireRegion(region);
      return readList(names, region).map((name) => requireName(name, 'an environment', ENVIRONMENT_NAME));
    }),
    ...(record.retiring_stacks === undefined ? {} : { retiring_stacks: readRetired(record.retiring_stacks) }),
    subscription_moves: readList(record.subscription_moves, 'subscription_moves').map(readMove),
  };
}

function readEnvironment(entry: JsonObject): EnvironmentEntry {
  const regions = mapValues(entry.regions, 'regions', (stack, region) => {
    requireRegion(region);
    return readStack(readObject(stack, region));
  });
  const primary = requireRegion(entry.primary_region);
  if (!Object.hasOwn(regions, primary)) throw new DamageError('a primary region is not listed');
  if (typeof entry.protected !== 'boolean') throw new DamageError('protected is not true or false');
  return {
    deployed: readDeployed(entry.deployed),
    function_prefix: readText(entry.function_prefix, 'function_prefix'),
    primary_region: primary,
    project_name: readText(entry.project_name, 'project_name'),
    protected: entry.protected,
    regions,
  };
}

/** A record of an earlier generator has no marks. */
function readDeployed(value: JsonValue = 'unknown'): Deployed {
  const known = DEPLOYED.find((deployed) => deployed === value);
  if (known === undefined) throw new DamageError('deployed is not no, unknown or yes');
  return known;
}

function readRetired(value: JsonValue): RetiringStacks {
  return mapValues(value, 'retiring_stacks', (stacks, region) =>
    mapValues(stacks, requireRegion(region), (stack, name) => {
      requireName(name, 'an environment', ENVIRONMENT_NAME);
      return readStack(readObject(stack, name));
    }),
  );
}

function readStack(stack: JsonObject): StackEntry {
  return {
    bucket: readText(stack.bucket, 'bucket'),
    ...(stack.access_logs === undefined ? {} : { access_logs: readText(stack.access_logs, 'access_logs') }),
    table: readText(stack.table, 'table'),
    secrets: mapValues(stack.secrets, 'secrets', readText),
    ...(stack.settings === undefined ? {} : { settings: mapValues(stack.settings, 'settings', readSetting) }),
    subscriptions: mapValues(stack.subscriptions, 'subscriptions', readText),
  };
}

function readSetting(value: JsonValue, setting: string): JsonValue {
  if (typeof value === 'object' && value !== null) throw new DamageError(`${setting} is not a plain value`);
  return value;
}

function readMove(value: JsonValue): SubscriptionMove {
  const { from, to } = readObject(value, 'a move');
  return {
    from: requireName(from, 'a subscription', SUBSCRIPTION_NAME),
    to: requireName(to, 'a subscription', SUBSCRIPTION_NAME),
  };
}

function readObject(value: unknown, what: string): JsonObject {
  if (!isObject(value)) throw new DamageError(`${what} is not an object`);
  return value;
}

function readList(value: JsonValue | undefined, what: string): readonly JsonValue[] {
  if (!Array.isArray(value)) throw new DamageError(`${what} is not a list`);
  return value;
}

function readText(value: JsonValue | undefined, what: string): string {
  if (typeof value !== 'string') throw new DamageError(`${what} is not a text`);
  return value;
}

function mapValues<Value>(
  value: JsonValue | undefined,
  what: string,
  read: (child: JsonValue, key: string) => Value,
): { readonly [key: string]: Value } {
  const entries = Object.entries(readObject(value, what));
  return Object.fromEntries(entries.map(([key, child]) => [key, read(child, key)]));
}

const ENVIRONMENT_NAME = findPattern(
  isObject(schema.properties) ? dereference(schema.properties.environments).propertyNames : undefined,
);
const SUBSCRIPTION_NAME = findPattern(
  (dereference({ $ref: '#/definitions/subscription' }).properties as JsonObject | undefined)?.name,
);
const REGIONS: readonly JsonValue[] = dereference({ $ref: '#/definitions/region' })
  .enum as readonly JsonValue[];

function findPattern(node: JsonValue | undefined): RegExp {
  return new RegExp(String(dereference(node).pattern), 'u');
}

function requireName(value: JsonValue | undefined, what: string, pattern: RegExp): string {
  if (typeof value !== 'string' || !pattern.test(value))
    throw new DamageError(`${JSON.stringify(value)} does not name ${what}`);
  return value;
}

function requireRegion(value: JsonValue | undefined): Region {
  if (!REGIONS.includes(value ?? null))
    throw new DamageError(`${JSON.stringify(value)} is not a region that this generator knows`);
  return value as Region;
}
