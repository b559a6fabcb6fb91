// The proxy between Terraform and the provider, with servers in this process in place of both.
import { randomUUID } from 'node:crypto';
import { type ClientHttp2Session, connect, createServer, type Http2Server } from 'node:http2';
import { connect as openSocket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { answerWith, readCall, readMessage, refuse, send } from './grpc-call.ts';
import { ProviderProxy } from './provider-proxy.ts';
import { filterSchemas } from './schema-filter.ts';

const entry = (field: number, contents: Buffer): Buffer =>
  Buffer.concat([Buffer.from([(field << 3) | 2, contents.length]), contents]);
const schemaOf = (name: string): Buffer => entry(1, Buffer.from(name));
const RESOURCES = 2;
const DATA_SOURCES = 3;
const EVERYTHING = Buffer.concat([
  entry(1, Buffer.from('of the provider')),
  entry(RESOURCES, schemaOf('aws_used')),
  entry(RESOURCES, schemaOf('aws_unused')),
  entry(DATA_SOURCES, schemaOf('aws_unused')),
  Buffer.from([6 << 3, 1]),
]);

let providers: Http2Server[];
let proxy: ProviderProxy;
let socket: string;
let connections: ClientHttp2Session[];
let hanging: number;
let cancelled: number;
let failingStarts: number;

beforeEach(async () => {
  providers = [];
  connections = [];
  hanging = 0;
  cancelled = 0;
  failingStarts = 0;
  socket = join(tmpdir(), `${randomUUID()}.sock`);
  proxy = new ProviderProxy({
    socket,
    startProvider,
    readSchema: async (fetch) => filterSchemas(await fetch(), (name) => name === 'aws_used'),
  });
  await proxy.listen();
});

afterEach(() => {
  for (const connection of connections) connection.destroy();
  proxy.close();
  for (const provider of providers) provider.close();
});

/** Answers each request with its own number and the request's message. */
async function startProvider(): Promise<string> {
  if (failingStarts > 0) {
    failingStarts -= 1;
    throw new Error('no such file');
  }
  const path = join(tmpdir(), `${randomUUID()}.sock`);
  const provider = createServer();
  const index = providers.push(provider) - 1;
  provider.on('stream', async (stream, headers) => {
    const call = await readCall(stream, headers);
    const name = String(headers[':path']).split('/').at(-1);
    const said = Buffer.from(`${index}: ${call.body.subarray(5)}`);
    if (name === 'Hang') {
      hanging += 1;
      stream.once('close', () => {
        cancelled += 1;
      });
      return;
    }
    if (name === 'Reset') return stream.close();
    if (name === 'Die') return stream.session?.destroy();
    if (name === 'Fail') send(stream, refuse(2, 'no such queue'));
    else send(stream, answerWith(name === 'GetSchema' ? EVERYTHING : said));
  });
  await new Promise<void>((done) => provider.listen(path, done));
  return path;
}

function open(): ClientHttp2Session {
  const connection = connect('http://proxy', { createConnection: () => openSocket(socket) });
  connections.push(connection);
  return connection;
}

async function call(connection: ClientHttp2Session, path: string, text = ''): Promise<Buffer> {
  const request = connection.request({ ':method': 'POST', ':path': path });
  let headers = {};
  let trailers: Record<string, string> | undefined;
  request.on('response', (received) => {
    headers = received;
  });
  request.on('trailers', (received) => {
    trailers = { ...received } as Record<string, string>;
  });
  request.end(answerWith(Buffer.from(text)).body);
  const body = await buffer(request);
  return readMessage({ headers, body, trailers });
}

const ask = async (connection: ClientHttp2Session, name: string, text = ''): Promise<string> =>
  (await call(connection, `/tfplugin5.Provider/${name}`, text)).toString();

test('the schema has only the used types', async () => {
  const schema = await call(open(), '/tfplugin5.Provider/GetSchema');
  expect(schema.toString()).toContain('aws_used');
  expect(schema.toString()).not.toContain('aws_unused');
  expect(schema.length).toBe(EVERYTHING.length - 2 * entry(RESOURCES, schemaOf('aws_unused')).length);
});

test('connections with other configurations get other processes', async () => {
  const [first, second, third] = [open(), open(), open()];
  expect(await ask(first, 'Configure', 'us-east-1')).toBe('0: us-east-1');
  expect(await ask(second, 'Configure', 'eu-west-1')).toBe('1: eu-west-1');
  expect(await ask(third, 'Configure', 'us-east-1')).toBe('0: us-east-1');
  expect(await ask(first, 'PlanResourceChange', 'a')).toBe('0: a');
  expect(await ask(second, 'PlanResourceChange', 'b')).toBe('1: b');
  expect(providers).toHaveLength(2);
});

test('a process without connections gets another configuration', async () => {
  const first = open();
  expect(await ask(first, 'Configure', 'us-east-1')).toBe('0: us-east-1');
  first.close();
  await expect.poll(() => ask(open(), 'Configure', 'eu-west-1')).toBe('0: eu-west-1');
});

test('errors pass, and services of all plugins are missing', async () => {
  await expect(ask(open(), 'Fail')).rejects.toThrow('no%20such%20queue');
  await expect(ask(open(), 'ApplyResourceChange')).rejects.toThrow('before%20Configure');
  await expect(call(open(), '/plugin.GRPCController/Shutdown')).rejects.toThrow('"grpc-status":"12"');
  expect(providers).toHaveLength(1);
});

test('a request that its caller ends is cancelled at the provider', async () => {
  const connection = open();
  const request = connection.request({ ':method': 'POST', ':path': '/tfplugin5.Provider/Hang' });
  request.end(answerWith(Buffer.alloc(0)).body);
  await expect.poll(() => hanging).toBe(1);
  expect(cancelled).toBe(0);
  request.close();
  await expect.poll(() => cancelled).toBe(1);
  expect(await ask(connection, 'Configure', 'us-east-1')).toBe('0: us-east-1');
});

test('an answer that the provider breaks off is an error', async () => {
  await expect(ask(open(), 'Reset')).rejects.toThrow('broke%20off');
});

test('a provider that did not start, or has ended, is replaced', async () => {
  failingStarts = 1;
  await expect(ask(open(), 'Configure', 'us-east-1')).rejects.toThrow('no%20such%20file');
  const first = open();
  expect(await ask(first, 'Configure', 'us-east-1')).toBe('0: us-east-1');
  await expect(ask(first, 'Die')).rejects.toThrow('broke%20off');
  expect(await ask(open(), 'Configure', 'us-east-1')).toBe('1: us-east-1');
});

test('requests that are under way when it closes end with an error', async () => {
  const pending = [open(), open()].map((connection) => ask(connection, 'Hang').catch(String));
  await expect.poll(() => hanging).toBe(2);
  proxy.close();
  for (const answer of pending) expect(await answer).not.toBe('');
});
