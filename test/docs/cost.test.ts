// Compares the figures and the chart of docs/cost.md and docs/scaling.md with the estimate.
// `npm run test:update` rewrites the generated parts; read the diff before you commit it.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sampleCostByTraffic } from '../../generator/cost/cost-by-traffic.ts';
import { estimateCost } from '../../generator/cost/estimate-cost.ts';
import { formatCostChart } from '../../generator/cost/format/format-chart.ts';
import { formatUsd } from '../../generator/cost/format/format-money.ts';
import { PRICE_LIST } from '../../generator/cost/price-list.ts';
import { compileText, type DevSettings, estimateDev, readService } from '../support/specs/estimate-yaml.ts';

const ROOT = join(import.meta.dirname, '../..');
const isUpdate = process.env.UPDATE_GOLDEN === '1';
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const page = read('docs/cost.md');
const report = estimateCost(
  compileText(read('generator/testdata/documented/sonotheia.config.yaml')),
  PRICE_LIST,
);
const services = report.environments[0]?.regions[0]?.services ?? [];

test('docs/cost.svg is the chart of the example spec, made by the command that the page names', () => {
  expect(page).toContain('npx sonotheia cost --format svg > docs/cost.svg');
  expect(page).toContain('](cost.svg)');
  const chart = formatCostChart(
    sampleCostByTraffic(compileText(read('generator/testdata/example/sonotheia.config.yaml')), PRICE_LIST),
  );
  if (isUpdate) writeFileSync(join(ROOT, 'docs/cost.svg'), chart);
  expect(read('docs/cost.svg')).toBe(chart);
});

/** Rows of the documented table with the calculations on the page: `30,000 requests x 0.20 per 1,000,000<br>+ …`. */
const documented = [
  ...page.matchAll(
    /^\| ([^|]+) \| ([^|]+) \| ([^|]+ x [^|]+) \| ([\d.]+) \| ([\d.]+) \| ([+-]?[\d.]+) \|$/gm,
  ),
].map(([, service = '', reading = '', formula = '', ...figures]) => ({
  name: `${service}, ${reading}`,
  terms: [...formula.matchAll(/([\d,]+) ([\w -]+?)s? x ([\d.]+)(?: per ([\d,]+))?/g)].map(
    ([, quantity = '', unit = '', usd = '', per = '1']) => ({
      quantity: toNumber(quantity),
      unit,
      usd: Number(usd),
      per: toNumber(per),
    }),
  ),
  figures: figures.map(Number),
}));

function toNumber(text: string): number {
  return Number(text.replaceAll(',', ''));
}

test('the page has the seven readings of the documented table', () => {
  expect(documented).toHaveLength(7);
});

test.each(documented)('$name: unit prices of us-east-1, correctly multiplied', ({ terms, figures }) => {
  const known = Object.values(PRICE_LIST.prices).flatMap(({ unit, per, prices }) => {
    const own = prices.find(({ regions }) => regions === 'commercial' || regions.includes('us-east-1'));
    return { unit, per, usd: own?.usd ?? own?.tiers?.[0]?.usd };
  });
  for (const { quantity: _, ...price } of terms) expect(known).toContainEqual(price);
  const sum = terms.reduce((total, { quantity, usd, per }) => total + (quantity * usd) / per, 0);
  const [usd, document = Number.NaN, difference] = figures;
  expect(usd).toBeCloseTo(sum, 4);
  expect(difference).toBeCloseTo(sum - document, 4);
});

test('the table of the deployed stack', () => {
  const DOCUMENTED: Record<string, string> = {
    Lambda: '0.85',
    'API Gateway': '0.11',
    S3: '0.05',
    DynamoDB: '1.50',
    'CloudWatch Logs': '0.50',
  };
  const rows = services.map(({ title, fixedUsd, trafficUsd, totalUsd }) => {
    const amounts = [fixedUsd, trafficUsd, totalUsd].map(formatUsd);
    return `| ${[title, ...amounts, DOCUMENTED[title] ?? 'not named'].join(' | ')} |`;
  });
  const region = report.environments[0]?.regions[0];
  const totals = [region?.fixedUsd, region?.trafficUsd, region?.totalUsd].map((usd) => formatUsd(usd ?? 0));
  const total = `| ${['total', ...totals, '3.01'].map((cell) => `**${cell}**`).join(' | ')} |`;
  updatePage('deployed', [...rows, total]);
});

