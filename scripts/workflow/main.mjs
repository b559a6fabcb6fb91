// What the steps of .github/workflows/terraform.yml do that is too long for YAML. Plain JavaScript without packages:
// jobs that reach AWS install none. Every input is an environment variable or a file; docs/workflow.md explains.
import { updateComment } from './comment.mjs';
import { updateDriftIssues } from './drift-issues.mjs';
import { initTerraform } from './init.mjs';
import { verifyPackages } from './packages.mjs';
import { reportPlan } from './plan-report.mjs';
import { openPlan, sealPlan } from './sealed-plan.mjs';

/** @type {Record<string, (...args: string[]) => Promise<number> | number>} name -> a step, which returns its exit code */
const STEPS = {
  'verify-packages': verifyPackages,
  init: initTerraform,
  report: reportPlan,
  seal: sealPlan,
  open: openPlan,
  comment: updateComment,
  drift: updateDriftIssues,
};

const [name = '', ...args] = process.argv.slice(2);
const step = STEPS[name];
if (step === undefined) throw new Error(`usage: main.mjs ${Object.keys(STEPS).join(' | ')}`);
try {
  process.exitCode = await step(...args);
} catch (error) {
  process.stderr.write(`::error::${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
