// Evaluates GitHub's expressions with GitHub's own library: conditions of jobs and steps, and text with expressions.
import { data, Evaluator, Lexer, Parser } from '@actions/expressions';

export type Contexts = Readonly<Record<string, unknown>>;

/** The status for `success()`, `failure()` and `cancelled()`. */
export interface Status {
  readonly failed: boolean;
  readonly cancelled: boolean;
}

const GOOD: Status = { failed: false, cancelled: false };

/** Evaluates the expression between the braces; members that a context lacks are null, as on GitHub. */
function evaluate(expression: string, contexts: Contexts, status: Status = GOOD): data.ExpressionData {
  const answer = (name: string, value: boolean) => ({
    name,
    minArgs: 0,
    maxArgs: 0,
    call: () => new data.BooleanData(value),
  });
  const functions = [
    answer('success', !status.failed && !status.cancelled),
    answer('failure', status.failed),
    answer('cancelled', status.cancelled),
    answer('always', true),
  ];
  const tree = new Parser(new Lexer(expression).lex().tokens, Object.keys(contexts), functions).parse();
  const context = JSON.parse(JSON.stringify(contexts), data.reviver) as data.Dictionary;
  return new Evaluator(tree, context, new Map(functions.map((known) => [known.name, known]))).evaluate();
}

/** Evaluates a condition of a job or a step. Without a status function, GitHub adds `success()`. */
export function isMet(condition: string | undefined, contexts: Contexts, status: Status = GOOD): boolean {
  const text = (condition ?? 'success()').replace(/^\$\{\{|\}\}$/g, '').trim();
  const asksStatus = /\b(?:success|failure|cancelled|always)\(\)/.test(text);
  const value = evaluate(asksStatus ? text : `success() && (${text})`, contexts, status);
  return isTruthy(value);
}

function isTruthy(value: data.ExpressionData): boolean {
  return !['false', '', '0', 'null'].includes(value.coerceString()) || value instanceof data.Dictionary;
}

/** Replaces each `${{ … }}` in the text by its value. */
export function interpolate(text: string, contexts: Contexts): string {
  return text.replaceAll(/\$\{\{(.*?)\}\}/gs, (_, expression: string) =>
    evaluate(expression, contexts).coerceString(),
  );
}
