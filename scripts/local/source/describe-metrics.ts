// The metrics of the last hour, and the alarms that would ring.
import type { Alarm, Metric, MetricsReport } from '../../console/source-data.ts';
import { type Datapoint, isInAlarm, summarize } from '../engine/alarm-model.ts';
import { type LocalAlarm, listAlarms } from '../engine/alarms.ts';
import type { LocalSystem } from '../engine/local-system.ts';
import { idOf, type MetricMinute } from '../engine/telemetry.ts';

const MINUTE = 60;
const SHOWN_SECONDS = 60 * MINUTE;

export function describeMetrics({ parts, state, stack }: LocalSystem): MetricsReport {
  const nowSeconds = state.clock.nowMs() / 1000;
  const metrics = parts.telemetry.metrics();
  const byId = new Map(metrics.flatMap((minutes) => (minutes[0] ? [[idOf(minutes[0]), minutes]] : [])));
  return {
    metrics: metrics.flatMap((minutes) => describeMetric(minutes, nowSeconds)),
    alarms: listAlarms(stack).map((alarm) => describeAlarm(alarm, byId, nowSeconds)),
  };
}

function describeMetric(minutes: readonly MetricMinute[], nowSeconds: number): Metric[] {
  const [first] = minutes;
  const shown = minutes.filter(({ atSeconds }) => atSeconds > nowSeconds - SHOWN_SECONDS);
  if (first === undefined || shown.length === 0) return [];
  const { namespace, name, dimensions, unit } = first;
  const statistic = namespace === 'AWS/SQS' || unit === 'Milliseconds' ? 'Maximum' : 'Sum';
  return [
    {
      namespace,
      name,
      dimensions,
      unit,
      statistic,
      points: shown.map((minute) => [toIso(minute.atSeconds), summarize([minute], statistic)] as const),
    },
  ];
}

function describeAlarm(
  alarm: LocalAlarm,
  metrics: ReadonlyMap<string, readonly MetricMinute[]>,
  nowSeconds: number,
): Alarm {
  const datapoints = alarm.metrics.flatMap((metric) => metrics.get(idOf(metric)) ?? []);
  // With the minute that is not over: CloudWatch would see it a little later.
  const thisMinute = Math.floor(nowSeconds / MINUTE) * MINUTE + MINUTE;
  const isOn = isInAlarm(alarm, datapoints, thisMinute);
  const since = findStart(alarm, datapoints, thisMinute, isOn);
  return {
    name: alarm.name,
    description: alarm.description,
    state: isOn ? 'ALARM' : 'OK',
    since: toIso(Math.min(since, nowSeconds)),
    reason: isOn
      ? `${alarm.statistic} above ${alarm.threshold} in ${alarm.datapointsToAlarm} of ${alarm.evaluationPeriods} periods of ${alarm.periodSeconds} s`
      : `${alarm.statistic} not above ${alarm.threshold}`,
  };
}

/** The first minute of the present state, at most an hour back. */
function findStart(
  alarm: LocalAlarm,
  datapoints: readonly Datapoint[],
  thisMinute: number,
  isOn: boolean,
): number {
  let start = thisMinute;
  while (start > thisMinute - SHOWN_SECONDS && isInAlarm(alarm, datapoints, start - MINUTE) === isOn)
    start -= MINUTE;
  return start;
}

function toIso(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
