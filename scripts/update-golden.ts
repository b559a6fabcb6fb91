// Rewrites every generated file that is committed: golden cases, examples in docs/diagnostics.md, out/, types, the schema
// for editors, docs. Read the diff before you commit it.
import { execa } from 'execa';

await execa(
  'vitest',
  [
    ...['run', '--project', 'unit'],
    ...['generator/golden.test.ts', 'generator/cost/output.test.ts', 'handlers/shared/announcements.test.ts'],
    ...['test/docs/cost.test.ts', 'test/docs/diagnostics.test.ts', 'test/docs/privacy.test.ts'],
  ],
  {
    stdio: 'inherit',
    preferLocal: true,
    env: { UPDATE_GOLDEN: '1' },
  },
);
await execa(process.execPath, ['generator/main.mjs', 'generate'], { stdio: 'inherit' });
for (const part of ['types', 'schema', 'docs'])
  await execa(process.execPath, ['generator/main.mjs', `scripts/generate-${part}.ts`], { stdio: 'inherit' });
