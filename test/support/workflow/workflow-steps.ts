// Runs steps of a generated workflow as a runner does: the exact text of their `run` blocks, in bash with the runner's
// options and variables. Also cancels them as the runner does.
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { parse } from 'yaml';
import { type Contexts, interpolate } from './workflow-expressions.ts';

export interface WorkflowStep {
  readonly id?: string;
  readonly name?: string;
  readonly run?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly if?: string;
  readonly 'working-directory'?: string;
}

interface Concurrency {
  readonly group: string;
  readonly queue?: string;
  readonly 'cancel-in-progress'?: boolean;
}

export interface WorkflowJob {
  readonly if?: string;
  readonly name?: string;
  readonly needs?: string | readonly string[];
  readonly environment?: string;
  readonly outputs?: Readonly<Record<string, string>>;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly concurrency?: Concurrency;
  readonly 'runs-on': unknown;
  readonly 'timeout-minutes'?: number;
  readonly steps: readonly WorkflowStep[];
}

export interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, WorkflowJob>>;
}

export interface StepOptions {
  /** The repository's root. */
  readonly folder: string;
  readonly job: string;
  readonly step: string;
  /** The contexts of the step's expressions: `github`, `inputs`, `secrets`, `needs`, `steps`. */
  readonly contexts: Contexts;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The job's temporary folder, with files for later steps; a new folder by default. */
  readonly runnerTemp?: string;
  /** Resolves when the run is cancelled. */
  readonly cancelled?: Promise<void>;
}

export interface StepResult {
  readonly exitCode: number | undefined;
  readonly log: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
}

/** How long the runner waits after each signal to a step that was cancelled. */
const AFTER_SIGINT_MS = 7500;
const AFTER_SIGTERM_MS = 2500;

export function readWorkflow(text: string): Workflow {
  return parse(text) as Workflow;
}

/** Throws when the workflow has no such step; a step that fails is a result. */
export async function runStep(workflow: Workflow, options: StepOptions): Promise<StepResult> {
  const { folder, job, step: name, contexts, env, cancelled } = options;
  const step = workflow.jobs[job]?.steps.find((candidate) => candidate.name === name);
  if (step?.run === undefined) throw new Error(`the job ${job} has no step ${name}`);
  const runner = mkdtempSync(join(tmpdir(), 'runner-'));
  const files = { GITHUB_OUTPUT: join(runner, 'output'), GITHUB_STEP_SUMMARY: join(runner, 'summary') };
  for (const file of Object.values(files)) writeFileSync(file, '');
  writeFileSync(join(runner, 'step.sh'), interpolate(step.run, contexts));
  const own = Object.entries(step.env ?? {}).map(([key, value]) => [key, interpolate(value, contexts)]);
  const child = execa('bash', ['--noprofile', '--norc', '-eo', 'pipefail', join(runner, 'step.sh')], {
    cwd: join(folder, step['working-directory'] ?? '.'),
    env: {
      ...env,
      ...files,
      ...readRunnerVariables(contexts),
      RUNNER_TEMP: options.runnerTemp ?? runner,
      ...Object.fromEntries(own),
    },
    all: true,
    reject: false,
    stdin: 'ignore',
    // A separate process group: the runner's signals reach only the first process, the final kill reaches all.
    detached: true,
  });
  const stopCancelling = cancelled === undefined ? undefined : cancelLikeRunner(child, cancelled);
  const { exitCode, all } = await child;
  stopCancelling?.();
  const outputs = readFileSync(files.GITHUB_OUTPUT, 'utf8').split('\n').filter(Boolean);
  return {
    exitCode,
    log: all,
    outputs: Object.fromEntries(outputs.map((line) => line.split('=', 2) as [string, string])),
    summary: readFileSync(files.GITHUB_STEP_SUMMARY, 'utf8'),
  };
}

/** The variables that every step gets; a step cannot set them. */
function readRunnerVariables({ github = {} }: Contexts): Record<string, string> {
  const { ref, sha, event_name } = github as Readonly<Record<string, string | undefined>>;
  const known = { GITHUB_REF: ref, GITHUB_SHA: sha, GITHUB_EVENT_NAME: event_name };
  return Object.fromEntries(Object.entries(known).filter((entry): entry is [string, string] => !!entry[1]));
}

interface StepProcess {
  readonly pid?: number | undefined;
  kill(signal: NodeJS.Signals): boolean;
}

/** Sends SIGINT, then SIGTERM, to the step's process without its children, then kills them all. */
function cancelLikeRunner(child: StepProcess, cancelled: Promise<void>): () => void {
  const timers: NodeJS.Timeout[] = [];
  const later = (ms: number, act: () => void): void => void timers.push(setTimeout(act, ms));
  void cancelled.then(() => {
    child.kill('SIGINT');
    later(AFTER_SIGINT_MS, () => child.kill('SIGTERM'));
    later(AFTER_SIGINT_MS + AFTER_SIGTERM_MS, () => {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    });
  });
  return () => {
    for (const timer of timers) clearTimeout(timer);
  };
}
