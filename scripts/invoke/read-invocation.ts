// Receives the command's arguments, promises an invocation with its files read. Throws a `Problem` for a mistake in them.
import { readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { Values } from '../../generator/command-line/command.ts';
import { Problem } from '../../generator/command-line/problem.ts';
import { suggest } from '../../generator/diagnostics/suggest.ts';
import { EVENT_NAMES, EVENTS_FOLDER, readSampleEvent } from '../local/sample-events.ts';
import { createWav } from '../local/wav.ts';

export type Invocation =
  | { readonly kind: 'health' }
  | {
      readonly kind: 'webhook';
      readonly source: string;
      readonly body: string;
      readonly isWronglySigned: boolean;
    }
  | {
      readonly kind: 'audio';
      readonly source: string;
      readonly fileName: string;
      readonly audio: Uint8Array;
      readonly apiStatus: number;
    };

const DEFAULT_EVENT = 'deepfake.completed';
const GENERATED_SECONDS = 5;

export const INVOKE_OPTIONS = {
  event: {
    type: 'string',
    value: 'name',
    description: `webhook: one of the sample events above (default: ${DEFAULT_EVENT})`,
  },
  body: { type: 'string', value: 'file', description: 'webhook: a body of your own instead' },
  'wrong-signature': { type: 'boolean', description: 'webhook: signed with another secret' },
  health: { type: 'boolean', description: 'webhook: GET /health instead' },
  file: {
    type: 'string',
    value: 'file',
    description: `audio: the file (default: a tone of ${GENERATED_SECONDS} seconds as WAV)`,
  },
  'api-status': {
    type: 'string',
    value: 'n',
    description: 'audio: the HTTP status that the API answers with (default: 200)',
  },
} as const;

type InvokeValues = Values<typeof INVOKE_OPTIONS>;

const OPTIONS_OF = {
  webhook: ['event', 'body', 'wrong-signature', 'health'],
  audio: ['file', 'api-status'],
} as const;

export function readInvocation(values: InvokeValues, name: string | undefined): Invocation {
  if (name !== 'webhook' && name !== 'audio')
    throw new Problem({
      what: `Which function, ${Object.keys(OPTIONS_OF).join(' or ')}?`,
      fix: 'npx sonotheia invoke webhook, or npx sonotheia invoke --help',
    });
  const own: readonly string[] = OPTIONS_OF[name];
  const foreign = Object.entries(values).find(
    ([option, value]) => value !== undefined && value !== false && !own.includes(option),
  );
  if (foreign !== undefined)
    throw new Problem({
      what: `--${foreign[0]} is not an option of ${name}.`,
      fix: `${name} has ${own.map((option) => `--${option}`).join(', ')}`,
    });
  return name === 'webhook' ? readWebhook(values) : readAudio(values);
}

function readWebhook(values: InvokeValues): Invocation {
  const { event, body, health, 'wrong-signature': isWronglySigned } = values;
  if ([event, body, health || undefined].filter((value) => value !== undefined).length > 1)
    throw new Problem({ what: 'Only one of --event, --body and --health at a time.' });
  if (health) {
    if (isWronglySigned) throw new Problem({ what: 'GET /health has no signature.' });
    return { kind: 'health' };
  }
  if (body !== undefined)
    return { kind: 'webhook', source: body, body: readFile(body).toString('utf8'), isWronglySigned };
  const name = event ?? DEFAULT_EVENT;
  if (!EVENT_NAMES.includes(name))
    throw new Problem({
      what: `There is no sample event ${name}.${suggest(name, EVENT_NAMES)}`,
      fix: `give one of ${EVENT_NAMES.join(', ')}`,
    });
  const source = join(EVENTS_FOLDER, `${name}.json`);
  // Dated now: the function refuses old events.
  const sent = readSampleEvent(name).replace(/("timestamp": ")[^"]+/, `$1${new Date().toISOString()}`);
  return { kind: 'webhook', source, body: sent, isWronglySigned };
}

function readAudio({ file, 'api-status': status = '200' }: InvokeValues): Invocation {
  if (!/^[2-5]\d\d$/.test(status))
    throw new Problem({ what: `--api-status takes an HTTP status, not ${status}.` });
  const contents =
    file === undefined
      ? { source: 'a generated tone', fileName: 'tone.wav', audio: createWav(GENERATED_SECONDS) }
      : { source: file, fileName: basename(file), audio: readFile(file) };
  return { kind: 'audio', ...contents, apiStatus: Number(status) };
}

/** Relative paths start in the caller's folder (INIT_CWD), since npm runs scripts in the project's. */
function readFile(path: string): Buffer {
  try {
    return readFileSync(resolve(process.env.INIT_CWD ?? '.', path));
  } catch (error) {
    throw new Problem(
      { what: `${path} cannot be read.`, why: error instanceof Error ? error.message : String(error) },
      { cause: error },
    );
  }
}
