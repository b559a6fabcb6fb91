// Refuses YAML features beyond plain data: every value is written where it is used, and every key is a setting.
import { type Document, isAlias, isNode, isPair, isScalar, type Node, visit } from 'yaml';
import type { TextRange } from './locate.ts';
import { quote, shorten } from './source-text.ts';
import type { SyntaxProblem } from './yaml-lines.ts';

const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

/** Second documents, directives, aliases, tags, merge keys, and keys that mean something to JavaScript. */
export function findUnsupportedFeatures(
  documents: readonly Document.Parsed[],
  text: string,
): SyntaxProblem[] {
  const [document, second] = documents;
  if (document === undefined) return [];
  return [...findSecondDocument(second, text), ...findDirective(document, text), ...findFeatures(document)];
}

function findSecondDocument(second: Document.Parsed | undefined, text: string): SyntaxProblem[] {
  if (second === undefined) return [];
  const start = second.range[0];
  return [
    {
      range: text.startsWith('---', start) ? [start, start + 3] : [start, start + 1],
      what: 'a second YAML document starts here',
      fix: 'keep one document a file: remove the `---`',
    },
  ];
}

function findDirective(document: Document.Parsed, text: string): SyntaxProblem[] {
  const { explicit, version } = document.directives.yaml;
  if (explicit !== true || version === '1.2') return [];
  const start = Math.max(0, text.search(/^%YAML/m));
  return [
    {
      range: [start, start + `%YAML ${version}`.length],
      what: `%YAML ${version} is not supported`,
      fix: 'remove the directive; specs are YAML 1.2',
    },
  ];
}

function findFeatures(document: Document.Parsed): SyntaxProblem[] {
  const problems: SyntaxProblem[] = [];
  visit(document, (_key, node) => {
    // An alias without a name is reported as a syntax error.
    if (isAlias(node) && node.source !== '')
      problems.push({
        range: rangeOf(node),
        what: `the alias \`*${shorten(node.source)}\` is not supported`,
        fix: `write the value out, or put it under \`defaults\`; if it is a text, quote it: ${quote(`*${node.source}`)}`,
      });
    if (isNode(node) && !isAlias(node) && node.tag !== undefined)
      problems.push({
        range: rangeOf(node),
        what: `the tag \`${shorten(node.tag)}\` is not supported`,
        fix: 'write a plain value',
      });
    const key = isPair(node) && isScalar(node.key) ? node.key : undefined;
    if (key !== undefined && (FORBIDDEN_KEYS.has(String(key.value)) || key.value === '<<'))
      problems.push({
        range: rangeOf(key),
        what: `the key \`${String(key.value)}\` is not allowed`,
        fix: key.value === '<<' ? 'write the keys out, or put them under `defaults`' : 'choose another name',
      });
  });
  return problems;
}

function rangeOf(node: Node): TextRange {
  const [start, end] = node.range ?? [0, 0];
  return [start, end];
}
