// GitHub's expressions, evaluated by GitHub's own library: conditions of jobs and steps, and text that holds expressions.
import { data, Evaluator, Lexer, Parser } from '@actions/expressions';

export type Contexts = Readonly<Record<string, unknown>>;

/** What the functions `success()`, `failure()` and `cancelled()` answer. */
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

/** A condition of a job or a step. Without a function that asks for the status, GitHub adds `success()`. */
export function isMet(condition: string | undefined, contexts: Contexts, status: Status = GOOD): boolean {
  const text = (condition ?? 'success()').replace(/^\$\{\{|\}\}$/g, '').trim();
  const asksStatus = /\b(?:success|failure|cancelled|always)\(\)/.test(text);
  const value = evaluate(asksStatus ? text : `success() && (${text})`, contexts, status);
  return isTruthy(value);
}

function isTruthy(value: data.ExpressionData): boolean {
  return !['false', '', '0', 'null'].includes(value.coerceString()) || value instanceof data.Dictionary;
}

/** Text in which each `${{ … }}` is replaced by its value. */
export function interpolate(text: string, contexts: Contexts): string {
  return text.replaceAll(/\$\{\{(.*?)\}\}/gs, (_, expression: string) =>
    evaluate(expression, contexts).coerceString(),
  );
}
