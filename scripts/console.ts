// npx sonotheia console --env <name>: the page of `local` on a deployed environment; see --help.
import { randomBytes } from 'node:crypto';
import { Problem } from '../generator/command-line/problem.ts';
import { DeployedSource } from './console/deployed/deployed-source.ts';
import { MeteredAccess } from './console/deployed/metered-access.ts';
import { SampleSender } from './console/deployed/sample-sender.ts';
import { createDeployedEraser } from './console/forget/deployed-eraser.ts';
import { loadPage } from './console/load-page.ts';
import { openBrowser } from './console/open-browser.ts';
import { serveConsole } from './console/serve-console.ts';
import { explainAwsError } from './operator/explain-aws-error.ts';
import { openSpec, type Stack, selectEnvironment, selectStacks } from './operator/open-spec.ts';
import { COMMON_OPTIONS, defineOperation, type OperationOf, REGION_OPTION } from './operator/operation.ts';
import { findEndpoint, requireSecret } from './webhook/endpoint.ts';

const OPTIONS = {
  ...COMMON_OPTIONS,
  region: { ...REGION_OPTION.region, description: 'the region (default: the first of the environment)' },
  port: { type: 'string', value: 'n', default: '4610', description: 'port of the page; 0: any free one' },
  open: { type: 'boolean', description: 'open the page in the browser' },
  write: {
    type: 'boolean',
    description:
      "also offer redrive and test events (asks for the environment's name) and forget (asks for the session's id)",
  },
} as const;

type Run = OperationOf<typeof OPTIONS>;

const HIGHEST_PORT = 65_535;

async function run(operation: Run): Promise<boolean> {
  const { values, terminal, signal, projectRoot } = operation;
  const spec = openSpec(values.config);
  const port = readPort(values.port);
  const stack = await selectStack(operation, spec);
  const aws = new MeteredAccess(stack.region.name);
  const sender = new SampleSender(async () => {
    const place = { ...operation, aws, values: { ...values, region: [stack.region.name], url: undefined } };
    const { url } = await findEndpoint(place, spec);
    return { url, secret: await requireSecret({ aws }, stack, 'webhook_secret') };
  });
  const eraser = createDeployedEraser({ ...operation, aws }, stack.environment);
  const source = new DeployedSource({ stack, aws, operation, sender, eraser, canWrite: values.write });
  // Fails now rather than on the page: credentials, permissions, a missing deployment.
  await source.overview(signal);
  const server = await serveConsole({
    source,
    page: await loadPage(projectRoot),
    port,
    token: randomBytes(24).toString('base64url'),
    explain: explainAwsError,
    onBug: (error) => terminal.note(error instanceof Error ? (error.stack ?? error.message) : String(error)),
  });
  try {
    terminal.print([
      `${stack.environment.name} in ${stack.region.name}, ${values.write ? 'with redrive, test events and forget' : 'read-only'}`,
      ...describeOthers(stack),
      `  page  ${server.url}`,
      'Anyone with this address can read recordings and sessions while the command runs. Ctrl-C ends it.',
    ]);
    if (values.open && !(await openBrowser(server.url))) terminal.note('No browser could be started.');
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
  } finally {
    await server.close();
    aws.close();
    terminal.note(`${aws.calls} calls to AWS, about $${aws.dollars.toFixed(4)}.`);
  }
  return true;
}

function describeOthers({ environment, region }: Stack): string[] {
  const others = environment.regions.filter((each) => each !== region).map(({ name }) => name);
  return others.length === 0 ? [] : [`  for another region: --region ${others.join(' or ')}`];
}

function readPort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= HIGHEST_PORT) return port;
  throw new Problem({ what: `--port takes a number up to ${HIGHEST_PORT}, not ${text}.` });
}

async function selectStack({ values, aws }: Run, spec: ReturnType<typeof openSpec>): Promise<Stack> {
  const environment = selectEnvironment(spec, values.env);
  const caller = await aws.checkAccount(environment);
  const [stack, ...others] = selectStacks(environment, values.region, caller);
  if (stack !== undefined && (others.length === 0 || values.region.length === 0)) return stack;
  throw new Problem({
    what: 'The page shows one region.',
    fix: `give --region once: ${environment.regions.map(({ name }) => name).join(', ')}`,
  });
}

export const consoleCommand = defineOperation({
  name: 'console',
  text: `
Serves a page on 127.0.0.1 that shows a deployed environment: sessions, recordings, the queue and its
dead letters, subscriptions, logs, metrics and alarms, read with your own credentials. Without --write
it is read-only. It calls AWS while a page is open, and shows the number of calls and an estimate of
their cost.

The printed address contains a token, which every request needs. Recordings and session ids are
personal data.`,
  options: OPTIONS,
  run,
});
