// Writes logs and metrics with Powertools. Log lines contain only the members of LogFields.
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Context } from 'aws-lambda';
import { withSafeIds } from './log-ids.ts';
import type { LogFields, MetricName, Telemetry } from './ports.ts';

/**
 * Where Lambda filters by level, Powertools takes that level and ignores POWERTOOLS_LOG_LEVEL. Lambda's filter is at INFO for
 * all severer levels, because it would also drop the metrics.
 */
function createLogger(): Logger {
  delete process.env.AWS_LAMBDA_LOG_LEVEL;
  return new Logger();
}

export class PowertoolsTelemetry implements Telemetry {
  readonly #logger = createLogger();
  readonly #metrics = new Metrics();

  constructor(environment: string) {
    this.#metrics.setDefaultDimensions({ environment });
  }

  /** Call at the start of every invocation: adds the function's request id to each line. */
  begin(context: Context): void {
    this.#logger.addContext(context);
  }

  /** Call at the end of every invocation: prints the collected metrics as one EMF line. */
  flush(): void {
    if (this.#metrics.hasStoredMetrics()) this.#metrics.publishStoredMetrics();
  }

  info(message: string, fields: LogFields): void {
    this.#logger.info(message, { ...withSafeIds(fields) });
  }

  warn(message: string, fields: LogFields): void {
    this.#logger.warn(message, { ...withSafeIds(fields) });
  }

  error(message: string, fields: LogFields): void {
    this.#logger.error(message, { ...withSafeIds(fields) });
  }

  count(metric: MetricName, dimensions: Readonly<Record<string, string>> = {}): void {
    if (Object.keys(dimensions).length === 0) {
      this.#metrics.addMetric(metric, MetricUnit.Count, 1);
      return;
    }
    // On a line of its own: added dimensions would apply to every metric of the invocation.
    const single = this.#metrics.singleMetric();
    for (const [name, value] of Object.entries(dimensions)) single.addDimension(name, value);
    single.addMetric(metric, MetricUnit.Count, 1);
  }

  duration(metric: MetricName, durationMs: number): void {
    this.#metrics.addMetric(metric, MetricUnit.Milliseconds, durationMs);
  }
}
