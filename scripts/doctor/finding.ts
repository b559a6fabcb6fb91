// A finding of the doctor: a line, and its fix.

import { Problem } from '../../generator/command-line/problem.ts';
import { formatDiagnostics } from '../../generator/report/format-diagnostics.ts';
import { explainAwsError, isAccessDenied } from '../operator/explain-aws-error.ts';

export interface Finding {
  /** `FAIL` must be solved before a deployment; `warn` need not. */
  readonly state: 'ok' | 'warn' | 'FAIL';
  readonly what: string;
  readonly fix?: string | undefined;
}

export type Report = (finding: Finding) => void;

export function formatFinding({ state, what, fix }: Finding): string[] {
  const [first = '', ...rest] = what.trimEnd().split('\n');
  const [advice, ...more] = fix?.split('\n') ?? [];
  return [
    `${state.padEnd(4)}  ${first}`,
    ...rest.map((line) => `      ${line}`),
    ...(advice === undefined ? [] : [`      fix: ${advice}`]),
    ...more.map((line) => `           ${line}`),
  ];
}

/** A missing permission to look is a warning: it does not show that a deployment would fail. */
export async function warnIfDenied<Found>(
  look: () => Promise<Found>,
  {
    what = 'not checked',
    fix = 'to have it checked, use credentials that have this permission',
  }: { readonly what?: string; readonly fix?: string } = {},
): Promise<Found | Finding> {
  try {
    return await look();
  } catch (error) {
    if (!isAccessDenied(error)) throw error;
    return { state: 'warn', what: `${what}: ${explainAwsError(error)?.why}`, fix };
  }
}

/** Reports what `look` returns; a `Problem` that it throws becomes a finding too. */
export async function examine(
  subject: string,
  look: () => Promise<Finding>,
  { report, signal }: { readonly report: Report; readonly signal: AbortSignal },
): Promise<boolean> {
  signal.throwIfAborted();
  const finding = await look().catch((error: unknown): Finding => {
    signal.throwIfAborted();
    const text = error instanceof Problem ? error.text : explainAwsError(error);
    if (text === undefined) throw error;
    const { what, diagnostics = [], why = '', fix } = text;
    const details = formatDiagnostics(diagnostics, {
      format: 'text',
      colour: false,
      readSource: () => undefined,
    });
    return {
      state: 'FAIL',
      what: [what, details.trimEnd(), why].filter((part) => part !== '').join('\n'),
      fix,
    };
  });
  report({ ...finding, what: `${subject}: ${finding.what}` });
  return finding.state !== 'FAIL';
}
