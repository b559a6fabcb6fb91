// The system that a spec describes, on this machine: the packages between Amazon's parts and the stand-in API.
import { join } from 'node:path';
import type { HttpAnswer } from '../gateway/api-request.ts';
import { toGatewayAnswer } from '../gateway/gateway-answers.ts';
import { type GatewayMessage, LocalGateway, MAX_BODY_BYTES } from '../gateway/local-gateway.ts';
import { type SafeServer, startSafeServer } from '../safe-server.ts';
import type { SonotheiaApi } from '../sonotheia-api.ts';
import { startApiStandIn } from './api-stand-in.ts';
import { AwsAccessPoint } from './aws-access-point.ts';
import { AwsParts } from './aws-parts.ts';
import { ChangeFeed } from './change-feed.ts';
import { Faults } from './faults.ts';
import { LocalFunction } from './local-function.ts';
import { type FunctionName, functionVariables, type LocalStack } from './local-stack.ts';
import { createSecret, type LocalState, openState } from './local-state.ts';
import { Observer } from './observer.ts';
import { QueuePoller } from './queue-poller.ts';
import { uploadMany } from './upload-many.ts';

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

export class LocalSystem {
  readonly stack: LocalStack;
  readonly state: LocalState;
  readonly feed = new ChangeFeed();
  readonly parts: AwsParts;
  readonly faults: Faults;
  readonly functions: Readonly<Record<FunctionName, LocalFunction>>;
  readonly #gateway: LocalGateway;
  readonly #options: LocalSystemOptions;
  readonly #observer: Observer;
  #aws: AwsAccessPoint | undefined;
  #api: SonotheiaApi | undefined;
  #gatewayServer: SafeServer | undefined;
  #poller: QueuePoller | undefined;
  #timer: NodeJS.Timeout | undefined;

  private constructor(options: LocalSystemOptions) {
    this.#options = options;
    this.stack = options.stack;
    this.state = openState(options.folder, options.isReset);
    this.parts = new AwsParts(this.stack, this.state, this.feed);
    this.#observer = new Observer(this.stack, this.state, this.parts, this.feed);
    this.functions = {
      webhook_handler: this.#createFunction('webhook_handler', MAX_WEBHOOK_SANDBOXES),
      audio_processor: this.#createFunction('audio_processor', this.stack.pace.maxConcurrency),
    };
    this.#gateway = new LocalGateway({
      stack: this.stack,
      invoke: (payload) => this.functions.webhook_handler.invoke(payload),
    });
    this.faults = this.#createFaults();
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
    return { answer: answered.answer, exchangeId: this.#observer.onAnswered(answered) };
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
      downloads: this.parts.downloads,
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
    return new QueuePoller({
      queue: this.parts.queue,
      batchSize: pace.batchSize,
      maxConcurrency: pace.maxConcurrency,
      invoke: (payload) => this.functions.audio_processor.invoke(payload),
      onBatch: (messages) => this.#observer.onBatch(messages),
      onAnswer: (messages, failedIds) => this.#observer.onAnswer(messages, failedIds),
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
      onLogLine: (line) => this.#observer.onLogLine(name, line),
      onInvoked: (invoked) => this.#observer.onInvoked(name, invoked),
    });
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
      uploadMany: () => uploadMany(this.parts),
    };
    return new Faults(this.state, actions, {
      hasStandIn,
      onChange: () => this.feed.change('faults', 'overview'),
    });
  }
}
