// Runs steps of a generated workflow as a runner would: the very text of their `run` blocks, in bash with the runner's
// options, with their variables. Expressions are looked up, never evaluated: an unknown one is an error.
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { parse } from 'yaml';

export interface WorkflowStep {
  readonly name?: string;
  readonly run?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly if?: string;
  readonly 'working-directory'?: string;
}

export interface WorkflowJob {
  readonly if?: string;
  readonly needs?: string | readonly string[];
  readonly environment?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly concurrency?: Readonly<Record<string, unknown>>;
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
  /** Expression, without its braces -> value. */
  readonly expressions: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface StepResult {
  readonly exitCode: number | undefined;
  readonly log: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
}

export function readWorkflow(file: string): Workflow {
  return parse(readFileSync(file, 'utf8')) as Workflow;
}

/** Throws when the workflow has no such step; a step that fails is a result. */
export async function runStep(workflow: Workflow, options: StepOptions): Promise<StepResult> {
  const { folder, job, step: name, expressions, env } = options;
  const step = workflow.jobs[job]?.steps.find((candidate) => candidate.name === name);
  if (step?.run === undefined) throw new Error(`the job ${job} has no step ${name}`);
  const runner = mkdtempSync(join(tmpdir(), 'runner-'));
  const files = { GITHUB_OUTPUT: join(runner, 'output'), GITHUB_STEP_SUMMARY: join(runner, 'summary') };
  for (const file of Object.values(files)) writeFileSync(file, '');
  writeFileSync(join(runner, 'step.sh'), step.run);
  const own = Object.entries(step.env ?? {}).map(([key, value]) => [key, substitute(value, expressions)]);
  const { exitCode, all } = await execa(
    'bash',
    ['--noprofile', '--norc', '-eo', 'pipefail', join(runner, 'step.sh')],
    {
      cwd: join(folder, step['working-directory'] ?? '.'),
      env: { ...env, ...files, RUNNER_TEMP: runner, ...Object.fromEntries(own) },
      all: true,
      reject: false,
      stdin: 'ignore',
    },
  );
  const outputs = readFileSync(files.GITHUB_OUTPUT, 'utf8').split('\n').filter(Boolean);
  return {
    exitCode,
    log: all,
    outputs: Object.fromEntries(outputs.map((line) => line.split('=', 2) as [string, string])),
    summary: readFileSync(files.GITHUB_STEP_SUMMARY, 'utf8'),
  };
}

function substitute(text: string, expressions: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$\{\{ (.*?) \}\}/g, (_, expression: string) => {
    const value = expressions[expression];
    if (value === undefined) throw new Error(`no value for the expression ${expression}`);
    return value;
  });
}
