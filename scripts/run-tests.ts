// Runs at full size the tests that usually run on a sample: minutes to an hour each.
import { execa } from 'execa';

interface FullRun {
  /** Variables from which the tests read their sizes. */
  readonly env: Readonly<Record<string, string>>;
  /** Path prefixes of the test files. */
  readonly files: readonly string[];
}

const TIMEOUT_MS = 3_600_000;

const RUNS: Readonly<Record<string, FullRun>> = {
  crash: {
    env: { CRASH_KILLS: '300', CRASH_RUNS: '100' },
    files: ['generator/write', 'generator/killed-run'],
  },
  fuzz: {
    env: { FUZZ_STRINGS: '100000', FUZZ_SPECS: '1000', FUZZ_VALIDATED: '100', FUZZ_REFUSED: '10000' },
    files: ['generator/hostile-specs', 'generator/literals', 'generator/spec'],
  },
  posture: { env: { POSTURE_TREES: 'all' }, files: ['test/posture'] },
  soak: { env: { SOAK: '1' }, files: ['handlers'] },
  trees: { env: { TESTED_TREES: 'all' }, files: ['generator/golden'] },
};

const [name = '', ...rest] = process.argv.slice(2);
const run = RUNS[name];
if (run === undefined) {
  console.error(`which tests? ${Object.keys(RUNS).join(', ')}`);
  process.exitCode = 1;
} else {
  const projects = ['--project', 'unit', '--project', 'terraform'];
  const { exitCode } = await execa(
    'vitest',
    ['run', ...projects, `--testTimeout=${TIMEOUT_MS}`, ...run.files, ...rest],
    { stdio: 'inherit', preferLocal: true, env: run.env, reject: false },
  );
  process.exitCode = exitCode ?? 1;
}
