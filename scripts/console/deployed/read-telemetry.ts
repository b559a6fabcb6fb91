// Log lines, metrics and alarms from CloudWatch.
import { CloudWatchClient, DescribeAlarmsCommand, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import {
  CloudWatchLogsClient,
  type FilteredLogEvent,
  FilterLogEventsCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-cloudwatch-logs';
import { nameAlarms } from '../../../generator/spec/naming.ts';
import type { Stack } from '../../operator/open-spec.ts';
import type { Page, PageRequest } from '../source.ts';
import type { LogLine, Metric, MetricsReport } from '../source-data.ts';
import type { Reading } from './read-sessions.ts';

const HOUR_MS = 3_600_000;
/** Longer and longer ago, until one has lines. */
const WINDOWS_MS = [HOUR_MS, 6 * HOUR_MS, 24 * HOUR_MS, 7 * 24 * HOUR_MS];

/** The cursor is the end of the period, in ms. */
export async function readLogs(
  reading: Reading,
  { cursor, limit, search, group }: PageRequest & { readonly group?: string | undefined },
): Promise<Page<LogLine>> {
  const { webhookFunction, audioFunction } = reading.stack.names;
  const groups = [webhookFunction, audioFunction].map((name) => `/aws/lambda/${name}`);
  const shown = groups.filter((name) => group === undefined || name === group);
  const end = cursor === undefined ? Date.now() : Number(cursor);
  for (const windowMs of WINDOWS_MS) {
    const period = { startTime: end - windowMs, endTime: end - 1, limit, search };
    const lines = (await Promise.all(shown.map((name) => readGroup(reading, name, period)))).flat();
    if (lines.length > 0)
      return { items: lines.sort((a, b) => b.at.localeCompare(a.at)), cursor: String(period.startTime) };
  }
  return { items: [] };
}

interface Period {
  readonly startTime: number;
  readonly endTime: number;
  readonly limit: number;
  readonly search: string | undefined;
}

async function readGroup(
  { aws, stack, signal }: Reading,
  group: string,
  { search, ...period }: Period,
): Promise<LogLine[]> {
  try {
    const { events = [] } = await aws.client(CloudWatchLogsClient, stack.region.name).send(
      new FilterLogEventsCommand({
        logGroupName: group,
        ...period,
        // A quoted term is any text; a quote in it is escaped.
        ...(search === undefined ? {} : { filterPattern: `"${search.replace(/["\\]/g, '\\$&')}"` }),
      }),
      { abortSignal: signal },
    );
    return events.map((event) => toLine(group, event));
  } catch (error) {
    // No function has written yet.
    if (error instanceof ResourceNotFoundException) return [];
    throw error;
  }
}

function toLine(group: string, { eventId = '', timestamp = 0, message = '' }: FilteredLogEvent): LogLine {
  const [, level = 'INFO'] = /"level": ?"([A-Z]+)"/.exec(message) ?? [];
  const levels = {
    DEBUG: 'debug',
    TRACE: 'debug',
    WARN: 'warn',
    ERROR: 'error',
    CRITICAL: 'error',
    FATAL: 'error',
  } as const;
  const known: LogLine['level'] = Object.hasOwn(levels, level)
    ? levels[level as keyof typeof levels]
    : 'info';
  return { id: eventId, at: new Date(timestamp).toISOString(), group, level: known, text: message.trimEnd() };
}

type Statistic = Metric['statistic'];

interface Wanted {
  readonly namespace: string;
  readonly name: string;
  readonly dimension: readonly [name: string, value: string];
  readonly statistic: Statistic;
  readonly unit: string;
}

function listMetrics({ names }: Stack): readonly Wanted[] {
  const ofFunction = (value: string): Wanted[] => {
    const common = { namespace: 'AWS/Lambda', dimension: ['FunctionName', value] } as const;
    return [
      { ...common, name: 'Invocations', statistic: 'Sum', unit: 'Count' },
      { ...common, name: 'Errors', statistic: 'Sum', unit: 'Count' },
      { ...common, name: 'Duration', statistic: 'Maximum', unit: 'Milliseconds' },
    ];
  };
  const waiting = (value: string): Wanted => ({
    namespace: 'AWS/SQS',
    name: 'ApproximateNumberOfMessagesVisible',
    dimension: ['QueueName', value],
    statistic: 'Maximum',
    unit: 'Count',
  });
  const count = (namespace: string, name: string, dimension: Wanted['dimension']): Wanted => ({
    namespace,
    name,
    dimension,
    statistic: 'Sum',
    unit: 'Count',
  });
  return [
    ...ofFunction(names.webhookFunction),
    ...ofFunction(names.audioFunction),
    ...[names.queue, names.deadLetterQueue, names.webhookDeadLetterQueue].map(waiting),
    count('AWS/ApiGateway', 'Count', ['ApiName', names.api]),
    count('AWS/ApiGateway', '5XXError', ['ApiName', names.api]),
    count('AWS/SNS', 'NumberOfMessagesPublished', ['TopicName', names.resultsTopic]),
  ];
}

export async function readMetrics({ aws, stack, signal }: Reading): Promise<MetricsReport> {
  const client = aws.client(CloudWatchClient, stack.region.name);
  const listed = listMetrics(stack);
  const now = Date.now();
  const { MetricDataResults = [] } = await client.send(
    new GetMetricDataCommand({
      StartTime: new Date(now - HOUR_MS),
      EndTime: new Date(now),
      ScanBy: 'TimestampAscending',
      MetricDataQueries: listed.map(({ namespace, name, dimension: [Name, Value], statistic }, index) => ({
        Id: `m${index}`,
        MetricStat: {
          Metric: { Namespace: namespace, MetricName: name, Dimensions: [{ Name, Value }] },
          Stat: statistic,
          Period: 60,
        },
      })),
    }),
    { abortSignal: signal },
  );
  const values = new Map(
    MetricDataResults.map(({ Id, Timestamps = [], Values = [] }) => [
      Id,
      Timestamps.map((at, index) => [at.toISOString(), Values[index] ?? 0] as const),
    ]),
  );
  const metrics = listed.map(({ namespace, name, dimension: [key, value], unit, statistic }, index) => ({
    namespace,
    name,
    dimensions: { [key]: value },
    unit,
    statistic,
    points: values.get(`m${index}`) ?? [],
  }));
  return {
    metrics: metrics.filter(({ points }) => points.length > 0),
    alarms: await readAlarms({ aws, stack, signal }),
  };
}

export async function readAlarms({ aws, stack, signal }: Reading): Promise<MetricsReport['alarms']> {
  const { MetricAlarms = [] } = await aws
    .client(CloudWatchClient, stack.region.name)
    .send(new DescribeAlarmsCommand({ AlarmNames: nameAlarms(stack.names) }), { abortSignal: signal });
  return MetricAlarms.map(
    ({
      AlarmName = '',
      AlarmDescription = '',
      StateValue = 'INSUFFICIENT_DATA',
      StateUpdatedTimestamp,
      StateReason = '',
    }) => ({
      name: AlarmName,
      description: AlarmDescription,
      state: StateValue,
      since: StateUpdatedTimestamp?.toISOString() ?? '',
      reason: StateReason,
    }),
  );
}
