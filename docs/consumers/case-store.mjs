// The store of both Node.js examples: one item an event, whose key makes a second delivery harmless. Replace it by your own
// database; keep the unique key.
import { ConditionalCheckFailedException, PutItemCommand } from '@aws-sdk/client-dynamodb';

const SECONDS_PER_DAY = 86_400;
/** Longer than the table of results keeps events (90 days) and queues keep messages (twice 14 days). */
const KEEP_DAYS = 120;

/**
 * Reads the text of a message: the announcement itself (raw delivery) or SNS's envelope around it.
 * @param {string} text
 * @returns {any} the announcement
 */
export function readAnnouncement(text) {
  const value = JSON.parse(text);
  const announcement = value.Type === 'Notification' ? JSON.parse(value.Message) : value;
  if (announcement.schema_version !== '1' || typeof announcement.event_id !== 'string')
    throw new Error(`Not an announcement of version 1: ${announcement.schema_version}`);
  return announcement;
}

/**
 * Stores the announcement unless it is there. The condition and the write are one step, so that two workers, or a crash
 * before the message is deleted, cannot store it twice.
 * @param {import('@aws-sdk/client-dynamodb').DynamoDBClient} client
 * @param {string} TableName
 * @param {any} announcement
 * @returns {Promise<boolean>} false if it was there
 */
export async function recordOnce(client, TableName, announcement) {
  const { project, environment } = announcement.source;
  const seconds = Math.floor(Date.now() / 1_000);
  const command = new PutItemCommand({
    TableName,
    Item: {
      // Without the region: an event that two regions receive has the same id in both.
      case_id: { S: `${project}/${environment}/${announcement.event_id}` },
      announcement: { S: JSON.stringify(announcement) },
      expires_at: { N: String(seconds + KEEP_DAYS * SECONDS_PER_DAY) },
    },
    ConditionExpression: 'attribute_not_exists(case_id)',
  });
  try {
    await client.send(command);
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
