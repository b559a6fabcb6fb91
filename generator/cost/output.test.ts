// The texts that `cost` prints. `npm run test:update` rewrites testdata/; read the diff before you commit it.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { compileText, estimateDev } from '../../test/support/specs/estimate-yaml.ts';
import { formatCostComparison } from './compare-cost.ts';
import { sampleCostByTraffic } from './cost-by-traffic.ts';
import { estimateCost } from './estimate-cost.ts';
import { formatCostChart } from './format/format-chart.ts';
import { formatDifference, formatUnitPrice, formatUsd } from './format/format-money.ts';
import { formatCostTable } from './format/format-table.ts';
import { PRICE_LIST } from './price-list.ts';

const EXPLAINED = join(import.meta.dirname, 'testdata/explained.txt');

/** A region with its own prices, and one with prices of us-east-1, without API and alarms. */
const TWO_STACKS = compileText(`
project_name: demo
environments:
  dev: { regions: [us-east-1] }
  prod:
    regions: [us-east-1, ap-southeast-6]
    api_gateway: { enabled: false }
    monitoring: { enabled: false }
`);

test('the table with its explanation', () => {
  const report = estimateCost(TWO_STACKS, PRICE_LIST, { freeTier: true });
  const text = formatCostTable(report, { explain: true, prices: PRICE_LIST });
  if (process.env.UPDATE_GOLDEN === '1') writeFileSync(EXPLAINED, text);
  expect(text).toBe(readFileSync(EXPLAINED, 'utf8'));
});

describe('the chart', () => {
  test('has a rising curve for each environment with different costs', () => {
    const curves = sampleCostByTraffic(TWO_STACKS, PRICE_LIST);
    expect(curves.map(({ environments }) => environments)).toEqual([['dev'], ['prod']]);
    for (const { points } of curves) {
      const requests = points.map(({ requestsPerDay }) => requestsPerDay);
      expect(requests).toEqual(expect.arrayContaining([100, 1000, 10_000, 100_000, 1_000_000]));
      const amounts = points.map(({ usd }) => usd);
      expect(amounts).toEqual([...amounts].sort((a, b) => a - b));
    }
  });

  test('has room for a hundred environments and escapes names for XML', () => {
    const curves = Array.from({ length: 100 }, (_, index) => ({
      environments: [`<${index}>`],
      points: [
        { requestsPerDay: 100, usd: 10 + index },
        { requestsPerDay: 1_000_000, usd: 1000 + index },
      ],
    }));
    const chart = formatCostChart(curves);
    const height = Number(/viewBox="0 0 \d+ (\d+)"/.exec(chart)?.[1]);
    const labels = [...chart.matchAll(/<text class="text" x="628" y="([\d.]+)"/g)].map(([, y]) => Number(y));
    expect(labels).toHaveLength(100);
    expect(Math.max(...labels)).toBeLessThan(height);
    expect(chart).toContain('&lt;42&gt;');
    expect(chart).not.toContain('<42>');
  });
});

test('a comparison shows only the cost of an edit', () => {
  const spec = (memory_size: number, dashboard: boolean) =>
    estimateDev({ lambda: { memory_size }, monitoring: { dashboard } });
  const names = { before: 'before.yaml', after: 'after.yaml' };
  const text = formatCostComparison(spec(512, true), spec(1024, false), names);
  expect(text.split('\n\n').slice(0, 4).join('\n\n')).toBe(
    [
      'Difference in USD a month, from before.yaml to after.yaml',
      '              before  after  difference',
      'dev, us-east-1\n  Lambda        1.11   2.21       +1.10\n  CloudWatch    4.20   1.20       -3.00',
      'Total           7.18   5.28       -1.90',
    ].join('\n\n'),
  );
  expect(formatCostComparison(spec(512, true), spec(512, true), names)).toContain(
    'Nothing costs more or less: 7.18',
  );
});

test.each([
  [0, '0.00'],
  [0.000_000_4, '0.00'],
  [0.000_123, '0.00012'],
  [0.0034, '0.0034'],
  [0.01, '0.01'],
  [0.105, '0.11'],
  [1234.5, '1,234.50'],
  [-0.5, '-0.50'],
])('%d dollars are %s', (amount, text) => {
  expect(formatUsd(amount)).toBe(text);
});

test('signs and unit prices', () => {
  expect([formatDifference(1), formatDifference(-1), formatDifference(0)]).toEqual([
    '+1.00',
    '-1.00',
    '0.00',
  ]);
  expect(formatUnitPrice(0.0000133334, 1)).toBe('0.0000133334');
  expect(formatUnitPrice(0.4, 1_000_000)).toBe('0.40 per 1,000,000');
});
