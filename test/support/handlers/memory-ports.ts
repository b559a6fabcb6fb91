// In-memory ports: clock, topic, secrets, telemetry.
import { toMessageAttributes } from '../../../handlers/shared/adapters/sns-results-topic.ts';
import type { Announcement, Source } from '../../../handlers/shared/announcement-v1.ts';
import { withSafeIds } from '../../../handlers/shared/log-ids.ts';
import type {
  Clock,
  LogFields,
  MetricName,
  ResultsTopic,
  SecretSource,
  Telemetry,
} from '../../../handlers/shared/ports.ts';
import { checkAnnouncement } from '../../../scripts/local/contract.ts';
import { Faults } from './faults.ts';

export const SOURCE: Source = { project: 'acme-voice', environment: 'dev', region: 'us-east-1' };

/** Time passes only in `sleep` or when a test sets it. */
export class FakeClock implements Clock {
  timeMs: number;
  readonly sleepsMs: number[] = [];
  readonly #timers = new Set<{ readonly atMs: number; readonly run: () => void }>();

  constructor(timeMs = Date.UTC(2026, 0, 5, 12, 34, 56, 789)) {
    this.timeMs = timeMs;
  }

  nowMs(): number {
    return this.timeMs;
  }

  async sleep(delayMs: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.sleepsMs.push(delayMs);
    this.timeMs += delayMs;
    for (const timer of [...this.#timers].filter(({ atMs }) => atMs <= this.timeMs)) {
      this.#timers.delete(timer);
      timer.run();
    }
  }

  after(delayMs: number, run: () => void): () => void {
    const timer = { atMs: this.timeMs + delayMs, run };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }
}

export class MemoryTopic implements ResultsTopic {
  readonly published: Announcement[] = [];
  readonly eventIds = new Set<string>();
  faults: Faults;

  constructor(faults = new Faults()) {
    this.faults = faults;
  }

  async publish(announcement: Announcement): Promise<void> {
    await this.faults.around(() => {
      checkAnnouncement(announcement, toMessageAttributes(announcement));
      this.published.push(announcement);
      this.eventIds.add(announcement.event_id);
    });
  }
}

export class MemorySecretSource implements SecretSource {
  versions: readonly string[];
  fetchCount = 0;
  failing = false;

  constructor(...versions: string[]) {
    this.versions = versions;
  }

  async fetchVersions(): Promise<readonly string[]> {
    this.fetchCount += 1;
    if (this.failing) throw new Error('canary-in-an-error-message');
    return this.versions;
  }
}

export class RecordingTelemetry implements Telemetry {
  readonly lines: { readonly level: string; readonly message: string; readonly fields: LogFields }[] = [];
  readonly metrics: {
    readonly metric: MetricName;
    readonly dimensions?: Readonly<Record<string, string>>;
  }[] = [];

  info(message: string, fields: LogFields): void {
    this.lines.push({ level: 'info', message, fields: withSafeIds(fields) });
  }

  warn(message: string, fields: LogFields): void {
    this.lines.push({ level: 'warn', message, fields: withSafeIds(fields) });
  }

  error(message: string, fields: LogFields): void {
    this.lines.push({ level: 'error', message, fields: withSafeIds(fields) });
  }

  count(metric: MetricName, dimensions: Readonly<Record<string, string>> = {}): void {
    this.metrics.push({ metric, dimensions });
  }

  duration(metric: MetricName): void {
    this.metrics.push({ metric });
  }

  /** How often a metric was counted. */
  total(metric: MetricName): number {
    return this.metrics.filter((entry) => entry.metric === metric).length;
  }
}
