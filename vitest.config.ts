import { defineConfig } from 'vitest/config';

const LONG = { testTimeout: 240_000, hookTimeout: 240_000 };

const FILES = {
  ...LONG,
  // It imports JSON as only a bundler may.
  server: { deps: { inline: [/@actions\//] } },
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
    maxWorkers: 6,
    reporters: ['default', './test/support/vitest/totals-reporter.ts'],
    projects: [
      {
        // `npm test`: within one process, and quick.
        test: {
          ...FILES,
          name: 'unit',
          include: ['{generator,handlers,scripts,test}/**/*.test.ts'],
          exclude: ['**/*.{process,simulation,timing}.test.ts', 'test/{e2e,mutation}/**'],
          setupFiles: ['./test/support/vitest/no-child-process.ts'],
        },
      },
      {
        // Terraform, the local AWS, commands in processes of their own; simulations of hours of traffic.
        test: {
          ...FILES,
          name: 'terraform',
          include: ['{generator,handlers,scripts,test}/**/*.{process,simulation}.test.ts'],
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
      {
        // Last, and one at a time: what else runs would be measured, too.
        test: {
          ...LONG,
          name: 'timing',
          include: ['{generator,test}/**/*.timing.test.ts'],
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
