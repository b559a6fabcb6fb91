// The table of docs/operations.md, "A deployment stops": each fixed part of a message of ours is in the sources.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const PAGE = readFileSync(join(ROOT, 'docs/operations.md'), 'utf8');
/** Names and numbers of the example, and omissions of the page. */
const VARIABLE = /…|: |\S+\.json|\b(?:dev|prod|default|out|a@b|bucket|acme-calls|us-east-1|\d+)\b/;
const SHORTEST_PART = 10;

function readSources(): string {
  return ['scripts', 'generator', 'templates']
    .flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map(
        (name) => `${folder}/${name}`,
      ),
    )
    .filter((path) => /(?:(?<!\.test)\.ts|\.hbs)$/.test(path) && !path.includes('testdata'))
    .map((path) => readFileSync(join(ROOT, path), 'utf8'))
    .join('\n');
}

const table = PAGE.slice(PAGE.indexOf('### A deployment stops'), PAGE.indexOf('### Lambda deployment fails'));
const ours = table
  .split('\n')
  .filter((line) => /^\| .*\| .*\| .*\| .*\|$/.test(line) && !line.startsWith('| `npm'))
  .flatMap((line) => [...(line.split(' | ')[0] ?? '').matchAll(/`([^`]+)`/g)].map(([, text = '']) => text));

test('a message of ours is in the sources', () => {
  expect(ours.length).toBeGreaterThan(12);
  const sources = readSources();
  const parts = ours.flatMap((text) => text.split(VARIABLE).filter((part) => part.length >= SHORTEST_PART));
  expect(parts.length).toBeGreaterThanOrEqual(ours.length - 4);
  expect(parts.filter((part) => !sources.includes(part.trim()))).toEqual([]);
});
