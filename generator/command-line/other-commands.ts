// Other tools' names of our commands, and what stands in for those that have none here. Data.

export const OTHER_COMMANDS: Readonly<Record<string, string>> = {
  apply: 'deploy',
  up: 'deploy',
  down: 'destroy',
  remove: 'destroy',
  delete: 'destroy',
  rm: 'destroy',
  purge: 'forget',
  erase: 'forget',
  build: 'generate',
  synth: 'generate',
  render: 'generate',
  package: 'generate',
  fmt: 'generate',
  diff: 'generate --diff',
  watch: 'generate --watch',
  check: 'validate',
  lint: 'validate',
  create: 'init',
  new: 'init',
  setup: 'init',
  print: 'show',
  info: 'show',
  list: 'show',
  ls: 'show',
  config: 'show',
  price: 'cost',
  test: 'smoke',
  verify: 'smoke',
  status: 'doctor',
  unlock: 'doctor',
  import: 'explain adopt',
  dev: 'local',
  start: 'local',
  run: 'local',
  serve: 'local',
  offline: 'local',
  metrics: 'console',
  open: 'console',
  rotate: 'secrets rotate',
  update: 'upgrade',
};

const PLAN = '`npx sonotheia deploy` shows the plan, and applies it only after your confirmation.';
const LOGS = '`aws logs tail` shows the logs of a function: docs/operations.md.';
const OUTPUTS =
  '`terraform output` in out/, with the workspace of the environment, shows the outputs: docs/terraform.md.';

export const ANSWERS: Readonly<Record<string, string>> = {
  plan: PLAN,
  preview: PLAN,
  logs: LOGS,
  tail: LOGS,
  output: OUTPUTS,
  outputs: OUTPUTS,
  rollback: 'To go back, restore an older commit of the spec and out/, and deploy it: docs/operations.md.',
  login: 'The AWS credentials are those of the AWS CLI: `aws sso login`, and the variable AWS_PROFILE.',
  refresh: 'deploy compares the state with AWS before it plans.',
};
