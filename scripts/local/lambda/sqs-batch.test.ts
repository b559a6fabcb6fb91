import { describe, expect, it } from 'vitest';
import { failedMessageIds, toSqsEvent } from './sqs-batch.ts';

const MESSAGES = [
  { MessageId: 'm1', ReceiptHandle: 'r1', Body: 'one' },
  { MessageId: 'm2', ReceiptHandle: 'r2', Body: 'two' },
];
const PARTIAL = ['ReportBatchItemFailures'];

function failed(answer: unknown, responseTypes = PARTIAL): string[] {
  return [...failedMessageIds(MESSAGES, responseTypes, { payload: JSON.stringify(answer), failed: false })];
}

describe('partial batch responses', () => {
  it.each([
    ['null', null],
    ['an empty object', {}],
    ['an empty list', { batchItemFailures: [] }],
    ['a null list', { batchItemFailures: null }],
  ])('treats %s as success', (_, answer) => {
    expect(failed(answer)).toEqual([]);
  });

  it('returns exactly the reported messages', () => {
    expect(failed({ batchItemFailures: [{ itemIdentifier: 'm2' }] })).toEqual(['m2']);
  });

  it.each([
    ['an unknown id', { batchItemFailures: [{ itemIdentifier: 'm3' }] }],
    ['an empty id', { batchItemFailures: [{ itemIdentifier: '' }] }],
    ['a null id', { batchItemFailures: [{ itemIdentifier: null }] }],
    ['a misspelt key', { batchItemFailures: [{ itemIdentifer: 'm1' }] }],
    ['no object', 'done'],
  ])('treats %s as a failure of all messages', (_, answer) => {
    expect(failed(answer)).toEqual(['m1', 'm2']);
  });

  it('ignores them when the mapping does not enable them', () => {
    expect(failed({ batchItemFailures: [{ itemIdentifier: 'm1' }] }, [])).toEqual([]);
  });

  it('returns all messages of a failed invocation', () => {
    expect([...failedMessageIds(MESSAGES, PARTIAL, { payload: '{}', failed: true })]).toEqual(['m1', 'm2']);
  });
});

describe('the event of a batch', () => {
  it('has the shape that Lambda documents', () => {
    const message = {
      ...MESSAGES[0],
      Attributes: { ApproximateReceiveCount: '2' },
      MessageAttributes: { kind: { DataType: 'String', StringValue: 'test' } },
      MD5OfBody: 'f97c5d29941bfb1b2fdab0874906ab82',
    };

    expect(toSqsEvent([message], 'arn:aws:sqs:eu-west-1:123456789012:uploads')).toEqual({
      Records: [
        {
          messageId: 'm1',
          receiptHandle: 'r1',
          body: 'one',
          attributes: { ApproximateReceiveCount: '2' },
          messageAttributes: {
            kind: { stringValue: 'test', dataType: 'String', stringListValues: [], binaryListValues: [] },
          },
          md5OfBody: 'f97c5d29941bfb1b2fdab0874906ab82',
          eventSource: 'aws:sqs',
          eventSourceARN: 'arn:aws:sqs:eu-west-1:123456789012:uploads',
          awsRegion: 'eu-west-1',
        },
      ],
    });
  });
});
