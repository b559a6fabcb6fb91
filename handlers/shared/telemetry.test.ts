import { afterEach, expect, test, vi } from 'vitest';
import { isDelivered } from '../../scripts/local/lambda/log-filter.ts';
import { PowertoolsTelemetry } from './telemetry.ts';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

/** The lines that reach CloudWatch from a function with these levels. */
function logLines(own: string, platform: 'DEBUG' | 'INFO'): string[] {
  vi.stubEnv('POWERTOOLS_DEV', 'true');
  vi.stubEnv('POWERTOOLS_METRICS_DISABLED', 'false');
  vi.stubEnv('POWERTOOLS_METRICS_NAMESPACE', 'Sonotheia');
  vi.stubEnv('POWERTOOLS_LOG_LEVEL', own);
  vi.stubEnv('AWS_LAMBDA_LOG_LEVEL', platform);
  const lines: string[] = [];
  for (const method of ['debug', 'info', 'warn', 'error', 'log'] as const)
    vi.spyOn(console, method).mockImplementation((line) => void lines.push(String(line)));
  const telemetry = new PowertoolsTelemetry('dev');
  telemetry.info('stored', {});
  telemetry.warn('late', {});
  telemetry.error('lost', {});
  telemetry.count('EventsReceived');
  telemetry.flush();
  return lines
    .filter((line) => isDelivered(line, { LogFormat: 'JSON', ApplicationLogLevel: platform }))
    .map((line) => JSON.parse(line))
    .map(({ message, EventsReceived }) => message ?? EventsReceived);
}

test.each([
  ['INFO', ['stored', 'late', 'lost', 1]],
  ['WARN', ['late', 'lost', 1]],
  ['ERROR', ['lost', 1]],
  ['CRITICAL', [1]],
])('at %s, lines below it are left out and metrics are not', (level, lines) => {
  expect(logLines(level, 'INFO')).toEqual(lines);
});
