// Receives the command line, promises an invocation with its contents read, or one sentence about the mistake.
import { readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { closest, distance } from 'fastest-levenshtein';
import { EVENT_NAMES, EVENTS_FOLDER, readSampleEvent } from '../local/sample-events.ts';
import { createWav } from '../local/wav.ts';

export type Invocation =
  | { readonly kind: 'help' }
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
const OPTIONS = {
  event: { type: 'string' },
  body: { type: 'string' },
  'wrong-signature': { type: 'boolean' },
  health: { type: 'boolean' },
  file: { type: 'string' },
  'api-status': { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;
const OPTIONS_OF = {
  webhook: ['event', 'body', 'wrong-signature', 'health'],
  audio: ['file', 'api-status'],
} as const;

export const HELP = `Usage: npm run invoke -- webhook [options]
       npm run invoke -- audio [options]

Runs a function as it will be deployed on one sample, with stand-ins for AWS and for the
Sonotheia API inside this process. Shows what it answered, stored, published and logged.

webhook: POST /webhook with a signed event
  --event <name>      one of the sample events below (default: ${DEFAULT_EVENT})
  --body <file>       a body of your own instead
  --wrong-signature   signed with another secret
  --health            GET /health instead

audio: a file uploaded under incoming/
  --file <file>       the file (default: a tone of ${GENERATED_SECONDS} seconds as WAV)
  --api-status <n>    the HTTP status that the API answers with (default: 200)

  --help              show this text

Events: ${EVENT_NAMES.join(', ')}
Exit codes: 0 the function answered (a refusal is an answer), 1 a mistake in the arguments, 2 the function failed.
`;

type Values = ReturnType<typeof parseCommandLine>['values'];

/** Reads the arguments after the script's name; a string tells what is wrong with them. */
export function readArguments(argv: readonly string[]): Invocation | string {
  try {
    const { values, positionals } = parseCommandLine(argv);
    if (values.help) return { kind: 'help' };
    const [name, ...others] = positionals;
    if (name !== 'webhook' && name !== 'audio') {
      return `Which function, ${Object.keys(OPTIONS_OF).join(' or ')}? See npm run invoke -- --help`;
    }
    if (others.length > 0) {
      return `What does ${others.join(' ')} belong to? Options stand behind a --: npm run invoke -- ${name} --help`;
    }
    const foreign = Object.keys(values).find((option) => !OPTIONS_OF[name].some((own) => own === option));
    if (foreign !== undefined)
      return `--${foreign} is not an option of ${name}; see npm run invoke -- --help`;
    return name === 'webhook' ? readWebhook(values) : readAudio(values);
  } catch (error) {
    // parseArgs and the file system explain themselves.
    return error instanceof Error ? error.message : String(error);
  }
}

function parseCommandLine(argv: readonly string[]) {
  return parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true });
}

function readWebhook({ event, body, health, 'wrong-signature': isWronglySigned = false }: Values) {
  if ([event, body, health].filter((value) => value !== undefined).length > 1) {
    return 'Only one of --event, --body and --health at a time';
  }
  if (health) return isWronglySigned ? 'GET /health bears no signature' : { kind: 'health' as const };
  if (body !== undefined) {
    return {
      kind: 'webhook' as const,
      source: body,
      body: readFileSync(atCaller(body), 'utf8'),
      isWronglySigned,
    };
  }
  const name = event ?? DEFAULT_EVENT;
  if (!EVENT_NAMES.includes(name)) return `There is no sample event ${name}: ${suggestEvent(name)}`;
  const source = join(EVENTS_FOLDER, `${name}.json`);
  // Sent now, because the function refuses events of long ago.
  const sent = readSampleEvent(name).replace(/("timestamp": ")[^"]+/, `$1${new Date().toISOString()}`);
  return { kind: 'webhook' as const, source, body: sent, isWronglySigned };
}

function readAudio({ file, 'api-status': status = '200' }: Values) {
  if (!/^[2-5]\d\d$/.test(status)) return `--api-status takes an HTTP status, not ${status}`;
  const contents =
    file === undefined
      ? { source: 'a generated tone', fileName: 'tone.wav', audio: createWav(GENERATED_SECONDS) }
      : { source: file, fileName: basename(file), audio: readFileSync(atCaller(file)) };
  return { kind: 'audio' as const, ...contents, apiStatus: Number(status) };
}

/** npm runs scripts in the project's folder; this is the one the caller is in. */
function atCaller(path: string): string {
  return resolve(process.env.INIT_CWD ?? '.', path);
}

function suggestEvent(name: string): string {
  const nearest = closest(name, EVENT_NAMES);
  if (distance(name, nearest) <= nearest.length / 3) return `did you mean ${nearest}?`;
  return `there are ${EVENT_NAMES.join(', ')}`;
}
