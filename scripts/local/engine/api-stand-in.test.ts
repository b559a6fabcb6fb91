import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterEach, expect, test } from 'vitest';
import { LocalWorld } from '../../../test/support/local/local-world.ts';
import type { SonotheiaApi } from '../sonotheia-api.ts';
import { NORMAL } from './api-behaviour.ts';
import { startApiStandIn } from './api-stand-in.ts';

const world = new LocalWorld();
let api: SonotheiaApi | undefined;

afterEach(async () => {
  await api?.stop();
  await world.stop();
});

test('files with the same bytes have the scores of their own names', async () => {
  const credentials = { accessKeyId: 'local-audio_processor-1', secretAccessKey: 'any' };
  const endpoint = await world.serve();
  const s3 = new S3Client({ endpoint, region: 'us-east-1', credentials, forcePathStyle: true });
  const { downloads } = world.parts;
  api = await startApiStandIn({ port: 0, apiKey: 'k', behaviour: () => NORMAL, downloads, feed: world.feed });
  const Bucket = 'acme-audio-dev';
  const read = (name: string) => s3.send(new GetObjectCommand({ Bucket, Key: `incoming/${name}.wav` }));
  const scoreOf = async (session?: string) => {
    const body = new FormData();
    body.set('audio', new Blob(['RIFF']), 'audio.wav');
    if (session !== undefined) body.set('metadata', JSON.stringify({ session_id: session }));
    const request = { method: 'POST', headers: { authorization: 'Bearer k' }, body };
    const answer = await fetch(`${api?.url}/v1/voice/deepfake`, request);
    return ((await answer.json()) as { score: number }).score;
  };
  const names = ['a-0.11', 'b-0.22', 'c-0.33', 'd-0.44'];
  for (const name of names) {
    const Metadata = name === 'd-0.44' ? { 'session-id': 's1' } : {};
    await s3.send(new PutObjectCommand({ Bucket, Key: `incoming/${name}.wav`, Body: 'RIFF', Metadata }));
  }
  await read('b-0.22');
  expect([await scoreOf(), await scoreOf()]).toEqual([0.22, 0.22]);
  for (const name of ['c-0.33', 'd-0.44', 'a-0.11']) await read(name);
  expect([await scoreOf('s1'), await scoreOf(), await scoreOf()]).toEqual([0.44, 0.33, 0.11]);
  world.state.objects.delete('incoming/b-0.22.wav');
  await read('c-0.33');
  expect(await scoreOf()).toBe(0.33);
});
