// npx sonotheia secrets <put|rotate|check>: manages the API key and the webhook secret of deployed environments; see --help.

import { Problem } from '../generator/command-line/problem.ts';
import { suggest } from '../generator/diagnostics/suggest.ts';
import { openSpec } from './operator/open-spec.ts';
import { defineOperation } from './operator/operation.ts';
import { SECRET_KINDS, type SecretKind } from './operator/secret-store.ts';
import { putSecret, rotateSecret } from './secrets/change-secret.ts';
import { checkSecrets } from './secrets/check-secrets.ts';
import { SECRETS_OPTIONS, type SecretsOperation } from './secrets/options.ts';

const VERBS = ['put', 'rotate', 'check'] as const;
const KEYS = SECRET_KINDS.map(({ key }) => key);

async function run(operation: SecretsOperation): Promise<boolean> {
  const { values, words } = operation;
  const [verb = '', key] = words;
  const spec = openSpec(values.config);
  if (verb === 'check')
    return await checkSecrets(operation, spec, key === undefined ? SECRET_KINDS : [findKind(key)]);
  if (verb !== 'put' && verb !== 'rotate')
    throw new Problem({
      what: verb === '' ? 'Which action?' : `There is no ${verb}.${suggest(verb, VERBS)}`,
      fix: `say one of ${VERBS.join(', ')}: npx sonotheia secrets check --env dev`,
    });
  const change = { ...operation, spec, kind: findKind(key) };
  return verb === 'put' ? await putSecret(change) : await rotateSecret(change);
}

function findKind(key = ''): SecretKind {
  const kind = SECRET_KINDS.find((each) => each.key === key.replaceAll('-', '_'));
  if (kind !== undefined) return kind;
  throw new Problem({
    what: key === '' ? 'Which secret?' : `There is no secret ${key}.${suggest(key, KEYS)}`,
    fix: `name one of ${KEYS.join(', ')}`,
  });
}

export const secrets = defineOperation({
  name: 'secrets',
  parameters: '<put|rotate|check> [api_key|webhook_secret]',
  text: `
Manages the Sonotheia API key and the webhook secret in Secrets Manager, in each region of an
environment.

  put      writes a first value; creates the secret if the spec has \`source: existing\`
  rotate   writes a new value; the functions still accept the previous one
  check    shows whether the secrets exist, since when, and their problems; changes nothing

The value is asked for without echo, or read as a line from standard input: it is never an
argument, never printed, never logged.`,
  options: SECRETS_OPTIONS,
  run,
});
