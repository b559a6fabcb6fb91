// Rewrites a value of a wrong type in the form that the schema asks for, as a text to write. Pure.
import { isObject, type JsonObject, type JsonValue } from './json.ts';
import { dereference } from './schema.ts';
import { readQuantity } from './units.ts';
import { exampleMapping, writeText, writeValue } from './write-value.ts';

/** Longer values are not repeated in a hint. */
const LONGEST = 120;
const MANY_KEYS = 8;
const TRUE_WORDS = new Set(['yes', 'on', 'y', 'true', 'enabled']);
const FALSE_WORDS = new Set(['no', 'off', 'n', 'false', 'disabled']);
const GLUED = /^([A-Za-z_][\w-]*):(\S.*)$/;
/** Undefined where nothing can be derived. `source`: a number or switch as the file has it. */
export function rewrite(
  value: unknown,
  type: JsonValue | undefined,
  node: JsonObject,
  source: string,
): string | undefined {
  if (value === null) return rewriteNull(type, node);
  if (type === 'boolean') return rewriteAsSwitch(value);
  if (Array.isArray(value)) return rewriteList(value, type, node);
  if (typeof value === 'object')
    return type === 'array' ? rewriteMapping(value as JsonObject, node) : undefined;
  if (type === 'object') return rewriteAsMapping(value, node, source);
  if (type === 'array') return rewriteAsList(source, node);
  if (type === 'string') return `put it in quotes: \`"${source}"\``;
  if (typeof value === 'string') return rewriteAsNumber(value, node);
  return type === 'integer' && typeof value === 'number' ? `write \`${Math.round(value)}\`` : undefined;
}

/** `timeout:30`, which YAML reads as one text. */
export function separateGlued(text: string): string | undefined {
  const glued = GLUED.exec(text);
  return glued === null ? undefined : `put a space after the colon: \`${glued[1]}: ${glued[2]}\``;
}

function rewriteNull(type: JsonValue | undefined, node: JsonObject): string {
  const [example] = exampleMapping(node);
  if (type === 'object' && example !== undefined)
    return `the key has no value: indent the lines that belong to it, for example \`${writeInner(example)}\``;
  if (type === 'array')
    return 'the key has no value: for none write `[]`; else indent the lines that belong to it, or remove the key';
  return type === 'object'
    ? 'the key has no value: indent the lines that belong to it, or remove the key'
    : 'write a value after the colon, or remove the key';
}

/** A mapping without its braces, as it stands below its key. */
function writeInner(value: JsonObject): string {
  return writeValue(value).slice('{ '.length, -' }'.length);
}

function rewriteAsSwitch(value: unknown): string {
  const inner = isObject(value as JsonValue) ? (value as JsonObject).enabled : value;
  const word = String(inner).toLowerCase();
  if (TRUE_WORDS.has(word)) return 'write `true`, without quotes';
  return FALSE_WORDS.has(word) ? 'write `false`, without quotes' : 'write `true` or `false`';
}

function rewriteAsNumber(value: string, { unit }: JsonObject): string | undefined {
  const number = readQuantity(value, unit);
  if (number !== undefined) return `write the number alone: \`${number}\``;
  return /^\s*\d/.test(value) && unit !== undefined ? `write the number of ${unit} alone` : undefined;
}

function rewriteAsMapping(value: unknown, node: JsonObject, source: string): string | undefined {
  if (typeof value === 'string' && value.length > LONGEST) return undefined;
  if (/^\s*\w+\s*=/.test(source))
    return 'write a colon instead of the equals sign: `key: value`; Terraform values go into *.auto.tfvars';
  const [example] = exampleMapping(dereference(node.additionalProperties));
  const names = source.split(/[\s,;]+/).filter((name) => /^[a-z][\w-]*$/.test(name));
  if (example !== undefined && names.length > 0)
    return `write each name as a key: \`${names.map((name) => `${name}: ${writeValue(example)}`).join(', ')}\` in braces`;
  const separated = separateGlued(source);
  const [first] = GLUED.exec(source)?.slice(1) ?? [];
  const properties = Object.entries(isObject(node.properties) ? node.properties : {});
  const isKey = properties.length === 0 || properties.some(([key]) => key === first);
  if (separated !== undefined && isKey) return separated;
  const keys = properties.map(([key]) => key);
  const fitting = properties.filter(([key, property]) => takes(key, dereference(property), value));
  const list = keys.length > MANY_KEYS ? '' : `; its keys: ${keys.join(', ')}`;
  // A listed value, such as a region, says more than a text of the right form.
  const listed = fitting.filter(([, property]) => isListed(dereference(property)));
  const [only, ...others] = listed.length > 0 ? listed : fitting;
  if (only !== undefined && others.length === 0) {
    const text = typeof value === 'string' ? writeText(value) : source;
    const isList = dereference(only[1]).type === 'array';
    return `write a mapping: \`{ ${only[0]}: ${isList ? `[${text}]` : text} }\`${list}`;
  }
  return keys.length === 0 || list === '' ? separated : `write a mapping${list}`;
}

