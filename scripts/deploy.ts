// npx sonotheia deploy --env <name>: deploys the generated tree; see --help.
import { resolve } from 'node:path';
import { Problem } from '../generator/command-line/problem.ts';
import { deployEnvironment } from './deploy/deploy-environment.ts';
import { checkGenerated } from './operator/check-generated.ts';
import { openSpec, selectEnvironment, selectEnvironments } from './operator/open-spec.ts';
import {
  COMMON_OPTIONS,
  defineOperation,
  describeEnv,
  type Operation,
  type OperationOf,
  YES_OPTION,
} from './operator/operation.ts';
import { SECRET_KINDS } from './operator/secret-store.ts';

const OPTIONS = {
  ...COMMON_OPTIONS,
  ...describeEnv('the environment; may be repeated; optional if the spec has only one'),
  ...YES_OPTION,
  all: { type: 'boolean', description: 'all environments of the spec' },
  show: { type: 'boolean', description: "also show Terraform's own plan" },
} as const;

type Run = OperationOf<typeof OPTIONS>;

async function run(operation: Run): Promise<boolean> {
  const { values, aws, terminal } = operation;
  const config = values.config;
  const outDir = values.out;
  const names = values.env;
  const spec = openSpec(config);
  if (values.all && names.length > 0) throw new Problem({ what: '--all and --env contradict each other.' });
  const isOne = names.length < 2 && !values.all;
  const environments = isOne ? [selectEnvironment(spec, names)] : selectEnvironments(spec, names);
  // All of them before the first deployment, so that wrong credentials for the last one stop it early.
  for (const environment of environments) await aws.checkAccount(environment);
  await checkGenerated({ config, outDir }, operation);
  if (environments.length > 1) warnOfSharedSecrets(operation, environments.length);
  const done: string[] = [];
  for (const environment of environments) {
    const rest = environments.slice(done.length).map(({ name }) => name);
    try {
      await deployEnvironment(operation, { spec, environment, outDir: resolve(outDir) });
    } catch (error) {
      if (done.length > 0) terminal.note(`Deployed: ${done.join(', ')}. Not deployed: ${rest.join(', ')}.`);
      throw error;
    }
    done.push(environment.name);
  }
  return true;
}

/** Environments usually have different secrets, but all get the same `TF_VAR_…`. */
function warnOfSharedSecrets({ terminal }: Operation, count: number): void {
  const given = SECRET_KINDS.map(({ variable }) => `TF_VAR_${variable}`).filter((name) => process.env[name]);
  if (given.length > 0)
    terminal.note(`The same ${given.join(' and ')} is given to each of the ${count} environments.`);
}

export const deploy = defineOperation({
  name: 'deploy',
  text: `
Deploys one environment or several, in the order of the spec. For each: checks that the generated
folder is up to date, connects to the state, selects the workspace, plans, shows the changes,
asks, and applies exactly that plan.

Secrets that Terraform creates come from TF_VAR_sonotheia_api_key and TF_VAR_webhook_secret.
Without them, existing secrets keep their values; missing ones are asked for without echo.

--yes does not confirm losses: type the environment's name if the plan would destroy a bucket, a
table, a secret or a key, shorten a retention, undo a rotation, or destroy a URL, a topic or a
subscription.`,
  options: OPTIONS,
  run,
});
