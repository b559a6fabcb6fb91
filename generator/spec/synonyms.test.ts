// Other tools' names for our settings.
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { isObject, type JsonValue, mergeJson } from './json.ts';
import { loadSpec } from './load.ts';
import type { SpecPath } from './path-text.ts';
import { listSchemaKeys } from './schema-keys.ts';
import { SYNONYMS } from './synonyms.ts';
import { validateSpec } from './validate.ts';

const ENVIRONMENTS = 'project_name: abc\nenvironments: {dev: {regions: [us-east-1]}}\n';

const subscribe = (key: string): string =>
  `defaults: {subscriptions: [{name: desk, protocol: email, endpoint: fraud@example.com, ${key}}]}`;

function hintsOf(text: string): string[] {
  const result = loadSpec('spec.yaml', new TextEncoder().encode(text));
  if (!result.ok) throw new Error(JSON.stringify(result));
  return validateSpec(result.value).map(({ diagnostic }) => diagnostic.fix ?? '');
}

const NAMES = listSchemaKeys().map(({ path }) =>
  path
    .join('.')
    .replace(/^defaults\./, '')
    .replaceAll('.[]', '[]'),
);

test('every setting of the table exists, and no word is a key at its place', () => {
  for (const { under, words, settings = [], advice } of SYNONYMS) {
    expect(NAMES, words.join()).toEqual(expect.arrayContaining([...settings]));
    expect(settings.length > 0 || advice !== undefined, words.join()).toBe(true);
    if (under === undefined) continue;
    const below = NAMES.map((name) => name.split(/[.[\]]+/)).filter((name) => name.at(-2) === under);
    expect(below.length > 0 || under === 'top' || under === 'defaults', under).toBe(true);
    for (const word of words)
      expect(
        below.map((name) => name.at(-1)),
        under,
      ).not.toContain(word);
  }
});

/** Where the words of an entry may stand. */
function listPlaces(under: string | undefined): SpecPath[] {
  if (under === 'top') return [[]];
  if (under === 'defaults') return [['defaults']];
  if (under === undefined) return [[], ['defaults'], ['environments', 'dev']];
  const owner = NAMES.map((name) => name.split('.')).find((name) => name.at(-2)?.replace('[]', '') === under);
  const above = (owner ?? [])
    .slice(0, -1)
    .flatMap((name) => (name.endsWith('[]') ? [name.slice(0, -2), 0] : [name]));
  if (above[0] === 'workflow' || above[0] === 'terraform') return [above];
  return [
    ['defaults', ...above],
    ['environments', 'dev', ...above],
  ];
}

function writeAt(spec: JsonValue, path: SpecPath, value: JsonValue): JsonValue {
  const [segment, ...rest] = path;
  if (segment === undefined) return mergeJson(spec, value);
  const below = isObject(spec) ? spec[segment] : Array.isArray(spec) ? spec[Number(segment)] : undefined;
  const inner = writeAt(below ?? (typeof rest[0] === 'number' ? [] : {}), rest, value);
  if (typeof segment === 'number') return [mergeJson(SUBSCRIPTION, inner)];
  return mergeJson(spec, { [segment]: inner });
}

const SUBSCRIPTION = { name: 'desk', protocol: 'email', endpoint: 'desk@example.com' };
const SPEC = { project_name: 'abc', environments: { dev: { regions: ['us-east-1'] } } };
/** `a: b` under `c.d`, at the top level, or where the word stood. */
const PROPOSED = /`([a-z_]+: [^`]+)`(?: (?:under `([^`]+)`|(at the top level)))?/g;

