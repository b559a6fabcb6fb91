// A gRPC server between Terraform and processes of the AWS provider. It answers the request for the schema itself, and gives
// each configuration, such as that of a region, a process of its own. All other requests pass unchanged.
import {
  type ClientHttp2Session,
  connect,
  createServer,
  type Http2Session,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2';
import { connect as openSocket } from 'node:net';
import {
  answerWith,
  forward,
  type GrpcAnswer,
  readCall,
  readMessage,
  refuse,
  send,
  UNIMPLEMENTED,
} from './grpc-call.ts';

const SERVICE = '/tfplugin5.Provider/';
/** Requests that go to the region and the account of the configuration. */
const NEEDS_CONFIGURATION =
  /\/(?:ReadResource|PlanResourceChange|ApplyResourceChange|ImportResourceState|ReadDataSource)$/;
const UNAVAILABLE = 14;

export interface ProxyOptions {
  /** The path of the socket to listen on. */
  readonly socket: string;
  /** Starts a provider and returns the path of its socket. */
  readonly startProvider: () => Promise<string>;
  /** Returns the schema; `fetch` asks a provider for it. */
  readonly readSchema: (fetch: () => Promise<Buffer>) => Promise<Buffer>;
}

interface Provider {
  readonly client: ClientHttp2Session;
  /** The open connections, all of which sent the same configuration. */
  readonly users: Map<Http2Session, string>;
}

export class ProviderProxy {
  readonly #options: ProxyOptions;
  readonly #server = createServer();
  readonly #sessions = new Set<Http2Session>();
  readonly #providers: Promise<Provider>[] = [];
  readonly #configured = new WeakMap<Http2Session, Provider>();

  constructor(options: ProxyOptions) {
    this.#options = options;
    this.#server.on('session', (session) => {
      this.#sessions.add(session);
      session.on('error', ignore);
      session.once('close', () => void this.#sessions.delete(session));
    });
    this.#server.on('stream', (stream, headers) => {
      stream.on('error', ignore);
      const answered = this.#answer(stream, headers).catch((error: unknown) =>
        refuse(UNAVAILABLE, String(error)),
      );
      // Ignore a failure: the caller is gone.
      void answered.then((answer) => send(stream, answer)).catch(ignore);
    });
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(this.#options.socket, resolve);
    });
  }

  close(): void {
    this.#server.close();
    for (const session of this.#sessions) session.destroy();
    for (const provider of this.#providers) provider.then(({ client }) => client.destroy(), ignore);
  }

  async #answer(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): Promise<GrpcAnswer> {
    const path = headers[':path'] ?? '';
    // Services of all plugins, such as their standard output, which Terraform does without.
    if (!path.startsWith(SERVICE)) return UNIMPLEMENTED;
    const call = await readCall(stream, headers);
    const { session } = stream;
    if (session === undefined) return refuse(UNAVAILABLE, 'the connection is closed');
    const anyProvider = (): Promise<Provider> => this.#providers[0] ?? this.#start();
    if (path === `${SERVICE}GetSchema`) {
      const fetch = async () => readMessage(await forward(call, (await anyProvider()).client, stream));
      return answerWith(await this.#options.readSchema(fetch));
    }
    if (path === `${SERVICE}Configure`) await this.#configure(session, call.body.toString('latin1'));
    const provider = this.#configured.get(session);
    if (provider === undefined && NEEDS_CONFIGURATION.test(path))
      return refuse(UNAVAILABLE, `${path} before Configure`);
    return await forward(call, (provider ?? (await anyProvider())).client, stream);
  }

  /** Chooses a provider without users, or whose users have this configuration. */
  async #configure(session: Http2Session, configuration: string): Promise<void> {
    for (let index = 0; ; index += 1) {
      const provider = await (this.#providers[index] ?? this.#start());
      if ([...provider.users.values()].some((other) => other !== configuration)) continue;
      provider.users.set(session, configuration);
      session.once('close', () => void provider.users.delete(session));
      this.#configured.set(session, provider);
      return;
    }
  }

  #start(): Promise<Provider> {
    const forget = (): void => {
      const index = this.#providers.indexOf(starting);
      if (index !== -1) this.#providers.splice(index, 1);
    };
    const starting = this.#options.startProvider().then((socket) => {
      const client = connect('http://provider', { createConnection: () => openSocket(socket) });
      client.on('error', ignore);
      client.once('close', forget);
      return { client, users: new Map<Http2Session, string>() };
    });
    this.#providers.push(starting);
    starting.catch(forget);
    return starting;
  }
}

function ignore(): void {}
