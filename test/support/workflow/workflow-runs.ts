// Runs of a workflow on a virtual clock, as GitHub schedules them: conditions, needs, outputs, queues of concurrency
// groups, artifacts and attempts. The test defines the effect of the steps; steps with `uses` behave like their actions.
import { type Contexts, interpolate, isMet } from './workflow-expressions.ts';
import type { Workflow, WorkflowJob, WorkflowStep } from './workflow-steps.ts';

export interface StepOutcome {
  readonly ok: boolean;
  readonly outputs?: Readonly<Record<string, string>>;
  /** Called when the job ends. */
  readonly atEnd?: () => void;
}

export interface JobState {
  result: 'success' | 'failure' | 'skipped' | 'cancelled';
  outputs: Record<string, string>;
}

export interface Started {
  readonly run: WorkflowRun;
  readonly job: string;
  readonly step: WorkflowStep;
  readonly env: Readonly<Record<string, string>>;
}

/** One run; a new attempt keeps the jobs that succeeded when only the failed ones run again. */
export class WorkflowRun {
  readonly contexts: Contexts;
  readonly jobs = new Map<string, JobState>();
  readonly artifacts = new Set<string>();
  attempt = 1;

  constructor(contexts: Contexts) {
    this.contexts = contexts;
  }

  /** Runs all jobs again, or the failed ones and their dependents. */
  startAgain(workflow: Workflow, what: 'all' | 'failed'): void {
    this.attempt += 1;
    const kept = new Set(
      what === 'all' ? [] : [...this.jobs].flatMap(([id, { result }]) => (result === 'success' ? [id] : [])),
    );
    for (const id of Object.keys(workflow.jobs)) if (!kept.has(id)) this.jobs.delete(id);
  }

  describe(): Record<string, string> {
    return Object.fromEntries([...this.jobs].map(([id, { result }]) => [id, result]));
  }
}

interface Running {
  readonly run: WorkflowRun;
  readonly id: string;
  readonly group: string | undefined;
  readonly end: number;
  readonly finish: () => void;
}

interface Waiting {
  readonly run: WorkflowRun;
  readonly id: string;
  readonly group: string;
}

/** GitHub's scheduler for one repository. */
export class WorkflowHost {
  readonly #workflow: Workflow;
  readonly #act: (started: Started) => StepOutcome;
  readonly #time: (run: WorkflowRun, job: string) => number;
  readonly #runs: WorkflowRun[] = [];
  #running: Running[] = [];
  #waiting: Waiting[] = [];
  now = 0;

  constructor(
    workflow: Workflow,
    act: (started: Started) => StepOutcome,
    time: (run: WorkflowRun, job: string) => number = () => 1,
  ) {
    this.#workflow = workflow;
    this.#act = act;
    this.#time = time;
  }

