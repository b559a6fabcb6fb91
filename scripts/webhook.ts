// npm run webhook -- <register|list|remove|send|replay>: the endpoint at the Sonotheia API; see --help.

import { Problem } from '../generator/command-line/problem.ts';
import { openSpec } from './operator/open-spec.ts';
import { type Operation, runCommand } from './operator/run-command.ts';
import { suggest } from './operator/suggest.ts';
import { findEndpoints } from './webhook/endpoint.ts';
import { listEndpoints, registerEndpoints, removeEndpoints } from './webhook/register.ts';
import { replayUndelivered, sendSample } from './webhook/send.ts';

const WITH_ENDPOINTS = { register: registerEndpoints, list: listEndpoints, remove: removeEndpoints };
const WITH_EVENTS = { send: sendSample, replay: replayUndelivered };
const VERBS = [...Object.keys(WITH_ENDPOINTS), ...Object.keys(WITH_EVENTS)];

async function run(operation: Operation): Promise<boolean> {
  const { values } = operation;
  const [verb = ''] = values.words;
  const spec = openSpec(values.text('config') ?? '');
  if (isKeyOf(WITH_EVENTS, verb)) return await WITH_EVENTS[verb](operation, spec);
  if (isKeyOf(WITH_ENDPOINTS, verb)) {
    await WITH_ENDPOINTS[verb](operation, await findEndpoints(operation, spec));
    return true;
  }
  throw new Problem({
    what: verb === '' ? 'What is to be done?' : `There is no ${verb}${suggest(verb, VERBS) || '.'}`,
    fix: `say one of ${VERBS.join(', ')}: npm run webhook -- list --env dev`,
  });
}

function isKeyOf<T extends object>(object: T, key: string): key is Extract<keyof T, string> {
  return Object.hasOwn(object, key);
}

await runCommand({
  name: 'webhook',
  parameters: '<register|list|remove|send|replay>',
  maxWords: 1,
  text: `
Looks after the environment's endpoint at the Sonotheia API, in each of its regions, with the API
key and the webhook secret of Secrets Manager.

  register   makes Sonotheia send events there; what is registered already stays as it is
  list       shows all that is registered with this API key
  remove     ends it, once the environment's name is typed
  send       sends one signed sample event there, as Sonotheia would; it is stored and announced
  replay     sends once more what Sonotheia marked undelivered; what had arrived is recognised

The URL is Terraform's output, or --url: a domain of your own in front of it.`,
  common: ['env', 'region', 'config', 'out', 'yes'],
  options: {
    url: { type: 'string', value: '<url>', help: 'the endpoint, instead of the deployed one' },
    event: {
      type: 'string',
      multiple: true,
      value: '<type>',
      help: 'register: only these (default: all that are documented)\nsend: the sample (default: system.health_check)',
    },
    again: {
      type: 'boolean',
      help: 'register: anew with the current secret, after a rotation; then the old one goes',
    },
    id: { type: 'string', value: '<id>', help: 'remove: the one with this id' },
    since: {
      type: 'string',
      value: '<time>',
      default: '24h',
      help: 'replay: from then on: 90m, 24h, 7d or a date (default: 24h)',
    },
    rate: { type: 'string', value: '<n>', default: '5', help: 'replay: events a second (default: 5)' },
  },
  run,
});
