// Renders values as HCL. Every value from a spec passes through here, map keys too.
import { isObject, type JsonObject, type JsonValue } from '../spec/json.ts';
import { escapeUnreadable } from './readable-text.ts';

/** A line `name = expression`; the expression is HCL already. */
export interface Attribute {
  readonly name: string;
  readonly expression: string;
}

/**
 * The HCL literal of a JSON value, as `terraform fmt` would leave it. `indent` is the number of spaces of the line
 * that the literal starts on. Throws on `undefined`, on numbers that are not finite and on lone surrogates, which
 * UTF-8 cannot hold.
 */
export function renderLiteral(value: JsonValue | undefined, indent = 0): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return renderString(value);
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  if (Array.isArray(value)) return renderList(value, indent);
  if (isObject(value)) return renderMap(value, indent);
  throw new TypeError(`no HCL literal for ${String(value)}`);
}

/** Attributes with aligned equal signs; a value of several lines gets its own group. */
export function renderAttributes(attributes: readonly Attribute[], indent: number): string {
  const groups: string[] = [];
  let run: Attribute[] = [];
  const endRun = (): void => {
    if (run.length > 0) groups.push(alignAttributes(run, indent));
    run = [];
  };
  for (const attribute of attributes) {
    if (!attribute.expression.includes('\n')) {
      run.push(attribute);
      continue;
    }
    endRun();
    groups.push(alignAttributes([attribute], indent));
  }
  endRun();
  return groups.join('\n\n');
}

function alignAttributes(attributes: readonly Attribute[], indent: number): string {
  const width = Math.max(...attributes.map(({ name }) => countColumns(name)));
  return attributes
    .map(
      ({ name, expression }) =>
        `${' '.repeat(indent)}${name}${' '.repeat(width - countColumns(name))} = ${expression}`,
    )
    .join('\n');
}

function renderList(items: readonly JsonValue[], indent: number): string {
  const isInline = items.every(
    (item) => typeof item !== 'object' || item === null || (isObject(item) && Object.keys(item).length === 0),
  );
  if (isInline) return `[${items.map((item) => renderLiteral(item)).join(', ')}]`;
  const inner = ' '.repeat(indent + 2);
  const lines = items.map((item) => `${inner}${renderLiteral(item, indent + 2)},`);
  return ['[', ...lines, `${' '.repeat(indent)}]`].join('\n');
}

function renderMap(map: JsonObject, indent: number): string {
  const attributes = Object.entries(map).map(([key, value]) => ({
    name: renderString(key),
    expression: renderLiteral(value, indent + 2),
  }));
  if (attributes.length === 0) return '{}';
  return `{\n${renderAttributes(attributes, indent + 2)}\n${' '.repeat(indent)}}`;
}

/**
 * A quoted HCL string that evaluates to `text` (in NFC, to which Terraform normalises). `${` and `%{` start templates
 * and are doubled; unprintable characters become \uXXXX, because HCL refuses them or editors hide them.
 */
function renderString(text: string): string {
  if (!text.isWellFormed()) throw new TypeError('a string with a lone surrogate has no UTF-8 form');
  const escaped = text.normalize('NFC').replaceAll(/["\\\n\r\t]|[$%](?=\{)/g, escapeSpecial);
  return `"${escapeUnreadable(escaped)}"`;
}

function escapeSpecial(character: string): string {
  const escapes: Partial<Record<string, string>> = {
    '"': '\\"',
    '\\': '\\\\',
    '\n': '\\n',
    '\r': '\\r',
    '\t': '\\t',
    $: '$$',
    '%': '%%',
  };
  return escapes[character] ?? character;
}

/** `terraform fmt` aligns by grapheme clusters: each unescaped character of a literal is one. */
function countColumns(text: string): number {
  return /^[ -~]*$/.test(text) ? text.length : [...text].length;
}
