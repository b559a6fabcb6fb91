// Whole runs of a golden workflow on a virtual clock: which environments are planned and applied, in which order, at which commit, and
// what a repeated run reads.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCaseWorkflow } from '../test/support/golden-cases.ts';
import {
  type Started,
  type StepOutcome,
  WorkflowHost,
  WorkflowRun,
} from '../test/support/workflow/workflow-runs.ts';
import { readWorkflow } from '../test/support/workflow/workflow-steps.ts';

const workflow = readWorkflow(readCaseWorkflow('workflow') ?? '');
const BRANCH = 'refs/heads/release/eu';
const ENVIRONMENTS = ['dev', 'prod-eu'] as const;
const HEAD = 'Stop unless this is the head of the branch';
const OK: StepOutcome = { ok: true };

type Github = Readonly<Record<string, unknown>>;

const push = (sha: string, ref = BRANCH): Github => ({
  event_name: 'push',
  ref,
  sha,
  repository: 'acme/voice',
  event: {},
});
const schedule = (sha: string): Github => ({ ...push(sha), event_name: 'schedule' });
const dispatch = (sha: string): Github => ({ ...push(sha), event_name: 'workflow_dispatch' });
const mergeGroup = (): Github => ({ ...push('queued'), event_name: 'merge_group' });
const pullRequest = (repository = 'acme/voice', login = 'ada', actor = login): Github => ({
  ...push('merge'),
  event_name: 'pull_request',
  actor,
  event: {
    number: 7,
    pull_request: { number: 7, head: { sha: 'x', repo: { full_name: repository } }, user: { login } },
  },
});

/** Runs one event to its end; steps succeed, and plans have changes, unless the test says otherwise. */
function runAll(
  github: Github,
  inputs: Readonly<Record<string, string>> = {},
  act: (started: Started) => StepOutcome | undefined = () => undefined,
): WorkflowRun {
  const run = new WorkflowRun({ github, inputs });
  const host = new WorkflowHost(workflow, (started) => act(started) ?? succeed(started));
  host.start(run);
  host.advance();
  return run;
}

function succeed({ step: { name } }: Started): StepOutcome {
  if (name === 'Report the plan') return { ok: true, outputs: { changed: 'true' } };
  if (name === 'Seal the plan') return { ok: true, outputs: { sha256: 'ab' } };
  return OK;
}

const listDone = (run: WorkflowRun): string[] =>
  [...run.jobs].filter(([, { result }]) => result === 'success').map(([id]) => id);
const fail =
  (job: string, step?: string) =>
  (started: Started): StepOutcome | undefined =>
    started.job === job && (step === undefined || started.step.name === step) ? { ok: false } : undefined;

describe('which jobs an event runs', () => {
  const ALL_PLANS = ['plan-dev', 'plan-prod-eu'];
  test.each([
    ['a push', runAll(push('a')), ['check', ...ALL_PLANS, 'apply-dev', 'apply-prod-eu']],
    ['the daily run', runAll(schedule('a')), ['check', ...ALL_PLANS, 'drift']],
    ['a merge queue', runAll(mergeGroup()), ['check']],
    ['a pull request', runAll(pullRequest()), ['check', ...ALL_PLANS, 'comment']],
    ['a pull request from a fork', runAll(pullRequest('eve/voice')), ['check']],
    ["Dependabot's pull request", runAll(pullRequest('acme/voice', 'dependabot[bot]')), ['check']],
    [
      "Dependabot's pull request that a member updated",
      runAll(pullRequest('acme/voice', 'dependabot[bot]', 'ada')),
      ['check'],
    ],
    [
      'apply by hand',
      runAll(dispatch('a'), { action: 'apply', environment: 'prod-eu' }),
      ['check', 'confirm', 'plan-prod-eu', 'apply-prod-eu'],
    ],
    [
      'unlock by hand, which waits for no check',
      runAll(dispatch('a'), { action: 'unlock', environment: 'dev' }),
      ['confirm', 'unlock'],
    ],
    [
      'destroy by hand',
      runAll(dispatch('a'), { action: 'destroy', environment: 'dev' }),
      ['check', 'confirm', 'destroy'],
    ],
    [
      'inputs that are refused',
      runAll(dispatch('a'), { action: 'apply', environment: 'dev' }, fail('confirm')),
      ['check'],
    ],
    [
      'destroy with inputs that are refused',
      runAll(dispatch('a'), { action: 'destroy', environment: 'dev' }, fail('confirm')),
      ['check'],
    ],
  ])('%s', (_, run, expected) => {
    expect(listDone(run).sort()).toEqual([...expected].sort());
  });
});

