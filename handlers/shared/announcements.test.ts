// The messages in handlers/testdata/announcements/ are what the functions send. `npm run test:update` rewrites them.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSampleEvent } from '../../scripts/local/sample-events.ts';
import { toRequest } from '../../scripts/local/webhook-request.ts';
import { AudioWorld } from '../../test/support/handlers/audio-world.ts';
import { WebhookWorld } from '../../test/support/handlers/webhook-world.ts';
import { processAudio } from '../audio_processor/process-audio.ts';
import { handleRequest } from '../webhook_handler/handle-request.ts';
import { TEST_MEMBER } from '../webhook_handler/parse-event.ts';
import { toMessageAttributes } from './adapters/sns-results-topic.ts';
import type { Announcement } from './announcement-v1.ts';
import { SONOTHEIA_EVENT_TYPES } from './event-types.ts';

const FOLDER = join(import.meta.dirname, '..', 'testdata', 'announcements');

async function receive(body: string): Promise<readonly Announcement[]> {
  const world = new WebhookWorld();
  await handleRequest(toRequest(body), world.start(), 4_000);
  return world.topic.published;
}

async function process(key: string): Promise<readonly Announcement[]> {
  const world = new AudioWorld();
  const upload = world.upload({ key, metadata: { 'session-id': 'sess_9' } });
  await processAudio(upload, world.start(), { budget: world.budget(), log: {} });
  return world.topic.published;
}

const change = (name: string, changes: object): string =>
  JSON.stringify({ ...JSON.parse(readSampleEvent(name)), ...changes });

/** By the name of the file. */
const MESSAGES: Readonly<Record<string, () => Promise<readonly Announcement[]>>> = {
  ...Object.fromEntries(SONOTHEIA_EVENT_TYPES.map((type) => [type, () => receive(readSampleEvent(type))])),
  'audio.processed': () => process('incoming/calls/x.wav'),
  'audio.rejected': () => process('incoming/calls/x.txt'),
  'deepfake.completed.without-score': () =>
    receive(change('deepfake.completed', { data: { session_id: 'sess_abc123def456', score: 'n/a' } })),
  'a-new-type': () => receive(change('mfa.completed', { event_type: 'voice.cloned' })),
  // As `reannounce` sends it.
  'a-redelivery': async () =>
    (await receive(readSampleEvent('deepfake.completed'))).map((message) => ({
      ...message,
      redelivery: true,
    })),
  'a-test': () => receive(change('system.health_check', { [TEST_MEMBER]: true })),
};

test.each(Object.entries(MESSAGES))('%s', async (name, send) => {
  const [message, ...others] = await send();
  if (message === undefined || others.length > 0) throw new Error('Not one message');
  const file = join(FOLDER, `${name}.json`);
  const text = `${JSON.stringify({ message, attributes: toMessageAttributes(message) }, null, 2)}\n`;
  if (globalThis.process.env.UPDATE_GOLDEN) {
    mkdirSync(FOLDER, { recursive: true });
    writeFileSync(file, text);
  }
  expect(text).toBe(readFileSync(file, 'utf8'));
});

test('there are no other files', () => {
  const expected = Object.keys(MESSAGES).map((name) => `${name}.json`);
  expect(readdirSync(FOLDER).sort()).toEqual(expected.sort());
});
