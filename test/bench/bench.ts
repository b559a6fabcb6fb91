// npm run bench [-- --rounds n] [--peers] [--chart file.svg]: the time of a generation beside esbuild alone and, on
// request, other tools; size and load time of the functions; the cost of a webhook. Ratios within one run apply to any
// machine, seconds only to this one.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Bar, drawBars } from './chart.ts';
import { measureOwnFunctions, type PackedFunction } from './functions.ts';
import { type Measurement, measureSubjects } from './measure-process.ts';
import { describePeer, installPeer, makePeersFolder, measurePeerFunctions, PEERS } from './peers.ts';
import { createSubjects, EDITED, LIMIT, nameCold, nameUnchanged } from './subjects.ts';
import { measureThroughput } from './throughput.ts';

const PAIRS = [1, 10, 100, 500] as const;
const EMPTY = 'empty node';

const projectRoot = join(import.meta.dirname, '..', '..');
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    peers: { type: 'boolean', default: false },
    chart: { type: 'string' },
  },
});
const scratch = mkdtempSync(join(tmpdir(), 'bench-'));

/** Installs the peers that this version of Node.js supports, and names the others. */
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
  const own = [nameCold(1), nameCold(100), EDITED, nameUnchanged(1)];
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
  const subjects = [
    { name: EMPTY, command: [process.execPath, '-e', ''] as const, cwd: scratch },
    ...(await createSubjects(projectRoot, scratch, PAIRS)),
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
