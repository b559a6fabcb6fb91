import { defineConfig } from 'vitest/config';
import { AREAS } from './areas.mjs';

// biome-ignore lint/style/noDefaultExport: Vitest reads it.
export default defineConfig({
  test: {
    ...(process.env.MUTATION_AREA === 'storing' && { globalSetup: 'test/local-aws/server-for-all.ts' }),
    include: [...(AREAS[process.env.MUTATION_AREA ?? '']?.tests ?? [])],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
