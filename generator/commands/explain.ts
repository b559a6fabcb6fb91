// explain: one key of the spec.

import { defineCommand, EXIT_DONE, EXIT_PROBLEM } from '../command-line/command.ts';
import { explainKey } from '../explain/explain-key.ts';

export const explain = defineCommand({
  name: 'explain',
  summary: 'say what a key of the spec does, its default and limits, and which resources it reaches',
  positionals: '<key>',
  notes:
    'A key is named with dots, such as lambda.timeout; its last part is enough where no other ends so. Its Terraform variable (lambda_timeout) names it, too.',
  options: {},
  run(_values, { io }, [key]) {
    if (key === undefined) {
      io.err('Which key? For example: npm run explain -- lambda.timeout\n');
      return EXIT_PROBLEM;
    }
    const explanation = explainKey(key);
    if (explanation.kind === 'key') {
      io.out(explanation.text);
      return EXIT_DONE;
    }
    io.err(`There is no key ${key}. Did you mean ${explanation.candidates.join(' or ')}?\n`);
    return EXIT_PROBLEM;
  },
});
