import { describe, expect, it } from 'vitest';
import { isDelivered } from './log-filter.ts';

const METRIC = '{"_aws":{"CloudWatchMetrics":[]},"EventsReceived":1}';

describe("Lambda's log filter", () => {
  it.each([
    ['INFO', '{"level":"INFO"}', true],
    ['INFO', '{"level":"DEBUG"}', false],
    ['INFO', METRIC, true],
    ['WARN', METRIC, false],
    ['WARN', 'no JSON', false],
    ['WARN', '{"level":"warn"}', true],
    ['WARN', '{"level":"loud"}', false],
    [undefined, '{"level":"DEBUG"}', false],
  ] as const)('at %s: %s', (ApplicationLogLevel, line, expected) => {
    const level = ApplicationLogLevel === undefined ? {} : { ApplicationLogLevel };
    expect(isDelivered(line, { LogFormat: 'JSON', ...level })).toBe(expected);
  });

  it('is off for plain text', () => {
    expect(isDelivered(METRIC, { LogFormat: 'Text', ApplicationLogLevel: 'ERROR' })).toBe(true);
  });
});
