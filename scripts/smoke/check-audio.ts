// Sends one recording through the stack: uploaded, scored by the Sonotheia API, stored, filed.
import { HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { TEST_METADATA } from '../../handlers/audio_processor/to-audio-event.ts';
import { createWav } from '../local/wav.ts';
import { CheckFailure, pollUntil } from './check.ts';
import type { SmokeContext } from './smoke-context.ts';
import { findItems, nameRecording } from './traces.ts';

/** The API's minimum is three. */
const SECONDS = 5;

export async function checkAudio(context: SmokeContext): Promise<string> {
  const { aws, stack, outputs, sessionId, timeoutMs, signal } = context;
  const s3 = aws.client(S3Client, stack.region.name);
  const key = nameRecording(sessionId);
  const { accountId } = await aws.findCaller(stack.region.name);
  const target = { Bucket: outputs.bucket, ExpectedBucketOwner: accountId };
  await s3.send(
    new PutObjectCommand({
      ...target,
      Key: `incoming/${key}`,
      Body: createWav(SECONDS),
      ContentType: 'audio/wav',
      Metadata: { 'session-id': sessionId, [TEST_METADATA]: 'true' },
    }),
  );
  const failure = `no result within ${timeoutMs / 1000} s: aws logs tail /aws/lambda/${stack.names.audioFunction} --region ${stack.region.name}`;
  const item = await pollUntil(
    async () =>
      (await findItems(context, sessionId)).find(
        ({ eventType, status, filing }) =>
          eventType.startsWith('audio.') && status === 'announced' && filing !== undefined,
      ),
    { timeoutMs, signal, failure },
  );
  if (item.eventType !== 'audio.processed')
    throw new CheckFailure(`the Sonotheia API refused it: ${item.errorCode ?? item.eventType}`);
  if (item.targetKey === undefined)
    throw new CheckFailure(`scored ${item.score}, but not filed: ${item.filing}`);
  await s3.send(new HeadObjectCommand({ ...target, Key: item.targetKey }));
  return `scored ${item.score}, filed under processed/`;
}
