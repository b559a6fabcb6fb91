// Input of the checks between two generations, and how they report.
import type { DiagnosticCode } from '../diagnostics/codes.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { LoadedSpec } from '../spec/load.ts';
import { formatPath, type SpecPath } from '../spec/path-text.ts';
import type { ResolvedEnvironment, ResolvedSpec } from '../spec/resolve.ts';
import { hasPath } from '../spec/rules/spec-paths.ts';
import type { Continuation } from './continuation.ts';
import { correctByStates } from './held-stacks.ts';
import type { EnvironmentEntry } from './stack-record.ts';

export interface Change extends Continuation {
  readonly resolved: ResolvedSpec;
  readonly spec: LoadedSpec;
}

/** An environment that both generations have. */
export interface KeptEnvironment {
  readonly name: string;
  /** The deployed environment, as far as it is known. */
  readonly before: EnvironmentEntry;
  /** The environment as the last generation described it; it differs from `before` if it was not applied. */
  readonly recorded: EnvironmentEntry;
  readonly after: ResolvedEnvironment;
}

export function listKept({ previous, resolved, states }: Change): KeptEnvironment[] {
  return resolved.environments.flatMap((after) => {
    const recorded = previous.environments[after.name];
    if (recorded === undefined) return [];
    return [{ name: after.name, before: correctByStates(recorded, after, states), recorded, after }];
  });
}

export interface Loss {
  readonly code: DiagnosticCode;
  readonly path: SpecPath;
  readonly what: string;
  /** The fixes that keep the data. */
  readonly wayOut: string;
  /** The condition under which --allow-replace is right; by default, that the data may be destroyed. */
  readonly allowedIf?: string;
  readonly environment: string;
  readonly entry: EnvironmentEntry;
  /** The last generation was allowed to do it and is not applied yet. */
  readonly isAllowed?: boolean;
}

/** Reports a loss as an error, or as the warning SONO604 if the user allows it and the environment is not protected. */
export function refuseLoss({ spec, allowReplace }: Change, loss: Loss): Diagnostic {
  const { code, path, what, wayOut, environment, entry, isAllowed = false } = loss;
  const { allowedIf = 'this data may be destroyed' } = loss;
  const at = { path: formatPath(path), location: spec.locate(path) };
  if ((allowReplace || isAllowed) && !entry.protected)
    return {
      code: 'SONO604',
      severity: 'warning',
      ...at,
      what: `${what} (allowed by ${allowReplace ? '--allow-replace' : 'the last generation'})`,
    };
  const override = entry.protected
    ? 'the environment is protected: --allow-replace applies once `protected: false` was generated and applied'
    : `if ${allowedIf}, run once with --allow-replace`;
  const isUnknown = entry.deployed === 'unknown';
  return {
    code,
    severity: 'error',
    ...at,
    what,
    ...(isUnknown
      ? { why: `${environment} was generated before, and this checkout does not show whether it is deployed` }
      : {}),
    fix: [
      wayOut,
      override,
      ...(isUnknown && !entry.protected ? [`if it was never deployed, run once with --fresh`] : []),
    ].join('; '),
  };
}

export function warn(
  { spec }: Change,
  warning: { code: DiagnosticCode; path: SpecPath; what: string; why?: string; fix?: string },
): Diagnostic {
  const { code, path, what, why, fix } = warning;
  const at = { path: formatPath(path), location: spec.locateKey(path) };
  return {
    code,
    severity: 'warning',
    ...at,
    what,
    ...(why === undefined ? {} : { why }),
    ...(fix === undefined ? {} : { fix }),
  };
}

/** The most specific place in the file that sets one of the settings for this environment and region. */
export function findSetting(
  { spec }: Change,
  { environment, region }: { readonly environment: string; readonly region: string },
  settings: readonly SpecPath[],
): SpecPath | undefined {
  return settings
    .flatMap((setting): SpecPath[] => [
      ['environments', environment, 'region_overrides', region, ...setting],
      ['environments', environment, ...setting],
      ['defaults', ...setting],
      [...setting],
    ])
    .find((path) => hasPath(spec.value, path));
}
