// The system that a spec describes, on this machine: the packages between Amazon's parts and the stand-in API.
import { join } from 'node:path';
import type { HttpAnswer } from '../gateway/api-request.ts';
import { toGatewayAnswer } from '../gateway/gateway-answers.ts';
import {
  type Answered,
  type GatewayMessage,
  LocalGateway,
  MAX_BODY_BYTES,
} from '../gateway/local-gateway.ts';
import { type SafeServer, startSafeServer } from '../safe-server.ts';
import type { SonotheiaApi } from '../sonotheia-api.ts';
import { createWav } from '../wav.ts';
import { METRICS } from './alarms.ts';
import { startApiStandIn } from './api-stand-in.ts';
import { AwsAccessPoint, partOf } from './aws-access-point.ts';
import { AwsParts } from './aws-parts.ts';
import { ChangeFeed } from './change-feed.ts';
import { describeExchange, type ExchangeRecord } from './exchanges.ts';
import { Faults } from './faults.ts';
import { type Invoked, LocalFunction } from './local-function.ts';
import { type FunctionName, functionNameOf, functionVariables, type LocalStack } from './local-stack.ts';
import { createSecret, type LocalState, openState } from './local-state.ts';
import { QueuePoller } from './queue-poller.ts';
import { parseFields } from './telemetry.ts';

export type Packages = Readonly<Record<FunctionName, Uint8Array>>;

export interface LocalSystemOptions {
  readonly stack: LocalStack;
  /** Keeps the state. */
  readonly folder: string;
  /** Empties the folder first. */
  readonly isReset?: boolean;
  readonly packages: Packages;
  /** 0 for free ones. */
  readonly ports: { readonly gateway: number; readonly aws: number; readonly api: number };
  /** The real API in place of the stand-in. */
  readonly realApi?: { readonly url: string; readonly apiKey: string };
}

const AGE_EVERY_MS = 60_000;
/** AWS runs up to 1,000 at once; a laptop cannot. */
const MAX_WEBHOOK_SANDBOXES = 10;
const MANY_UPLOADS = 500;
const MAX_OUTCOMES = 1_000;

export class LocalSystem {
  readonly stack: LocalStack;
  readonly state: LocalState;
  readonly feed = new ChangeFeed();
  readonly parts: AwsParts;
  readonly faults: Faults;
  readonly functions: Readonly<Record<FunctionName, LocalFunction>>;
  readonly #gateway: LocalGateway;
  readonly #options: LocalSystemOptions;
  /** From the log lines of requests that are not answered yet. */
  readonly #outcomes = new Map<string, string>();
  #aws: AwsAccessPoint | undefined;
  #api: SonotheiaApi | undefined;
  #gatewayServer: SafeServer | undefined;
  #poller: QueuePoller | undefined;
  #timer: NodeJS.Timeout | undefined;
  #exchanges: number;

