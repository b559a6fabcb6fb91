// Everything that survives a restart: the maps of the journal, the folder of objects, the secrets.
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { Problem, type ProblemText } from '../../../generator/command-line/problem.ts';
import type { Delivery } from '../../console/source-data.ts';
import type { Item } from '../services/dynamodb-values.ts';
import type { Secret } from '../services/secrets-service.ts';
import type { ApiBehaviour } from './api-behaviour.ts';
import type { ExchangeRecord } from './exchanges.ts';
import { Journal, type JournaledMap } from './journal.ts';
import type { QueuedMessage } from './local-queue.ts';
import { MovableClock } from './movable-clock.ts';
import { ObjectFolder, type ObjectRecord } from './object-folder.ts';
import type { RecordingRecord } from './recordings.ts';
import type { DeliveryCounts } from './results-topic.ts';
import type { LogRecord, MetricMinute } from './telemetry.ts';

/** Numbers and switches of the local system. */
export interface LocalSettings {
  readonly clockOffsetMs: number;
  readonly api: ApiBehaviour;
  readonly isTableThrottled: boolean;
}

export interface LocalState {
  readonly clock: MovableClock;
  readonly items: JournaledMap<Item>;
  readonly objects: ObjectFolder;
  readonly secrets: JournaledMap<Secret>;
  readonly settings: JournaledMap<Partial<LocalSettings>>;
  readonly recordings: JournaledMap<RecordingRecord>;
  readonly exchanges: JournaledMap<ExchangeRecord>;
  readonly deliveries: JournaledMap<Delivery>;
  readonly deliveryCounts: JournaledMap<DeliveryCounts>;
  readonly failures: JournaledMap<string>;
  readonly logs: JournaledMap<LogRecord>;
  readonly minutes: JournaledMap<MetricMinute>;
  /** Settles when a change cannot be written, such as on a full disk. */
  readonly failure: Promise<unknown>;
  messagesOf(queue: string): JournaledMap<QueuedMessage>;
  close(): void;
}

/** What is kept of histories; the table, the bucket and the queues keep everything. */
const MAX = {
  recordings: 20_000,
  exchanges: 500,
  deliveries: 2_000,
  failures: 5_000,
  logs: 5_000,
  minutes: 5_000,
};
const SECRET_BYTES = 24;
const LOCK = 'lock';

/** @throws Problem when another process uses the folder, or it is damaged, or not writable */
export function openState(folder: string, isReset = false): LocalState {
  const unlock = lock(folder);
  try {
    if (isReset)
      for (const name of readdirSync(folder))
        if (name !== LOCK) rmSync(join(folder, name), { recursive: true });
    // The folder stays out of Git, also in a project that does not ignore it.
    writeFileSync(join(folder, '.gitignore'), '*\n');
    return openJournal(folder, unlock);
  } catch (error) {
    unlock();
    // All of it is of this folder: damaged lines, values of another version, a file in place of a folder.
    throw describeFailure(error, {
      what: `The state in ${folder} cannot be read.`,
      fix: 'empty it with --reset',
    });
  }
}

function describeFailure(error: unknown, text: Omit<ProblemText, 'why'>): Problem {
  return new Problem(
    { ...text, why: error instanceof Error ? error.message : String(error) },
    { cause: error },
  );
}

function openJournal(folder: string, unlock: () => void): LocalState {
  const { promise: failure, resolve } = withResolver();
  const journal = Journal.open(join(folder, 'state.jsonl'), resolve);
  const settings = journal.map<Partial<LocalSettings>>('settings');
  const clock = new MovableClock(settings.get('all')?.clockOffsetMs);
  const records = journal.map<ObjectRecord>('objects');
  return {
    clock,
    failure,
    settings,
    items: journal.map('items'),
    objects: new ObjectFolder({ folder: join(folder, 'objects'), records, clock }),
    secrets: journal.map('secrets'),
    recordings: journal.map('recordings', MAX.recordings),
    exchanges: journal.map('exchanges', MAX.exchanges),
    deliveries: journal.map('deliveries', MAX.deliveries),
    deliveryCounts: journal.map('deliveryCounts'),
    failures: journal.map('failures', MAX.failures),
    logs: journal.map('logs', MAX.logs),
    minutes: journal.map('minutes', MAX.minutes),
    messagesOf: (queue) => journal.map(`queue ${queue}`),
    close() {
      journal.close();
      unlock();
    },
  };
}

export function createSecret(prefix: string): string {
  return prefix + randomBytes(SECRET_BYTES).toString('base64url');
}

function withResolver() {
  let resolve: (error: unknown) => void = () => {};
  const promise = new Promise<unknown>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

function lock(folder: string): () => void {
  try {
    // Only for this user: it holds the local secrets.
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return takeLock(join(folder, LOCK));
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw describeFailure(error, {
      what: `The state folder ${folder} cannot be used.`,
      fix: 'make it a folder that you can write to, or remove it',
    });
  }
}

/** A lock of a process that has ended is taken over. */
function takeLock(file: string): () => void {
  for (const isRetry of [false, true]) {
    try {
      const descriptor = openSync(file, 'wx');
      writeSync(descriptor, String(process.pid));
      closeSync(descriptor);
      return () => rmSync(file, { force: true });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
      const owner = Number(readFileSync(file, 'utf8'));
      if (isRetry || (owner > 0 && isRunning(owner)))
        throw new Problem({
          what: `Process ${owner} runs this environment already, with the same state.`,
          fix: `end it, or remove ${file} if it is another program`,
        });
      rmSync(file, { force: true });
    }
  }
  throw new Error('unreachable');
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
