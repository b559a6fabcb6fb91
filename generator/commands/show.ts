// show: prints the resolved settings and the source of each value.

import { defineCommand, EXIT_DONE } from '../command-line/command.ts';
import { Problem } from '../command-line/problem.ts';
import { traceSettings } from '../explain/trace-settings.ts';
import { alignColumns } from '../text/format-table.ts';
import { CONFIG_OPTION, FORMAT_OPTION, loadSpecWithSource, refuse } from './spec-input.ts';

export const show = defineCommand({
  name: 'show',
  text: `Shows the settings of each environment and region, and where each value came from.

Origins: default (the schema), profile (\`profile: strict\`), shared (\`defaults\`), environment,
region (\`region_overrides\`), derived (decided by the generator).`,
  parameters: '[environment] [region]',
  options: {
    config: CONFIG_OPTION,
    changed: { type: 'boolean', description: 'leave out settings that have their default' },
    format: { ...FORMAT_OPTION, values: ['text', 'json'], description: 'text or json' },
  },
  async run({ config, changed, format }, context, [environment, region]) {
    const spec = await loadSpecWithSource(config, context);
    if (!spec.ok) return refuse(spec.diagnostics, 'nothing to show', format, context);
    const all = traceSettings(spec.value.written, spec.value.resolved);
    const stacks = all
      .filter((stack) => environment === undefined || stack.environment === environment)
      .filter((stack) => region === undefined || stack.region === region)
      .map((stack) => ({
        ...stack,
        settings: stack.settings.filter(({ origin }) => !changed || origin !== 'default'),
      }));
    if (stacks.length === 0) {
      const known = all.map((stack) => `${stack.environment} ${stack.region}`).join(', ');
      throw new Problem({
        what: `${config} has no ${[environment, region].join(' ').trim()}. It has: ${known}`,
      });
    }
    context.terminal.write(
      format === 'json' ? `${JSON.stringify(stacks, undefined, 2)}\n` : stacks.map(formatStack).join('\n'),
    );
    return EXIT_DONE;
  },
});

function formatStack({
  environment,
  region,
  names,
  settings,
}: ReturnType<typeof traceSettings>[number]): string {
  const rows = settings.map(({ path, value, origin }) => [path, JSON.stringify(value), origin]);
  const named = Object.entries(names).map(([what, name]) => `  ${what.padEnd(24)} ${name}`);
  return [
    `${environment} in ${region}`,
    ...alignColumns(rows).map((line) => `  ${line}`),
    '',
    '  names',
    ...named.map((line) => `  ${line}`),
    '',
  ].join('\n');
}
