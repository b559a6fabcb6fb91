// The property, fault and tree tests at full size, which takes minutes to an hour: what CI runs a sample of.
import { execa } from 'execa';

interface FullRun {
  /** Folders or files, as Vitest takes them. */
  readonly files: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

const RUNS: Readonly<Record<string, FullRun>> = {
  crash: {
    files: ['generator/write', 'generator/killed-run.test.ts'],
    env: { CRASH_KILLS: '300', CRASH_RUNS: '100' },
  },
  fuzz: {
    files: ['generator/hostile-specs.test.ts', 'generator/render', 'generator/spec'],
    env: { FUZZ_STRINGS: '100000', FUZZ_SPECS: '1000', FUZZ_VALIDATED: '100', FUZZ_REFUSED: '10000' },
  },
  posture: { files: ['test/posture'], env: { POSTURE_TREES: 'all' } },
  soak: { files: ['handlers'], env: { SOAK: '1' } },
  trees: { files: ['generator/golden.test.ts'], env: { TESTED_TREES: 'all' } },
};
const TIMEOUT_MS = 3_600_000;

const [name = '', ...rest] = process.argv.slice(2);
const run = RUNS[name];
if (run === undefined) {
  console.error(`which tests? ${Object.keys(RUNS).join(', ')}`);
  process.exitCode = 1;
} else {
  const args = ['run', '--project', 'unit', `--testTimeout=${TIMEOUT_MS}`, ...run.files, ...rest];
  const { exitCode } = await execa('vitest', args, {
    stdio: 'inherit',
    preferLocal: true,
    env: run.env,
    reject: false,
  });
  process.exitCode = exitCode ?? 1;
}
