import type { Reporter, TestModule } from 'vitest/node';

/** Ends the run with `N passed, N failed, N skipped` on a line of its own, for people and for CI logs. */
export default class TotalsReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const totals = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
    for (const module of modules) {
      const tests = [...module.children.allTests()];
      for (const test of tests) {
        const { state } = test.result();
        totals[state === 'pending' ? 'failed' : state] += 1;
      }
      if (module.state() === 'failed' && !tests.some((test) => test.result().state === 'failed'))
        totals.failed += 1;
    }
    // The default reporter prints its summary in the same event; the next tick comes after it.
    setImmediate(() =>
      process.stdout.write(`\n${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped\n`),
    );
  }
}
