import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/vitest/longest-first.ts';

/** Polls for longer than the second of Vitest, because the processors are busy. */
const PATIENT = { expect: { poll: { timeout: 30_000 } } };
const LONG = { ...PATIENT, testTimeout: 240_000, hookTimeout: 240_000 };

const FILES = {
  ...LONG,
  // It imports JSON in a way that only bundlers support.
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
    // Terraform and its provider run for seconds: without garbage collection they use a third less CPU time.
    env: {
      GOGC: 'off',
      GOMEMLIMIT: '1GiB',
      // The first day of 2026, for all that depends on the day: warnings of deprecated runtimes.
      SOURCE_DATE_EPOCH: '1767225600',
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    },
    // End-to-end tests mostly wait for Terraform: more workers than cores are faster.
    maxWorkers: 6,
    sequence: { sequencer: LongestFirst },
    reporters: ['default', './test/support/vitest/totals-reporter.ts'],
    projects: [
      {
        // `npm test`: fast, without child processes.
        test: {
          ...FILES,
          name: 'unit',
          include: ['{generator,handlers,scripts,test}/**/*.test.ts'],
          exclude: ['**/*.{process,simulation,timing}.test.ts', 'test/{e2e,mutation}/**'],
          setupFiles: ['./test/support/vitest/no-child-process.ts'],
          // The files of a worker share its modules: 75 CPU seconds instead of 130. Replace a builtin of Node.js with
          // `vi.spyOn` and `syncBuiltinESMExports`; `vi.mock` has no effect on a module that another file has loaded.
          isolate: false,
          maxWorkers: '100%',
          // Before the others, which have another number of workers.
          sequence: { groupOrder: 0 },
        },
      },
      {
        // Terraform, the local AWS, commands as separate processes; simulations of hours of traffic.
        test: {
          ...FILES,
          name: 'terraform',
          include: ['{generator,handlers,scripts,test}/**/*.{process,simulation}.test.ts'],
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...PATIENT,
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 900_000,
          hookTimeout: 900_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        // Last, and one at a time: other load would distort the measurements.
        test: {
          ...LONG,
          name: 'timing',
          include: ['{generator,test}/**/*.timing.test.ts'],
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
