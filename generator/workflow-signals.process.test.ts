// A cancelled apply, with the runner's signals: Terraform gets them, saves the state and unlocks it.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CUT_OFF } from '../test/support/cut-off.ts';
import { readCaseWorkflow } from '../test/support/golden-cases.ts';
import { describeWithTools, TERRAFORM } from '../test/support/required-tools.ts';
import { readWorkflow, runStep, type StepResult } from '../test/support/workflow/workflow-steps.ts';

const WORKFLOW = readCaseWorkflow('workflow') ?? '';
/** The first change takes longer than the runner waits. */
const TREE = `
resource "terraform_data" "quick" {}

resource "terraform_data" "slow" {
  depends_on = [terraform_data.quick]

  provisioner "local-exec" {
    command = "touch started && sleep 60"
  }
}

resource "terraform_data" "last" {
  depends_on = [terraform_data.slow]
}
`;

describeWithTools('a cancelled apply', [TERRAFORM], () => {
  let folder: string;
  let out: string;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'cancelled-'));
    out = join(folder, 'out');
    mkdirSync(out);
    writeFileSync(join(out, 'main.tf'), TREE);
    const options = { cwd: out, env: CUT_OFF };
    await execa('terraform', ['init', '-input=false'], options);
    await execa('terraform', ['workspace', 'new', 'dev'], options);
    await execa('terraform', ['plan', '-input=false', '-out=reviewed.tfplan'], options);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function cancelWhenStarted(): Promise<void> {
    return new Promise((resolve) => {
      const watcher = watch(out, () => {
        if (!existsSync(join(out, 'started'))) return;
        watcher.close();
        resolve();
      });
    });
  }

  function apply(edit: (script: string) => string = (script) => script): Promise<StepResult> {
    const { jobs, ...rest } = readWorkflow(WORKFLOW);
    const step = jobs['apply-dev']?.steps.find(({ name }) => name === 'Apply the reviewed plan');
    const steps = [{ ...step, run: edit(step?.run ?? '') }];
    return runStep(
      { ...rest, jobs: { 'apply-dev': { 'runs-on': 'ubuntu-latest', steps } } },
      {
        folder,
        job: 'apply-dev',
        step: 'Apply the reviewed plan',
        contexts: { secrets: {} },
        env: CUT_OFF,
        cancelled: cancelWhenStarted(),
      },
    );
  }

  const state = join('terraform.tfstate.d', 'dev');
  const isLocked = (): boolean => existsSync(join(out, state, '.terraform.tfstate.lock.info'));

  test('saves the state and unlocks it', async () => {
    const { exitCode, log } = await apply();
    expect(exitCode, log).not.toBe(0);
    expect(log).toContain('Interrupt received');
    expect(isLocked()).toBe(false);
    const { resources } = JSON.parse(readFileSync(join(out, state, 'terraform.tfstate'), 'utf8'));
    expect(resources.map(({ name }: { name: string }) => name)).toEqual(['quick', 'slow']);
  });

  test('below a shell, would be killed and leave its lock', async () => {
    const { log } = await apply((script) => `${script.replace('exec ', '')}\ntrue`);
    expect(log).not.toContain('Interrupt received');
    expect(isLocked()).toBe(true);
  });
});
