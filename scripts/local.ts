// local: runs the system of the spec on this machine.
import { basename, join, relative, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { OwnHandlers } from '../generator/bundle/bundle-report.ts';
import { findOwnHandlers } from '../generator/bundle/own-handlers.ts';
import {
  type CommandContext,
  defineCommand,
  EXIT_DONE,
  type Values,
} from '../generator/command-line/command.ts';
import { printProblem } from '../generator/command-line/print-diagnostics.ts';
import { Problem } from '../generator/command-line/problem.ts';
import type { ResolvedEnvironment, ResolvedRegion } from '../generator/spec/resolve.ts';
import { createLocalEraser } from './console/forget/local-eraser.ts';
import { loadPage } from './console/load-page.ts';
import { openBrowser } from './console/open-browser.ts';
import type { PageFile } from './console/page-files.ts';
import { type ConsoleServer, serveConsole } from './console/serve-console.ts';
import { buildPackages } from './local/build-packages.ts';
import { describeStack, type LocalStack } from './local/engine/local-stack.ts';
import { LocalSystem, type Packages } from './local/engine/local-system.ts';
import { type RealApi, readRealApi } from './local/real-api.ts';
import { LocalSource } from './local/source/local-source.ts';
import { watchPackages } from './local/watch-packages.ts';
import { openSpec, selectEnvironment, selectRegions } from './operator/open-spec.ts';

const OPTIONS = {
  config: { type: 'string', value: 'file', default: 'sonotheia.config.yaml', description: 'the spec' },
  env: {
    type: 'string',
    value: 'name',
    description: 'environment whose settings apply (default: the first of the spec)',
  },
  region: { type: 'string', value: 'region', description: 'its region (default: the first)' },
  port: {
    type: 'string',
    value: 'n',
    default: '4600',
    description: 'port of the page; the three after it are the webhook, AWS and the Sonotheia API',
  },
  open: { type: 'boolean', description: 'open the page in the browser' },
  reset: { type: 'boolean', description: 'delete the state first' },
  'api-url': {
    type: 'string',
    value: 'url',
    description: 'send recordings to this Sonotheia API; the key comes from SONOTHEIA_API_KEY or a prompt',
  },
} as const;

type LocalValues = Values<typeof OPTIONS>;

const STATE_FOLDER = join('.sonotheia', 'local');
/** Lower ports need privileges. */
const LEAST_PORT = 1024;
const HIGHEST_PORT = 65_532;

export const local = defineCommand({
  name: 'local',
  text: `
Runs the system of the spec on 127.0.0.1: the packaged functions behind a webhook, with a bucket, a
queue, a table, a topic and a stand-in for the Sonotheia API. A page shows the system, and sends
recordings, events and faults. It needs no AWS account, and reads no credentials of this machine. It
keeps its state in ${STATE_FOLDER}/ until --reset, and restarts when the spec changes. Ctrl-C ends it.`,
  options: OPTIONS,
  isGraceful: true,
  run,
});

async function run(values: LocalValues, context: CommandContext): Promise<number> {
  const port = readPort(values.port);
  let plan = await makePlan(values, context);
  const realApi = await readRealApi(values['api-url'], context);
  const page = await loadPage(context.projectRoot);
  const ended = new Promise<undefined>((end) =>
    context.signal.addEventListener('abort', () => end(undefined)),
  );
  const place = { ...context, port, realApi, page, ended };
  for (let once = values; ; once = { ...values, reset: false, open: false }) {
    const next = await serve(plan, place, once);
    if (next === undefined) return EXIT_DONE;
    plan = next;
  }
}

interface Place extends CommandContext {
  readonly port: number;
  readonly realApi: RealApi | undefined;
  readonly page: readonly PageFile[];
  readonly ended: Promise<undefined>;
}

/** Until Ctrl-C, or until the spec has changed: then it returns the next plan. */
async function serve(plan: Plan, place: Place, values: LocalValues): Promise<Plan | undefined> {
  const { terminal, workingDir, onInterrupt, port, realApi } = place;
  const folder = join(workingDir, STATE_FOLDER, `${plan.stack.environment}-${plan.stack.region}`);
  const system = await LocalSystem.start({
    stack: plan.stack,
    folder,
    isReset: values.reset,
    packages: plan.packages,
    ports: { gateway: port + 1, aws: port + 2, api: port + 3 },
    ...(realApi === undefined ? {} : { realApi }),
  });
  onInterrupt(`${folder} keeps the state.`);
  let stopWatching = (): void => {};
  const changed = new Promise<Plan>((restart) => {
    stopWatching = watchPlan(plan, {
      ...place,
      values,
      deploy: (packages) => system.deploy(packages),
      restart,
    });
  });
  const eraser = createLocalEraser({ ...plan, system, folder, context: place });
  let console: ConsoleServer | undefined;
  try {
    console = await serveConsole({
      source: new LocalSource(system, eraser),
      page: place.page,
      port,
      onBug: (error) =>
        terminal.note(error instanceof Error ? (error.stack ?? error.message) : String(error)),
    });
    terminal.print(describe(system, console.url, join(STATE_FOLDER, basename(folder))));
    if (values.open && !(await openBrowser(console.url))) terminal.note('No browser could be started.');
    const failed = system.state.failure.then((failure) => {
      throw explainFailure(folder, failure);
    });
    return await Promise.race([place.ended, failed, changed]);
  } finally {
    stopWatching();
    await console?.close();
    eraser.close();
    await system.stop();
  }
}

function explainFailure(folder: string, error: unknown): Problem {
  return new Problem(
    {
      what: `The state in ${folder} cannot be written, so the system stopped.`,
      why: error instanceof Error ? error.message : String(error),
      fix: 'free disk space and start it again: it continues with the data that was written',
    },
    { cause: error },
  );
}

interface Watch extends CommandContext {
  readonly values: LocalValues;
  readonly deploy: (packages: Packages) => void;
  readonly restart: (plan: Plan) => void;
}

/** After a mistake in the spec or a source, which is printed, the last settings and packages stay in use. */
function watchPlan(plan: Plan, { values, deploy, restart, ...context }: Watch): () => void {
  const { projectRoot, workingDir, terminal } = context;
  const specFile = resolve(workingDir, values.config);
  return watchPackages({ projectRoot, specFile, ownHandlers: plan.ownHandlers }, async (path) => {
    terminal.note(`${relative(workingDir, path)} changed`);
    try {
      const next = await makePlan(values, context);
      if (isDeepStrictEqual({ ...next, packages: plan.packages }, plan)) deploy(next.packages);
      else restart(next);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      printProblem(error, context);
    }
  });
}

/** The three ports after it are used, too. */
function readPort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= LEAST_PORT && port <= HIGHEST_PORT) return port;
  throw new Problem({ what: `--port takes a number from ${LEAST_PORT} to ${HIGHEST_PORT}, not ${text}.` });
}

