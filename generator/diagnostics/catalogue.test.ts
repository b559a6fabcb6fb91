import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { compileSpec } from '../compile-spec.ts';
import type { Diagnostic } from '../diagnostics.ts';
import { generateTree } from '../generate.ts';
import { loadSpec } from '../spec/load.ts';
import type { CatalogueEntry, SpecExample } from './catalogue/entry.ts';
import { CATALOGUE, type DiagnosticCode } from './catalogue.ts';
import { renderDiagnosticsPage } from './diagnostics-page.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const ENTRIES = Object.entries(CATALOGUE) as [DiagnosticCode, CatalogueEntry][];
const EXAMPLES = ENTRIES.flatMap(([code, { example }]): [DiagnosticCode, SpecExample][] =>
  'failing' in example ? [[code, example]] : [],
);

function compile(text: string): readonly Diagnostic[] {
  const result = compileSpec('sonotheia.config.yaml', encode(text));
  return result.ok ? result.warnings : result.diagnostics;
}

test.each(EXAMPLES)(
  '%s: the failing example fails with this code alone, at the place shown',
  (code, example) => {
    const found = compile(example.failing).map(({ code: given, location }) => ({
      code: given,
      at: `${location?.line}:${location?.column}`,
    }));
    expect(found).toEqual([{ code, at: example.at }]);
  },
);

test.each(EXAMPLES)('%s: the fixed example is accepted without a warning', (_code, { fixed }) => {
  expect(compile(fixed)).toEqual([]);
});

/** What no spec in an example can show. A code of a spec that is missing here must have an example. */
const SITUATIONS: Partial<
  Record<DiagnosticCode, () => Promise<readonly Diagnostic[]> | readonly Diagnostic[]>
> = {
  SONO100: async () => {
    const tree = await generateTree({ specFile: 'nowhere.yaml', workingDir: '/', projectRoot: '/' });
    return tree.ok ? [] : tree.diagnostics;
  },
  SONO101: () => load(encode(`a: ${'x'.repeat(1024 * 1024)}`)),
  SONO102: () => load(new Uint8Array([0x61, 0x3a, 0x20, 0xff])),
  // A guard for keywords that the schema may get one day.
  SONO299: () => [],
};

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
