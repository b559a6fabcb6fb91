// A problem that the user can solve: what happened, why, how to fix it, and where. Any other exception is a bug in the tool.

import type { Diagnostic, Explanation } from '../diagnostics/diagnostic.ts';

/** `what` is a sentence. */
export interface ProblemText extends Explanation {
  /** Printed first: the problems of the spec or of the tree. */
  readonly diagnostics?: readonly Diagnostic[] | undefined;
  /** Lines printed before the sentence: the command line with carets. */
  readonly place?: readonly string[] | undefined;
}

/** Ends the command with exit code 1; its parts are printed to stderr. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly text: ProblemText;

  constructor(text: ProblemText, options?: ErrorOptions) {
    super(text.what, options);
    this.text = text;
  }
}

/** Returns lines; absent parts are left out. `printDiagnostics` prints the diagnostics. */
export function formatProblem({ what, why, fix, place = [] }: ProblemText): string[] {
  return [...place, what, ...indent('why', why), ...indent('fix', fix)];
}

function indent(label: string, text: string | undefined): string[] {
  if (text === undefined || text === '') return [];
  const [first = '', ...rest] = text.trimEnd().split('\n');
  return [`  ${label}: ${first}`, ...rest.map((line) => `       ${line}`)];
}
