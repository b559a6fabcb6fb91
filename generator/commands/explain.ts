// explain: describes one key of the spec, or lists the settings about a word; for `retention`, also what the spec keeps.
import { type CommandContext, defineCommand, EXIT_DONE } from '../command-line/command.ts';
import { printDiagnostics } from '../command-line/print-diagnostics.ts';
import { Problem } from '../command-line/problem.ts';
import { explainKey } from '../explain/explain-key.ts';
import { explainRetention, isAboutRetention } from '../explain/explain-retention.ts';
import { CONFIG_OPTION, loadResolvedSpec, refuse } from './spec-input.ts';

const RETENTION = 'retention';
const NO_SPEC = 'SONO100';

export const explain = defineCommand({
  name: 'explain',
  text: `Describes a key of the spec: its effect, default, limits and resources.

Name a key with dots, such as lambda.timeout. The last part is enough if it is unique. Its Terraform
variable (lambda_timeout) works too.

Any other word lists the settings about it: alarms, email, network, cost, encryption, gdpr.

retention also lists the personal data of each stack of the spec: its place, KMS key, retention,
readers and erasure.`,
  parameters: '<key or word>',
  options: { config: { ...CONFIG_OPTION, description: 'the spec to read, for retention' } },
  async run({ config }, context, [word]) {
    if (word === undefined)
      throw new Problem({
        what: 'The key or word is missing.',
        fix: 'for example: npx sonotheia explain lambda.timeout, or: npx sonotheia explain alarms',
      });
    const refused = word === RETENTION ? await printRetention(config, context) : undefined;
    if (refused !== undefined) return refused;
    const explanation = explainKey(word);
    if (explanation.kind === 'unknown') {
      const near = explanation.candidates.join(' or ');
      throw new Problem({
        what: `No key and no setting matches ${word}.${near === '' ? '' : ` Did you mean ${near}?`}`,
        fix: 'npx sonotheia explain defaults lists the groups of settings',
      });
    }
    context.terminal.write(context.terminal.nameDocuments(explanation.text));
    return EXIT_DONE;
  },
});

/** Without a spec there is nothing to print. Returns an exit code only if the spec is refused. */
async function printRetention(config: string, context: CommandContext): Promise<number | undefined> {
  const spec = await loadResolvedSpec(config, context);
  if (!spec.ok && spec.diagnostics.some(({ code }) => code === NO_SPEC) && config === CONFIG_OPTION.default)
    return undefined;
  if (!spec.ok) return refuse(spec.diagnostics, 'nothing to explain', 'text', context);
  context.terminal.write(context.terminal.nameDocuments(`${explainRetention(spec.value)}\n`));
  printDiagnostics(spec.warnings.filter(isAboutRetention), 'text', context);
  return undefined;
}
