// A debugger sets a breakpoint in a source: it maps the line to the bundle with the source map, as an editor does.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { ensureBundle } from './ensure-bundle.mjs';

const projectRoot = join(import.meta.dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'breakpoints-'));
afterAll(() => rmSync(folder, { recursive: true }));
writeFileSync(
  join(folder, 'sonotheia.config.yaml'),
  'project_name: demo\nenvironments:\n  dev: { regions: [us-east-1] }\n',
);

const bundle = await ensureBundle(projectRoot, 'generator/cli.ts');
const code = readFileSync(bundle, 'utf8').split('\n');
const map = new SourceMap(JSON.parse(readFileSync(`${bundle}.map`, 'utf8')));

/** The line of the bundle for the line of the source that contains `text`; both start at 1. */
function findLine(path: string, text: string): number {
  const lines = readFileSync(join(projectRoot, path), 'utf8').split('\n');
  const wanted = lines.findIndex((line) => line.includes(text));
  const isWanted = (line: string, index: number): boolean => {
    if (line === '') return false;
    const entry = map.findEntry(index, line.search(/\S/));
    if (!('originalSource' in entry) || entry.originalLine !== wanted) return false;
    return resolve(dirname(bundle), entry.originalSource) === join(projectRoot, path);
  };
  return code.findIndex(isWanted) + 1;
}

test.each([
  ['the generator', 'generator/compile-spec.ts', 'const loaded = loadSpec(', ['generate']],
  [
    "an operator's command",
    'scripts/operator/open-spec.ts',
    'readSpec(resolve(file)',
    ['secrets', 'check', '--env', 'none'],
  ],
])('in %s stops there', (_, path, text, command) => {
  const line = findLine(path, text);
  expect(line).toBeGreaterThan(0);
  const preload = pathToFileURL(join(projectRoot, 'test/support/stop-at-breakpoint.mjs')).href;
  // From the second `generate` on, the compiled code comes from the cache.
  for (let run = 0; run < 2; run += 1) {
    const { stderr } = spawnSync(
      process.execPath,
      ['--import', preload, join(projectRoot, 'generator/main.mjs'), ...command],
      { cwd: folder, encoding: 'utf8', env: { ...process.env, STOP_AT: String(line) }, timeout: 30_000 },
    );
    expect(stderr).toMatch(new RegExp(`^stopped at \\d:${line - 1}:\\d+:`));
  }
});
