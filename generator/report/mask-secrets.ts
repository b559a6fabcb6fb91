// Hides what stands at the place of a secret: the spec never holds secrets, but somebody pastes one, and terminals, CI logs
// and annotations are read by more people. Works on text, so that it also covers a file that is not valid YAML.
import type { Diagnostic, SourceLocation } from '../diagnostics/diagnostic.ts';
import { HARMLESS_VALUE, SECRET_NAME } from '../text/secret-words.ts';

const KEY = /(?<![\w:-])(["']?)([\w-]+)\1\s*[:=]\s*/g;
/** Names of the text of a secret, below the secret's name. */
const TEXT_NAME = /^(?:value|key|plaintext|secret_string|secret_value)$/i;
/** Words that the keys of the spec itself take. */
const OWN_WORDS = /^(?:null|~|managed|existing)$/i;
/** Recognised without a name: keys of payment services, webhooks, GitHub and AWS, signed tokens, passwords in URLs. */
const FORMS =
  /(?<![\w-])(?:(?:sk|pk|rk)_(?:live|test)_[\w-]+|whsec_[\w+/=-]+|gh[pousr]_\w{36,}|AKIA[A-Z0-9]{16}|eyJ[\w-]+\.[\w-]+\.[\w-]+)|(?<=:\/\/)[^\s/@]{1,500}(?=@)/g;
const BLOCK_BEGINS = /^(?:[|>][\w+-]*)?\s*(?:#.*)?$/;
const IS_COMMENT = /^\s*#/;
const IS_MAPPING = /^\s*(?:- +)?["']?[\w.-]+["']?:(?:\s|$)/;
const MASK = '***';
/** Shorter words are too common in messages. */
const SHORTEST = 4;
/** Messages shorten long values; this beginning recognises them. */
const BEGINNING = 12;

/** The same lines, each as long as before, with `*` for each character of a secret. */
export function maskSecrets(lines: readonly string[]): string[] {
  let block: { readonly indent: number; readonly isText: boolean } | undefined;
  return lines.map((line) => {
    const indent = line.length - line.trimStart().length;
    if (block !== undefined && line.trim() !== '' && indent <= block.indent) block = undefined;
    const { text, opens } = maskLine(line);
    if (block?.isText === false && IS_COMMENT.test(line)) return text;
    // `api_key:text` without a space is no mapping, but shows which part is the secret.
    if (block !== undefined && !IS_MAPPING.test(line) && text === line) return line.replace(/[^\s-].*/, star);
    if (opens !== undefined) block ??= { indent, isText: opens === 'text' };
    return text;
  });
}

function maskLine(line: string): { readonly text: string; readonly opens?: 'text' | 'mapping' } {
  const known = line.replace(FORMS, star);
  const parts: string[] = [];
  let done = 0;
  let opens: 'text' | 'mapping' | undefined;
  // Continues after each value, so that the time grows with the length of the line alone.
  const key = new RegExp(KEY);
  const flow = line.search(/[{[]/);
  for (let match = key.exec(line); match !== null; match = key.exec(line)) {
    const [, , name = ''] = match;
    if (!SECRET_NAME.test(name) && !TEXT_NAME.test(name)) continue;
    const start = key.lastIndex;
    const rest = line.slice(start).trimEnd();
    const value = readValue(rest, flow !== -1 && flow < start);
    key.lastIndex = start + value.length;
    if (BLOCK_BEGINS.test(rest)) opens = /^[|>]/.test(rest) ? 'text' : 'mapping';
    else if (!isHarmless(value)) {
      parts.push(known.slice(done, start), star(value));
      done = key.lastIndex;
    }
  }
  return { text: parts.join('') + known.slice(done), ...(opens === undefined ? {} : { opens }) };
}

/** The scalar or the list at the beginning of `rest`. */
function readValue(rest: string, isInFlow: boolean): string {
  const [open = ''] = rest;
  if (open === '{') return '';
  if (open === '"' || open === "'") return rest.slice(0, rest.indexOf(open, 1) + 1 || rest.length);
  if (open === '[') return rest.slice(0, rest.indexOf(']') + 1 || rest.length);
  const [value = ''] = (isInFlow ? /^[^,}\]]*/ : /^(?:(?! #).)*/).exec(rest) ?? [];
  return value.trimEnd();
}

function isHarmless(value: string): boolean {
  const plain = value.replace(/^(["'])(.*)\1$/, '$2');
  return HARMLESS_VALUE.test(plain) || OWN_WORDS.test(plain);
}

function star(text: string): string {
  return text.replace(/[^\s[\],"']/g, '*');
}

/** The diagnostic without the secrets of its lines. */
export function maskDiagnostic(
  diagnostic: Diagnostic,
  { line, endLine = line }: SourceLocation,
  { plain, masked }: { readonly plain: readonly string[]; readonly masked: readonly string[] },
): Diagnostic {
  const secrets = plain
    .slice(line - 1, endLine)
    .flatMap((text, index) => listHidden(text, masked[line - 1 + index] ?? text));
  if (secrets.length === 0) return diagnostic;
  const pattern = new RegExp(secrets.map(describeSecret).join('|'), 'g');
  const mask = (text: string): string => text.replace(pattern, MASK);
  const { what, why, fix, path } = diagnostic;
  return {
    ...diagnostic,
    path: mask(path),
    what: mask(what),
    ...(why === undefined ? {} : { why: mask(why) }),
    ...(fix === undefined ? {} : { fix: mask(fix) }),
  };
}

/** The words of a line that its masked form hides, also as a message in JSON quotes them. */
function listHidden(line: string, masked: string): string[] {
  const words = [...masked.matchAll(/\*+/g)].map(({ 0: stars, index }) =>
    line.slice(index, index + stars.length),
  );
  return words
    .filter((word) => word.length >= SHORTEST && !/^\*+$/.test(word))
    .flatMap((word) => [word, JSON.stringify(word).slice(1, -1)]);
}

function describeSecret(word: string): string {
  const beginning = word.slice(0, BEGINNING).replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
  return word.length > BEGINNING ? `${beginning}[^\\s"'\`,;}\\]]*` : beginning;
}
