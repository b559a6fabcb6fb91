// The table of docs/performance.md, so that it cannot drift from what the functions do.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { type Scenario, simulate } from '../testing/simulation/simulate.ts';

const PAGE = fileURLToPath(new URL('../../docs/performance.md', import.meta.url));
const SEED = 1;
const GB = 0.5;

const ROWS: readonly (readonly [string, Scenario])[] = [
  ['500 files at once', { files: 500 }],
  ['2,000 files at once', { files: 2_000 }],
  ['120 a minute for an hour', { arrivals: { perMinute: 120, minutes: 60 } }],
  ['2,000 at once, `max_concurrency: 100`', { files: 2_000, settings: { maxConcurrency: 100 } }],
  ['2,000 at once, 128 MB', { files: 2_000, settings: { memoryMb: 128 } }],
  ['2,000 at once, 1,000 calls a minute', { files: 2_000, settings: { requestsPerMinute: 1_000 } }],
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
  expect(readFileSync(PAGE, 'utf8')).toContain(`| ${cells.join(' | ')} |`);
});
