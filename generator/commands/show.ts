// show: prints the resolved settings and the source of each value.
import { defineCommand, EXIT_DONE } from '../command-line/command.ts';
import { Problem } from '../command-line/problem.ts';
import { type TracedSetting, type TracedStack, traceSettings } from '../explain/trace-settings.ts';
import { equalJson, isObject, type JsonObject, type JsonValue } from '../spec/json.ts';
import { dereference } from '../spec/schema.ts';
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
      format === 'json'
        ? `${JSON.stringify(stacks, undefined, 2)}\n`
        : stacks.map((stack) => formatStack(stack, changed)).join('\n'),
    );
    return EXIT_DONE;
  },
});

/** A list of mappings as one setting for each key of an item, in the schema's order: `subscriptions[0].protocol`. */
function splitItems(setting: TracedSetting): TracedSetting[] {
  const { path, value, origin } = setting;
  const known = dereference(readItems(path)).properties;
  if (!Array.isArray(value) || !isObject(known)) return [setting];
  return value.flatMap((item: JsonObject, index) =>
    Object.entries(known).map(([key, node]) => {
      const inner = item[key] ?? null;
      const isDefault = equalJson(inner, dereference(node).default ?? null);
      return { path: `${path}[${index}].${key}`, value: inner, origin: isDefault ? 'default' : origin };
    }),
  );
}

function readItems(path: string): JsonValue | undefined {
  const settings = dereference({ $ref: '#/definitions/defaults' }).properties;
  return dereference(isObject(settings) ? settings[path] : undefined).items;
}

function formatStack({ environment, region, names, settings }: TracedStack, changed: boolean): string {
  // The value stands last: a long one must not widen the table.
  const rows = settings
    .flatMap(splitItems)
    .filter(({ origin }) => !changed || origin !== 'default')
    .map(({ path, value, origin }) => [path, origin, JSON.stringify(value)]);
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
