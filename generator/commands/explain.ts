// explain: describes one key of the spec.
import { defineCommand, EXIT_DONE } from '../command-line/command.ts';
import { Problem } from '../command-line/problem.ts';
import { explainKey } from '../explain/explain-key.ts';

export const explain = defineCommand({
  name: 'explain',
  text: `Says what a key of the spec does, its default and limits, and which resources it reaches.

A key is named with dots, such as lambda.timeout; its last part is enough where no other ends so.
Its Terraform variable (lambda_timeout) names it, too.`,
  parameters: '<key>',
  options: {},
  run(_values, { terminal }, [key]) {
    if (key === undefined)
      throw new Problem({ what: 'Which key?', fix: 'for example: npx sonotheia explain lambda.timeout' });
    const explanation = explainKey(key);
    if (explanation.kind === 'unknown')
      throw new Problem({
        what: `There is no key ${key}. Did you mean ${explanation.candidates.join(' or ')}?`,
      });
    terminal.write(explanation.text);
    return EXIT_DONE;
  },
});
