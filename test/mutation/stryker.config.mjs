// Read by Stryker, which run.mjs starts once for each area.
import { join } from 'node:path';
import { AREAS } from './areas.mjs';

const name = process.env.MUTATION_AREA ?? '';
const area = AREAS[name];
if (area === undefined) throw new Error(`MUTATION_AREA is none of ${Object.keys(AREAS).join(', ')}`);

const reports = join('test', 'mutation', 'reports', name);

// biome-ignore lint/style/noDefaultExport: Stryker reads it.
export default {
  mutate: area.mutate.flatMap((pattern) => [pattern, '!**/*.test.ts']),
  testRunner: 'vitest',
  plugins: [join(import.meta.dirname, 'node_modules/@stryker-mutator/vitest-runner/dist/src/index.js')],
  vitest: { configFile: 'test/mutation/vitest.config.ts', related: false },
  coverageAnalysis: 'perTest',
  concurrency: Number(process.env.MUTATION_CONCURRENCY ?? 1),
  // A sandbox copies the project without these.
  ignorePatterns: ['out/lambda', 'test/mutation/node_modules', 'test/mutation/reports', '.git'],
  // Stryker would rewrite its paths, with functions that TypeScript 7 no longer has; nothing here reads it.
  tsconfigFile: 'none',
  tempDirName: join('test', 'mutation', 'node_modules', '.stryker'),
  incremental: true,
  incrementalFile: join(reports, 'incremental.json'),
  reporters: ['progress-append-only', 'clear-text', 'json'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false, reportScoreTable: true },
  jsonReporter: { fileName: join(reports, 'mutation.json') },
  // Types are stripped, not checked: a mutant that does not compile would be killed by `npm run typecheck`.
  checkers: [],
  timeoutMS: 20_000,
  timeoutFactor: 3,
  thresholds: { high: 95, low: 90, break: null },
};
