// What a user can solve: what happened, why, what to do, and where. Anything else that is thrown is a fault of the tool.

export interface ProblemText {
  /** What happened, as a sentence. */
  readonly what: string;
  readonly why?: string | undefined;
  /** What to do about it. */
  readonly fix?: string | undefined;
  /** Lines that show where, above the others: the command line with carets, or problems of the spec in their frames. */
  readonly place?: readonly string[] | undefined;
}

/** Ends a command with exit code 1 and its parts on stderr. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly text: ProblemText;

  constructor(text: ProblemText, options?: ErrorOptions) {
    super(text.what, options);
    this.text = text;
  }
}

/** Lines; parts that are not there are left out. Only place, why and fix have several. */
export function formatProblem({ what, why, fix, place = [] }: ProblemText): string[] {
  return [...place, what, ...indent('why', why), ...indent('fix', fix)];
}

function indent(label: string, text: string | undefined): string[] {
  if (text === undefined || text === '') return [];
  const [first = '', ...rest] = text.trimEnd().split('\n');
  return [`  ${label}: ${first}`, ...rest.map((line) => `       ${line}`)];
}
