// The tables of docs/performance.md and docs/scaling.md must have the figures of the simulation.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { type Scenario, simulate } from '../../test/support/simulation/simulate.ts';

const PAGES = ['performance.md', 'scaling.md']
  .map((name) => readFileSync(fileURLToPath(new URL(`../../docs/${name}`, import.meta.url)), 'utf8'))
  .join('\n');
const IN_AN_HOUR = { perMinute: 10_000 / 60, minutes: 60 };
const SEED = 1;
const GB = 0.5;

const ROWS: readonly (readonly [string, Scenario])[] = [
  ['500 files at once', { files: 500 }],
  ['2,000 files at once', { files: 2_000 }],
  ['120 a minute for an hour', { arrivals: { perMinute: 120, minutes: 60 } }],
  ['2,000 at once, `max_concurrency: 100`', { files: 2_000, settings: { maxConcurrency: 100 } }],
  ['2,000 at once, 128 MB', { files: 2_000, settings: { memoryMb: 128 } }],
  ['2,000 at once, 1,000 calls a minute', { files: 2_000, settings: { requestsPerMinute: 1_000 } }],
  ['10,000 in an hour, 100 calls a minute', { arrivals: IN_AN_HOUR }],
  ['10,000 in an hour, 200 calls a minute', { arrivals: IN_AN_HOUR, settings: { requestsPerMinute: 200 } }],
];

test.each(ROWS)('%s', async (name, scenario) => {
  const result = await simulate({ ...scenario, seed: SEED });
  const bad = result.deadLetters.length + result.redriven + result.expired;
  const memoryGb = scenario.settings?.memoryMb === 128 ? 0.125 : GB;
  const cells = [
    name,
    result.scored.toLocaleString('en'),
    bad,
    result.minutes.toFixed(1),
    result.mostCallsInAnyMinute.toLocaleString('en'),
    Math.round(result.billedSeconds * memoryGb).toLocaleString('en'),
    result.sqsRequests.toLocaleString('en'),
  ];
  expect(PAGES).toContain(`| ${cells.join(' | ')} |`);
});
