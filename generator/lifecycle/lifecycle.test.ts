// Cases that are no golden cases: records that this generator never writes, and chains of generations.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileSpec } from '../compile-spec.ts';
import type { ResolvedSpec } from '../spec/resolve.ts';
import { buildRecord, formatRecord } from './build-record.ts';
import { FIRST_GENERATION } from './check-lifecycle.ts';
import { setDeployed } from './deployments.ts';
import { parseRecord } from './parse-record.ts';
import { NO_RECORD, type StackRecord } from './stack-record.ts';

function compile(yaml: string, previous: StackRecord = NO_RECORD): { spec: ResolvedSpec; codes: string[] } {
  const deployed = setDeployed(previous, 'yes');
  const result = compileSpec('spec.yaml', Buffer.from(yaml), { ...FIRST_GENERATION, previous: deployed });
  if (!result.ok) throw new Error(result.diagnostics.map(({ code }) => code).join(' '));
  return { spec: result.value, codes: result.warnings.map(({ code }) => code) };
}

const writeSpec = (settings: string): string =>
  `project_name: acme-voice\nenvironments:\n  dev:\n    regions: [us-east-1]\n${settings}`;

/** A record of dev in us-east-1 with these names of bucket and table. */
function recordNames(bucket: string, table: string): StackRecord {
  const record = buildRecord(compile(writeSpec('')).spec);
  const entry = record.environments.dev;
  const stack = entry?.regions['us-east-1'];
  if (entry === undefined || stack === undefined) throw new Error('dev is missing');
  const regions = { 'us-east-1': { ...stack, bucket, table } };
  return { ...record, environments: { dev: { ...entry, project_name: 'acme-former', regions } } };
}

describe('compares the names in AWS', () => {
  test.each([
    ['the same names under another project', '', 'acme-voice-audio-dev', true],
    ['another bucket', '', 'acme-former-audio-dev', false],
    ["the account's number in full", 'account-id', 'acme-voice-audio-dev-123456789012', true],
    ['a number that is too short', 'account-id', 'acme-voice-audio-dev-12345678901', false],
    ['a name without the number', 'account-id', 'acme-voice-audio-dev', false],
  ])('%s', (_, suffix, bucket, isKept) => {
    const settings = suffix === '' ? '' : `    s3: { bucket_suffix: ${suffix} }\n`;
    const previous = recordNames(bucket, 'acme-voice-sessions-dev');
    const run = (): unknown => compile(writeSpec(settings), previous).codes;
    // Topics are named after the project, too.
    if (isKept) expect(run()).toEqual(['SONO604']);
    else expect(run).toThrow('SONO326');
  });

  test('a renamed environment that keeps its names gets the commands to move its state', () => {
    const { dev, ...others } = recordNames('acme-voice-audio-test', 'acme-voice-sessions-test').environments;
    if (dev === undefined) throw new Error('dev is missing');
    const previous = { ...NO_RECORD, environments: { ...others, dev }, first_environment: 'dev' };
    expect(compile(writeSpec('').replace('dev:', 'test:'), previous).codes).toEqual(['SONO604', 'SONO606']);
  });
});

describe('the webhook URL', () => {
  const withApi = (api: string): string => writeSpec(`    api_gateway: { ${api} }\n`);
  const domain = (name: string): string =>
    `domain: { name: ${name}, certificate_arn: "arn:aws:acm:us-east-1:123456789012:certificate/1" }`;

  test.each([
    ['a domain is added', 'enabled: true', domain('a.example.com'), true],
    ['another domain', domain('a.example.com'), domain('b.example.com'), false],
    ['no domain any more', domain('a.example.com'), 'enabled: true', false],
    [
      'another stage behind the domain',
      domain('a.example.com'),
      `${domain('a.example.com')}, stage_name: live`,
      true,
    ],
    ['another stage', 'enabled: true', 'stage_name: live', false],
  ])('%s', (_, before, after, isKept) => {
    const run = (): unknown => compile(withApi(after), buildRecord(compile(withApi(before)).spec)).codes;
    if (isKept) expect(run()).toEqual([]);
    else expect(run).toThrow('SONO344');
  });
});

