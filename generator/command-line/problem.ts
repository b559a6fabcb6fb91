// What an operator can solve: what happened, why, and what to do. Anything else that is thrown is a fault of the tool.

export interface ProblemText {
  /** What happened, as a sentence. */
  readonly what: string;
  readonly why?: string | undefined;
  /** What to do about it. */
  readonly fix?: string | undefined;
}

/** Ends a command with exit code 1 and its three parts on standard error. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly text: ProblemText;

  constructor(text: ProblemText, options?: ErrorOptions) {
    super(text.what, options);
    this.text = text;
  }
}

/** Lines; parts that are not there are left out. Only why and fix have several. */
export function formatProblem({ what, why, fix }: ProblemText): string[] {
  return [what, ...indent('why', why), ...indent('fix', fix)];
}

function indent(label: string, text: string | undefined): string[] {
  if (text === undefined || text === '') return [];
  const [first = '', ...rest] = text.trimEnd().split('\n');
  return [`  ${label}: ${first}`, ...rest.map((line) => `       ${line}`)];
}
