// Rewrites what the golden cases expect, out/, the schema for editors and the generated docs. Read the diff before you commit it.
import { execa } from 'execa';

await execa(
  'vitest',
  ['run', '--project', 'unit', 'generator/golden.test.ts', 'generator/cost/output.test.ts'],
  {
    stdio: 'inherit',
    preferLocal: true,
    env: { UPDATE_GOLDEN: '1' },
  },
);
await execa(process.execPath, ['generator/main.mjs', 'generate'], { stdio: 'inherit' });
for (const part of ['schema', 'docs'])
  await execa(process.execPath, ['scripts/run.mjs', `scripts/generate-${part}.ts`], { stdio: 'inherit' });
