// What the small stack deploys. Uploads whose key contains "bad" fail; the others are printed.

/** @typedef {{ s3: { object: { key: string } } }} Upload */
/** @typedef {{ messageId: string, body: string, attributes: Record<string, string> }} QueueRecord */
/** @typedef {{ httpMethod?: string, sleepSeconds?: number, fail?: string, Records?: QueueRecord[] }} TestEvent */

/**
 * @param {TestEvent} event
 * @param {{ awsRequestId: string, getRemainingTimeInMillis(): number }} context
 */
exports.handler = async (event, context) => {
  if (event.httpMethod) return answerRequest(event);
  if (event.Records)
    return { batchItemFailures: event.Records.filter((record) => !process(record)).map(toFailure) };
  if (event.fail === 'exit') global.process.exit(7);
  if (event.fail) throw new TypeError(event.fail);
  if (event.sleepSeconds)
    await new Promise((resolve) => setTimeout(resolve, (event.sleepSeconds ?? 0) * 1000));
  return {
    pid: global.process.pid,
    requestId: context.awsRequestId,
    remainingMs: context.getRemainingTimeInMillis(),
    greeting: global.process.env.GREETING,
    region: global.process.env.AWS_REGION,
    accessKeyId: global.process.env.AWS_ACCESS_KEY_ID,
  };
};

/** @param {TestEvent} event */
function answerRequest(event) {
  return { statusCode: 201, headers: { 'X-Kind': 'echo' }, body: JSON.stringify(event) };
}

/** @param {QueueRecord} record */
function process(record) {
  /** @type {{ Records?: Upload[] }} */
  const { Records: uploads = [] } = JSON.parse(record.body);
  const keys = uploads.map(({ s3 }) => decodeURIComponent(s3.object.key.replaceAll('+', ' ')));
  const attempt = record.attributes.ApproximateReceiveCount;
  for (const key of keys) console.log(JSON.stringify({ key, attempt }));
  return !keys.some((key) => key.includes('bad'));
}

/** @param {QueueRecord} record */
function toFailure(record) {
  return { itemIdentifier: record.messageId };
}
