// Malicious YAML files, through the real command in a separate process: each is refused with a location, within a second
// of CPU time and 256 MB, and nothing is written.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';

const PROJECT_ROOT = join(import.meta.dirname, '..');
/** The limit for a malicious file, and the time of a file with a simple mistake on the reference machine. */
const MOST_CPU_SECONDS = 1;
const PLAIN_CPU_SECONDS = 0.2;
const MOST_KILOBYTES = 256 * 1024;
const MOST_CHARACTERS = 200_000;
const HANGS_AFTER_MS = 60_000;
/** Other work of the machine only adds time, so the shortest of several runs is the most accurate. */
const TRIES = 3;

/** Loaded into the process before the command; reports its CPU time and memory at the end. */
const METER = `import { writeFileSync } from 'node:fs';
process.on('exit', () => writeFileSync(process.env.USAGE_FILE, JSON.stringify(process.resourceUsage())));`;

const SPEC = 'project_name: acme-voice\nenvironments:\n  dev:\n    regions: [us-east-1]\n';
const folder = mkdtempSync(join(tmpdir(), 'yaml-attacks-'));
const config = join(folder, 'sonotheia.config.yaml');
const usageFile = join(folder, 'usage.json');

interface Outcome {
  readonly exitCode: number | undefined;
  readonly text: string;
  readonly cpuSeconds: number;
  readonly maxKilobytes: number;
}

