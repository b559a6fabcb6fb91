// Invariants of every estimate.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SPEC, TESTDATA, validCases } from '../../test/support/golden-cases.ts';
import { compileDev, estimateDev, listLines, readService } from '../../test/support/specs/estimate-yaml.ts';
import { compileSpec } from '../compile-spec.ts';
import type { GeneratedFile } from '../generated-file.ts';
import { buildModel } from '../model/build-model.ts';
import { renderTree } from '../render/render-tree.ts';
import type { ResolvedSpec, Settings } from '../spec/resolve.ts';
import { compareCosts } from './compare-cost.ts';
import type { CostReport } from './cost-report.ts';
import { estimateCost } from './estimate-cost.ts';
import { PRICE_LIST } from './price-list.ts';
import { ALARM_METRICS, API_ALARM_METRICS } from './services/cloudwatch.ts';

const specs = validCases.map((name): [string, ResolvedSpec] => {
  const file = join(TESTDATA, name, SPEC);
  const compiled = compileSpec(file, readFileSync(file));
  if (!compiled.ok) throw new Error(`${name} does not compile`);
  return [name, compiled.value];
});

/** The spec with the same traffic in every region. */
function withTraffic(spec: ResolvedSpec, traffic: Partial<Settings['traffic']>): ResolvedSpec {
  const change = ({ settings, ...region }: ResolvedSpec['environments'][0]['regions'][0]) => ({
    ...region,
    settings: { ...settings, traffic: { ...settings.traffic, ...traffic } },
  });
  const [first, ...others] = spec.environments.map((environment) => {
    const [primary, ...rest] = environment.regions;
    return { ...environment, regions: [change(primary), ...rest.map(change)] as const };
  });
  if (first === undefined) throw new Error('no environment');
  return { ...spec, environments: [first, ...others] };
}

const NO_TRAFFIC = { requests_per_day: 0, health_checks_per_day: 0, audio_files_per_day: 0 };
const micros = (usd: number): number => Math.round(usd * 1e6);

describe.each(specs)('%s', (_, spec) => {
  const report = estimateCost(spec, PRICE_LIST);

  test('the lines add up to every total, exactly', () => {
    const sums = { fixed: 0, traffic: 0 };
    for (const { amountUsd, fixed } of listLines(report))
      sums[fixed ? 'fixed' : 'traffic'] += micros(amountUsd);
    expect(micros(report.fixedUsd)).toBe(sums.fixed);
    expect(micros(report.trafficUsd)).toBe(sums.traffic);
    expect(micros(report.totalUsd)).toBe(sums.fixed + sums.traffic);
    const parts = (level: readonly { readonly totalUsd: number }[]): number =>
      level.reduce((sum, { totalUsd }) => sum + micros(totalUsd), 0);
    expect(parts(report.environments)).toBe(micros(report.totalUsd));
    const regions = report.environments.flatMap((environment) => environment.regions);
    expect(parts(regions)).toBe(micros(report.totalUsd));
    expect(parts(regions.flatMap(({ services }) => services))).toBe(micros(report.totalUsd));
  });

  test('every line is its quantity x its price', () => {
    for (const { quantity, price, amountUsd, title } of listLines(report)) {
      const exact = (quantity * price.usd) / price.per;
      expect(Math.abs(amountUsd - exact), title).toBeLessThan(0.000_000_6);
    }
  });

  test('without traffic only fixed costs remain', () => {
    const idle = estimateCost(withTraffic(spec, NO_TRAFFIC), PRICE_LIST);
    expect(idle.trafficUsd).toBe(0);
    expect(listLines(idle)).toEqual(listLines(report).filter(({ fixed }) => fixed));
    expect(idle.fixedUsd).toBe(report.fixedUsd);
  });
});

/** The tree without its README, which contains the cost. */
function renderDeployed(spec: ResolvedSpec): GeneratedFile[] {
  return renderTree(buildModel(spec)).filter(({ path }) => path !== 'README.md');
}

