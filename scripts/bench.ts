// npm run bench [-- rounds]: how long generating takes beside esbuild alone, and how large and how quick to load the
// functions are. Ratios within one run mean something on any machine; the seconds only on this one.
import { execFileSync, type StdioOptions } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { bundleHandlers } from '../generator/bundle/bundle-handlers.ts';
import { bundleScript } from '../generator/launcher/bundle-script.mjs';
import { BENCH_REGIONS, describeBenchSpec } from './bench-spec.ts';
import { type Measurement, measureSubjects, median, type Subject } from './measure-process.ts';

const PAIRS = [1, 10, 100, 500] as const;
const REGIONS_EACH = 5;
const COLD_LOADS = 15;
const EMPTY = 'empty node';
const LIMIT = 'esbuild alone';

const projectRoot = join(import.meta.dirname, '..');
const scratch = mkdtempSync(join(tmpdir(), 'bench-'));
const main = join(projectRoot, 'generator', 'main.mjs');

/** A spec of `pairs` environment-region pairs, in environments of up to five regions. */
function writeSpec(pairs: number): string {
  const environments = Array.from({ length: Math.ceil(pairs / REGIONS_EACH) }, (_, index) =>
    BENCH_REGIONS.slice(0, Math.min(REGIONS_EACH, pairs - index * REGIONS_EACH)),
  );
  const folder = join(scratch, `spec-${pairs}`);
  mkdirSync(folder);
  writeFileSync(join(folder, 'sonotheia.config.yaml'), describeBenchSpec(environments));
  return folder;
}

/** The launcher's bundled generator exists; the memory of the last run and the tree do not. */
function forget(folder: string): void {
  rmSync(join(folder, 'out'), { recursive: true, force: true });
  const cache = join(projectRoot, 'node_modules', '.cache', 'sonotheia-terraform');
  for (const name of readdirSync(cache)) if (name.startsWith('stamp-')) rmSync(join(cache, name));
}

async function createSubjects(): Promise<Subject[]> {
  const limit = join(projectRoot, 'node_modules', '.cache', 'sonotheia-terraform', 'bench-limit.mjs');
  const code = await bundleScript({ projectRoot, entry: 'scripts/bench-limit.ts', external: ['esbuild'] });
  writeFileSync(limit, code);
  const cold = PAIRS.map((pairs): Subject => {
    const cwd = writeSpec(pairs);
    return {
      name: `cold, ${pairs} pairs`,
      command: [process.execPath, main],
      cwd,
      prepare: () => forget(cwd),
    };
  });
  const unchanged = PAIRS.map((pairs): Subject => {
    const cwd = join(scratch, `spec-${pairs}`);
    // The runs before have removed what it remembers: the first of these two restores it, the second is as measured.
    const prepare = (): void => {
      execFileSync(process.execPath, [main], { cwd, stdio: 'ignore' });
    };
    return { name: `unchanged, ${pairs} pairs`, command: [process.execPath, main], cwd, prepare };
  });
  return [
    { name: EMPTY, command: [process.execPath, '-e', ''], cwd: scratch },
    { name: LIMIT, command: [process.execPath, limit, projectRoot], cwd: scratch },
    ...cold,
    ...unchanged,
  ];
}

function printTimes(measurements: ReadonlyMap<string, Measurement>): void {
  const limit = measurements.get(LIMIT);
  const empty = measurements.get(EMPTY);
  const row = (cells: readonly string[]): string =>
    cells.map((cell, index) => (index === 0 ? cell.padEnd(24) : cell.padStart(12))).join('');
  const lines = [row(['', 'wall s', 'CPU s', 'peak MB', 'x esbuild', 'CPU x', 'x empty'])];
  for (const [name, { wallSeconds, cpuSeconds, peakMb }] of measurements) {
    const ratios = [
      wallSeconds / (limit?.wallSeconds ?? Number.NaN),
      cpuSeconds / (limit?.cpuSeconds ?? Number.NaN),
      wallSeconds / (empty?.wallSeconds ?? Number.NaN),
    ];
    lines.push(
      row([
        name,
        wallSeconds.toFixed(3),
        cpuSeconds.toFixed(2),
        peakMb.toFixed(0),
        ...ratios.map((ratio) => ratio.toFixed(2)),
      ]),
    );
  }
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** Milliseconds to load a bundle in a fresh process, as a Lambda cold start does. */
function measureColdLoads(bundle: string): number {
  const code = `const began = performance.now(); require(${JSON.stringify(bundle)}); console.log(performance.now() - began)`;
  // What the handlers read when they are loaded; nothing is called.
  const env = {
    ...process.env,
    AWS_REGION: 'us-east-1',
    SONOTHEIA_ENVIRONMENT: 'bench',
    SESSIONS_TABLE_NAME: 'bench',
    SESSION_TTL_DAYS: '90',
    RESULTS_TOPIC_ARN: 'arn:aws:sns:us-east-1:123456789012:bench',
    RISK_HIGH_THRESHOLD: '0.8',
    RISK_REVIEW_THRESHOLD: '0.5',
    POWERTOOLS_SERVICE_NAME: 'bench',
    POWERTOOLS_METRICS_NAMESPACE: 'Bench',
    WEBHOOK_SECRET_ARN: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:bench',
    AUDIO_BUCKET_NAME: 'bench',
    SONOTHEIA_API_URL: 'https://api.sonotheia.com',
    SONOTHEIA_API_KEY_SECRET_ARN: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:bench',
    API_REQUESTS_PER_MINUTE: '100',
  };
  const stdio: StdioOptions = ['ignore', 'pipe', 'ignore'];
  const load = (): number =>
    Number(execFileSync(process.execPath, ['-e', code], { env, stdio, encoding: 'utf8' }));
  return median(Array.from({ length: COLD_LOADS }, load));
}

async function printFunctions(): Promise<void> {
  const bundle = await bundleHandlers({ projectRoot, runtime: 'nodejs22.x', sourceMaps: false });
  if (!bundle.ok) throw new Error(JSON.stringify(bundle.diagnostics));
  for (const { path, contents } of bundle.value.files) {
    const folder = join(scratch, path.replace('.zip', ''));
    mkdirSync(folder, { recursive: true });
    const script = join(folder, 'index.js');
    writeFileSync(script, unzipSync(contents)['index.js'] ?? '');
    const load = measureColdLoads(script);
    const code = statSync(script).size;
    process.stdout.write(
      `${path}: ${(contents.length / 1000).toFixed(1)} KB, code ${(code / 1000).toFixed(1)} KB, loads in ${load.toFixed(1)} ms\n`,
    );
  }
}

try {
  const rounds = Number(process.argv[2] ?? 7);
  process.stdout.write(`Node.js ${process.version}, ${cpus().length} cores, medians of ${rounds} runs\n\n`);
  execFileSync(process.execPath, [main, '--help'], { stdio: 'ignore' });
  printTimes(await measureSubjects(await createSubjects(), rounds));
  process.stdout.write('\n');
  await printFunctions();
} finally {
  rmSync(scratch, { recursive: true });
}