function isListed({ enum: values, items }: JsonObject): boolean {
  return Array.isArray(values) || Array.isArray(dereference(items).enum);
}

/** Whether the value of a mapping's key may be `value`. */
function takes(
  key: string,
  { type, pattern, enum: values, minimum, maximum, items }: JsonObject,
  value: unknown,
): boolean {
  const types = [type].flat();
  const listed = dereference(items).enum;
  if (Array.isArray(listed)) return listed.includes(value as JsonValue);
  if (typeof value === 'boolean') return key === 'enabled';
  if (Array.isArray(values)) return values.includes(value as JsonValue);
  if (typeof value === 'string')
    return types.includes('string') && pattern !== undefined && new RegExp(String(pattern), 'u').test(value);
  if (!types.includes('integer') && !types.includes('number')) return false;
  return Number(value) >= Number(minimum ?? -Infinity) && Number(value) <= Number(maximum ?? Infinity);
}

function rewriteAsList(source: string, node: JsonObject): string | undefined {
  const inner = source.trim().replace(/^\[(.*)\]$/, '$1');
  const parts = inner.split(/[\s,;]+/).filter((part) => part !== '');
  if (source.length > LONGEST || parts.length === 0 || /[[\]{}]/.test(inner)) return undefined;
  const items = dereference(node.items);
  if (isObject(items.properties))
    return `write a list of mappings; each begins with a dash: \`- ${nameFirst(items)}: …\``;
  return `write it as a list: \`[${parts.map((part) => writeItem(part, items)).join(', ')}]\``;
}

function rewriteMapping(value: JsonObject, node: JsonObject): string {
  const items = dereference(node.items);
  const keys = Object.keys(value);
  if (keys.length === 0) return 'for none write `[]`';
  if (!isObject(items.properties))
    return `write it as a list: \`[${keys.map((key) => writeItem(key, items)).join(', ')}]\``;
  const known = items.properties;
  const isItem = keys.some((key) => Object.hasOwn(known, key));
  const first = isItem ? keys[0] : nameFirst(items);
  const given = isItem ? value[keys[0] ?? ''] : keys[0];
  const text = typeof given === 'string' ? writeText(given) : '…';
  return `write a list; each item begins with a dash: \`- ${first}: ${text}\`, and its other keys stand below the first`;
}

function nameFirst({ required }: JsonObject): string {
  return Array.isArray(required) ? String(required[0]) : 'name';
}

/** A list where a mapping or one value belongs. */
function rewriteList(items: readonly unknown[], type: JsonValue | undefined, node: JsonObject): string {
  if (type !== 'object') {
    const [only] = items;
    const isOne = items.length === 1 && typeof only !== 'object';
    const text = typeof only === 'string' ? writeText(only) : String(only);
    return isOne
      ? `write the value without brackets: \`${text}\``
      : 'write one value, without brackets and dashes';
  }
  const { properties } = node;
  if (isObject(properties)) {
    const [key] = Object.keys(properties).filter((name) =>
      items.every((item) => takes(name, dereference(properties[name]), item)),
    );
    const isList = key !== undefined && items.length > 0 && dereference(properties[key]).type === 'array';
    return isList
      ? `write a mapping: \`{ ${key}: ${writeValue(items as JsonValue)} }\``
      : 'write its keys without dashes and brackets, indented below';
  }
  const names = items.map((item) => (isObject(item as JsonValue) ? (item as JsonObject).name : item));
  const [first = 'dev'] = names.filter((name) => typeof name === 'string');
  return `write each name as a key, without a dash: \`${first}:\`, and what belongs to it indented below`;
}

function writeItem(text: string, { type }: JsonObject): string {
  return type === 'string' ? writeText(text) : text;
}