  private constructor(options: LocalSystemOptions) {
    this.#options = options;
    this.stack = options.stack;
    this.state = openState(options.folder, options.isReset);
    this.parts = new AwsParts(this.stack, this.state, this.feed);
    this.functions = {
      webhook_handler: this.#createFunction('webhook_handler', MAX_WEBHOOK_SANDBOXES),
      audio_processor: this.#createFunction('audio_processor', this.stack.pace.maxConcurrency),
    };
    this.#gateway = new LocalGateway({
      stack: this.stack,
      invoke: (payload) => this.functions.webhook_handler.invoke(payload),
    });
    this.faults = this.#createFaults();
    this.#exchanges = Number([...this.state.exchanges.keys()].at(-1) ?? 0);
  }

  /** @throws Problem when a port is in use, or the folder */
  static async start(options: LocalSystemOptions): Promise<LocalSystem> {
    const system = new LocalSystem(options);
    try {
      await system.#start();
      return system;
    } catch (error) {
      await system.stop();
      throw error;
    }
  }

  /** Addresses for other programs. */
  get urls(): { readonly webhook: string | undefined; readonly aws: string; readonly api: string } {
    const { enabled, stage_name } = this.stack.settings.api_gateway;
    return {
      webhook: enabled ? `${this.#gatewayServer?.url}/${stage_name}/webhook` : undefined,
      aws: this.#aws?.url ?? '',
      api: this.#options.realApi?.url ?? this.#api?.url ?? '',
    };
  }

  /** Further invocations use these packages. */
  deploy(packages: Packages): void {
    for (const [name, zip] of Object.entries(packages)) this.functions[name as FunctionName].deploy(zip);
  }

  /** Answers a request to the API; `exchangeId` is that of its record. */
  async request(
    message: GatewayMessage,
    body: Buffer,
  ): Promise<{ readonly answer: HttpAnswer; readonly exchangeId: string | undefined }> {
    const answered = await this.#gateway.answer(message, body);
    return { answer: answered.answer, exchangeId: this.#record(answered) };
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.feed.stop();
    const polling = this.#poller?.stop();
    await Promise.all(Object.values(this.functions).map((each) => each.stop()));
    await Promise.all([polling, this.#gatewayServer?.stop(), this.#aws?.stop(), this.#api?.stop()]);
    this.state.close();
  }

  async #start(): Promise<void> {
    const { ports, packages, realApi } = this.#options;
    const { stack, parts, feed } = this;
    if (realApi !== undefined) parts.useRealApiKey(realApi.apiKey);
    this.#aws = await AwsAccessPoint.start({
      stack,
      parts,
      feed,
      port: ports.aws,
      isTableThrottled: () => this.faults.settings.isTableThrottled,
      takeKill: (name) => this.faults.takeKill(name),
      kill: (name, accessKeyId) => this.functions[name].kill(accessKeyId),
    });
    if (realApi === undefined) this.#api = await this.#startApi(ports.api);
    this.deploy(packages);
    if (stack.settings.api_gateway.enabled) this.#gatewayServer = await this.#startGateway(ports.gateway);
    this.#poller = this.#startPoller();
    parts.age();
    this.#timer = setInterval(() => parts.age(), AGE_EVERY_MS);
  }

  #startApi(port: number): Promise<SonotheiaApi> {
    return startApiStandIn({
      port,
      apiKey: this.parts.readSecret('api_key'),
      behaviour: () => this.faults.settings.api,
      objects: this.state.objects,
      feed: this.feed,
    });
  }

  #startGateway(port: number): Promise<SafeServer> {
    return startSafeServer({
      purpose: "the webhook's address",
      port,
      maxBodyBytes: MAX_BODY_BYTES,
      tooLong: toGatewayAnswer('REQUEST_TOO_LARGE'),
      answer: async (request, body) => (await this.request(request, body)).answer,
    });
  }

  #startPoller(): QueuePoller {
    const { pace } = this.stack;
    const { queue, recordings } = this.parts;
    return new QueuePoller({
      queue,
      batchSize: pace.batchSize,
      maxConcurrency: pace.maxConcurrency,
      invoke: (payload) => this.functions.audio_processor.invoke(payload),
      onBatch: (messages) => {
        this.feed.move('queue', 'audio', `${messages.length} messages`);
        for (const { body } of messages) recordings.change(body, 'processing');
        this.feed.change('recordings');
      },
      onAnswer: (messages, failedIds) => {
        for (const { id, body } of messages)
          if (failedIds.has(id)) recordings.change(body, 'waiting', this.state.failures.get(id));
          else this.state.failures.delete(id);
        if (failedIds.size > 0) this.feed.move('audio', 'queue', `${failedIds.size} messages`, true);
        this.feed.change('recordings');
      },
    });
  }

  #createFunction(name: FunctionName, maxSandboxes: number): LocalFunction {
    return new LocalFunction({
      stack: this.stack,
      name,
      folder: join(this.#options.folder, 'functions', name),
      clock: this.state.clock,
      variables: () => functionVariables(this.stack, name, this.urls),
      awsEndpoint: () => this.urls.aws,
      maxSandboxes: maxSandboxes,
      onLogLine: (line) => this.#log(name, line),
      onInvoked: (invoked) => this.#measure(name, invoked),
    });
  }

  #log(name: FunctionName, line: string): void {
    this.parts.telemetry.log(`/aws/lambda/${functionNameOf(this.stack, name)}`, line);
    const { request_id, outcome, message_id, reason, attempt } = parseFields(line);
    if (name === 'webhook_handler' && typeof request_id === 'string' && typeof outcome === 'string')
      this.#outcomes.set(request_id, outcome);
    // Of requests that timed out before.
    if (this.#outcomes.size > MAX_OUTCOMES) this.#outcomes.clear();
    if (typeof message_id === 'string' && typeof reason === 'string')
      this.state.failures.set(message_id, `${reason}${attempt === undefined ? '' : `, attempt ${attempt}`}`);
  }

  #measure(name: FunctionName, { durationMs, outcome }: Invoked): void {
    const functionName = functionNameOf(this.stack, name);
    const { telemetry } = this.parts;
    telemetry.count(METRICS.lambda(functionName, 'Invocations'), 1);
    telemetry.count(METRICS.lambda(functionName, 'Errors'), outcome.failed ? 1 : 0);
    telemetry.count(METRICS.lambda(functionName, 'Duration'), durationMs);
    if (!outcome.failed) return;
    const { errorType, errorMessage } = parseFields(outcome.payload);
    const line = { timestamp: this.state.clock.nowIso(), level: 'ERROR', errorType, errorMessage };
    telemetry.log(`/aws/lambda/${functionName}`, JSON.stringify(line));
    this.feed.move(partOf(name), partOf(name), String(errorType), true);
  }

  #record(answered: Answered): string | undefined {
    const { telemetry } = this.parts;
    const { status } = answered.answer;
    telemetry.count(METRICS.api(this.stack, 'Count'), 1);
    telemetry.count(METRICS.api(this.stack, '4XXError'), status >= 400 && status < 500 ? 1 : 0);
    telemetry.count(METRICS.api(this.stack, '5XXError'), status >= 500 ? 1 : 0);
    const outcome = this.#outcomes.get(answered.requestId);
    this.#outcomes.delete(answered.requestId);
    const exchange = describeExchange(answered, this.state.clock.nowIso(), outcome);
    this.feed.move('sender', 'gateway', `${answered.method} ${answered.path}`, status >= 400);
    if (answered.gatewayResponse === undefined)
      this.feed.move('gateway', 'webhook', `${status}`, status >= 400);
    return answered.path === '/health' ? undefined : this.#keepExchange(exchange);
  }

  #keepExchange(exchange: ExchangeRecord): string {
    this.#exchanges += 1;
    this.state.exchanges.set(String(this.#exchanges), exchange);
    this.feed.change('exchanges');
    return String(this.#exchanges);
  }

  #createFaults(): Faults {
    const hasStandIn = this.#options.realApi === undefined;
    const actions = {
      rotateApiKey: () => {
        const key = createSecret('sk_local_');
        this.parts.rotateSecret('api_key', key);
        this.#api?.acceptKeys(key);
      },
      rotateWebhookSecret: () => this.parts.rotateSecret('webhook_secret', createSecret('whsec_local_')),
      uploadMany: () => this.#uploadMany(),
    };
    return new Faults(this.state, actions, {
      hasStandIn,
      onChange: () => this.feed.change('faults', 'overview'),
    });
  }

  async #uploadMany(): Promise<void> {
    const tone = createWav(1);
    for (let index = 0; index < MANY_UPLOADS; index += 1) {
      const bytes = Uint8Array.from(tone);
      // Different files: the same bytes under another name are another recording, but have one score.
      new DataView(bytes.buffer).setUint32(bytes.length - 4, index);
      const name = `many/${String(index).padStart(3, '0')}-${(index / MANY_UPLOADS).toFixed(2)}.wav`;
      this.parts.upload(`incoming/${name}`, { bytes, contentType: 'audio/wav', metadata: {} });
      // Let requests in between.
      if (index % 25 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  }
}
