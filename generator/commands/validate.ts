// validate: checks the spec and builds nothing.
import { defineCommand, EXIT_DONE } from '../command-line/command.ts';
import { printDiagnostics } from '../command-line/print-diagnostics.ts';
import { CONFIG_OPTION, FORMAT_OPTION, loadResolvedSpec, refuse } from './spec-input.ts';

export const validate = defineCommand({
  name: 'validate',
  text: 'Checks the spec, and says everything that is wrong with it.',
  options: { config: CONFIG_OPTION, format: FORMAT_OPTION },
  async run({ config, format }, context) {
    const spec = await loadResolvedSpec(config, context);
    if (!spec.ok) return refuse(spec.diagnostics, `${config} is not valid`, format, context);
    printDiagnostics(spec.warnings, format, context);
    if (format === 'text')
      context.terminal.print(`${config} is valid: ${summarize(spec.value.environments)}`);
    return EXIT_DONE;
  },
});

function summarize(
  environments: readonly { readonly name: string; readonly regions: readonly { readonly name: string }[] }[],
): string {
  return environments
    .map(({ name, regions }) => `${name} (${regions.map((region) => region.name).join(', ')})`)
    .join(', ');
}
