// Reads announcements from a queue: `QUEUE_URL=… CASES_TABLE=… node worker.mjs`. Several workers may run at once.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { readAnnouncement, recordOnce } from '../case-store.mjs';

const { QUEUE_URL: QueueUrl = '', CASES_TABLE: table = '' } = process.env;
const sqs = new SQSClient();
const dynamoDb = new DynamoDBClient();
const ending = new AbortController();
process.once('SIGTERM', () => ending.abort());

/**
 * @param {string} body
 */
async function handle(body) {
  const announcement = readAnnouncement(body);
  if (announcement.test) return 'test';
  return (await recordOnce(dynamoDb, table, announcement)) ? 'new' : 'known';
}

while (!ending.signal.aborted) {
  try {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 20 }),
      { abortSignal: ending.signal },
    );
    for (const { Body = '', ReceiptHandle, MessageId } of Messages) {
      try {
        console.log(JSON.stringify({ message_id: MessageId, outcome: await handle(Body) }));
        // Last: a crash before this delivers the message again.
        await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      } catch (error) {
        // It becomes visible again. After maxReceiveCount attempts SQS moves it to the dead-letter queue.
        console.error(JSON.stringify({ message_id: MessageId, error: String(error) }));
      }
    }
  } catch (error) {
    if (ending.signal.aborted) break;
    console.error(JSON.stringify({ error: String(error) }));
    await new Promise((resolve) => setTimeout(resolve, 5_000));
  }
}
