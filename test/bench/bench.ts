// npm run bench [-- --rounds n] [--peers] [--chart file.svg]: how long generating takes beside esbuild alone and, on
// request, beside other tools; how large and how quick to load the functions are; what a webhook costs. Ratios within one
// run mean something on any machine; the seconds only on this one.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bundleScript } from '../../generator/launcher/bundle-script.mjs';
import { type Bar, drawBars } from './chart.ts';
import { measureOwnFunctions, type PackedFunction } from './functions.ts';
import { type Measurement, measureSubjects, type Subject } from './measure-process.ts';
import { describePeer, installPeer, makePeersFolder, measurePeerFunctions, PEERS } from './peers.ts';
import { BENCH_REGIONS, describeBenchSpec } from './spec.ts';
import { measureThroughput } from './throughput.ts';

const PAIRS = [1, 10, 100, 500] as const;
const REGIONS_EACH = 5;
const EMPTY = 'empty node';
const LIMIT = 'esbuild alone';

const projectRoot = join(import.meta.dirname, '..', '..');
const main = join(projectRoot, 'generator', 'main.mjs');
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    peers: { type: 'boolean', default: false },
    chart: { type: 'string' },
  },
});
const scratch = mkdtempSync(join(tmpdir(), 'bench-'));

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

const nameCold = (pairs: number): string => `cold, ${pairs} ${pairs === 1 ? 'pair' : 'pairs'}`;
const nameUnchanged = (pairs: number): string => nameCold(pairs).replace('cold', 'unchanged');

async function createSubjects(): Promise<Subject[]> {
  const limit = join(projectRoot, 'node_modules', '.cache', 'sonotheia-terraform', 'bench-limit.mjs');
  const { code } = await bundleScript({
    projectRoot,
    entry: 'test/bench/limit.ts',
    external: ['esbuild'],
  });
  writeFileSync(limit, code);
  const command = [process.execPath, main] as const;
  const cold = PAIRS.map((pairs): Subject => {
    const cwd = writeSpec(pairs);
    return { name: nameCold(pairs), command, cwd, prepare: () => forget(cwd) };
  });
  const unchanged = PAIRS.map((pairs): Subject => {
    const cwd = join(scratch, `spec-${pairs}`);
    // The runs before have removed what it remembers: the first of these two restores it, the second is as measured.
    const prepare = (): void => {
      execFileSync(process.execPath, [main], { cwd, stdio: 'ignore' });
    };
    return { name: nameUnchanged(pairs), command, cwd, prepare };
  });
  return [
    { name: EMPTY, command: [process.execPath, '-e', ''], cwd: scratch },
    { name: LIMIT, command: [process.execPath, limit, projectRoot], cwd: scratch },
    ...cold,
    ...unchanged,
  ];
}

/** Installs those that this version of Node.js starts, and says which it does not. */
function installPeers(): { peer: (typeof PEERS)[number]; folder: string }[] {
  if (!values.peers) return [];
  const folder = makePeersFolder(scratch);
  const nodeVersion = Number.parseInt(process.versions.node, 10);
  return PEERS.flatMap((peer) => {
    if (nodeVersion < peer.nodeVersion) {
      process.stdout.write(`skipped: ${peer.name} needs Node.js ${peer.nodeVersion}\n`);
      return [];
    }
    return [{ peer, folder: installPeer(peer, projectRoot, folder) }];
  });
}

function printTable(rows: readonly (readonly string[])[]): void {
  const lines = rows.map((cells) =>
    cells.map((cell, index) => (index === 0 ? cell.padEnd(32) : cell.padStart(12))).join(''),
  );
  process.stdout.write(`${lines.join('\n')}\n\n`);
}

function printTimes(measurements: ReadonlyMap<string, Measurement>): void {
  const limit = measurements.get(LIMIT);
  const empty = measurements.get(EMPTY);
  const rows = [...measurements].map(([name, { wallSeconds, cpuSeconds, peakMb }]) => {
    const ratios = [
      wallSeconds / (limit?.wallSeconds ?? Number.NaN),
      cpuSeconds / (limit?.cpuSeconds ?? Number.NaN),
      wallSeconds / (empty?.wallSeconds ?? Number.NaN),
    ];
    const figures = [wallSeconds.toFixed(3), cpuSeconds.toFixed(2), peakMb.toFixed(0)];
    return [name, ...figures, ...ratios.map((ratio) => ratio.toFixed(2))];
  });
  printTable([['', 'wall s', 'CPU s', 'peak MB', 'x esbuild', 'CPU x', 'x empty'], ...rows]);
}

function printFunctions(functions: readonly PackedFunction[]): void {
  const rows = functions.map(({ name, zipKb, codeKb, loadMs }) => [
    name,
    zipKb.toFixed(1),
    codeKb.toFixed(1),
    loadMs.toFixed(1),
  ]);
  printTable([['', 'zip KB', 'code KB', 'loads in ms'], ...rows]);
}

function drawChart(measurements: ReadonlyMap<string, Measurement>): string {
  const own = [nameCold(1), nameCold(100), nameUnchanged(1)];
  const shown = [LIMIT, ...own, ...PEERS.flatMap(({ name }) => [`${name}, cold`, `${name}, again`])];
  const bars = shown.flatMap((label): Bar[] => {
    const measurement = measurements.get(label);
    if (measurement === undefined) return [];
    const { wallSeconds, cpuSeconds } = measurement;
    const note = `${wallSeconds.toFixed(2)} s, CPU ${cpuSeconds.toFixed(2)} s`;
    const isOwn = own.includes(label);
    return [{ label: isOwn ? `generate, ${label}` : label, value: wallSeconds, note, isOwn }];
  });
  return drawBars('Two functions and their stack, seconds', bars);
}

try {
  const rounds = Number(values.rounds);
  process.stdout.write(`Node.js ${process.version}, ${cpus().length} cores, medians of ${rounds} runs\n\n`);
  const peers = installPeers();
  execFileSync(process.execPath, [main, '--help'], { stdio: 'ignore' });
  const subjects = [
    ...(await createSubjects()),
    ...peers.flatMap(({ peer, folder }) => describePeer(peer, folder)),
  ];
  const measurements = await measureSubjects(subjects, rounds);
  printTimes(measurements);
  const functions = await measureOwnFunctions(projectRoot, scratch);
  printFunctions([
    ...functions,
    ...peers.flatMap(({ peer, folder }) => measurePeerFunctions(peer, folder, scratch)),
  ]);
  const { leastUs, handlerUs } = await measureThroughput(projectRoot, scratch);
  printTable([
    ['a webhook', 'µs', 'per second', 'x least'],
    ['HMAC and JSON.parse', leastUs.toFixed(1), (1e6 / leastUs).toFixed(0), '1.00'],
    ['the handler', handlerUs.toFixed(1), (1e6 / handlerUs).toFixed(0), (handlerUs / leastUs).toFixed(2)],
  ]);
  if (values.chart !== undefined) writeFileSync(values.chart, drawChart(measurements));
} finally {
  rmSync(scratch, { recursive: true });
}
