// Receives --config, --env and --region, promises the spec as the generator compiles it, and the selected environments and
// stacks. Names come from the generator's model.
import { resolve } from 'node:path';
import { Problem, type ProblemText } from '../../generator/command-line/problem.ts';
import { compileSpec } from '../../generator/compile-spec.ts';
import type { Diagnostic } from '../../generator/diagnostics/diagnostic.ts';
import { suggest } from '../../generator/diagnostics/suggest.ts';
import { nameStack, type StackNames } from '../../generator/spec/naming.ts';
import { readSpec } from '../../generator/spec/read-spec.ts';
import type { ResolvedEnvironment, ResolvedRegion, ResolvedSpec } from '../../generator/spec/resolve.ts';
import type { Caller } from './aws-access.ts';

/** One environment in one region, with the names of its resources. */
export interface Stack {
  readonly environment: ResolvedEnvironment;
  readonly region: ResolvedRegion;
  readonly names: StackNames;
}

/** Reads and compiles the spec; throws a `Problem` with all of the generator's diagnostics. */
export function openSpec(file: string): ResolvedSpec {
  const bytes = readSpec(resolve(file), file);
  // A file that is not read has no place to show and nothing to correct.
  if (!bytes.ok) throw new Problem(describeUnread(file, bytes.diagnostics));
  const spec = compileSpec(file, bytes.value);
  if (spec.ok) return spec.value;
  throw new Problem({
    what: `${file} has problems. Nothing was changed.`,
    diagnostics: spec.diagnostics,
    fix: 'correct them, and run `npx sonotheia generate`',
  });
}

/** The only problem of a spec that cannot be read, as the command's own. */
function describeUnread(file: string, [problem]: readonly Diagnostic[]): ProblemText {
  return { what: `${file}: ${problem?.code}: ${problem?.what}`, why: problem?.why, fix: problem?.fix };
}

/** Returns the environments called `names` in the spec's order; all of them if `names` is empty. */
export function selectEnvironments(spec: ResolvedSpec, names: readonly string[]): ResolvedEnvironment[] {
  const known = spec.environments.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new Problem({
      what: `There is no environment ${unknown}.${suggest(unknown, known)}`,
      fix: `give one of ${known.join(', ')}`,
    });
  return spec.environments.filter(({ name }) => names.length === 0 || names.includes(name));
}

/** Returns the environment that `--env` names, or the only environment of the spec. */
export function selectEnvironment(spec: ResolvedSpec, names: readonly string[]): ResolvedEnvironment {
  const [environment, ...others] = selectEnvironments(spec, names);
  if (environment !== undefined && others.length === 0) return environment;
  throw new Problem({
    what: names.length === 0 ? 'Which environment?' : 'One environment at a time.',
    fix: `give --env with one of ${spec.environments.map(({ name }) => name).join(', ')}`,
  });
}

/**
 * Returns the environment's stacks in the regions called `names`, the primary region first; all of them if `names` is empty.
 * The caller's account id completes names that contain it.
 */
export function selectStacks(
  environment: ResolvedEnvironment,
  names: readonly string[],
  { accountId }: Pick<Caller, 'accountId'>,
): Stack[] {
  const named = { ...environment, accountId };
  return selectRegions(environment, names).map((region) => ({
    environment,
    region,
    names: nameStack(named, region),
  }));
}

/** Returns the regions called `names`, of which none may be unknown; all of them if `names` is empty. */
export function selectRegions(environment: ResolvedEnvironment, names: readonly string[]): ResolvedRegion[] {
  const known: string[] = environment.regions.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new Problem({
      what: `${environment.name} is not in ${unknown}.${suggest(unknown, known)}`,
      fix: `give one of ${known.join(', ')}, or add the region to the spec`,
    });
  return environment.regions.filter(({ name }) => names.length === 0 || names.includes(name));
}
