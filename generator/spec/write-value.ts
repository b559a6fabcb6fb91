// Writes values, and examples of them, as YAML in one line. Pure.
import { isObject, type JsonObject, type JsonValue } from './json.ts';
import { dereference } from './schema.ts';

/** Texts that YAML reads as text without quotes, in a list too. */
const PLAIN = /^(?!(?:true|false|null|yes|no|on|off)$)[A-Za-z_/][\w@./+:-]*$/i;

/** Text in YAML; in quotes if YAML would read something else. */
export function writeText(text: string): string {
  return PLAIN.test(text) ? text : JSON.stringify(text);
}

export function writeValue(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(writeValue).join(', ')}]`;
  if (typeof value === 'string') return writeText(value);
  if (!isObject(value)) return String(value);
  return `{ ${Object.entries(value)
    .map(([key, item]) => `${key}: ${writeValue(item)}`)
    .join(', ')} }`;
}

/** The smallest mapping that a definition allows: its required keys, with their examples. None if it requires none. */
export function exampleMapping({ properties, required }: JsonObject): JsonObject[] {
  if (!isObject(properties) || !Array.isArray(required)) return [];
  return [
    Object.fromEntries(
      required.map((key) => {
        const { examples, enum: values, default: value } = dereference(properties[String(key)]);
        const [first] = [examples, values].flatMap((list) =>
          Array.isArray(list) ? (list as JsonValue[]) : [],
        );
        return [String(key), first ?? value ?? ''];
      }),
    ),
  ];
}
