// npx sonotheia webhook <register|list|remove|send|replay>: manages the endpoint's registration at the Sonotheia API, sends events; see --help.

import { Problem } from '../generator/command-line/problem.ts';
import { suggest } from '../generator/diagnostics/suggest.ts';
import { openSpec } from './operator/open-spec.ts';
import { defineOperation } from './operator/operation.ts';
import { findEndpoints } from './webhook/endpoint.ts';
import { WEBHOOK_OPTIONS, type WebhookOperation } from './webhook/options.ts';
import { listEndpoints, registerEndpoints, removeEndpoints } from './webhook/register.ts';
import { replayUndelivered, sendSample } from './webhook/send.ts';

const WITH_ENDPOINTS = { register: registerEndpoints, list: listEndpoints, remove: removeEndpoints };
const WITH_EVENTS = { send: sendSample, replay: replayUndelivered };
const VERBS = [...Object.keys(WITH_ENDPOINTS), ...Object.keys(WITH_EVENTS)];

async function run(operation: WebhookOperation): Promise<boolean> {
  const { values, words } = operation;
  const [verb = ''] = words;
  const spec = openSpec(values.config);
  if (isKeyOf(WITH_EVENTS, verb)) return await WITH_EVENTS[verb](operation, spec);
  if (isKeyOf(WITH_ENDPOINTS, verb)) {
    await WITH_ENDPOINTS[verb](operation, await findEndpoints(operation, spec));
    return true;
  }
  throw new Problem({
    what: verb === '' ? 'Which action?' : `There is no ${verb}.${suggest(verb, VERBS)}`,
    fix: `say one of ${VERBS.join(', ')}: npx sonotheia webhook list --env dev`,
  });
}

function isKeyOf<T extends object>(object: T, key: string): key is Extract<keyof T, string> {
  return Object.hasOwn(object, key);
}

export const webhook = defineOperation({
  name: 'webhook',
  parameters: '<register|list|remove|send|replay>',
  text: `
Manages the environment's endpoint at the Sonotheia API, in each of its regions, with the API key
and the webhook secret from Secrets Manager.

  register   registers the endpoint; keeps a matching registration
  list       lists all registrations of this API key
  remove     removes the registration, after the environment's name is typed
  send       sends one signed sample event, as Sonotheia would; it is stored, and announced with
             test: true
  replay     sends the events that Sonotheia marked undelivered; duplicates are recognised

The URL comes from Terraform's output, or from --url if your own domain is in front of it.`,
  options: WEBHOOK_OPTIONS,
  run,
});
