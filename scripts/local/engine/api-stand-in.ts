// The stand-in for the Sonotheia API, as the local system uses it: it can score by the name of the file.
import { type SonotheiaApi, startSonotheiaApi } from '../sonotheia-api.ts';
import { type ApiBehaviour, chooseAnswer } from './api-behaviour.ts';
import type { ChangeFeed } from './change-feed.ts';
import type { Downloads } from './downloads.ts';

export interface ApiStandInOptions {
  readonly port: number;
  readonly apiKey: string;
  readonly behaviour: () => ApiBehaviour;
  readonly downloads: Downloads;
  readonly feed: ChangeFeed;
}

export function startApiStandIn(options: ApiStandInOptions): Promise<SonotheiaApi> {
  const { port, apiKey, behaviour, downloads, feed } = options;
  return startSonotheiaApi(apiKey, {
    port,
    choose: ({ audio, metadata }) =>
      chooseAnswer(behaviour(), downloads.nameOf(audio ?? new Uint8Array(), sessionIdIn(metadata))),
    onRequest: ({ answeredStatus, path }) =>
      feed.move('audio', 'api', `${answeredStatus} ${path}`, answeredStatus !== 200),
  });
}

function sessionIdIn(metadata: unknown): string | undefined {
  const isObject = typeof metadata === 'object' && metadata !== null && 'session_id' in metadata;
  return isObject && typeof metadata.session_id === 'string' ? metadata.session_id : undefined;
}