async function runOn(contents: string | Uint8Array, command: 'generate' | 'validate'): Promise<Outcome> {
  writeFileSync(config, contents);
  rmSync(usageFile, { force: true });
  const out = command === 'generate' ? ['--out', join(folder, 'out')] : [];
  const { exitCode, all } = await execa(
    process.execPath,
    [join(PROJECT_ROOT, 'generator/main.mjs'), command, '--config', config, ...out],
    {
      cwd: folder,
      all: true,
      reject: false,
      timeout: HANGS_AFTER_MS,
      env: {
        NO_COLOR: '1',
        USAGE_FILE: usageFile,
        NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(METER)}`,
      },
    },
  );
  if (!existsSync(usageFile)) throw new Error(`it was still running after ${HANGS_AFTER_MS} ms:\n${all}`);
  const usage = JSON.parse(readFileSync(usageFile, 'utf8')) as NodeJS.ResourceUsage;
  const cpuSeconds = (usage.userCPUTime + usage.systemCPUTime) / 1e6;
  return { exitCode, text: all ?? '', cpuSeconds, maxKilobytes: usage.maxRSS };
}

function bomb(): string {
  const levels = Array.from({ length: 12 }, (_, level) => {
    const inner = level === 0 ? '"lol"' : `*a${level - 1}`;
    return `a${level}: &a${level} [${Array(12).fill(inner).join(', ')}]`;
  });
  return `${levels.join('\n')}\n`;
}

/** A number of lines or items just below the limit. */
const JUST_FEWER = 4_990;
const withKey = (text: string): string => `${SPEC}${text}\n`;
const manyLines = (write: (index: number) => string): string =>
  Array.from({ length: JUST_FEWER }, (_, index) => write(index)).join('\n');
const indent = (depth: number): string =>
  Array.from({ length: depth }, (_, level) => `${' '.repeat(level)}a:`).join('\n');

const ATTACKS: Readonly<Record<string, string | Uint8Array>> = {
  'an alias bomb': bomb(),
  'an alias of itself': withKey('x: &x [*x]'),
  'an alias of nothing': withKey('x: *nothing'),
  'a merge key': withKey('x: &x {a: 1}\ny: {<<: *x}'),
  '20,000 nested lists': withKey(`x: ${'['.repeat(20_000)}`),
  '20,000 nested lists that end': withKey(`x: ${'['.repeat(20_000)}${']'.repeat(20_000)}`),
  '20,000 nested maps': withKey(`x: ${'{a: '.repeat(20_000)}`),
  '2,000 nested blocks': withKey(indent(2_000)),
  '10,000 nested block lists': withKey(`x: ${'- '.repeat(10_000)}`),
  'a plain scalar of 1 MB': SPEC.replace('acme-voice', 'a'.repeat(1_000_000)),
  'a quoted scalar of 1 MB': SPEC.replace('acme-voice', `"${'\\u0061'.repeat(180_000)}"`),
  'a block scalar of 1 MB': withKey(`x: |\n${'  line\n'.repeat(140_000)}`),
  'a key of 1 MB': withKey(`${'k'.repeat(1_000_000)}: 1`),
  'a number of 1 MB': withKey(`x: ${'9'.repeat(1_000_000)}`),
  'as many unknown keys as there may be': withKey(manyLines((index) => `k${index}: 1`)),
  'one key as often as there may be lines': withKey(manyLines(() => 'x: 1')),
  'as many environments that are none': `project_name: a-b\nenvironments:\n${manyLines(() => '  e: 1')}\n`,
  'as many anchors as there may be': withKey(manyLines((index) => `k${index}: &a${index} 1`)),
  'as many items in brackets as there may be': withKey(`x: [${'{}, '.repeat(JUST_FEWER / 2)}]`),
  '100,000 lines': withKey('x: 1\n'.repeat(100_000)),
  '200,000 empty lines': withKey('\n'.repeat(200_000)),
  '250,000 items in brackets': withKey(`x: [${'1, '.repeat(250_000)}]`),
  'a quote that does not end': withKey(`x: "${'a '.repeat(200_000)}`),
  'a megabyte that looks like the runtime': withKey(`x: "${'runtime: '.repeat(110_000)}"`),
  'a comment of 4 MB and a mistake': withKey(`#${'x'.repeat(4_000_000)}\ny: 1`),
  'a key twice': withKey('project_name: other'),
  '%YAML 1.1': `%YAML 1.1\n---\n${SPEC}`,
  'a %TAG that is used': `%TAG !e! tag:example.com,2000:\n---\n${SPEC}x: !e!y 1\n`,
  'a tag of JavaScript': withKey('x: !!js/function "function(){}"'),
  'a tag of Python': withKey('x: !!python/object/apply:os.system ["true"]'),
  'a binary': withKey('x: !!binary aGVsbG8='),
  'a set': withKey('x: !!set {a, b}'),
  'a tag of its own': withKey('x: !secret abc'),
  'a complex key': withKey('? [a, b]\n: 1'),
  'two documents': `${SPEC}---\n${SPEC}`,
  'tabs for blanks': SPEC.replace('  dev', '\tdev'),
  'a NUL': SPEC.replace('acme', 'ac\u0000me'),
  'an escaped NUL': SPEC.replace('acme-voice', '"ac\\0me"'),
  'invalid UTF-8': Buffer.concat([Buffer.from(SPEC), Buffer.from([0x78, 0x3a, 0x20, 0xc3, 0x28, 0x0a])]),
  'a half character': Buffer.concat([
    Buffer.from(SPEC),
    Buffer.from('x: "'),
    Buffer.from([0xed, 0xa0, 0x80]),
  ]),
  'UTF-16': Buffer.from(`\ufeff${SPEC}`, 'utf16le'),
  'a line separator': SPEC.replace('acme-voice', 'acme\u2028voice'),
  'right to left': SPEC.replace('acme-voice', 'acme\u202evoice'),
  __proto__: withKey('__proto__: {polluted: true}'),
  'constructor.prototype': withKey('constructor: {prototype: {polluted: true}}'),
  '__proto__ for an environment': SPEC.replace('dev:', '__proto__:'),
  'toString for an environment': SPEC.replace('dev:', 'toString:'),
  nothing: '',
  'comments alone': '# nothing\n# at all\n',
  'a null': 'null\n',
  'a list': '- a\n- b\n',
};

beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  // The first run builds the bundle.
  const mistake = SPEC.replace('us-east-1', 'nowhere');
  for (const command of ['validate', 'generate'] as const)
    expect((await runOn(mistake, command)).exitCode).toBe(1);
  const { cpuSeconds } = await attack(mistake);
  mostCpuSeconds = MOST_CPU_SECONDS * Math.max(1, cpuSeconds / PLAIN_CPU_SECONDS);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A second, or proportionally more on a slower machine. */
let mostCpuSeconds = MOST_CPU_SECONDS;

/** The first run within the limit, or the fastest one. */
async function attack(contents: string | Uint8Array): Promise<Outcome> {
  let best = await runOn(contents, 'generate');
  for (let tries = 1; tries < TRIES && best.cpuSeconds >= mostCpuSeconds; tries += 1) {
    const next = await runOn(contents, 'generate');
    if (next.cpuSeconds < best.cpuSeconds) best = next;
  }
  return best;
}

test.each(Object.entries(ATTACKS))('%s', async (_, contents) => {
  const { exitCode, text, cpuSeconds, maxKilobytes } = await attack(contents);
  expect(text.slice(0, 2_000)).toMatch(/sonotheia\.config\.yaml:\d+:\d+: error SONO\d+: /);
  expect(exitCode).toBe(1);
  expect(text.length).toBeLessThan(MOST_CHARACTERS);
  expect(text).not.toMatch(/\n {4}at |fatal error/);
  expect(existsSync(join(folder, 'out'))).toBe(false);
  expect(cpuSeconds).toBeLessThan(mostCpuSeconds);
  expect(maxKilobytes).toBeLessThan(MOST_KILOBYTES);
});

test.each([
  ['a byte order mark', `\ufeff${SPEC}`],
  ['a %TAG that nothing uses', `%TAG ! tag:example.com,2000:\n---\n${SPEC}`],
  ['CRLF', SPEC.replaceAll('\n', '\r\n')],
  ['no line break at the end', SPEC.trimEnd()],
  ['a comment of 100 KB', `${SPEC}#${'x'.repeat(100_000)}\n`],
  ['a document that is begun and ended', `---\n${SPEC}...\n`],
])('%s is no attack', async (_, contents) => {
  const { exitCode, text } = await runOn(contents, 'validate');
  expect(exitCode, text).toBe(0);
});
