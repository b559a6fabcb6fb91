// npx sonotheia destroy --env <name>: destroys one environment with its data; see --help.
import { resolve } from 'node:path';
import { Problem } from '../generator/command-line/problem.ts';
import { destroyEnvironment } from './destroy/destroy-environment.ts';
import { openSpec, selectEnvironment } from './operator/open-spec.ts';
import { COMMON_OPTIONS, defineOperation, describeEnv, type OperationOf } from './operator/operation.ts';
import { recordDeployment } from './operator/record-deployment.ts';

const OPTIONS = {
  ...COMMON_OPTIONS,
  ...describeEnv('the environment (required)'),
  preview: { type: 'boolean', description: 'only show what would be destroyed' },
} as const;

type Run = OperationOf<typeof OPTIONS>;

async function run(operation: Run): Promise<boolean> {
  const { values } = operation;
  const spec = openSpec(values.config);
  const names = values.env;
  // `--env` is required even if there is only one environment.
  if (names.length === 0)
    throw new Problem({
      what: 'Which environment?',
      fix: `give --env with one of ${spec.environments.map(({ name }) => name).join(', ')}`,
    });
  const environment = selectEnvironment(spec, names);
  const outDir = resolve(values.out);
  const isDone = await destroyEnvironment(operation, { spec, environment, outDir });
  if (isDone && !values.preview)
    recordDeployment({ outDir, environment: environment.name, isDeployed: false }, operation.terminal);
  return isDone;
}

export const destroy = defineOperation({
  name: 'destroy',
  text: `
Destroys one environment in all of its regions. Plans first, shows the resources and the amount of
data that would be lost, and changes nothing until the environment's name is typed (or piped in as
a line). Then it empties the buckets of that plan, old versions and delete markers included,
applies the plan, and looks for leftovers.

Resources that have a name of the environment but are not in Terraform's state are listed and kept.

Refuses a protected environment, and one whose table has deletion protection. It may be
interrupted at any time: run it again to continue.`,
  options: OPTIONS,
  run,
});
