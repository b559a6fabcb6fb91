// CloudWatch's evaluation of a metric alarm with a sliding window, with missing data that counts as not breaching:
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
import type { VariableModel } from '../../../generator/model/stack-model.ts';

const MINUTE = 60;

export interface Alarm {
  readonly statistic: 'Sum' | 'Average';
  readonly periodSeconds: number;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  readonly threshold: number;
}

/** One value of a metric, such as 1 for a 5xx answer and 0 for another one. */
export interface Sample {
  readonly atSeconds: number;
  readonly value: number;
}

/** Reads an alarm of one metric from generated HCL, with the defaults of its variables. */
export function readAlarm(hcl: string, name: string, variables: readonly VariableModel[]): Alarm {
  const [, body = ''] =
    new RegExp(`resource "aws_cloudwatch_metric_alarm" "${name}" \\{\\n(.*?)\\n\\}\\n`, 's').exec(hcl) ?? [];
  const read = (argument: string): string | undefined =>
    new RegExp(`^ {2}${argument} += (.*)$`, 'm').exec(body)?.[1];
  const statistic = read('statistic');
  if (statistic !== '"Sum"' && statistic !== '"Average"') throw new Error(`${name}: statistic ${statistic}`);
  const expected = { comparison_operator: '"GreaterThanThreshold"', treat_missing_data: '"notBreaching"' };
  for (const [argument, value] of Object.entries(expected))
    if (read(argument) !== value) throw new Error(`${name}: ${argument} is ${read(argument)}`);
  const [, variable = '', divisor = '1'] = /^var\.(\w+)(?: \/ (\d+))?$/.exec(read('threshold') ?? '') ?? [];
  const evaluationPeriods = Number(read('evaluation_periods'));
  return {
    statistic: statistic === '"Sum"' ? 'Sum' : 'Average',
    periodSeconds: Number(read('period')),
    evaluationPeriods,
    datapointsToAlarm: Number(read('datapoints_to_alarm') ?? evaluationPeriods),
    threshold: Number(variables.find((each) => each.name === variable)?.default) / Number(divisor),
  };
}

/**
 * Whether the alarm is on at an instant, a whole minute. With sparse data CloudWatch looks at `extraPeriods` more than
 * the alarm asks for; AWS does not say how many.
 */
export function isInAlarm(
  alarm: Alarm,
  samples: readonly Sample[],
  atSeconds: number,
  extraPeriods = 0,
): boolean {
  let breaching = 0;
  for (let period = 0; period < alarm.evaluationPeriods + extraPeriods; period += 1) {
    const until = atSeconds - period * alarm.periodSeconds;
    const values = samples
      // API Gateway reports once a minute: a sample has the time of its minute.
      .filter(({ atSeconds: at }) => {
        const minute = Math.floor(at / MINUTE) * MINUTE;
        return minute >= until - alarm.periodSeconds && minute < until;
      })
      .map(({ value }) => value);
    if (values.length > 0 && summarize(values, alarm.statistic) > alarm.threshold) breaching += 1;
  }
  return breaching >= alarm.datapointsToAlarm;
}

/** The first minute of the given seconds at which the alarm is on; CloudWatch evaluates it every minute. */
export function findAlarm(
  alarm: Alarm,
  samples: readonly Sample[],
  { untilSeconds, extraPeriods = 0 }: { readonly untilSeconds: number; readonly extraPeriods?: number },
): number | undefined {
  for (let at = MINUTE; at <= untilSeconds; at += MINUTE)
    if (isInAlarm(alarm, samples, at, extraPeriods)) return at;
  return undefined;
}

function summarize(values: readonly number[], statistic: Alarm['statistic']): number {
  const sum = values.reduce((total, value) => total + value, 0);
  return statistic === 'Sum' ? sum : sum / values.length;
}