describe('a failed check, as for Terraform that is not named in the spec', () => {
  const inputs = ['apply', 'destroy'].flatMap((action) =>
    ENVIRONMENTS.map((environment) => ({ action, environment, confirm: environment })),
  );
  const reachesAws = (job: string): boolean =>
    workflow.jobs[job]?.steps.some(({ uses = '' }) => uses.startsWith('aws-actions/')) === true;
  const checkSteps = (workflow.jobs.check?.steps ?? []).filter(({ run }) => run !== undefined);

  test.each([
    ...[push('a'), schedule('a'), pullRequest(), mergeGroup()].map((github) => ({ github, input: {} })),
    ...inputs.map((input) => ({ github: dispatch('a'), input })),
  ])('skips every job with AWS credentials: $github.event_name $input', ({ github, input }) => {
    for (const { name } of checkSteps) {
      const run = runAll(github, input, fail('check', name));
      expect(run.describe().check).toBe('failure');
      const reached = [...run.jobs].filter(([id, { result }]) => result !== 'skipped' && reachesAws(id));
      expect(reached).toEqual([]);
      // The failed ones again: the check fails again.
      const host = new WorkflowHost(workflow, (started) => fail('check', name)(started) ?? succeed(started));
      run.startAgain(workflow, 'failed');
      host.start(run);
      host.advance();
      expect([...run.jobs].filter(([id, { result }]) => result !== 'skipped' && reachesAws(id))).toEqual([]);
    }
  });

  test('every job with AWS credentials waits for it, except unlock, which reads only the backend', () => {
    const all = Object.keys(workflow.jobs).filter(reachesAws);
    expect(all.length).toBeGreaterThan(2 * ENVIRONMENTS.length);
    const free = all.filter((job) => ![workflow.jobs[job]?.needs ?? []].flat().includes('check'));
    expect(free).toEqual(['unlock']);
    expect(
      workflow.jobs.check?.steps.some(({ run }) => run?.includes('npx sonotheia generate --check')),
    ).toBe(true);
  });
});

describe('the order of the applies', () => {
  const unchanged = (job: string) => (started: Started) =>
    started.job === job && started.step.name === 'Report the plan' ? OK : undefined;
  test.each([
    [
      'one without changes asks nobody',
      unchanged('plan-dev'),
      { 'apply-dev': 'skipped', 'apply-prod-eu': 'success' },
    ],
    [
      'one that failed or was rejected stops those after it',
      fail('apply-dev', 'Apply the reviewed plan'),
      { 'apply-dev': 'failure', 'apply-prod-eu': 'skipped' },
    ],
    [
      'a plan that failed stops all',
      fail('plan-prod-eu', 'Plan'),
      { 'apply-dev': 'skipped', 'apply-prod-eu': 'skipped' },
    ],
    [
      'data that would be lost stops all',
      (started: Started): StepOutcome | undefined => {
        if (started.step.name === 'Stop where data would be lost') return { ok: false };
        const isReport = started.job === 'plan-dev' && started.step.name === 'Report the plan';
        return isReport ? { ok: true, outputs: { changed: 'true', losses: '1' } } : undefined;
      },
      { 'plan-dev': 'failure', 'apply-dev': 'skipped', 'apply-prod-eu': 'skipped' },
    ],
    [
      'a branch that moved on before the apply stops it',
      fail('apply-dev', HEAD),
      { 'plan-dev': 'success', 'apply-dev': 'failure', 'apply-prod-eu': 'skipped' },
    ],
  ])('%s', (_, act, expected) => {
    expect(runAll(push('a'), {}, act).describe()).toMatchObject(expected);
  });

  test('a plan that loses data is shown in a pull request, and stops nothing there', () => {
    const losing = ({ step }: Started): StepOutcome | undefined => {
      if (step.name === 'Stop where data would be lost') return { ok: false };
      return step.name === 'Report the plan'
        ? { ok: true, outputs: { changed: 'true', losses: '1' } }
        : undefined;
    };
    expect(runAll(pullRequest(), {}, losing).describe()).toMatchObject({
      'plan-dev': 'success',
      comment: 'success',
    });
  });
});

describe('a repeated run', () => {
  test.each(['all', 'failed'] as const)('%s: finds its artifacts, whichever attempt made them', (what) => {
    let broken = true;
    const run = new WorkflowRun({ github: push('a'), inputs: {} });
    const host = new WorkflowHost(workflow, (started) =>
      broken && started.step.name === 'Apply the reviewed plan' ? { ok: false } : succeed(started),
    );
    host.start(run);
    host.advance();
    expect(run.describe()).toMatchObject({ 'plan-dev': 'success', 'apply-dev': 'failure' });
    broken = false;
    run.startAgain(workflow, what);
    host.start(run);
    host.advance();
    expect(run.describe()).toMatchObject({ 'apply-dev': 'success', 'apply-prod-eu': 'success' });
  });

  test('replaces a report that another job forged', () => {
    const run = new WorkflowRun({ github: pullRequest(), inputs: {} });
    run.artifacts.add('plan-report-dev-1');
    const host = new WorkflowHost(workflow, succeed);
    host.start(run);
    host.advance();
    expect(run.jobs.get('plan-dev')).toMatchObject({
      result: 'success',
      outputs: { report: 'plan-report-dev-1' },
    });
  });
});