/** What runs. */
interface Plan {
  readonly environment: ResolvedEnvironment;
  readonly region: ResolvedRegion;
  readonly stack: LocalStack;
  readonly ownHandlers: OwnHandlers | undefined;
  readonly packages: Packages;
}

/** @throws Problem when the spec or a source has one */
async function makePlan(values: LocalValues, context: CommandContext): Promise<Plan> {
  const { env, region: name, config } = values;
  const spec = openSpec(config);
  const environment = env === undefined ? spec.environments[0] : selectEnvironment(spec, [env]);
  const [region = environment.regions[0]] = selectRegions(environment, name === undefined ? [] : [name]);
  const stack = describeStack(environment, region, spec);
  const ownHandlers = findOwnHandlers(spec, resolve(context.workingDir, config));
  const packages = await buildPackages(spec, ownHandlers, context);
  return { environment, region, stack, ownHandlers, packages };
}

function describe({ urls, parts, stack }: LocalSystem, page: string, stateFolder: string): string[] {
  return [
    `${stack.environment} in ${stack.region}, as ${stack.project}`,
    `  page       ${page}`,
    `  webhook    ${urls.webhook ?? 'none: api_gateway.enabled is false'}`,
    `  signed by  ${parts.readSecret('webhook_secret')}`,
    `  AWS        ${urls.aws} (--endpoint-url)`,
    `  bucket     ${stack.names.bucket}`,
    `  table      ${stack.names.table}`,
    `  API        ${urls.api}`,
    `  state      ${stateFolder}`,
    'Ctrl-C ends it.',
  ];
}
