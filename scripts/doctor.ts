// npx sonotheia doctor: finds problems that would stop a deployment; see --help.
import { formatCount } from '../generator/text/format-count.ts';
import { checkAws } from './doctor/check-aws.ts';
import { checkGithub } from './doctor/check-github.ts';
import { checkMachine } from './doctor/check-machine.ts';
import { type Finding, formatFinding } from './doctor/finding.ts';
import { openSpec, selectEnvironments } from './operator/open-spec.ts';
import {
  COMMON_OPTIONS,
  defineOperation,
  describeEnv,
  type OperationOf,
  REGION_OPTION,
} from './operator/operation.ts';

const OPTIONS = {
  ...COMMON_OPTIONS,
  ...describeEnv('only this environment; may be repeated (default: all)'),
  ...REGION_OPTION,
} as const;

type Run = OperationOf<typeof OPTIONS>;

async function run(operation: Run): Promise<boolean> {
  const { values, terminal } = operation;
  const config = values.config;
  const outDir = values.out;
  const spec = openSpec(config);
  const environments = selectEnvironments(spec, values.env);
  const findings: Finding[] = [];
  const report = (finding: Finding): void => {
    findings.push(finding);
    terminal.print(formatFinding(finding));
  };
  await checkMachine(operation, { spec, config, outDir }, report);
  await checkGithub({ spec, config, environments, signal: operation.signal }, report);
  for (const environment of environments) await checkAws(operation, { spec, environment, outDir }, report);
  const failed = findings.filter(({ state }) => state === 'FAIL').length;
  const warned = findings.filter(({ state }) => state === 'warn').length;
  terminal.note(
    failed === 0
      ? `Ready to deploy; ${formatCount(warned, 'warning')}.`
      : `${formatCount(failed, 'problem')}, ${formatCount(warned, 'warning')}.`,
  );
  return failed === 0;
}

export const doctor = defineOperation({
  name: 'doctor',
  text: `
Checks this machine and the environments' accounts: Node.js, Terraform, the
generated folder, the provider and its lock file, credentials, regions, the
state and its lock, Lambda's concurrency, names of buckets, API Gateway's logging
role, custom domains, subscriptions, subscribers, secrets; with \`gh\`, GitHub's
environments and secrets for the workflow. Prints each problem with its fix.
Changes nothing.

Exits with 1 if a problem must be solved before a deployment (FAIL), not for warnings.`,
  options: OPTIONS,
  run,
});
