// Lambda's filter of a function's log lines: with the JSON format, lines below the application log level do not reach
// CloudWatch. A line without a valid level counts as INFO, metrics in EMF included.
// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
import type { LoggingConfig } from '@aws-sdk/client-lambda';

const LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];
const DEFAULT_LEVEL = 'INFO';

export function isDelivered(line: string, logging: LoggingConfig | undefined): boolean {
  if (logging?.LogFormat !== 'JSON') return true;
  const least = logging.ApplicationLogLevel ?? DEFAULT_LEVEL;
  return LEVELS.indexOf(readLevel(line)) >= LEVELS.indexOf(least);
}

function readLevel(line: string): string {
  try {
    const level = String((JSON.parse(line) as { level?: unknown } | null)?.level).toUpperCase();
    return LEVELS.includes(level) ? level : DEFAULT_LEVEL;
  } catch {
    return DEFAULT_LEVEL;
  }
}