function readPlace(text: string | undefined, isTop: boolean, here: SpecPath): SpecPath {
  if (text === undefined) return isTop ? [] : here;
  return text
    .split(/[.[\]]+/)
    .filter((part) => part !== '')
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

/** What is wrong with the hint for `word` at `place`. */
function findFaults(word: string, place: SpecPath, value: JsonValue): string[] {
  const at = `${place.join('.')} ${word}`;
  const problems = hintsOf(JSON.stringify(writeAt(SPEC, place, { [word]: value })));
  const [fix = ''] = problems;
  const wrong = [...fix.matchAll(PROPOSED)].flatMap(([proposal, yaml = '', container, top]) => {
    const target = readPlace(container, top !== undefined, place);
    const pasted = writeAt(writeAt(SPEC, place, {}), target, parse(yaml) as JsonValue);
    return hintsOf(JSON.stringify(pasted)).map((hint) => `${at}: ${proposal}: ${hint}`);
  });
  const unknown = [...fix.matchAll(/`([a-z0-9_.]+)`/g)]
    .map(([, name = '']) => name.replace(/^defaults\.|^environments\.dev\./, ''))
    .filter((name) => !NAMES.some((known) => known === name || known.endsWith(`.${name}`)))
    .filter((name) => !['environments.dev', 'existing'].includes(name));
  return [
    ...wrong,
    ...unknown.map((name) => `${at}: ${name} is no key`),
    ...(/, with (?:;|$)/.test(fix) ? [`${at}: no example`] : []),
    ...(problems.length === 1 && /^(?:use `|remove it[:,] )/.test(fix)
      ? []
      : [`${at}: ${problems.join(' | ')}`]),
  ];
}

test('the YAML of every hint is valid where the hint says', () => {
  const faults = SYNONYMS.flatMap(({ under, words }) =>
    words.flatMap((word) =>
      listPlaces(under).flatMap((place) =>
        [7, 'some text', true].flatMap((value) => findFaults(word, place, value)),
      ),
    ),
  );
  expect(faults).toEqual([]);
});

test.each([
  ['defaults: {s3: {retention_days: 7}}', 'use `expiration_days: 7`'],
  ['defaults: {s3: {retention: 100d}}', 'use `expiration_days: 100`'],
  ['defaults: {lambda: {memorySize: 1024}}', 'did you mean `memory_size`?'],
  ['defaults: {lambda: {environment_variables: {AB: c}}}', 'use `environment: { AB: c }`'],
  [
    'defaults: {lambda: {vpc: {}}}',
    'use `vpc: { subnet_ids: [subnet-0123456789abcdef0] }` under `defaults` and `vpc: { security_group_ids',
  ],
  ['defaults: {logs: {level: INFO}}', 'use `lambda: { log_level: INFO }` under `defaults`'],
  ['provider: {name: aws}', 'use `regions: [us-east-1]` under `environments.dev` or'],
  ['resources: {}', 'use `terraform: { extra_files: [alerts.tf] }`'],
  ['vars: {a: b}', 'remove it: the spec has no variables'],
  ['account: 123456789012', 'use `account_id: "123456789012"` under `environments.dev`'],
  ['defaults: {memory: 1024MB}', 'use `lambda: { memory_size: 1024 }`'],
  ['defaults: {lambda: {timeout: 1m}}', 'write the number alone: `60`'],
  ['defaults: {lambda: {memory: 1 GB}}', 'use `memory_size: 1024`'],
  ['defaults: {s3: {retain_days: 100}}', 'use `expiration_days: 100`'],
  ['defaults: {dynamodb: {keep: 2 weeks}}', 'use `ttl_days: 14`'],
  ['defaults: {retention: 7}', '`dynamodb: { ttl_days: 7 }` and `logs: { retention_days: 7 }`'],
  ['defaults: {loglevel: warning}', 'use `lambda: { log_level: WARN }`'],
  ['defaults: {log_pii: false}', 'messages and logs hold no user ids'],
  ['defaults: {gdpr_mode: true}', '`s3: { expiration_days: 365 }` and'],
  ['defaults: {recording_retention_days: 100}', 'use `s3: { expiration_days: 100 }`'],
  ['defaults: {enable_xray: true}', 'use `lambda: { xray_tracing: true }`'],
  [
    'defaults: {monitoring: {slack_webhook_url: "https://a.example.com"}}',
    'use `alarm_urls: [https://a.example.com]`',
  ],
  ['defaults: {api_key: sk_live}', 'use `secrets: { api_key: { name: acme/sonotheia-api-key } }`'],
  ['backend: s3', 'use `terraform: { backend: s3 }`'],
  ['defaults: {lambda: {environment: {variables: {A: b}}}}', 'directly below `environment`'],
  ['defaults: {lambda: {environment: [AB=c, DE=f]}}', 'directly below `environment`'],
  ['defaults: {lambda: {environment: {PORT: 0042}}}', 'put it in quotes: `"0042"`'],
  ['defaults: {lambda: {environment: {VERSION: 1.20}}}', 'put it in quotes: `"1.20"`'],
  ['defaults: {lambda: {environment: {FLAG: }}}', 'write a value after the colon'],
  ['defaults: {dynamodb: {billing_mode: on-demand}}', 'did you mean `PAY_PER_REQUEST`?'],
  ['defaults: {secrets: {api_key: sk_live}}', 'the spec never holds secrets'],
  ['region: us-east-1', 'use `regions: [us-east-1]` under `environments.dev`'],
  [
    'defaults: {monitoring: {pagerduty: "https://a.example.com"}}',
    'use `alarm_urls: [https://a.example.com]`',
  ],
  ['defaults: {monitoring: {urls: [x]}}', 'use `alarm_urls: ['],
  ['defaults: {monitoring: {recipients: [x]}}', 'use `alarm_emails: ['],
  [
    'defaults: {slack: x}',
    'use `monitoring: { alarm_urls: [https://events.example.com/integration/sns] }` or `subscriptions: [{ name: ',
  ],
  ['defaults: {api_gateway: {domain_name: a.example.com}}', 'use `domain: { name: a.example.com }`'],
  ['defaults: {api_gateway: {certificate_arn: x}}', 'use `domain: { certificate_arn: '],
  ['defaults: {api_gateway: {domain: {domain_name: x}}}', 'use `name: '],
  ['defaults: {api_gateway: {domain: {certificate: x}}}', 'use `certificate_arn: '],
  ['defaults: {domain: x}', 'use `api_gateway: { domain: { name: hooks.example.com } }`'],
  [subscribe('dlq: false'), 'use `dead_letter: false`'],
  [subscribe('redrive_policy: x'), 'use `dead_letter: true`'],
  [subscribe('retries: 3'), 'use `retry_count: 3`'],
  [
    subscribe('filter_policy: x'),
    'use `event_types: [deepfake.completed]` or `risk: [high]` or `verdict: [verified]` or `minimum_score: 0.8`',
  ],
])('%s', (text, fix) => {
  expect(hintsOf(ENVIRONMENTS + text)).toEqual([expect.stringContaining(fix)]);
});

// Each hint can be pasted: values of a wrong type in the form that the schema takes.
test.each([
  [
    'monitoring: {alarm_email: [a@example.com, b@example.com]}',
    'several belong into the list `alarm_emails`',
  ],
  [
    'monitoring: {alarm_email: "a@example.com, b@example.com"}',
    'several belong into the list `alarm_emails`',
  ],
  ['monitoring: {alarm_emails: "a@example.com, b@example.com"}', '`[a@example.com, b@example.com]`'],
  ['results: {reader_accounts: "210987654321"}', 'write it as a list: `["210987654321"]`'],
  ['results: {reader_accounts: 210987654321}', 'write it as a list: `["210987654321"]`'],
  ['results: {organization_id: [o-a1b2c3d4e5]}', 'write the value without brackets: `o-a1b2c3d4e5`'],
  [
    'api_gateway: {domain: hooks.example.com}',
    'write a mapping: `{ name: hooks.example.com }`; its keys: name, cert',
  ],
  ['monitoring: true', 'write a mapping: `{ enabled: true }`'],
  ['subscriptions: ', 'for none write `[]`'],
  ['subscriptions: {desk: {protocol: email}}', 'begins with a dash: `- name: desk`'],
  ['subscriptions: {name: desk, protocol: email}', 'begins with a dash: `- name: desk`'],
  ['subscriptions: fraud@example.com', 'each begins with a dash: `- name: …`'],
  ['vpc: {subnet_ids: {subnet-0123456789abcdef0: x}}', '`[subnet-0123456789abcdef0]`'],
  ['dynamodb: {stream: {enabled: true}}', 'write `true`, without quotes'],
  ['dynamodb: {stream: NEW_IMAGE}', 'write `true` or `false`'],
  ['lambda: [{timeout: 30}]', 'write its keys without dashes and brackets'],
])('a value of a wrong type: %s', (text, fix) => {
  expect(hintsOf(`${ENVIRONMENTS}defaults: {${text}}`)).toEqual([expect.stringContaining(fix)]);
});

test.each([
  ['build: {runtime: 24}', 'did you mean `nodejs24.x`?'],
  ['build: {runtime: }', 'write a value after the colon, or remove the key'],
  ['defaults: {lambda: {memory_size: }}', 'write a value after the colon, or remove the key'],
  ['defaults: {logs: {retention_days: }}', 'write a value after the colon, or remove the key'],
  [subscribe('verdict: [true]'), ''],
])('a wrong type where only some values are allowed is one problem: %s', (text, fix) => {
  expect(hintsOf(ENVIRONMENTS + text)).toEqual([expect.stringContaining(fix)]);
});

test.each([
  ['${AWS_REGION}', 'write the value itself'],
  ['eu-frankfurt', '`eu-central-1`'],
  ['frankfurt', '`eu-central-1`'],
  ['us-east', '`us-east-1`'],
  ['virginia', '`us-east-1`'],
  ['us-esat-1', '`us-east-1`'],
])('the region %s', (region, fix) => {
  const text = `project_name: abc\nenvironments: {dev: {regions: ["${region}"]}}\n`;
  expect(hintsOf(text)).toEqual([expect.stringContaining(fix)]);
});

test('environments as a list', () => {
  const [fix] = hintsOf('project_name: abc\nenvironments:\n  - name: test\n    regions: [us-east-1]\n');
  expect(fix).toContain('write each name as a key, without a dash: `test:`');
});
