// Logs and metrics as CloudWatch would have them: lines by log group, metrics by minute, from AWS's own metrics and from
// the functions' EMF lines.
import type { LogLine, Metric } from '../../console/source-data.ts';
import type { Datapoint } from './alarm-model.ts';
import type { JournaledMap } from './journal.ts';
import type { MovableClock } from './movable-clock.ts';

export type LogRecord = Omit<LogLine, 'id'>;

export type MetricName = Pick<Metric, 'namespace' | 'name' | 'dimensions' | 'unit'>;

/** One metric in one minute. */
export interface MetricMinute extends MetricName, Datapoint {}

export interface TelemetryOptions {
  readonly clock: MovableClock;
  readonly logs: JournaledMap<LogRecord>;
  readonly minutes: JournaledMap<MetricMinute>;
  readonly onChange: (topic: 'logs' | 'metrics') => void;
}

const MAX_LINE_CHARACTERS = 16_384;
const MINUTE_MS = 60_000;

export class Telemetry {
  readonly #options: TelemetryOptions;
  #lines: number;

  constructor(options: TelemetryOptions) {
    this.#options = options;
    this.#lines = Number([...options.logs.keys()].at(-1) ?? 0);
  }

  log(group: string, text: string): void {
    this.#lines += 1;
    const { clock, logs, onChange } = this.#options;
    const fields = parseFields(text);
    logs.set(String(this.#lines), {
      at: clock.nowIso(),
      group,
      level: readLevel(fields),
      text: text.length > MAX_LINE_CHARACTERS ? `${text.slice(0, MAX_LINE_CHARACTERS)}…` : text,
    });
    for (const { metric, value } of readEmbeddedMetrics(fields)) this.count(metric, value);
    onChange('logs');
  }

  /** Adds one value to a metric's minute. */
  count(metric: MetricName, value: number): void {
    const { clock, minutes, onChange } = this.#options;
    const atSeconds = (Math.floor(clock.nowMs() / MINUTE_MS) * MINUTE_MS) / 1000;
    const key = `${idOf(metric)} ${atSeconds}`;
    const before = minutes.get(key);
    minutes.set(key, {
      ...metric,
      atSeconds,
      sum: (before?.sum ?? 0) + value,
      count: (before?.count ?? 0) + 1,
      max: Math.max(before?.max ?? Number.NEGATIVE_INFINITY, value),
    });
    onChange('metrics');
  }

  /** Newest first, with their ids. */
  *lines(): Generator<readonly [string, LogRecord]> {
    yield* [...this.#options.logs].reverse();
  }

  /** The minutes of each metric, oldest first. */
  metrics(): MetricMinute[][] {
    const byMetric = new Map<string, MetricMinute[]>();
    for (const minute of this.#options.minutes.values()) {
      const id = idOf(minute);
      const list = byMetric.get(id) ?? [];
      list.push(minute);
      byMetric.set(id, list);
    }
    return [...byMetric.values()];
  }
}

export function idOf({ namespace, name, dimensions }: MetricName): string {
  return JSON.stringify([namespace, name, Object.entries(dimensions).sort()]);
}

type Fields = Readonly<Record<string, unknown>>;

export function parseFields(text: string): Fields {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Fields) : {};
  } catch {
    return {};
  }
}

function readLevel({ level }: Fields): LogRecord['level'] {
  const name = String(level).toLowerCase();
  if (name === 'error' || name === 'fatal' || name === 'critical') return 'error';
  if (name === 'warn' || name === 'warning') return 'warn';
  return name === 'debug' || name === 'trace' ? 'debug' : 'info';
}

interface EmbeddedDirective {
  readonly Namespace?: string;
  readonly Dimensions?: readonly (readonly string[])[];
  readonly Metrics?: readonly { readonly Name: string; readonly Unit?: string }[];
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html */
function readEmbeddedMetrics(fields: Fields): { metric: MetricName; value: number }[] {
  const directives = (fields._aws as { CloudWatchMetrics?: readonly EmbeddedDirective[] } | undefined)
    ?.CloudWatchMetrics;
  return (directives ?? []).flatMap(({ Namespace = '', Dimensions = [[]], Metrics = [] }) =>
    Dimensions.flatMap((names) =>
      Metrics.flatMap(({ Name, Unit = 'None' }) => {
        const dimensions = Object.fromEntries(names.map((name) => [name, String(fields[name])]));
        const values = [fields[Name]].flat().filter((value): value is number => typeof value === 'number');
        const metric = { namespace: Namespace, name: Name, dimensions, unit: Unit };
        return values.map((value) => ({ metric, value }));
      }),
    ),
  );
}
