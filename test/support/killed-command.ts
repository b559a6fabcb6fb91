// Kills an operator's command, together with Terraform, at a chosen request to AWS.
import type { IncomingMessage } from 'node:http';
import { execa } from 'execa';
import { PROJECT_ROOT } from './deployment/generated-tree.ts';
import type { FaultyProxy } from './handlers/faulty-proxy.ts';
import { type CommandOptions, type CommandRun, listWords, NOBODYS } from './operator-command.ts';

export interface Instant {
  /** `before`: AWS does not receive the request. `after`: AWS executes it, and the response is lost. */
  readonly when: 'before' | 'after';
  /** `PUT /bucket`, or `POST / DynamoDB_20120810.CreateTable`. */
  readonly request: RegExp;
  /** The index among the matching requests; by default the first one. */
  readonly nth?: number;
  /** Terraform continues when the command is killed, and receives its responses. */
  readonly sparesTerraform?: boolean;
}

export interface Killing {
  readonly script: string;
  readonly argv: readonly string[];
  readonly options: CommandOptions;
  /** The proxy between the command and AWS. */
  readonly proxy: FaultyProxy;
  /** The first request that matches one of them kills the command. */
  readonly instants: readonly Instant[];
}

export interface Death {
  readonly instant: Instant;
  /** Terraform's processes, if they were not killed. */
  readonly survivors: readonly number[];
}

/** Returns where it was killed, or its result when it ended by itself. */
export async function killCommand(killing: Killing): Promise<Death | CommandRun> {
  const { script, argv, options, proxy, instants } = killing;
  const [node = '', ...words] = listWords(script, argv);
  const child = execa(node, words, {
    cwd: options.cwd ?? PROJECT_ROOT,
    env: { ...NOBODYS, ...options.env },
    input: options.input ?? '',
    reject: false,
  });
  const seen = new Map<Instant, number>();
  let chosen: Instant | undefined;
  let death: Promise<Death> | undefined;
  proxy.decide = (asked) => {
    // Until the processes are dead, AWS gets nothing more.
    if (chosen !== undefined) return chosen.sparesTerraform === true ? 'none' : 'hang';
    const text = describeRequest(asked);
    const instant = instants.find(({ request }) => request.test(text));
    if (instant === undefined) return 'none';
    seen.set(instant, (seen.get(instant) ?? 0) + 1);
    if (seen.get(instant) !== (instant.nth ?? 1)) return 'none';
    chosen = instant;
    proxy.crash = () => {
      death = killFamily(child.pid, instant);
    };
    if (instant.sparesTerraform !== true) return `crash_${instant.when}`;
    proxy.crash();
    return 'none';
  };
  const { exitCode, stdout, stderr } = await child;
  proxy.decide = () => 'none';
  return (await death) ?? { exitCode, stdout, stderr };
}

function describeRequest({ method, url, headers }: IncomingMessage): string {
  return `${method} ${url} ${headers['x-amz-target'] ?? ''}`.trim();
}

async function killFamily(pid: number | undefined, instant: Instant): Promise<Death> {
  const descendants = await listDescendants(pid);
  const isSpared = instant.sparesTerraform === true;
  for (const each of [pid, ...(isSpared ? [] : descendants)]) kill(each);
  return { instant, survivors: isSpared ? descendants : [] };
}

function kill(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has already ended.
  }
}

export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Terraform has a process group of its own. */
async function listDescendants(root: number | undefined): Promise<number[]> {
  const { stdout } = await execa('ps', ['-A', '-o', 'pid=,ppid=']);
  const processes = stdout.split('\n').map((line) => line.trim().split(/\s+/).map(Number));
  const found: (number | undefined)[] = [root];
  for (const parent of found)
    for (const [pid, ppid] of processes) if (ppid === parent && !found.includes(pid)) found.push(pid);
  return found.slice(1).flatMap((pid) => pid ?? []);
}
