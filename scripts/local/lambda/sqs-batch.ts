// Translates a batch of SQS messages to a Lambda event, and the function's response to failed messages.
import type { Message } from '@aws-sdk/client-sqs';
import type { InvocationOutcome } from './lambda-sandbox.ts';

/** The event of https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html. */
export function toSqsEvent(messages: readonly Message[], queueArn: string): object {
  return {
    Records: messages.map((message) => ({
      messageId: message.MessageId,
      receiptHandle: message.ReceiptHandle,
      body: message.Body,
      attributes: message.Attributes ?? {},
      messageAttributes: Object.fromEntries(
        Object.entries(message.MessageAttributes ?? {}).map(([name, attribute]) => [
          name,
          {
            stringValue: attribute.StringValue,
            dataType: attribute.DataType,
            stringListValues: [],
            binaryListValues: [],
          },
        ]),
      ),
      md5OfBody: message.MD5OfBody,
      eventSource: 'aws:sqs',
      eventSourceARN: queueArn,
      awsRegion: queueArn.split(':')[3] ?? '',
    })),
  };
}

/**
 * The messages that go back to the queue. A failed invocation, and a partial batch response that Lambda does not
 * understand, return all of them; an empty or absent list of failures none.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
 */
export function failedMessageIds(
  messages: readonly Message[],
  responseTypes: readonly string[],
  outcome: InvocationOutcome,
): ReadonlySet<string> {
  const all = new Set(messages.map((message) => message.MessageId ?? ''));
  if (outcome.failed) return all;
  if (!responseTypes.includes('ReportBatchItemFailures')) return new Set();
  const answer: unknown = JSON.parse(outcome.payload);
  if (answer === null) return new Set();
  if (typeof answer !== 'object') return all;
  const failures = 'batchItemFailures' in answer ? answer.batchItemFailures : null;
  if (failures === null) return new Set();
  if (!Array.isArray(failures)) return all;
  const ids = failures.map((failure: unknown) =>
    typeof failure === 'object' && failure !== null && 'itemIdentifier' in failure
      ? failure.itemIdentifier
      : undefined,
  );
  const knownIds = ids.filter((id): id is string => typeof id === 'string' && all.has(id));
  return knownIds.length === ids.length ? new Set(knownIds) : all;
}