/** Compares the rows of a generated table of the page, below its two header lines. */
function updatePage(table: string, rows: readonly string[]): void {
  const before = read('docs/cost.md');
  const body = new RegExp(`(?<=<!-- generated: ${table} -->\\n[^\\n]*\\n[^\\n]*\\n).*?(?=<!-- end -->)`, 's');
  const after = before.replace(body, rows.map((row) => `${row}\n`).join(''));
  if (isUpdate) writeFileSync(join(ROOT, 'docs/cost.md'), after);
  expect(read('docs/cost.md')).toBe(after);
}

/** The options of the page, with the settings that they need. */
const OPTIONS: Readonly<Record<string, DevSettings>> = {
  'monitoring.dashboard': { monitoring: { dashboard: true } },
  'monitoring.custom_metrics': { monitoring: { custom_metrics: true } },
  'monitoring.encrypt_alarms': { monitoring: { encrypt_alarms: true } },
  'api_gateway.detailed_metrics': { api_gateway: { detailed_metrics: true } },
  'dynamodb.event_type_index': { dynamodb: { event_type_index: true } },
  'dynamodb.point_in_time_recovery': { dynamodb: { point_in_time_recovery: true } },
  'kms.managed': { kms: { managed: true } },
  'waf.enabled': { waf: { enabled: true } },
  'lambda.xray_tracing': { lambda: { xray_tracing: true } },
  's3.versioning': { s3: { versioning: true } },
  's3.access_logs': { s3: { access_logs: true } },
};
/** 33,334 a day are a million a month. */
const MILLION = { requests_per_day: 33_334, webhook_duration_ms: 150, audio_files_per_day: 0 };

test('the table of options', () => {
  const added = (settings: DevSettings, traffic: DevSettings): string => {
    const [before, after] = [{}, settings].map((each) => estimateDev({ ...each, traffic }).totalUsd);
    return formatUsd((after ?? 0) - (before ?? 0));
  };
  const rows = Object.entries(OPTIONS).map(
    ([name, settings]) => `| \`${name}\` | ${added(settings, {})} | ${added(settings, MILLION)} |`,
  );
  updatePage('options', rows);
});

test('a default environment costs little', () => {
  const documented = estimateDev();
  expect(documented.totalUsd).toBeLessThan(5);
  expect(documented.fixedUsd).toBeLessThan(2.5);
  const { trafficUsd: million } = estimateDev({ traffic: MILLION });
  expect(million).toBeLessThan(11);
  const claims = [
    `about $${Math.round(documented.totalUsd)} a month`,
    `$${formatUsd(documented.fixedUsd)} of it without any traffic; a million webhooks add $${Math.round(million)}.`,
  ];
  for (const claim of claims) expect(read('README.md').replaceAll(/\s+/g, ' ')).toContain(claim);
});

test('the statements about the deployed stack are correct', () => {
  const text = page.replaceAll(/\s+/g, ' ');
  const cloudwatch = readService(report, 'cloudwatch');
  const usd = (service: string, line: string): string =>
    `$${formatUsd(readService(report, service)[line]?.usd ?? Number.NaN)}`;
  const claims = [
    `the alarms (${usd('cloudwatch', 'alarms')} for ${cloudwatch.alarms?.quantity} watched metrics)`,
    `the secrets (${usd('secrets-manager', 'secrets')})`,
    `polls of the audio queue (${usd('sqs', 'polls')})`,
  ];
  for (const claim of claims) expect(text).toContain(claim);
});

test('docs/scaling.md shows the estimate of its spec', () => {
  const scaling = read('docs/scaling.md');
  const yaml = /```yaml\n(.*?)```/s.exec(scaling)?.[1] ?? '';
  const whole = (usd: number): string => Math.round(usd).toLocaleString('en');
  const rows = estimateCost(compileText(yaml), PRICE_LIST).environments.map(({ name, totalUsd, regions }) => {
    const largest = (regions[0]?.services ?? []).toSorted((a, b) => b.totalUsd - a.totalUsd).slice(0, 3);
    return [
      name,
      whole(totalUsd),
      largest.map(({ title, totalUsd: usd }) => `${title} ${whole(usd)}`).join(', '),
    ];
  });
  const shown = scaling.matchAll(/^\| `([\w-]+)`: [^|]*\| (.*?) \| (.*?) \|$/gm);
  expect([...shown].map(([, ...cells]) => cells)).toEqual(rows);
});
