// What the checks between two generations receive, and how they report.
import type { DiagnosticCode } from '../diagnostics/catalogue.ts';
import type { Diagnostic } from '../diagnostics.ts';
import type { LoadedSpec, SpecPath } from '../spec/load.ts';
import { formatPath } from '../spec/path-text.ts';
import type { ResolvedEnvironment, ResolvedSpec } from '../spec/resolve.ts';
import { hasPath } from '../spec/rules/spec-paths.ts';
import type { EnvironmentEntry, StackRecord } from './stack-record.ts';

/** How a generation goes on from the last one. */
export interface Continuation {
  readonly previous: StackRecord;
  /** Retiring regions in which nothing is deployed any more. */
  readonly dropRegions: readonly string[];
  /** Data may be destroyed, except that of protected environments. */
  readonly allowReplace: boolean;
  /** The output folder as its user wrote it; the commands in hints name it. */
  readonly outDir: string;
}

export interface Change extends Continuation {
  readonly resolved: ResolvedSpec;
  readonly spec: LoadedSpec;
}

/** An environment that both generations have. */
export interface KeptEnvironment {
  readonly name: string;
  readonly before: EnvironmentEntry;
  readonly after: ResolvedEnvironment;
}

export function listKept({ previous, resolved }: Change): KeptEnvironment[] {
  return resolved.environments.flatMap((after) => {
    const before = previous.environments[after.name];
    return before === undefined ? [] : [{ name: after.name, before, after }];
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
  readonly isProtected: boolean;
}

/** An error, or where its user has allowed it and nothing protects the data, the warning SONO604. */
export function refuseLoss({ spec, allowReplace }: Change, loss: Loss): Diagnostic {
  const { code, path, message, wayOut, isProtected, allowedIf = 'what is there may be destroyed' } = loss;
  const at = { path: formatPath(path), location: spec.locate(path) };
  if (allowReplace && !isProtected)
    return {
      code: 'SONO604',
      severity: 'warning',
      ...at,
      message: `${message} (allowed by --allow-replace)`,
    };
  const override = isProtected
    ? 'the environment is protected: --allow-replace applies once `protected: false` was generated and applied'
    : `if ${allowedIf}, run once with --allow-replace`;
  return { code, severity: 'error', ...at, message, hint: `${wayOut}; ${override}` };
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

/** `a`, `a and b`, `a, b and c`. */
export function joinWords(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
