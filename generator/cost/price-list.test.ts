// The price data: complete, and every price with a source.
import { expect, test } from 'vitest';
import { SONOTHEIA_EVENT_TYPES } from '../../handlers/shared/event-types.ts';
import { isObject } from '../spec/json.ts';
import { dereference, schema } from '../spec/schema.ts';
import type { Region } from '../spec/spec-types.ts';
import { findPrice, PRICE_LIST } from './price-list.ts';

const { definitions } = schema;
const region = isObject(definitions) && isObject(definitions.region) ? definitions.region : {};
const REGIONS = region.enum as readonly Region[];
const entries = Object.entries(PRICE_LIST.prices);

test('there is a price for every key in every region', () => {
  expect(REGIONS.length).toBeGreaterThan(30);
  for (const [key] of entries) {
    for (const name of REGIONS) {
      const { tiers } = findPrice(PRICE_LIST, key, name);
      expect(tiers.at(-1)?.upTo, `${key} in ${name}`).toBe(Number.POSITIVE_INFINITY);
      for (const { price } of tiers) expect(price.usd, `${key} in ${name}`).toBeGreaterThan(0);
    }
  }
});

test('us-east-1 has its own price for every key', () => {
  for (const [key] of entries) {
    expect(findPrice(PRICE_LIST, key, 'us-east-1').tiers[0]?.price.region, key).toBe('us-east-1');
  }
});

test('tiers get cheaper as they rise', () => {
  for (const [key] of entries) {
    const { tiers } = findPrice(PRICE_LIST, key, 'us-east-1');
    const prices = tiers.map(({ price }) => price.usd);
    expect(prices, key).toEqual([...prices].sort((a, b) => b - a));
    const ends = tiers.map(({ upTo }) => upTo);
    expect(ends, key).toEqual([...ends].sort((a, b) => a - b));
  }
});

test('every price names regions that exist and a source with a date, and every source is used', () => {
  const used = new Set<string>();
  for (const [key, { prices, per, unit, title }] of entries) {
    expect([per > 0, unit !== '', title !== ''], key).toEqual([true, true, true]);
    for (const price of prices) {
      used.add(price.source);
      expect(PRICE_LIST.sources, key).toHaveProperty(price.source);
      expect((price.usd === undefined) !== (price.tiers === undefined), key).toBe(true);
      if (typeof price.regions === 'string') expect(price.regions).toBe('commercial');
      else expect(REGIONS, key).toEqual(expect.arrayContaining([...price.regions]));
    }
  }
  expect([...used].sort()).toEqual(Object.keys(PRICE_LIST.sources).sort());
  for (const { date, url } of Object.values(PRICE_LIST.sources)) {
    expect(date).toMatch(/^20\d\d(-\d\d){0,2}$/);
    expect(url).toMatch(/^https:\/\//);
  }
});

test('no region is listed twice for a price', () => {
  for (const [key, { prices }] of entries) {
    const named = prices.flatMap(({ regions }) => (typeof regions === 'string' ? [] : regions));
    expect(named.length, key).toBe(new Set(named).size);
  }
});

test('an unknown key is a fault', () => {
  expect(() => findPrice(PRICE_LIST, 'lambda.gold', 'us-east-1')).toThrow('no price lambda.gold');
});

test('the types of events that the traffic may have are those that have a metric', () => {
  // The known ones, and `other`.
  expect(dereference({ $ref: '#/definitions/traffic' }).properties).toMatchObject({
    event_types: { maximum: SONOTHEIA_EVENT_TYPES.length + 1 },
  });
});
