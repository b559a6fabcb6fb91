// Checks docs/diagnostics.md with the generator: every code is explained, and its examples have the documented output.
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test, vi } from 'vitest';
import { compileSpec } from '../../generator/compile-spec.ts';
import { DIAGNOSTIC_CODES, type DiagnosticCode } from '../../generator/diagnostics/codes.ts';
import type { Diagnostic } from '../../generator/diagnostics/diagnostic.ts';
import { generateTree } from '../../generator/generate.ts';
import { buildRecord } from '../../generator/lifecycle/build-record.ts';
import { FIRST_GENERATION } from '../../generator/lifecycle/check-lifecycle.ts';
import type { Continuation } from '../../generator/lifecycle/continuation.ts';
import { setDeployed } from '../../generator/lifecycle/deployments.ts';
import { parseRecord } from '../../generator/lifecycle/parse-record.ts';
import { readStackRecord } from '../../generator/lifecycle/read-record.ts';
import type { Deployed } from '../../generator/spec/inheritance.ts';
import { loadSpec } from '../../generator/spec/load.ts';
import { findIgnoredWorkflow, findMissingSchema } from '../../generator/write/check-place.ts';
import { createManifest, formatManifest } from '../../generator/write/manifest.ts';
import { MANIFEST_PATH, RECORD_PATH } from '../../generator/write/output-path.ts';
import {
  explainFailure,
  type PageExample,
  parsePage,
  tryExample,
  updatePage,
} from '../support/diagnostics-page.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const PAGE = fileURLToPath(new URL('../../docs/diagnostics.md', import.meta.url));
if (process.env.UPDATE_GOLDEN === '1') writeFileSync(PAGE, updatePage(readFileSync(PAGE, 'utf8')));
const page = readFileSync(PAGE, 'utf8');
const ENTRIES = parsePage(page);
const EXAMPLES = ENTRIES.flatMap(({ code, example }): [string, PageExample][] =>
  example === undefined ? [] : [[code, example]],
);

test('the page has each code once, in order, and its table lists them', () => {
  expect(ENTRIES.map(({ code }) => code)).toEqual(DIAGNOSTIC_CODES);
  expect(updatePage(page)).toBe(page);
});

test.each(EXAMPLES)('%s: the failing example has the output below it', (code, example) => {
  expect(explainFailure(example)).toBe(example.said);
  expect(example.said).toContain(` ${code}: `);
});

test.each(EXAMPLES)('%s: the fixed example is accepted without a warning', (_code, { fixed, before }) => {
  expect(tryExample(fixed, before)).toEqual([]);
});

/** Codes that no example can produce. Every other code of a spec must have an example. */
const SITUATIONS: Partial<
  Record<DiagnosticCode, () => Promise<readonly Diagnostic[]> | readonly Diagnostic[]>
> = {
  SONO100: async () => {
    const tree = await generateTree({
      specFile: 'nowhere.yaml',
      workingDir: '/',
      projectRoot: '/',
      outDir: 'out',
      dropRegions: [],
      allowReplace: false,
      isFresh: false,
      isCheck: false,
    });
    return tree.ok ? [] : tree.diagnostics;
  },
  SONO101: () => load(encode(`a: ${'x'.repeat(1024 * 1024)}`)),
  SONO102: () => load(new Uint8Array([0x61, 0x3a, 0x20, 0xff])),
  // For keywords that the schema does not use yet.
  SONO299: () => [],
  SONO325: () => {
    const record = parseRecord(encode('<<<<<<< HEAD'), 'out/.sonotheia-stacks.json');
    return record.ok ? [] : record.diagnostics;
  },
  SONO332: () => {
    const text = 'project_name: acme-voice\nenvironments:\n  dev: { regions: [eu-west-1] }\n';
    const continuation = { ...FIRST_GENERATION, dropRegions: ['eu-west-1'] };
    const result = compileSpec('sonotheia.config.yaml', encode(text), continuation);
    return result.ok ? [] : result.diagnostics;
  },
  SONO334: () => regenerate({ isFresh: true, states: [] }, 'yes'),
  SONO345: async () => {
    const outDir = mkdtempSync(join(tmpdir(), 'absent-record-'));
    const files = [{ path: RECORD_PATH, contents: encode('{}') }];
    writeFileSync(join(outDir, MANIFEST_PATH), formatManifest(createManifest(files)));
    const record = await readStackRecord(outDir, 'out', false);
    return record.ok ? [] : record.diagnostics;
  },
  SONO362: () => compileOn('2027-06-01'),
  SONO611: () => regenerate({}, 'no'),
  SONO620: () => compileOn('2026-10-30'),
  SONO626: () => {
    const root = mkdtempSync(join(tmpdir(), 'monorepo-'));
    mkdirSync(join(root, '.git'));
    const place = {
      specFile: 'infra/sonotheia.config.yaml',
      workingDir: root,
      projectRoot: root,
      outDir: 'infra/out',
    };
    return findIgnoredWorkflow(place, { file: place.specFile, line: 1, column: 1 });
  },
  SONO627: () => {
    const workingDir = mkdtempSync(join(tmpdir(), 'copied-spec-'));
    const comment = '# yaml-language-server: $schema=./schema/sonotheia.config.schema.json\n';
    const place = { specFile: 'sonotheia.config.yaml', workingDir, projectRoot: workingDir, outDir: 'out' };
    return findMissingSchema(place, encode(comment));
  },
};

function compileOn(day: string): readonly Diagnostic[] {
  vi.stubEnv('SOURCE_DATE_EPOCH', String(Date.parse(day) / 1000));
  const result = tryExample(
    'project_name: acme-voice\nenvironments:\n  dev: { regions: [eu-west-1] }\n',
    undefined,
  );
  vi.unstubAllEnvs();
  return result;
}

/** The diagnostics of a renamed project whose last generation is, or is not, known to be deployed. */
function regenerate(continuation: Partial<Continuation>, deployed: Deployed): readonly Diagnostic[] {
  const text = 'project_name: acme-voice\nenvironments:\n  dev: { regions: [eu-west-1] }\n';
  const before = compileSpec('sonotheia.config.yaml', encode(text));
  if (!before.ok) return before.diagnostics;
  const previous = setDeployed(buildRecord(before.value), deployed);
  const result = compileSpec('sonotheia.config.yaml', encode(text.replace('voice', 'speech')), {
    ...FIRST_GENERATION,
    previous,
    ...continuation,
  });
  return result.ok ? result.warnings : result.diagnostics;
}

function load(bytes: Uint8Array): readonly Diagnostic[] {
  const result = loadSpec('sonotheia.config.yaml', bytes);
  return result.ok ? [] : result.diagnostics;
}

test('every code of a spec has an example, or a situation that is tested here', async () => {
  const situations = ENTRIES.filter(({ code, example }) => /^SONO[1236]/.test(code) && example === undefined);
  expect(situations.map(({ code }) => code)).toEqual(Object.keys(SITUATIONS));
  for (const [code, produce] of Object.entries(SITUATIONS)) {
    const codes = (await produce()).map((diagnostic) => diagnostic.code);
    expect(codes, code).toEqual(code === 'SONO299' ? [] : [code]);
  }
});
