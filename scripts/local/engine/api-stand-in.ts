// The stand-in for the Sonotheia API, as the local system uses it: it finds an upload's file name by its content, since the
// function does not send it.
import { createHash } from 'node:crypto';
import { INCOMING_PREFIX } from '../../../handlers/audio_processor/file-away.ts';
import { type SonotheiaApi, startSonotheiaApi } from '../sonotheia-api.ts';
import { type ApiBehaviour, chooseAnswer } from './api-behaviour.ts';
import type { ChangeFeed } from './change-feed.ts';
import type { ObjectFolder } from './object-folder.ts';

export interface ApiStandInOptions {
  readonly port: number;
  readonly apiKey: string;
  readonly behaviour: () => ApiBehaviour;
  readonly objects: ObjectFolder;
  readonly feed: ChangeFeed;
}

export function startApiStandIn(options: ApiStandInOptions): Promise<SonotheiaApi> {
  const { port, apiKey, behaviour, objects, feed } = options;
  return startSonotheiaApi(apiKey, {
    port,
    choose: ({ audio }) => chooseAnswer(behaviour(), findFileName(objects, audio ?? new Uint8Array())),
    onRequest: ({ answeredStatus, path }) =>
      feed.move('audio', 'api', `${answeredStatus} ${path}`, answeredStatus !== 200),
  });
}

/** Of an upload with these bytes; its file may have moved since. */
function findFileName(objects: ObjectFolder, audio: Uint8Array): string | undefined {
  const content = createHash('sha256').update(audio).digest('hex');
  const keys = objects.keysOf(content);
  return (keys.find((key) => key.startsWith(INCOMING_PREFIX)) ?? keys[0])?.split('/').at(-1);
}
