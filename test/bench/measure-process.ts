// Runs commands as whole processes and measures them without any other tool: wall clock, and, where there is a /proc,
// CPU and memory of the process and of everything it started. Waiting for children is not enough: esbuild outlives
// its parent process for a moment.
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** One run, or the medians of several; CPU and memory are NaN if the system does not provide them. */
export interface Measurement {
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  /** The peak memory of all its processes together. */
  readonly peakMb: number;
}

/** The command, and its preparation, which is not measured. */
export interface Subject {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  readonly cwd: string;
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly prepare?: () => void;
}

const SAMPLE_EVERY_MS = 4;
// Linux counts in hundredths of a second and, on all but a few machines, in pages of 4 KB.
const TICKS_PER_SECOND = 100;
const PAGES_PER_MB = 256;

/** The medians of `rounds` runs each, in turn, so that a slow moment of the machine affects all subjects equally. */
export async function measureSubjects(
  subjects: readonly Subject[],
  rounds: number,
): Promise<Map<string, Measurement>> {
  const runs = new Map<string, Measurement[]>(subjects.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const subject of subjects) {
      // Sampling takes time, so a separate run measures the wall clock.
      const { wallSeconds } = await runOnce(subject, false);
      runs.get(subject.name)?.push({ ...(await runOnce(subject, true)), wallSeconds });
    }
  }
  return new Map([...runs].map(([name, list]) => [name, takeMedians(list)]));
}

async function runOnce(
  { name, command, cwd, env, prepare }: Subject,
  isSampled: boolean,
): Promise<Measurement> {
  prepare?.();
  const [program, ...parameters] = command;
  const began = performance.now();
  // `detached` makes a session, by which its processes are found, orphans included.
  const child = spawn(program, parameters, {
    cwd,
    env: { ...process.env, ...env },
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const use = new ProcessUse(child.pid ?? -1);
  const timer = isSampled ? setInterval(() => use.sample(), SAMPLE_EVERY_MS) : undefined;
  let complaint = '';
  child.stderr.on('data', (text) => {
    complaint += text;
  });
  const exitCode = await new Promise((resolve) => child.once('exit', resolve));
  const wallSeconds = (performance.now() - began) / 1000;
  clearInterval(timer);
  if (exitCode !== 0) throw new Error(`${name} failed with ${exitCode}:\n${complaint}`);
  return { wallSeconds, cpuSeconds: use.cpuSeconds(), peakMb: use.peakMb };
}

class ProcessUse {
  readonly #session: string;
  readonly #ticksByPid = new Map<string, number>();
  peakMb = Number.NaN;

  constructor(session: number) {
    this.#session = String(session);
  }

  cpuSeconds(): number {
    if (this.#ticksByPid.size === 0) return Number.NaN;
    return [...this.#ticksByPid.values()].reduce((sum, ticks) => sum + ticks, 0) / TICKS_PER_SECOND;
  }

  sample(): void {
    let pages = 0;
    for (const pid of listProcesses()) {
      const fields = readStat(pid);
      if (fields?.[3] !== this.#session) continue;
      this.#ticksByPid.set(pid, Number(fields[11]) + Number(fields[12]));
      pages += Number(fields[21]);
    }
    if (pages > 0) this.peakMb = Math.max(Number.isNaN(this.peakMb) ? 0 : this.peakMb, pages / PAGES_PER_MB);
  }
}

function listProcesses(): string[] {
  try {
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}

/** The fields of /proc/<pid>/stat from the third on; the second, the name, may hold anything. */
function readStat(pid: string): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

function takeMedians(list: readonly Measurement[]): Measurement {
  return {
    wallSeconds: median(list.map(({ wallSeconds }) => wallSeconds)),
    cpuSeconds: median(list.map(({ cpuSeconds }) => cpuSeconds)),
    peakMb: median(list.map(({ peakMb }) => peakMb)),
  };
}

/** The middle value; NaN for none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
