// CloudWatch's evaluation of a metric alarm with a sliding window, with missing data that counts as not breaching:
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
export type Statistic = 'Sum' | 'Average' | 'Maximum';

export interface Alarm {
  readonly statistic: Statistic;
  readonly periodSeconds: number;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  /** The alarm is on above it. */
  readonly threshold: number;
}

/** Values of a metric at one time, such as of one minute. */
export interface Datapoint {
  readonly atSeconds: number;
  readonly sum: number;
  readonly count: number;
  readonly max: number;
}

const MINUTE = 60;

/**
 * Whether the alarm is on at an instant, a whole minute. With sparse data CloudWatch looks at `extraPeriods` more than
 * the alarm asks for; AWS does not say how many.
 */
export function isInAlarm(
  alarm: Alarm,
  datapoints: readonly Datapoint[],
  atSeconds: number,
  extraPeriods = 0,
): boolean {
  let breaching = 0;
  for (let period = 0; period < alarm.evaluationPeriods + extraPeriods; period += 1) {
    const until = atSeconds - period * alarm.periodSeconds;
    const within = datapoints
      // Metrics are reported once a minute: a value has the time of its minute.
      .filter(({ atSeconds: at }) => {
        const minute = Math.floor(at / MINUTE) * MINUTE;
        return minute >= until - alarm.periodSeconds && minute < until;
      });
    if (within.length > 0 && summarize(within, alarm.statistic) > alarm.threshold) breaching += 1;
  }
  return breaching >= alarm.datapointsToAlarm;
}

export function summarize(datapoints: readonly Datapoint[], statistic: Statistic): number {
  if (statistic === 'Maximum') return Math.max(...datapoints.map(({ max }) => max));
  const sum = datapoints.reduce((total, point) => total + point.sum, 0);
  return statistic === 'Sum' ? sum : sum / datapoints.reduce((total, { count }) => total + count, 0);
}
