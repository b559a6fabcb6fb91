// Queues, topic and logs.
import type { StackNames } from '../naming.ts';
import type { Settings } from '../resolve.ts';
import { keepsDeadLetters } from '../result-subscribers.ts';
import { type Copy, type Draft, days } from './data-place.ts';
import { findLogDays, RESULT_LETTER_DAYS } from './retention.ts';

export function listMessagePlaces(names: StackNames, settings: Settings): Draft[] {
  const { queue_retention_days, dlq_retention_days } = settings.audio;
  return [
    {
      id: 'uploads',
      data: 'file names of uploads that wait for their analysis',
      where: 'queue of uploads',
      name: names.queue,
      kept: `until the analysis, ${days(queue_retention_days)} at most`,
      settings: ['audio.queue_retention_days'],
      erasure: 'forget',
    },
    {
      id: 'upload-letters',
      data: 'file names of uploads that failed',
      where: 'dead-letter queue of uploads',
      name: names.deadLetterQueue,
      kept: `until they are sent again, ${days(dlq_retention_days)} at most`,
      settings: ['audio.dlq_retention_days'],
      erasure: 'forget',
    },
    {
      id: 'webhook-letters',
      data: 'whole events, if somebody invokes the webhook handler asynchronously and it fails',
      where: 'dead-letter queue of the webhook handler',
      name: names.webhookDeadLetterQueue,
      kept: `${days(dlq_retention_days)} at most`,
      settings: ['audio.dlq_retention_days'],
      erasure: 'forget',
      copy: describeLetters(
        'events in the dead-letter queue of the webhook handler',
        dlq_retention_days,
        settings,
      ),
    },
    {
      id: 'results',
      data: 'ids, scores and codes of each result, without the rest of the event',
      where: 'results topic',
      name: names.resultsTopic,
      kept: 'not at all; its subscribers keep what they get as long as they decide',
      settings: ['subscriptions', 'results.subscriber_accounts', 'results.organization_id'],
      erasure: 'outside',
    },
    {
      id: 'result-letters',
      data: 'results that no subscriber took',
      where: 'dead-letter queue of results',
      name: names.resultsDeadLetterQueue,
      kept: `${days(RESULT_LETTER_DAYS)} at most`,
      settings: ['subscriptions'],
      erasure: 'forget',
      isKept: keepsDeadLetters(settings),
      copy: describeLetters('results in the dead-letter queue of results', RESULT_LETTER_DAYS, settings),
    },
  ];
}

function describeLetters(holds: string, days: number, { dynamodb }: Settings): Copy {
  return {
    code: 'SONO624',
    holds,
    original: 'dynamodb.ttl_days',
    originalDays: dynamodb.ttl_days,
    days,
    why: 'Amazon SQS: a message waits until somebody handles it, or until its queue deletes it',
    fix: `set \`dynamodb.ttl_days: ${days}\`, or say ${days} days where you promise a time`,
  };
}

export function listLogPlaces(names: StackNames, { logs, dynamodb }: Settings): Draft[] {
  return [
    {
      id: 'logs',
      data: 'event ids and session ids, unusual ones as digests; no results, no file names',
      where: 'log groups of the functions',
      name: `/aws/lambda/${names.webhookFunction}, /aws/lambda/${names.audioFunction}`,
      kept: days(logs.retention_days),
      settings: ['logs.retention_days'],
      erasure: 'expires',
      copy: {
        code: 'SONO623',
        holds: 'ids of sessions and events in the logs of the functions',
        original: 'dynamodb.ttl_days',
        originalDays: dynamodb.ttl_days,
        days: logs.retention_days,
        why: 'this generator: log lines name sessions and events',
        fix: `set \`logs.retention_days: ${findLogDays(dynamodb.ttl_days)}\``,
      },
    },
  ];
}