describe('subscriptions', () => {
  const subscribe = (...subscribers: string[]): string =>
    `    subscriptions:\n${subscribers.map((text) => `      - { name: ${text.slice(0, 2)}, protocol: email, endpoint: ${text.at(-1)}@example.com }\n`).join('')}`;
  /** The moves that the last of these generations has. Each subscriber is a name of two letters, `@`, and its address. */
  const moveAlong = (...generations: (readonly string[])[]): string[] => {
    let previous: StackRecord = NO_RECORD;
    for (const names of generations)
      previous = buildRecord(compile(writeSpec(subscribe(...names)), previous).spec);
    return previous.subscription_moves.map(({ from, to }) => `${from} ${to}`);
  };

  test.each([
    ['renamed', [['a1@a'], ['a2@a']], ['a1 a2']],
    ['renamed again', [['a1@a'], ['a2@a'], ['a3@a']], ['a1 a2', 'a2 a3']],
    ['renamed back', [['a1@a'], ['a2@a'], ['a1@a']], ['a2 a1']],
    ['unchanged since', [['a1@a'], ['a2@a'], ['a2@a'], ['a2@a', 'b1@b']], ['a1 a2']],
    ['the old name is used again', [['a1@a'], ['a2@a'], ['a2@a', 'a1@b']], []],
    [
      'two at once',
      [
        ['a1@a', 'b1@b'],
        ['b2@b', 'a2@a'],
      ],
      ['a1 a2', 'b1 b2'],
    ],
    ['another subscriber', [['a1@a'], ['b1@b']], []],
  ])('%s', (_, generations, moves) => {
    expect(moveAlong(...generations)).toEqual(moves);
  });

  test('no sequence of generations makes moves that Terraform refuses', () => {
    const addresses = ['a', 'b'];
    const names = fc
      .shuffledSubarray(['a1', 'a2', 'a3', 'b1', 'b2'], { minLength: 1, maxLength: 2 })
      .map((chosen) => chosen.map((name, index) => `${name}@${addresses[index]}`));
    fc.assert(
      fc.property(fc.array(names, { minLength: 1, maxLength: 6 }), (generations) => {
        const moves = moveAlong(...generations).map((move) => move.split(' '));
        const used = (generations.at(-1) ?? []).map((text) => text.slice(0, 2));
        expect(new Set(moves.map(([from]) => from)).size).toBe(moves.length);
        expect(new Set(moves.map(([, to]) => to)).size).toBe(moves.length);
        for (const [from, to] of moves) {
          expect(used).not.toContain(from);
          // Terraform refuses a circle.
          const seen = new Set([from]);
          for (let next = to; next !== undefined; next = moves.find((move) => move[0] === next)?.[1]) {
            expect(seen.has(next)).toBe(false);
            seen.add(next);
          }
        }
      }),
    );
  });
});

describe('a record', () => {
  const spec = 'project_name: acme-voice\nenvironments:\n  dev: { regions: [us-east-1, eu-west-1] }\n';
  const record = setDeployed(buildRecord(compile(spec).spec), 'yes');
  const retired = { retiring: { 'sa-east-1': ['dev'] } };
  const text = formatRecord({ ...record, ...retired });

  test('is read as it was written', () => {
    const parsed = parseRecord(Buffer.from(text), 'record');
    expect(parsed).toMatchObject({ ok: true, value: { ...record, ...retired } });
  });

  test('keeps the stacks of a retiring region, if there are any', () => {
    const stack = record.environments.dev?.regions['us-east-1'];
    if (stack === undefined) throw new Error('dev is missing');
    const known = { ...retired, retiring_stacks: { 'sa-east-1': { dev: stack } } };
    const previous = parseRecord(Buffer.from(formatRecord({ ...record, ...known })), 'record');
    expect(previous).toMatchObject({ ok: true, value: known });
    if (!previous.ok) return;
    expect(buildRecord(compile(spec, previous.value).spec)).toEqual({ ...record, ...known });
    expect(buildRecord(compile(spec, { ...record, ...retired }).spec)).toEqual({ ...record, ...retired });
  });

  test('in a merge conflict is deployed if one side says so', () => {
    for (const [ours, theirs] of [
      ['no', 'yes'],
      ['yes', 'no'],
      ['unknown', 'yes'],
    ]) {
      const conflict = text.replace(
        '      "deployed": "yes",\n',
        `<<<<<<< HEAD\n      "deployed": "${ours}",\n=======\n      "deployed": "${theirs}",\n>>>>>>> b\n`,
      );
      expect(conflict).not.toBe(text);
      const merged = parseRecord(Buffer.from(conflict), 'record');
      expect(merged).toMatchObject({ ok: true, value: { environments: { dev: { deployed: 'yes' } } } });
    }
  });

  test.each([
    ['a region that would be HCL', '"sa-east-1"', '"sa-east-1\\"\\n}"'],
    ['an environment of another kind', '"dev": {', '"dev\\n": {'],
    ['a first environment that is none', '"first_environment": "dev"', '"first_environment": "x"'],
    ['a truth that is none', '"protected": false', '"protected": "no"'],
    ['a missing name', '"table": ', '"tabel": '],
    [
      'a retired stack that is none',
      '"retiring": {',
      '"retiring_stacks": { "sa-east-1": { "dev": 1 } }, "retiring": {',
    ],
    ['moves that are no list', '"subscription_moves": []', '"subscription_moves": {}'],
    ['a move of something else', '"subscription_moves": []', '"subscription_moves": [{"from":"A","to":"b"}]'],
  ])('with %s is refused', (_, from, to) => {
    const damaged = text.replace(from, to);
    expect(damaged).not.toBe(text);
    expect(parseRecord(Buffer.from(damaged), 'record')).toMatchObject({
      ok: false,
      diagnostics: [{ code: 'SONO325' }],
    });
  });

  test('truncated or with random bytes is refused without a crash', () => {
    const refuses = (bytes: Uint8Array): void => {
      const parsed = parseRecord(bytes, 'record');
      expect(parsed).toMatchObject({ ok: false, diagnostics: [{ code: 'SONO325' }] });
    };
    for (let length = 0; length < text.length - 2; length += 1) refuses(Buffer.from(text.slice(0, length)));
    fc.assert(fc.property(fc.uint8Array(), refuses));
    fc.assert(fc.property(fc.json(), (json) => refuses(Buffer.from(json))));
  });
});
