// One region's endpoint as Sonotheia sees it: its URL, the secret it checks, and the account it is registered in.

import { Problem } from '../../generator/command-line/problem.ts';
import type { ResolvedSpec } from '../../generator/spec/resolve.ts';
import { type Deployment, readDeployment } from '../operator/deployment.ts';
import { type Stack, selectEnvironment, selectStacks } from '../operator/open-spec.ts';
import { readSecret, SECRET_KINDS, type SecretKind } from '../operator/secret-store.ts';
import type { WebhookOperation } from './options.ts';
import { WebhooksApi } from './webhooks-api.ts';

export interface Endpoint {
  readonly stack: Stack;
  readonly url: string;
}

/** What finding an endpoint reads of an operation. */
type Place = Pick<WebhookOperation, 'aws' | 'signal'> & {
  readonly values: Pick<WebhookOperation['values'], 'env' | 'region' | 'url' | 'out'>;
};

/** Returns the environment's endpoints in the selected regions; `--url` replaces the URL of a single one. */
export async function findEndpoints(operation: Place, spec: ResolvedSpec): Promise<Endpoint[]> {
  const { values, aws, signal } = operation;
  const environment = selectEnvironment(spec, values.env);
  const given = values.url;
  if (given !== undefined) checkUrl(given);
  const caller = await aws.checkAccount(environment);
  const stacks = selectStacks(environment, values.region, caller);
  if (given !== undefined && stacks.length > 1)
    throw new Problem({ what: '--url applies to one region.', fix: 'say which one: --region' });
  const outDir = values.out;
  const deployment =
    given === undefined ? await readDeployment({ spec, environment, outDir, signal }) : undefined;
  return stacks.map((stack) => ({ stack, url: given ?? findUrl(stack, deployment) }));
}

/** Throws a `Problem` if several regions are selected. */
export async function findEndpoint(operation: Place, spec: ResolvedSpec): Promise<Endpoint> {
  const [endpoint, ...others] = await findEndpoints(operation, spec);
  if (endpoint !== undefined && others.length === 0) return endpoint;
  throw new Problem({ what: 'One region at a time.', fix: 'say which one: --region' });
}

/** Returns a client of the Sonotheia API with this stack's key. */
export async function openApi(
  { aws, signal, terminal }: WebhookOperation,
  { stack }: Endpoint,
): Promise<WebhooksApi> {
  const apiKey = await requireSecret({ aws }, stack, 'api_key');
  const apiUrl = stack.region.settings.sonotheia_api_url;
  terminal.note(`The API key is sent to ${new URL(apiUrl).host}.`);
  return new WebhooksApi({ apiUrl, apiKey, signal });
}

/** Reads the value that the functions use now. */
export async function requireSecret(
  { aws }: Pick<WebhookOperation, 'aws'>,
  stack: Stack,
  key: SecretKind['key'],
): Promise<string> {
  const kind = SECRET_KINDS.find((each) => each.key === key);
  if (kind === undefined) throw new Error(`no secret ${key}`);
  const stored = await readSecret(aws, stack, kind);
  if (stored.state === 'present' && stored.current.value !== '') return stored.current.value;
  throw new Problem({
    what: `The ${kind.title} of ${stack.environment.name} in ${stack.region.name} has no value.`,
    fix: `npx sonotheia secrets check --env ${stack.environment.name}`,
  });
}

function findUrl(stack: Stack, deployment: Deployment | undefined): string {
  const url = deployment?.outputsOf(stack).webhookUrl;
  if (typeof url === 'string') return url;
  throw new Problem({
    what: `${stack.environment.name} has no API in ${stack.region.name}.`,
    why: 'The spec says `api_gateway.enabled: false`.',
    fix: 'name the endpoint that receives its events: --url',
  });
}

function checkUrl(text: string): void {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isLocal = url !== undefined && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isLocal)) return;
  throw new Problem({
    what: `${text} is no endpoint for events.`,
    why: 'Events are signed but not encrypted: use https://, or http:// on this machine only.',
    fix: 'give the whole URL, such as https://example.org/prod/webhook',
  });
}
