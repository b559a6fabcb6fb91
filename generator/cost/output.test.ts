// What people and programs see: table, formulas and chart of the shipped spec, and the figures in docs/cost.md.
// `npm run test:update` rewrites them; read the diff before you commit it.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { compileText, readService } from '../../test/support/specs/estimate-yaml.ts';
import { readDefaultSettings } from '../spec/resolve.ts';
import { sampleCostByTraffic } from './cost-by-traffic.ts';
import {
  renderDeployedExample,
  renderDocumentedExample,
  renderSources,
  replaceGenerated,
} from './cost-doc.ts';
import type { CostReport } from './cost-report.ts';
import { reckonDocumentedExample } from './documented-example.ts';
import { estimateCost } from './estimate-cost.ts';
import { formatCostChart } from './format/format-chart.ts';
import { formatCostComparison } from './format/format-comparison.ts';
import { formatDifference, formatUnitPrice, formatUsd } from './format/format-money.ts';
import { formatCostTable } from './format/format-table.ts';
import { PRICE_LIST } from './price-list.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const DOCUMENT = join(ROOT, 'docs/cost.md');
const isUpdate = process.env.UPDATE_GOLDEN === '1';
const compileFile = (path: string) => compileText(readFileSync(join(ROOT, path), 'utf8'));
const shipped = compileFile('sonotheia.config.yaml');
const report = estimateCost(shipped, PRICE_LIST);
const documented: CostReport = estimateCost(
  compileFile('generator/testdata/documented/sonotheia.config.yaml'),
  PRICE_LIST,
);

describe('the shipped spec', () => {
  test.each([
    ['shipped-table.txt', formatCostTable(report, { explain: false, prices: PRICE_LIST })],
    ['shipped-formulas.txt', formatCostTable(report, { explain: true, prices: PRICE_LIST })],
    ['shipped-chart.svg', formatCostChart(sampleCostByTraffic(shipped, PRICE_LIST))],
  ])('%s', (name, text) => {
    const file = join(ROOT, 'generator/cost/testdata', name);
    if (isUpdate) writeFileSync(file, text);
    expect(text).toBe(readFileSync(file, 'utf8'));
  });

  test('the chart names every environment and rises', () => {
    const curves = sampleCostByTraffic(shipped, PRICE_LIST);
    expect(curves.flatMap(({ environments }) => environments).sort()).toEqual(['dev', 'prod', 'staging']);
    for (const { points } of curves) {
      expect(points.map(({ requestsPerDay }) => requestsPerDay)).toEqual(
        expect.arrayContaining([100, 1000, 10_000, 100_000, 1_000_000]),
      );
      const amounts = points.map(({ usd }) => usd);
      expect(amounts).toEqual([...amounts].sort((a, b) => a - b));
    }
  });

  test('the chart has room for a hundred environments and for names that mean something to XML', () => {
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

describe('docs/cost.md', () => {
  test('holds what the engine reckons', () => {
    const before = readFileSync(DOCUMENT, 'utf8');
    const parts: [string, string][] = [
      ['documented-example', renderDocumentedExample(PRICE_LIST)],
      ['deployed-example', renderDeployedExample(documented)],
      ['sources', renderSources(PRICE_LIST)],
    ];
    const after = parts.reduce((text, [name, part]) => replaceGenerated(text, name, part), before);
    if (isUpdate) writeFileSync(DOCUMENT, after);
    expect(readFileSync(DOCUMENT, 'utf8')).toBe(after);
  });

  test('says of the documented table what is so', () => {
    const text = readFileSync(DOCUMENT, 'utf8').replaceAll(/\s+/g, ' ');
    const rows = reckonDocumentedExample(PRICE_LIST);
    const usd = (reading: string): number => rows.find((row) => row.reading === reading)?.usd ?? Number.NaN;
    const storage = 0.023;
    const perRequest = readDefaultSettings().traffic.log_bytes_per_request;
    // How many of 30,000 requests are uploads if all of them and the storage cost $0.05.
    const uploads =
      (0.05 - usd('if all requests are GET')) /
      (usd('if all requests are PUT') - usd('if all requests are GET'));
    const databaseFactor = 1.5 / usd('30K reads and 30K writes');
    const claims = [
      `$${(0.85 / 75_000).toFixed(7)} each`,
      `API Gateway is right**: $${usd('30K requests')}`,
      `The storage is $${storage}`,
      `add ${(100 * (usd('if all requests are GET') - storage)).toFixed(1)} cents`,
      `as uploads ${(100 * (usd('if all requests are PUT') - storage)).toFixed(0)} cents`,
      `about 1 in ${Math.round(1 / uploads)} would`,
      `would cost $${((2 * 30_000 * 0.005) / 1000).toFixed(2)} for these alone`,
      `about ${databaseFactor.toFixed(0)} times`,
      `30,000 of each cost ${(100 * usd('30K reads and 30K writes')).toFixed(2)} cents`,
      `rows** ($${(0.85 + 0.11 + 0.05 + 1.5 + 0.5).toFixed(2)})`,
      `about ${perRequest / 1000} KB each, ${(30_000 * perRequest) / 1e9} GB`,
    ];
    for (const claim of claims) expect(text).toContain(claim);
  });

  test('says of the deployed stack what is so', () => {
    const text = readFileSync(DOCUMENT, 'utf8').replaceAll(/\s+/g, ' ');
    const cloudwatch = readService(documented, 'cloudwatch');
    const claims = [
      `the dashboard ($${formatUsd(cloudwatch.dashboard?.usd ?? 0)})`,
      `topic's key ($${formatUsd(readService(documented, 'kms')['alarms-key']?.usd ?? 0)},`,
      `detailed metrics ($${formatUsd(cloudwatch['webhook-method-metrics']?.usd ?? 0)})`,
      `the alarms ($${formatUsd(cloudwatch.alarms?.usd ?? 0)} for ${cloudwatch.alarms?.quantity} watched metrics)`,
      `the secrets ($${formatUsd(readService(documented, 'secrets-manager').secrets?.usd ?? 0)})`,
    ];
    for (const claim of claims) expect(text).toContain(claim);
  });
});

test('a comparison shows what an edit costs, and nothing else', () => {
  const spec = (memory: number, dashboard: boolean) =>
    estimateCost(
      compileText(
        `project_name: demo\nenvironments:\n  dev:\n    regions: [us-east-1]\n    lambda: { memory_size: ${memory} }\n    monitoring: { dashboard: ${dashboard} }\n`,
      ),
      PRICE_LIST,
    );
  const names = { before: 'before.yaml', after: 'after.yaml' };
  const text = formatCostComparison(spec(512, true), spec(1024, false), names);
  expect(text.split('\n\n').slice(0, 4).join('\n\n')).toBe(
    [
      'Difference in USD a month, from before.yaml to after.yaml',
      '              before  after  difference',
      'dev, us-east-1\n  Lambda        1.11   2.21       +1.10\n  CloudWatch    7.39   4.39       -3.00',
      'Total          11.51   9.61       -1.90',
    ].join('\n\n'),
  );
  expect(formatCostComparison(spec(512, true), spec(512, true), names)).toContain(
    'Nothing costs more or less: 11.51',
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
