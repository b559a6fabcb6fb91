// docs/configuration.md: every key of the spec, from the schema. Pure.
import type { JsonValue } from '../spec/json.ts';
import { listSchemaKeys, type SchemaKey } from '../spec/schema-keys.ts';

const INTRODUCTION = `# Configuration

<!-- Generated from schema/spec.schema.json by \`npm run generate:docs\`. Do not edit. -->

Every key of \`sonotheia.config.yaml\`. Settings (all keys under \`defaults\` here) may be given in three places; the
later one wins: under \`defaults\` for all environments, under \`environments.<name>\` for one, and under
\`environments.<name>.region_overrides.<region>\` for one region of it. \`npx sonotheia explain <key>\` prints the same, with the resources that use the key; \`npx sonotheia show\` prints the values of each environment.
`;

/** Returns the whole document; a test compares it with the committed one. */
export function renderReference(): string {
  const keys = listSchemaKeys();
  const plain = keys.filter(({ isGroup, path }) => !isGroup && path.length === 1);
  const sections = keys.filter(({ isGroup }) => isGroup).map((group) => renderGroup(group, keys));
  return `${INTRODUCTION}\n## At the top\n\n${renderTable(plain, [])}${sections.join('')}`;
}

function renderGroup(group: SchemaKey, keys: readonly SchemaKey[]): string {
  const children = keys.filter(
    ({ path, isGroup }) =>
      !isGroup && path.length > group.path.length && isBelow(path, group.path) && isDirect(path, group, keys),
  );
  const table = children.length === 0 ? '' : `\n${renderTable(children, group.path)}`;
  return `\n## \`${joinPath(group.path)}\`\n\n${escapeCell(group.description, false)}\n${table}`;
}

/** Whether no other group is between the two. */
function isDirect(path: readonly string[], group: SchemaKey, keys: readonly SchemaKey[]): boolean {
  return !keys.some(
    (other) =>
      other.isGroup &&
      other.path.length > group.path.length &&
      other.path.length < path.length &&
      isBelow(path, other.path),
  );
}

function isBelow(path: readonly string[], ancestor: readonly string[]): boolean {
  return ancestor.every((segment, index) => path[index] === segment);
}

function renderTable(keys: readonly SchemaKey[], base: readonly string[]): string {
  const rows = keys.map((key) => {
    const value = key.isRequired ? '(required)' : formatCode(key.default);
    return `| \`${joinPath(key.path.slice(base.length))}\` | ${key.type} | ${value} | ${renderMeaning(key)} |`;
  });
  return `| key | type | default | what it does |\n| --- | --- | --- | --- |\n${rows.join('\n')}\n`;
}

function renderMeaning({ description, limits, limitSource, values, examples, variable }: SchemaKey): string {
  const isListed = values.length > 0 && values.length <= MANY_VALUES;
  const shown = isListed ? limits.filter((limit) => !limit.startsWith('one of ')) : limits;
  return [
    escapeCell(description, true),
    ...(shown.length === 0 ? [] : [`Limits: ${escapeCell(shown.join('; '), true)}.`]),
    ...(isListed ? values.map(renderValue) : []),
    ...(limitSource === '' ? [] : [`Set by ${escapeCell(limitSource, true)}.`]),
    ...examples.map((example) => `Example: ${formatCode(example)}.`),
    ...(variable === null ? [] : [`Terraform: \`${variable}\`.`]),
  ].join(' ');
}

/** Explains up to this many values one by one. */
const MANY_VALUES = 12;

function renderValue({ value, description }: SchemaKey['values'][number]): string {
  return `\`${value}\`: ${escapeCell(description, true)}.`;
}

function joinPath(path: readonly string[]): string {
  return path.join('.').replaceAll('.[]', '[]');
}

function formatCode(value: JsonValue | undefined): string {
  return value === undefined
    ? ''
    : `\`${escapeCell(typeof value === 'string' ? value : JSON.stringify(value), true)}\``;
}

/** A pipe would end the table's cell; angle brackets outside code would be taken for HTML. */
function escapeCell(text: string, inTable: boolean): string {
  const escaped = inTable ? text.replaceAll('|', '\\|') : text;
  return escaped
    .split('`')
    .map((part, index) => (index % 2 === 0 ? part.replaceAll('<', '&lt;') : part))
    .join('`');
}
