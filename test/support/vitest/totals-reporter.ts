import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';

const TOTALS_FILE = process.env.TEST_TOTALS_FILE;

interface Totals {
  passed: number;
  failed: number;
  skipped: number;
}

/** Of a run with more files than that, the slowest are listed. */
const LISTED_FILES = 10;

/**
 * Ends the run with `N passed, N failed, N skipped` on a line of its own, for people and for CI logs. CI has several
 * runs: the file that TEST_TOTALS_FILE names carries the totals from one to the next.
 */
export default class TotalsReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const skippedSuites: string[] = [];
    const totals = readEarlierTotals();
    totals.failed += unhandledErrors.length;
    for (const module of modules) {
      for (const suite of module.children.allSuites()) {
        const { missingTools } = suite.meta();
        if (missingTools !== undefined)
          skippedSuites.push(`skipped: ${module.relativeModuleId}, ${suite.name}: needs ${missingTools}`);
      }
      const tests = [...module.children.allTests()];
      for (const test of tests) {
        const { state } = test.result();
        totals[state === 'pending' ? 'failed' : state] += 1;
      }
      if (module.state() === 'failed' && !tests.some((test) => test.result().state === 'failed'))
        totals.failed += 1;
    }
    if (TOTALS_FILE !== undefined) writeFileSync(TOTALS_FILE, JSON.stringify(totals));
    const { passed, failed, skipped } = totals;
    const lines = [
      ...listSlowest(modules),
      ...skippedSuites,
      `${passed} passed, ${failed} failed, ${skipped} skipped`,
    ];
    // The default reporter prints its summary in the same event; the next tick comes after it.
    setImmediate(() => process.stdout.write(`\n${lines.join('\n')}\n`));
  }
}

function listSlowest(modules: readonly TestModule[]): string[] {
  if (modules.length <= LISTED_FILES) return [];
  const files = modules.map((module) => {
    const { collectDuration, duration } = module.diagnostic();
    return { path: module.relativeModuleId, seconds: (collectDuration + duration) / 1000 };
  });
  const slowest = files.sort((a, b) => b.seconds - a.seconds).slice(0, LISTED_FILES);
  return slowest.map(({ path, seconds }) => `${seconds.toFixed(1).padStart(6)} s  ${path}`);
}

function readEarlierTotals(): Totals {
  if (TOTALS_FILE === undefined || !existsSync(TOTALS_FILE)) return { passed: 0, failed: 0, skipped: 0 };
  return JSON.parse(readFileSync(TOTALS_FILE, 'utf8')) as Totals;
}