  start(run: WorkflowRun): void {
    if (!this.#runs.includes(run)) this.#runs.push(run);
    this.#settle();
  }

  /** Advances the clock to this time, or until nothing is left to do. */
  advance(until = Number.POSITIVE_INFINITY): void {
    for (;;) {
      const next = this.#running.toSorted((one, other) => one.end - other.end)[0];
      if (next === undefined || next.end > until) break;
      this.now = next.end;
      this.#running = this.#running.filter((running) => running !== next);
      next.finish();
      this.#settle();
    }
    if (until !== Number.POSITIVE_INFINITY) this.now = until;
  }

  /** Starts, skips and queues all jobs that are ready. */
  #settle(): void {
    for (let moved = true; moved; ) {
      moved = this.#startWaiting();
      for (const run of this.#runs)
        for (const [id, job] of Object.entries(this.#workflow.jobs))
          moved = this.#consider(run, id, job) || moved;
    }
  }

  #startWaiting(): boolean {
    const next = this.#waiting.find(({ group }) => this.#running.every((running) => running.group !== group));
    if (next === undefined) return false;
    this.#waiting = this.#waiting.filter((waiting) => waiting !== next);
    this.#begin(next.run, next.id, next.group);
    return true;
  }

  #consider(run: WorkflowRun, id: string, job: WorkflowJob): boolean {
    const isKnown =
      run.jobs.has(id) || [...this.#running, ...this.#waiting].some((it) => it.run === run && it.id === id);
    const needs = [job.needs ?? []].flat();
    if (isKnown || !needs.every((need) => run.jobs.has(need))) return false;
    const contexts = this.#contexts(run, job);
    const failed = needs.some((need) => run.jobs.get(need)?.result !== 'success');
    if (!isMet(job.if, contexts, { failed, cancelled: false })) {
      run.jobs.set(id, { result: 'skipped', outputs: {} });
      return true;
    }
    if (job.concurrency === undefined) this.#begin(run, id, undefined);
    else {
      const group = interpolate(job.concurrency.group, contexts).toLowerCase();
      if (job.concurrency.queue !== 'max') this.#cancelWaiting(group);
      this.#waiting.push({ run, id, group });
    }
    return true;
  }

  /** By default a group has one waiting job, which the next one replaces. */
  #cancelWaiting(group: string): void {
    for (const { run, id } of this.#waiting.filter((waiting) => waiting.group === group))
      run.jobs.set(id, { result: 'cancelled', outputs: {} });
    this.#waiting = this.#waiting.filter((waiting) => waiting.group !== group);
  }

  #contexts(run: WorkflowRun, job: WorkflowJob): Record<string, unknown> {
    const needs = Object.fromEntries([job.needs ?? []].flat().map((need) => [need, run.jobs.get(need)]));
    const github = { ...(run.contexts.github as object), run_attempt: run.attempt, token: 'token' };
    return { secrets: {}, inputs: {}, ...run.contexts, github, needs, steps: {} };
  }

  #begin(run: WorkflowRun, id: string, group: string | undefined): void {
    const job = this.#workflow.jobs[id];
    if (job === undefined) throw new Error(`no job ${id}`);
    const contexts = this.#contexts(run, job);
    const steps: Record<string, object> = {};
    const atEnd: (() => void)[] = [];
    let failed = false;
    for (const step of job.steps) {
      const current = { ...contexts, steps };
      const outcome = isMet(step.if, current, { failed, cancelled: false })
        ? this.#perform(run, id, step, current)
        : undefined;
      if (outcome?.atEnd !== undefined) atEnd.push(outcome.atEnd);
      if (outcome?.ok === false) failed = true;
      if (step.id !== undefined)
        steps[step.id] = {
          outcome: outcome === undefined ? 'skipped' : outcome.ok ? 'success' : 'failure',
          outputs: outcome?.outputs ?? {},
        };
    }
    const outputs = Object.fromEntries(
      Object.entries(job.outputs ?? {}).map(([key, text]) => [
        key,
        interpolate(text, { ...contexts, steps }),
      ]),
    );
    const finish = (): void => {
      for (const act of atEnd) act();
      run.jobs.set(id, { result: failed ? 'failure' : 'success', outputs });
    };
    this.#running.push({ run, id, group, end: this.now + this.#time(run, id), finish });
  }

  #perform(run: WorkflowRun, job: string, step: WorkflowStep, contexts: Contexts): StepOutcome {
    const name = interpolate(String(step.with?.name ?? ''), contexts);
    if (step.uses?.startsWith('actions/upload-artifact@') === true) {
      // Names of artifacts are unique in a run, over all attempts.
      const isTaken = run.artifacts.has(name) && step.with?.overwrite !== true;
      run.artifacts.add(name);
      return { ok: !isTaken };
    }
    if (step.uses?.startsWith('actions/download-artifact@') === true) return { ok: run.artifacts.has(name) };
    if (step.run === undefined) return { ok: true };
    const env = Object.entries(step.env ?? {}).map(([key, text]) => [key, interpolate(text, contexts)]);
    return this.#act({ run, job, step, env: Object.fromEntries(env) });
  }
}
