// What the checks between two generations receive, and how they report.
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
  /** What is deployed, as far as it is known. */
  readonly before: EnvironmentEntry;
  /** What the last generation described: the same, unless it was not applied. */
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
  readonly message: string;
  /** The ways that keep the data. */
  readonly wayOut: string;
  /** When --allow-replace is right; unless given, when the data may go. */
  readonly allowedIf?: string;
  readonly environment: string;
  readonly entry: EnvironmentEntry;
  /** The last generation has been allowed to do it, and was not applied yet. */
  readonly isAllowed?: boolean;
}

/** An error, or where its user has allowed it and nothing protects the data, the warning SONO604. */
export function refuseLoss({ spec, allowReplace }: Change, loss: Loss): Diagnostic {
  const { code, path, message, wayOut, environment, entry, isAllowed = false } = loss;
  const { allowedIf = 'what is there may be destroyed' } = loss;
  const at = { path: formatPath(path), location: spec.locate(path) };
  if ((allowReplace || isAllowed) && !entry.protected)
    return {
      code: 'SONO604',
      severity: 'warning',
      ...at,
      message: `${message} (allowed by ${allowReplace ? '--allow-replace' : 'the last generation'})`,
    };
  const override = entry.protected
    ? 'the environment is protected: --allow-replace applies once `protected: false` was generated and applied'
    : `if ${allowedIf}, run once with --allow-replace`;
  const isUnknown = entry.deployed === 'unknown';
  return {
    code,
    severity: 'error',
    ...at,
    message,
    ...(isUnknown
      ? { why: `${environment} was generated before; whether it is deployed cannot be seen from here` }
      : {}),
    hint: [
      wayOut,
      override,
      ...(isUnknown && !entry.protected ? [`if nothing was ever deployed, with --fresh`] : []),
    ].join('; '),
  };
}

export function warn(
  { spec }: Change,
  warning: { code: DiagnosticCode; path: SpecPath; message: string; hint?: string },
): Diagnostic {
  const { code, path, message, hint } = warning;
  const at = { path: formatPath(path), location: spec.locateKey(path) };
  return { code, severity: 'warning', ...at, message, ...(hint === undefined ? {} : { hint }) };
}

/** The most specific place in the file that says one of the settings for this environment and region. */
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
