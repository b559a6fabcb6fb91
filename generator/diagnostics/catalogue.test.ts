import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compileSpec } from '../compile-spec.ts';
import { renderDiagnosticsPage } from '../docs/diagnostics-page.ts';
import { tryExample } from '../docs/try-example.ts';
import { generateTree } from '../generate.ts';
import { buildRecord } from '../lifecycle/build-record.ts';
import { FIRST_GENERATION } from '../lifecycle/check-lifecycle.ts';
import type { Continuation } from '../lifecycle/continuation.ts';
import { setDeployed } from '../lifecycle/deployments.ts';
import { parseRecord } from '../lifecycle/parse-record.ts';
import { readStackRecord } from '../lifecycle/read-record.ts';
import type { Deployed } from '../spec/inheritance.ts';
import { loadSpec } from '../spec/load.ts';
import { createManifest, formatManifest } from '../write/manifest.ts';
import { MANIFEST_PATH, RECORD_PATH } from '../write/output-path.ts';
import type { CatalogueEntry, SpecExample } from './catalogue/entry.ts';
import { CATALOGUE, type DiagnosticCode } from './catalogue.ts';
import type { Diagnostic } from './diagnostic.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const ENTRIES = Object.entries(CATALOGUE) as [DiagnosticCode, CatalogueEntry][];
const EXAMPLES = ENTRIES.flatMap(([code, { example }]): [DiagnosticCode, SpecExample][] =>
  'failing' in example ? [[code, example]] : [],
);

test.each(EXAMPLES)(
  '%s: the failing example fails with this code alone, at the place shown',
  (code, example) => {
    const found = tryExample(example.failing, example.before);
    const { alongside = [] } = example;
    expect(found.map((diagnostic) => diagnostic.code).sort()).toEqual([code, ...alongside].sort());
    const location = found.find((diagnostic) => diagnostic.code === code)?.location;
    expect(`${location?.line}:${location?.column}`).toBe(example.at);
  },
);

test.each(EXAMPLES)('%s: the fixed example is accepted without a warning', (_code, { fixed, before }) => {
  expect(tryExample(fixed, before)).toEqual([]);
});

/** What no spec in an example can show. A code of a spec that is missing here must have an example. */
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
  // A guard for keywords that the schema may get one day.
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
  SONO611: () => regenerate({}, 'no'),
};

/** What is said of a renamed project whose last generation is known to be deployed, or not. */
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

test('every code of a spec has an example, or a situation that is tried here', async () => {
  const situations = ENTRIES.filter(
    ([code, { example }]) => /^SONO[1236]/.test(code) && 'situation' in example,
  );
  expect(situations.map(([code]) => code)).toEqual(Object.keys(SITUATIONS));
  for (const [code, produce] of Object.entries(SITUATIONS)) {
    const codes = (await produce()).map((diagnostic) => diagnostic.code);
    expect(codes, code).toEqual(code === 'SONO299' ? [] : [code]);
  }
});

test('docs/diagnostics.md is what the catalogue says (npm run generate:docs)', () => {
  const committed = readFileSync(new URL('../../docs/diagnostics.md', import.meta.url), 'utf8');
  expect(committed).toBe(renderDiagnosticsPage());
});
