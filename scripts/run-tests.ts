// npm test and its kin: which of the tests run. The slow ones (`*.slow.test.ts`, those against a clock, the end-to-end tests)
// take minutes; some of the others are a sample of what runs at full size only on request.
import { execa } from 'execa';

interface TestRun {
  /** Of Vitest. */
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const TIMEOUT_MS = 3_600_000;
/** At full size they take minutes to an hour. */
const inFull = (env: Readonly<Record<string, string>>, ...files: readonly string[]): TestRun => ({
  args: ['--project', 'unit', '--project', 'slow', `--testTimeout=${TIMEOUT_MS}`, ...files],
  env,
});

const RUNS: Readonly<Record<string, TestRun>> = {
  quick: { args: ['--project', 'unit'] },
  slow: { args: ['--project', '!unit'] },
  all: { args: [] },
  e2e: { args: ['--project', 'e2e'] },
  crash: inFull({ CRASH_KILLS: '300', CRASH_RUNS: '100' }, 'generator/write', 'generator/killed-run'),
  fuzz: inFull(
    { FUZZ_STRINGS: '100000', FUZZ_SPECS: '1000', FUZZ_VALIDATED: '100', FUZZ_REFUSED: '10000' },
    ...['generator/hostile-specs', 'generator/literals', 'generator/spec'],
  ),
  posture: inFull({ POSTURE_TREES: 'all' }, 'test/posture'),
  soak: inFull({ SOAK: '1' }, 'handlers'),
  trees: inFull({ TESTED_TREES: 'all' }, 'generator/golden'),
};

const [name = '', ...rest] = process.argv.slice(2);
const run = RUNS[name];
if (run === undefined) {
  console.error(`which tests? ${Object.keys(RUNS).join(', ')}`);
  process.exitCode = 1;
} else {
  const { exitCode } = await execa('vitest', ['run', ...run.args, ...rest], {
    stdio: 'inherit',
    preferLocal: true,
    env: run.env ?? {},
    reject: false,
  });
  process.exitCode = exitCode ?? 1;
}
