// explain: describes one key of the spec, or what it keeps.
import { defineCommand, EXIT_DONE } from '../command-line/command.ts';
import { printDiagnostics } from '../command-line/print-diagnostics.ts';
import { Problem } from '../command-line/problem.ts';
import { explainKey } from '../explain/explain-key.ts';
import { explainRetention, isAboutRetention } from '../explain/explain-retention.ts';
import { CONFIG_OPTION, loadResolvedSpec, refuse } from './spec-input.ts';

const RETENTION = 'retention';

export const explain = defineCommand({
  name: 'explain',
  text: `Says what a key of the spec does, its default and limits, and which resources it reaches.

A key is named with dots, such as lambda.timeout; its last part is enough where no other ends so.
Its Terraform variable (lambda_timeout) names it, too.

retention says what each stack of the spec keeps about people: which data, where, under which key,
how long, who reads it, and how it is erased.`,
  parameters: '<key>',
  options: { config: { ...CONFIG_OPTION, description: 'the spec to read, for retention' } },
  async run({ config }, context, [key]) {
    const { terminal } = context;
    if (key === undefined)
      throw new Problem({ what: 'Which key?', fix: 'for example: npx sonotheia explain lambda.timeout' });
    if (key === RETENTION) {
      const spec = await loadResolvedSpec(config, context);
      if (!spec.ok) return refuse(spec.diagnostics, 'nothing to explain', 'text', context);
      terminal.write(explainRetention(spec.value));
      printDiagnostics(spec.warnings.filter(isAboutRetention), 'text', context);
      return EXIT_DONE;
    }
    const explanation = explainKey(key);
    if (explanation.kind === 'unknown')
      throw new Problem({
        what: `There is no key ${key}. Did you mean ${explanation.candidates.join(' or ')}?`,
      });
    terminal.write(explanation.text);
    return EXIT_DONE;
  },
});
