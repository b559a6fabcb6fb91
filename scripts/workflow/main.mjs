// The steps of .github/workflows/terraform.yml that are too long for YAML. Plain JavaScript without packages, since jobs with
// AWS credentials install none. Every input is an environment variable or a file: docs/workflow.md of sonotheia-terraform.
import { checkHead } from './branch-head.mjs';
import { updateComment } from './comment.mjs';
import { confirmDispatch } from './confirm-dispatch.mjs';
import { updateDriftIssues } from './drift-issues.mjs';
import { initTerraform } from './init.mjs';
import { installPackages } from './install.mjs';
import { verifyPackages } from './packages.mjs';
import { confirmLosses, reportPlan } from './plan-report.mjs';
import { annotate } from './runner.mjs';
import { openPlan, openState, sealPlan, sealState } from './sealed-files.mjs';

/** @type {Map<string, (...args: string[]) => Promise<number> | number>} name -> a step, which returns its exit code */
const STEPS = new Map(
  Object.entries({
    install: installPackages,
    head: checkHead,
    confirm: confirmDispatch,
    'verify-packages': verifyPackages,
    init: initTerraform,
    report: reportPlan,
    'confirm-losses': confirmLosses,
    seal: sealPlan,
    open: openPlan,
    'seal-state': sealState,
    'open-state': openState,
    comment: updateComment,
    drift: updateDriftIssues,
  }),
);

const [name = '', ...args] = process.argv.slice(2);
const step = STEPS.get(name);
if (step === undefined) throw new Error(`usage: main.mjs ${[...STEPS.keys()].join(' | ')}`);
try {
  process.exitCode = await step(...args);
} catch (error) {
  annotate('error', error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
