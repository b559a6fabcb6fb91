// The routes of the API: each calls one method of the source and returns its JSON.
import type { IncomingMessage } from 'node:http';
import { escapeAll } from '../../generator/text/visible-text.ts';
import {
  InputError,
  readBytes,
  readConfirmation,
  readJson,
  readPage,
  readText,
  toFaultValue,
  toForgetRequest,
  toSendRequest,
} from './read-input.ts';
import type { Action, ConsoleSource } from './source.ts';
import type { AudioFile } from './source-data.ts';

export interface Call {
  readonly source: ConsoleSource;
  readonly query: URLSearchParams;
  readonly request: IncomingMessage;
  /** Aborted when the page goes away. */
  readonly signal: AbortSignal;
}

/** Returns a JSON value, or a file. */
export type Answer = { readonly json: unknown } | { readonly file: AudioFile };

export interface Route {
  /** Checked before the call. */
  readonly action?: Action;
  /** In place of the source's `confirmWith`: nothing, or the id, which the route checks. */
  readonly confirmation?: 'none' | 'id';
  readonly run: (call: Call) => Promise<Answer>;
}

const json = async (value: Promise<unknown>): Promise<Answer> => ({ json: await value });

async function found<T>(value: Promise<T | undefined>, what: string): Promise<T> {
  const result = await value;
  if (result === undefined) throw new InputError(what, 404);
  return result;
}

const ROUTES: Readonly<Record<string, Route>> = {
  'GET overview': { run: ({ source, signal }) => json(source.overview(signal)) },
  'GET recordings': { run: ({ source, query, signal }) => json(source.recordings(readPage(query), signal)) },
  'GET audio': {
    run: async ({ source, query, signal }) => ({
      file: await found(source.audio(readText(query, 'key'), signal), 'The file is gone.'),
    }),
  },
  'GET samples': { run: ({ source }) => json(source.samples()) },
  'GET exchanges': { run: ({ source, query, signal }) => json(source.exchanges(readPage(query), signal)) },
  'GET sessions': { run: ({ source, query, signal }) => json(source.sessions(readPage(query), signal)) },
  'GET session': {
    run: ({ source, query, signal }) =>
      json(found(source.session(readText(query, 'id'), signal), 'The table has no such session.')),
  },
  'GET queues': { run: ({ source, signal }) => json(source.queues(signal)) },
  'GET subscriptions': { run: ({ source, signal }) => json(source.subscriptions(signal)) },
  'GET deliveries': { run: ({ source, query, signal }) => json(source.deliveries(readPage(query), signal)) },
  'GET logs': {
    run: ({ source, query, signal }) =>
      json(source.logs({ ...readPage(query), group: query.get('group') || undefined }, signal)),
  },
  'GET metrics': { run: ({ source, signal }) => json(source.metrics(signal)) },
  'GET faults': { run: ({ source }) => json(source.faults()) },
  'POST forget/plan': {
    action: 'forget',
    confirmation: 'none',
    run: async ({ source, request, signal }) =>
      json(source.forgetPlan(toForgetRequest(await readJson(request)), signal)),
  },
  'POST forget': {
    action: 'forget',
    confirmation: 'id',
    run: async ({ source, request }) => {
      const forgetting = toForgetRequest(await readJson(request));
      const typed = readConfirmation(request);
      const { sessionId } = forgetting;
      if (typed !== sessionId && typed !== escapeAll(sessionId))
        throw new InputError(`Type ${escapeAll(sessionId)} to confirm.`, 409);
      return await json(source.forget(forgetting));
    },
  },
  'POST recordings': { action: 'upload', run: upload },
  'POST send': {
    action: 'send',
    run: async ({ source, request }) => json(source.send(toSendRequest(await readJson(request)))),
  },
  'POST redrive': {
    action: 'redrive',
    run: async ({ source, request }) => {
      const { queue, messageId } = await readJson(request);
      if (typeof queue !== 'string') throw new InputError('queue is missing.');
      return await json(source.redrive(queue, typeof messageId === 'string' ? messageId : undefined));
    },
  },
  'POST fault': {
    action: 'fault',
    run: async ({ source, request }) => {
      const { name, value } = await readJson(request);
      if (typeof name !== 'string') throw new InputError('name is missing.');
      await source.fault(name, toFaultValue(value));
      return { json: {} };
    },
  },
};

async function upload({ source, query, request }: Call): Promise<Answer> {
  const bytes = await readBytes(request);
  return await json(
    source.upload({
      name: readText(query, 'name'),
      contentType: request.headers['content-type'] ?? 'application/octet-stream',
      bytes,
      sessionId: query.get('session') || undefined,
    }),
  );
}

/** Undefined if there is no such route. */
export function findRoute(method: string, path: string): Route | undefined {
  const key = `${method === 'HEAD' ? 'GET' : method} ${path.replace(/^\/api\//, '')}`;
  return Object.hasOwn(ROUTES, key) ? ROUTES[key] : undefined;
}