/** The deployed commits, and the violations so far. */
class World {
  head = 'c0';
  readonly deployed: Record<string, string> = { dev: 'none', 'prod-eu': 'none' };
  readonly serial: Record<string, number> = { dev: 0, 'prod-eu': 0 };
  readonly applying = new Set<string>();
  readonly plans = new Map<string, number>();
  readonly wrong: string[] = [];

  act(started: Started): StepOutcome {
    const { run, job, step } = started;
    const { sha, ref } = run.contexts.github as { sha: string; ref: string };
    const environment = job.replace(/^(?:plan|apply)-/, '');
    const key = `${environment} ${sha} ${ref}`;
    if (step.name === HEAD) return { ok: sha === this.head && ref === BRANCH };
    if (step.name === 'Plan') {
      // A pull request's plan is only shown.
      const isShown = sha === 'merge';
      if (this.applying.has(environment) && !isShown)
        this.wrong.push(`planned ${key} while an apply was running`);
      this.plans.set(key, this.serial[environment] ?? 0);
      return OK;
    }
    if (step.name === 'Report the plan')
      return { ok: true, outputs: this.deployed[environment] === sha ? {} : { changed: 'true' } };
    if (step.name === 'Apply the reviewed plan') return this.#apply(environment, sha, key);
    return succeed(started);
  }

  #apply(environment: string, sha: string, key: string): StepOutcome {
    if (sha !== this.head) this.wrong.push(`applied ${key}, which is not the head`);
    if (this.applying.has(environment)) this.wrong.push(`applied ${key} beside another apply`);
    if (this.plans.get(key) !== this.serial[environment]) this.wrong.push(`applied ${key} with a stale plan`);
    this.applying.add(environment);
    const atEnd = (): void => {
      this.applying.delete(environment);
      this.serial[environment] = (this.serial[environment] ?? 0) + 1;
      this.deployed[environment] = sha;
    };
    return { ok: true, atEnd };
  }
}

interface Event {
  readonly after: number;
  readonly kind: 'merge' | 'again' | 'daily' | 'pull request' | 'tag';
  readonly which: number;
}

/** Plays the events, then lets everything end. */
function play(events: readonly Event[], times: readonly number[]): World {
  const world = new World();
  const runs: WorkflowRun[] = [];
  let drawn = 0;
  const host = new WorkflowHost(
    workflow,
    (started) => world.act(started),
    () => times[drawn++ % times.length] ?? 1,
  );
  const start = (github: Github): void => {
    const run = new WorkflowRun({ github, inputs: {} });
    runs.push(run);
    host.start(run);
  };
  const merge = (): void => {
    world.head = `c${runs.length + 1}`;
    start(push(world.head));
  };
  merge();
  for (const { after, kind, which } of events) {
    host.advance(host.now + after);
    const old = runs[which % runs.length];
    if (kind === 'merge') merge();
    else if (kind === 'daily') start(schedule(world.head));
    else if (kind === 'pull request') start(pullRequest());
    else if (kind === 'tag') start(push(world.head, 'refs/tags/release/eu'));
    else if (old !== undefined && Object.keys(workflow.jobs).every((id) => old.jobs.has(id))) {
      old.startAgain(workflow, which % 2 === 0 ? 'all' : 'failed');
      host.start(old);
    }
  }
  host.advance();
  return world;
}

describe('two merges within one apply, repeated runs, and random events in between', () => {
  const event = fc.record({
    after: fc.nat(12),
    kind: fc.constantFrom('merge', 'merge', 'again', 'daily', 'pull request', 'tag' as const),
    which: fc.nat(20),
  });

  test('only heads are applied, with current plans, and the last head always is', () => {
    const everything = fc.tuple(
      fc.array(event as fc.Arbitrary<Event>, { maxLength: 12 }),
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 7, maxLength: 31 }),
    );
    fc.assert(
      fc.property(everything, ([events, times]) => {
        const { wrong, deployed, head } = play(events, times);
        expect(wrong).toEqual([]);
        for (const environment of ENVIRONMENTS) expect(deployed[environment]).toBe(head);
      }),
      { numRuns: 60 },
    );
  });
});
