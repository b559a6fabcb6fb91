import { defineConfig } from 'vitest/config';

const UNIT_FOLDERS = [
  'generator',
  'handlers',
  'scripts',
  'test/architecture',
  'test/docs',
  'test/editors',
  'test/local-aws',
  'test/determinism',
  'test/posture',
  'test/supply-chain',
  'test/support',
];

const UNIT = {
  testTimeout: 240_000,
  // It imports JSON as only a bundler may.
  server: { deps: { inline: [/@actions\//] } },
  hookTimeout: 240_000,
  maxConcurrency: 2,
};

export default defineConfig({
  test: {
    globalSetup: [
      './test/support/vitest/temporary-folder.ts',
      './test/support/terraform/provider-mirror.ts',
      './test/local-aws/server-for-all.ts',
    ],
    // Terraform and its provider live for seconds: without garbage collection they take a third less of the processor.
    env: {
      GOGC: 'off',
      GOMEMLIMIT: '1GiB',
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    },
    // Most of the end-to-end tests' time is Terraform waiting: more workers than cores are quicker.
    maxWorkers: 4,
    reporters: ['default', './test/support/vitest/totals-reporter.ts'],
    projects: [
      {
        test: {
          ...UNIT,
          name: 'unit',
          include: UNIT_FOLDERS.map((folder) => `${folder}/**/*.test.ts`),
          exclude: ['**/*.slow.test.ts', '**/*.timing.test.ts'],
        },
      },
      {
        // What starts many processes, or has Terraform look at every tree.
        test: {
          ...UNIT,
          name: 'slow',
          include: UNIT_FOLDERS.map((folder) => `${folder}/**/*.slow.test.ts`),
        },
      },
      {
        // Last, and one at a time: what else runs would be measured, too.
        test: {
          name: 'timing',
          include: ['{generator,test/bench}/**/*.timing.test.ts'],
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
