import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compileStack } from '../../../test/support/local/local-world.ts';
import { isInAlarm } from './alarm-model.ts';
import { type LocalAlarm, listAlarms } from './alarms.ts';

const MODULE = join(import.meta.dirname, '../../../out/modules/sonotheia');
const HCL = ['monitoring.tf', 'api_alarms.tf']
  .map((name) => readFileSync(join(MODULE, name), 'utf8'))
  .join('\n');
const VARIABLES = readFileSync(join(MODULE, 'variables.tf'), 'utf8');

/** Each alarm's block, by the end of its name; those with `for_each` have `${each.key}` in it. */
const BLOCKS = [...HCL.matchAll(/resource "aws_cloudwatch_metric_alarm" "\w+" \{\n(.*?)\n\}\n/gs)].map(
  ([, body = '']) => ({ body, name: /alarm_name += "\$\{local\.alarm_prefix\}-(.*)"/.exec(body)?.[1] ?? '' }),
);

function blockOf({ name }: LocalAlarm): string {
  const suffix = name.replace(/^acme-dev-/, '');
  const found =
    BLOCKS.find((block) => block.name === suffix) ??
    BLOCKS.find((block) => suffix.endsWith(block.name.split('${each.key}')[1] ?? ' '));
  if (found === undefined) throw new Error(`no alarm ${name} in the generated HCL`);
  return found.body;
}

function read(body: string, argument: string): string | undefined {
  return new RegExp(`^ *${argument} += (.*)$`, 'm').exec(body)?.[1]?.replace(/^"(.*)"$/, '$1');
}

/** Of `var.x`, `var.x / 100`, `local.audio_retention_seconds / 2`, with the defaults. */
function evaluate(expression: string): number {
  const value = (name: string): number => {
    const block = new RegExp(`variable "${name}" \\{(.*?)\\n\\}`, 's').exec(VARIABLES)?.[1] ?? '';
    return Number(read(block, 'default'));
  };
  const text = expression
    .replace('local.audio_retention_seconds', String(value('audio_queue_retention_days') * 86_400))
    .replace(/var\.(\w+)/g, (_, name: string) => String(value(name)));
  const [, left, operator, right] = /^([\d.]+)(?: ([*/]) (\d+))?$/.exec(text) ?? [];
  if (operator === undefined) return Number(left);
  return operator === '*' ? Number(left) * Number(right) : Number(left) / Number(right);
}

const alarms = listAlarms(compileStack());

test.each(alarms.map((alarm) => [alarm.name, alarm] as const))('%s is as generated', (_, alarm) => {
  const body = blockOf(alarm);
  const evaluationPeriods = Number(read(body, 'evaluation_periods'));
  expect({
    namespaces: [...new Set([...body.matchAll(/ namespace += "(.*)"/g)].map(([, name]) => name))],
    metrics: [...body.matchAll(/metric_name += "(.*)"/g)].map(([, name]) => name),
    statistic: read(body, 'statistic') ?? read(body, 'stat'),
    periodSeconds: Number(read(body, 'period')),
    evaluationPeriods,
    datapointsToAlarm: Number(read(body, 'datapoints_to_alarm') ?? evaluationPeriods),
    threshold: evaluate(read(body, 'threshold') ?? ''),
  }).toEqual({
    namespaces: [...new Set(alarm.metrics.map(({ namespace }) => namespace))],
    metrics: alarm.metrics.map(({ name }) => name),
    statistic: alarm.statistic,
    periodSeconds: alarm.periodSeconds,
    evaluationPeriods: alarm.evaluationPeriods,
    datapointsToAlarm: alarm.datapointsToAlarm,
    threshold: alarm.threshold,
  });
});

test('no generated alarm is missing', () => {
  const used = new Set(alarms.map(blockOf));
  expect(BLOCKS.filter(({ body }) => !used.has(body))).toEqual([]);
  expect(listAlarms(compileStack('monitoring: { enabled: false }'))).toEqual([]);
  expect(listAlarms(compileStack('api_gateway: { enabled: false }')).map(({ name }) => name)).not.toContain(
    'acme-dev-api-5xx',
  );
});

test('a minute above the threshold rings for five minutes', () => {
  const letters = alarms.find(({ name }) => name === 'acme-dev-audio-dead-letters') as LocalAlarm;
  const points = [{ atSeconds: 600, sum: 1, count: 1, max: 1 }];
  const states = [600, 660, 900, 960].map((at) => isInAlarm(letters, points, at));
  expect(states).toEqual([false, true, true, false]);
});
