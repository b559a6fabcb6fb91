// Alarms of the generated tree, evaluated on samples.
import type { VariableModel } from '../../../generator/model/stack-model.ts';
import { type Alarm, isInAlarm as isOn } from '../../../scripts/local/engine/alarm-model.ts';

const MINUTE = 60;

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

/** Whether the alarm is on at an instant, a whole minute. */
function isInAlarm(alarm: Alarm, samples: readonly Sample[], atSeconds: number, extraPeriods = 0): boolean {
  const datapoints = samples.map(({ atSeconds: at, value }) => ({
    atSeconds: at,
    sum: value,
    count: 1,
    max: value,
  }));
  return isOn(alarm, datapoints, atSeconds, extraPeriods);
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
