// The whole command: arguments in, output and exit code out.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { captureStreams } from '../../test/support/capture-streams.ts';
import { runCommand } from '../command-line/run-command.ts';
import { cost } from './cost.ts';

const folder = mkdtempSync(join(tmpdir(), 'cost-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

async function run(...argv: string[]) {
  const { streams, written } = captureStreams();
  const code = await runCommand(cost, argv, { projectRoot: folder, workingDir: folder, streams });
  return { code, ...written() };
}

const SMALL = 'project_name: demo\nenvironments:\n  dev:\n    regions: [us-east-1]\n';
const small = write('small.yaml', SMALL);
const big = write('big.yaml', `${SMALL}    lambda: { memory_size: 2048 }\n`);

test('a table with the notes of the estimate', async () => {
  const { code, out, error } = await run('--config', small);
  expect({ code, error }).toEqual({ code: 0, error: '' });
  for (const text of [
    'Estimated cost in USD',
    'prices of',
    'An estimate',
    'without taxes',
    'us-east-1',
    'dev',
  ])
    expect(out).toContain(text);
});

test('formulas with --explain', async () => {
  const { out } = await run('--config', small, '--explain');
  expect(out).toContain('75,000 GB-seconds x 0.0000133334 = 1.00');
  expect(out).toContain('30,000 events x 5 s x 0.5 GB');
  expect(out).toContain('Sources of the prices');
});

test('the free tier costs less', async () => {
  const total = async (...argv: string[]): Promise<number> =>
    JSON.parse((await run('--config', small, '--format', 'json', ...argv)).out).totalUsd;
  expect(await total('--free-tier')).toBeLessThan(await total());
});

test('JSON and SVG', async () => {
  const json = JSON.parse((await run('--config', small, '--format', 'json')).out);
  expect(json).toMatchObject({ currency: 'USD', period: 'month', freeTier: false });
  expect(json.environments[0].regions[0].services[0].lines[0]).toEqual({
    id: 'webhook-requests',
    title: 'Webhook handler, requests',
    quantity: 30_000,
    freeQuantity: 0,
    unit: 'request',
    derivation: '30,000 events',
    price: {
      key: 'lambda.requests',
      usd: 0.2,
      per: 1_000_000,
      region: 'us-east-1',
      source: 'us-east-1-2026-09',
      confirmed: true,
    },
    amountUsd: 0.006,
    fixed: false,
  });
  expect(json.sources['us-east-1-2026-09'].url).toMatch(/^https:/);
  expect((await run('--config', small, '--format', 'svg')).out).toMatch(/^<svg [\s\S]*<\/svg>\n$/);
});

test('the difference to another spec', async () => {
  const { code, out } = await run('--config', big, '--compare', small);
  expect(code).toBe(0);
  expect(out).toContain(`from ${small} to ${big}`);
  expect(out).toMatch(/Lambda +1\.11 +4\.41 +\+3\.30/);
  const json = JSON.parse((await run('--config', big, '--compare', small, '--format', 'json')).out);
  expect(json.differences).toEqual([
    { environment: 'dev', region: 'us-east-1', service: 'Lambda', beforeUsd: 1.106606, afterUsd: 4.406622 },
  ]);
});

test('--help', async () => {
  const { code, out } = await run('--help');
  expect(code).toBe(0);
  expect(out).toContain('--compare <file>');
});

test.each([
  [['--config', join(folder, 'absent.yaml')], 'absent.yaml:1:1: error SONO100'],
  [['--config', folder], 'the spec is a folder, not a file'],
  [['--config', small, '--compare', join(folder, 'absent.yaml')], 'absent.yaml:1:1: error SONO100'],
  [['--config', small, '--format', 'xml'], '--format must be table, json, svg, not "xml"'],
  [['--config', small, '--compare', big, '--explain'], 'leave out --explain'],
  [['--config', small, '--compare', big, '--format', 'svg'], 'leave out --explain and --format svg'],
  [['--config', small, '--format', 'json', '--explain'], 'json always holds every formula'],
  [['--config', small, '--format', 'svg', '--free-tier'], 'leave out --free-tier'],
  [['--cheaper'], 'There is no option --cheaper.'],
  [
    ['--config', write('typo.yaml', `${SMALL}    traffic: { request_per_day: 5 }\n`)],
    'did you mean `requests_per_day`?',
  ],
  [
    ['--config', write('range.yaml', `${SMALL}    traffic: { audio_size_kb: 20000 }\n`)],
    'must be from 1 to 10000',
  ],
])('%j is refused', async (argv, message) => {
  const { code, out, error } = await run(...argv);
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(error).toContain(message);
});
