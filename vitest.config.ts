import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    globalSetup: ['./test/temporary-folder.ts', './test/local-aws/server-for-all.ts'],
    // Terraform and its provider live for seconds: without garbage collection they take a third less of the processor.
    env: { GOGC: 'off', GOMEMLIMIT: '1GiB' },
    // Most of the end-to-end tests' time is Terraform waiting: more workers than cores are quicker.
    maxWorkers: 4,
    reporters: ['default', './test/totals-reporter.ts'],
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            'generator/**/*.test.ts',
            'handlers/**/*.test.ts',
            'scripts/**/*.test.ts',
            'test/docs/**/*.test.ts',
            'test/local-aws/**/*.test.ts',
            'test/determinism/**/*.test.ts',
            'test/posture/**/*.test.ts',
            'test/supply-chain/**/*.test.ts',
          ],
          exclude: ['**/*.timing.test.ts'],
          testTimeout: 240_000,
          // It imports JSON as only a bundler may.
          server: { deps: { inline: [/@actions\//] } },
          hookTimeout: 240_000,
          maxConcurrency: 2,
        },
      },
      {
        // Last, and one at a time: what else runs would be measured, too.
        test: {
          name: 'timing',
          include: ['{generator,scripts}/**/*.timing.test.ts'],
          testTimeout: 240_000,
          hookTimeout: 240_000,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 900_000,
          hookTimeout: 900_000,
        },
      },
    ],
  },
});
