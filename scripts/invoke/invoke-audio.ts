// Uploads one file and notifies the audio processor of it, as S3 and SQS would.
import type { SQSBatchResponse } from 'aws-lambda';
import type { OwnHandlers } from '../../generator/bundle/bundle-report.ts';
import { BundledFunction, buildPackage } from '../local/bundled-function.ts';
import { etagOf } from '../local/services/s3-objects.ts';
import { API_KEY, type SonotheiaApi, startSonotheiaApi } from '../local/sonotheia-api.ts';
import { BUCKET, toMessage } from '../local/upload-message.ts';
import { describeEnvironment } from './function-environment.ts';
import { type InProcessAws, startInProcessAws } from './in-process-aws.ts';
import { describeTraces, formatSections, type InvocationReport, type Section } from './report.ts';

export interface AudioInvocation {
  /** Source of the audio, for the report. */
  readonly source: string;
  readonly fileName: string;
  readonly audio: Uint8Array;
  /** The API's answer to every call. */
  readonly apiStatus: number;
}

const SESSION_ID = 'sess_local_1';
/** More calls of the API than one invocation makes. */
const MOST_API_CALLS = 10;

export async function invokeAudio(
  invocation: AudioInvocation,
  ownHandlers?: OwnHandlers,
): Promise<InvocationReport> {
  const code = await buildPackage('audio_processor', ownHandlers);
  const aws = await startInProcessAws(JSON.stringify({ api_key: API_KEY }));
  const api = await startSonotheiaApi(API_KEY);
  try {
    return await upload(invocation, code, { aws, api });
  } finally {
    await api.stop();
    await aws.stop();
  }
}

async function upload(
  { source, fileName, audio, apiStatus }: AudioInvocation,
  code: Uint8Array,
  { aws, api }: { readonly aws: InProcessAws; readonly api: SonotheiaApi },
): Promise<InvocationReport> {
  api.answerNext(...Array.from({ length: MOST_API_CALLS }, () => ({ status: apiStatus })));
  const environment = describeEnvironment('audio_processor', { endpoint: aws.endpoint, apiUrl: api.url });
  const processor = new BundledFunction(code, environment);
  const key = `incoming/${fileName}`;
  aws.objects.set(key, {
    bytes: audio,
    contentType: 'application/octet-stream',
    metadata: { 'session-id': SESSION_ID },
  });
  const answer = (await processor.invoke(describeUpload(key, audio))) as SQSBatchResponse | undefined;
  await processor.stop();
  const sections = [
    {
      title: `Uploaded ${key}`,
      lines: [`${source}, ${audio.length} bytes, with the metadata session-id: ${SESSION_ID}`],
    },
    describeApiRequests(api),
    { title: 'Answered', lines: [answer ? JSON.stringify(answer) : 'nothing: it died'] },
    describeMove(aws, key),
    ...describeTraces(aws, processor.output),
  ];
  return { text: formatSections(sections), hasFailed: answer?.batchItemFailures.length !== 0 };
}

function describeUpload(key: string, audio: Uint8Array): object {
  const upload = {
    bucket: BUCKET,
    key,
    etag: etagOf(audio),
    sizeBytes: audio.length,
    sequencer: '0000000000000001',
    eventTimeMs: Date.now(),
  };
  return { Records: [{ messageId: 'message-1', body: toMessage(upload), eventSource: 'aws:sqs' }] };
}

function describeApiRequests({ requests }: SonotheiaApi): Section {
  const lines = requests.flatMap(
    ({ method, path, fileName, contentType, audio, metadata, answeredStatus }) => [
      `${method} ${path} -> ${answeredStatus}`,
      `audio: ${fileName}, ${contentType}, ${audio?.length} bytes`,
      `metadata: ${JSON.stringify(metadata)}`,
    ],
  );
  return { title: 'Asked the API', lines: lines.length > 0 ? lines : ['nothing'] };
}

function describeMove({ objects }: InProcessAws, key: string): Section {
  const keys = [...objects.keys()].filter((other) => other !== key);
  return {
    title: 'Moved',
    lines: objects.has(key) ? ['nothing'] : keys.map((target) => `${key} -> ${target}`),
  };
}
