// cost: the monthly bill of the spec, estimated from its settings and from the prices in this project. Read-only.

import { type CommandContext, defineCommand, EXIT_DONE } from '../command-line/command.ts';
import { Problem } from '../command-line/problem.ts';
import { findContradiction, renderCost } from '../cost/render-cost.ts';
import type { ResolvedSpec } from '../spec/resolve.ts';
import { CONFIG_OPTION, loadResolvedSpec, refuse } from './spec-input.ts';

const OPTIONS = {
  config: CONFIG_OPTION,
  explain: { type: 'boolean', description: 'show every quantity, unit price and source' },
  format: {
    type: 'string',
    value: 'format',
    default: 'table',
    values: ['table', 'json', 'svg'],
    description: 'table, json or svg (a chart of the cost against the traffic)',
  },
  compare: {
    type: 'string',
    value: 'file',
    description:
      'another spec, for example of the main branch: show what the spec costs more or less than it',
  },
  'free-tier': { type: 'boolean', description: "subtract AWS's permanent free tier" },
} as const;

export const cost = defineCommand({
  name: 'cost',
  text: `Estimates what the spec costs a month on AWS.

The estimate comes from the settings, the traffic assumptions (the settings under \`traffic\`) and
the prices that are part of the project; AWS is not asked. docs/cost.md explains the estimate.`,
  options: OPTIONS,
  async run({ 'free-tier': freeTier, ...values }, context) {
    const options = { ...values, freeTier };
    const contradiction = findContradiction(options);
    if (contradiction !== undefined) throw new Problem({ what: contradiction });
    const spec = await readOrRefuse(values.config, context);
    if (typeof spec === 'number') return spec;
    const base = values.compare === undefined ? undefined : await readOrRefuse(values.compare, context);
    if (typeof base === 'number') return base;
    context.terminal.write(renderCost(spec, base, options));
    return EXIT_DONE;
  },
});

/** Returns the spec, or the exit code. Leaves the warnings to `generate`. */
async function readOrRefuse(config: string, context: CommandContext): Promise<ResolvedSpec | number> {
  const spec = await loadResolvedSpec(config, context);
  return spec.ok ? spec.value : refuse(spec.diagnostics, 'nothing to estimate', 'text', context);
}