test('the traffic changes nothing that is deployed', () => {
  for (const [, spec] of specs.filter(([name]) => name === 'documented' || name === 'everything-on')) {
    const busy = withTraffic(spec, { requests_per_day: 123_456, audio_size_kb: 77, event_types: 9 });
    expect(renderDeployed(busy)).toEqual(renderDeployed(spec));
  }
  expect.assertions(2);
});

test('more traffic never costs less, in any service', () => {
  const amount = fc.integer({ min: 0, max: 3_000_000 });
  const pick = fc.constantFrom(...specs.map(([, spec]) => spec));
  const keys = [
    'requests_per_day',
    'health_checks_per_day',
    'audio_files_per_day',
    'log_bytes_per_request',
  ] as const;
  fc.assert(
    fc.property(pick, fc.constantFrom(...keys), amount, amount, (spec, key, a, b) => {
      const at = (value: number): CostReport => estimateCost(withTraffic(spec, { [key]: value }), PRICE_LIST);
      for (const { beforeUsd, afterUsd, service } of compareCosts(at(Math.min(a, b)), at(Math.max(a, b)))) {
        expect(afterUsd, service).toBeGreaterThan(beforeUsd);
      }
    }),
    { numRuns: 150 },
  );
});

test('the estimate does not change its input', () => {
  const spec = compileDev();
  const before = structuredClone(spec);
  estimateCost(spec, PRICE_LIST, { freeTier: true });
  expect(spec).toEqual(before);
});

test('the free tier is taken off once for the whole account', () => {
  const spec = compileDev({ regions: ['us-east-1', 'eu-west-1'] });
  const lines = listLines(estimateCost(spec, PRICE_LIST, { freeTier: true }));
  const used = (key: string): number[] =>
    lines.filter(({ price }) => price.key === key).map(({ freeQuantity }) => freeQuantity);
  // 10 alarm metrics are free: the first region has 12 of them.
  expect(used('cloudwatch.alarm-metrics')).toEqual([10, 0]);
  // A million SQS requests: 648,000 and 9000 in the first region, the rest of 648,000 and none in the second.
  expect(used('sqs.requests')).toEqual([648_000, 9000, 343_000, 0]);
  expect(used('api-gateway.requests')).toEqual([0, 0]);
});

test('a region without known prices uses those of us-east-1 and says so', () => {
  const [region] = estimateDev({ regions: ['us-gov-west-1'] }).environments[0]?.regions ?? [];
  expect(region?.borrowedPrices).toContain('lambda.requests');
  expect(region?.borrowedPrices).not.toContain('s3.storage.standard');
  const lambda = readService(estimateDev({ regions: ['us-gov-west-1'] }), 'lambda');
  expect(lambda).toEqual(readService(estimateDev(), 'lambda'));
});

test('a region of China has a note about its separate bill', () => {
  expect(estimateDev({ regions: ['cn-north-1'] }).notes.join(' ')).toContain('billed in CNY');
});

test('the alarms are those of the generated tree', () => {
  const files = renderTree(buildModel(compileDev()));
  const decoder = new TextDecoder();
  const text = files.map(({ contents }) => decoder.decode(contents)).join('\n');
  const alarms = text.split('resource "aws_cloudwatch_metric_alarm"').slice(1);
  const watched = alarms.map((alarm) => {
    const [block = ''] = alarm.split('\n}\n');
    const copies = block.includes('for_each') ? 2 : 1;
    return copies * Math.max(1, block.match(/\n {4}metric \{/g)?.length ?? 0);
  });
  const total = watched.reduce((sum, metrics) => sum + metrics, 0);
  const counted = Object.values<number>(ALARM_METRICS).reduce(
    (sum, metrics) => sum + metrics,
    API_ALARM_METRICS,
  );
  expect(counted).toBe(total);
  const api = files.find(({ path }) => path.endsWith('api_gateway.tf'));
  expect(decoder.decode(api?.contents)).toMatch(/metrics_enabled +=\s+var\.api_detailed_metrics/);
});
