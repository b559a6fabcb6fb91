// local: runs the system of the spec on this machine.
import { basename, join, resolve } from 'node:path';
import { bundleHandlers } from '../generator/bundle/bundle-handlers.ts';
import type { OwnHandlers } from '../generator/bundle/bundle-report.ts';
import { findOwnHandlers } from '../generator/bundle/own-handlers.ts';
import {
  type CommandContext,
  defineCommand,
  EXIT_DONE,
  type Values,
} from '../generator/command-line/command.ts';
import { printDiagnostics } from '../generator/command-line/print-diagnostics.ts';
import { Problem } from '../generator/command-line/problem.ts';
import type { ResolvedEnvironment, ResolvedRegion, ResolvedSpec } from '../generator/spec/resolve.ts';
import { createLocalEraser } from './console/forget/local-eraser.ts';
import { loadPage } from './console/load-page.ts';
import { openBrowser } from './console/open-browser.ts';
import { type ConsoleServer, serveConsole } from './console/serve-console.ts';
import { describeStack, type LocalStack } from './local/engine/local-stack.ts';
import { LocalSystem, type Packages } from './local/engine/local-system.ts';
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
keeps its state in ${STATE_FOLDER}/ until --reset. Ctrl-C ends it.`,
  options: OPTIONS,
  isGraceful: true,
  run,
});

async function run(values: LocalValues, context: CommandContext): Promise<number> {
  const { terminal, workingDir, signal, onInterrupt } = context;
  const spec = openSpec(values.config);
  const { environment, region, stack } = selectStack(spec, values);
  const folder = join(workingDir, STATE_FOLDER, `${stack.environment}-${stack.region}`);
  const port = readPort(values.port);
  const realApi = await readRealApi(values, context);
  const ownHandlers = findOwnHandlers(spec, resolve(workingDir, values.config));
  const [packages, page] = await Promise.all([
    buildPackages(spec, ownHandlers, context),
    loadPage(context.projectRoot),
  ]);
  const system = await LocalSystem.start({
    stack,
    folder,
    isReset: values.reset,
    packages,
    ports: { gateway: port + 1, aws: port + 2, api: port + 3 },
    ...(realApi === undefined ? {} : { realApi }),
  });
  onInterrupt(`${folder} keeps the state.`);
  const stopWatching = watchPackages(context.projectRoot, ownHandlers, async (path) => {
    terminal.note(`${path} changed`);
    await redeploy(system, () => buildPackages(spec, ownHandlers, context), context);
  });
  const eraser = createLocalEraser({ system, environment, region, folder, context });
  let console: ConsoleServer | undefined;
  try {
    console = await serveConsole({
      source: new LocalSource(system, eraser),
      page,
      port,
      onBug: (error) =>
        terminal.note(error instanceof Error ? (error.stack ?? error.message) : String(error)),
    });
    terminal.print(describe(system, console.url, join(STATE_FOLDER, basename(folder))));
    if (values.open && !(await openBrowser(console.url))) terminal.note('No browser could be started.');
    const ended = new Promise<undefined>((end) => signal.addEventListener('abort', () => end(undefined)));
    const failure = await Promise.race([ended, system.state.failure]);
    if (failure !== undefined) throw explainFailure(folder, failure);
  } finally {
    stopWatching();
    await console?.close();
    eraser.close();
    await system.stop();
  }
  return EXIT_DONE;
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

/** A mistake in a source is shown; the last packages stay in use. */
async function redeploy(
  system: LocalSystem,
  build: () => Promise<Packages>,
  context: CommandContext,
): Promise<void> {
  try {
    system.deploy(await build());
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    printDiagnostics(error.text.diagnostics ?? [], 'text', context);
    context.terminal.note(error.text.what);
  }
}

/** The three ports after it are used, too. */
function readPort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= LEAST_PORT && port <= HIGHEST_PORT) return port;
  throw new Problem({ what: `--port takes a number from ${LEAST_PORT} to ${HIGHEST_PORT}, not ${text}.` });
}

interface Selected {
  readonly environment: ResolvedEnvironment;
  readonly region: ResolvedRegion;
  readonly stack: LocalStack;
}

function selectStack(spec: ResolvedSpec, { env, region: name }: LocalValues): Selected {
  const environment = env === undefined ? spec.environments[0] : selectEnvironment(spec, [env]);
  const [region = environment.regions[0]] = selectRegions(environment, name === undefined ? [] : [name]);
  return { environment, region, stack: describeStack(environment, region, spec) };
}

/** The key never comes from the command line, which other users of the machine can read. */
async function readRealApi(
  { 'api-url': url }: LocalValues,
  { terminal }: CommandContext,
): Promise<{ readonly url: string; readonly apiKey: string } | undefined> {
  if (url === undefined) return undefined;
  const { protocol, hostname } = URL.canParse(url) ? new URL(url) : { protocol: '', hostname: '' };
  const isLocal = hostname === '127.0.0.1' || hostname === 'localhost';
  if (protocol !== 'https:' && !(protocol === 'http:' && isLocal))
    throw new Problem({ what: `--api-url takes an https:// URL, not ${url}.` });
  const apiKey = process.env.SONOTHEIA_API_KEY ?? (await terminal.askSecret(`Key of the API at ${url}: `));
  if (apiKey !== undefined && apiKey.trim() !== '') return { url, apiKey: apiKey.trim() };
  throw new Problem({
    what: 'There is no key for --api-url.',
    fix: 'export SONOTHEIA_API_KEY, or run the command on a terminal, where it asks for the key',
  });
}

async function buildPackages(
  { runtime, sourceMaps }: ResolvedSpec,
  ownHandlers: OwnHandlers | undefined,
  context: CommandContext,
): Promise<Packages> {
  const { projectRoot } = context;
  const bundle = await bundleHandlers({ projectRoot, ownHandlers, runtime, sourceMaps });
  if (!bundle.ok)
    throw new Problem({ what: 'The functions cannot be packaged.', diagnostics: bundle.diagnostics });
  printDiagnostics(bundle.warnings, 'text', context);
  const find = (name: string): Uint8Array => {
    const file = bundle.value.files.find(({ path }) => path === `lambda/${name}.zip`);
    if (file === undefined) throw new Error(`no package ${name}`);
    return Buffer.from(file.contents);
  };
  return { webhook_handler: find('webhook_handler'), audio_processor: find('audio_processor') };
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
