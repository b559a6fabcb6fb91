// Rewrites what the golden cases expect, and out/. Read the diff before you commit it.
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
await execa(process.execPath, ['generator/main.mjs'], { stdio: 'inherit' });
