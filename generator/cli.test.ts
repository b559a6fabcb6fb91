// The command line: exit codes, output, and the files on disk. Terminals, pipes and signals:
// cli.process.test.ts.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import packageJson from '../package.json' with { type: 'json' };
import type { CommandRun } from '../test/support/operator-command.ts';
import { runInProcess } from '../test/support/run-in-process.ts';
import { writeState } from '../test/support/specs/hand-made-state.ts';
import { main } from './cli.ts';
import { ANSWERS, OTHER_COMMANDS } from './command-line/other-commands.ts';

const PROJECT = join(import.meta.dirname, '..');
const SPEC = 'project_name: acme-voice\nenvironments:\n  dev: { regions: [us-east-1] }\n';
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cli-'));
  writeFileSync(join(folder, 'sonotheia.config.yaml'), SPEC);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const run = (...args: string[]): Promise<CommandRun> => runInProcess(folder, args);

/** Every file below the folder with its contents and modification time. */
function snapshot(): Map<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const paths = entries.map((entry) => join(entry.parentPath, entry.name)).sort();
  return new Map(paths.map((path) => [path, `${statSync(path).mtimeMs} ${readFileSync(path, 'base64')}`]));
}

describe('handlers of your own', () => {
  test('a missing source is located in the spec, and nothing is written', async () => {
    writeFileSync(join(folder, 'sonotheia.config.yaml'), `build: { handlers: mine/src }\n${SPEC}`);
    const { exitCode, stderr } = await run();
    expect({ exitCode, files: readdirSync(folder) }).toEqual({
      exitCode: 1,
      files: ['sonotheia.config.yaml'],
    });
    expect(stderr).toContain(
      'sonotheia.config.yaml:1:20: error SONO403: build.handlers: there is no mine/src/',
    );
  });

  test.each(['../elsewhere', '/etc', 'a/../b'])('a folder outside is refused: %s', async (handlers) => {
    writeFileSync(join(folder, 'sonotheia.config.yaml'), `build: { handlers: ${handlers} }\n${SPEC}`);
    expect((await run('--check')).stderr).toContain('error SONO2');
  });

  test('eject in a clone says that the sources are there', async () => {
    const { exitCode, stdout } = await run('eject');
    expect({ exitCode, files: readdirSync(folder) }).toEqual({
      exitCode: 0,
      files: ['sonotheia.config.yaml'],
    });
    expect(stdout).toContain('This is a clone: edit handlers/ here');
  });
});

describe('generate', () => {
  test('writes the tree, reports the changes, and changes nothing in a second run', async () => {
    const first = await run();
    expect(first).toMatchObject({ exitCode: 0, stderr: '' });
    expect(first.stdout).toMatch(/^created dev\.tfvars$/m);
    expect(first.stdout).toMatch(/^45 created, 0 changed, 0 deleted, 0 same$/m);
    expect(first.stdout).toMatch(/^lambda\/webhook_handler\.zip: \d+\.\d KB$/m);
    const before = snapshot();
    const second = await run();
    expect(second.stdout).toMatch(/^0 created, 0 changed, 0 deleted, 45 same$/m);
    expect(snapshot()).toEqual(before);
  });

  test('warns of a workflow that GitHub ignores and of a schema that is not there; init warns of the workflow', async () => {
    mkdirSync(join(folder, '.git'));
    mkdirSync(join(folder, 'infra'));
    const written = await run('init', '--yes', '--config', 'infra/sonotheia.config.yaml');
    expect(written).toMatchObject({ exitCode: 0 });
    expect(written.stderr).toMatch(/^warning: GitHub ignores infra\/\.github\/.*\n {2}fix: move the spec/);
    const spec = join(folder, 'infra', 'sonotheia.config.yaml');
    writeFileSync(spec, `# yaml-language-server: $schema=./schema/absent.json\n${SPEC}`);
    const { stderr } = await run('--config', 'infra/sonotheia.config.yaml', '--out', 'infra/out', '--check');
    expect(stderr).toContain('infra/sonotheia.config.yaml:1:33: warning SONO627: ');
    expect(stderr).toContain('warning SONO626: workflow: GitHub ignores infra/.github/');
  });

  test('an added environment adds its file, a removed one deletes it', async () => {
    await run();
    writeFileSync(join(folder, 'sonotheia.config.yaml'), `${SPEC}  qa: { regions: [us-east-1] }\n`);
    expect((await run()).stdout).toMatch(/^created qa\.tfvars$/m);
    writeFileSync(join(folder, 'sonotheia.config.yaml'), SPEC);
    expect((await run()).stdout).toMatch(/^deleted qa\.tfvars$/m);
  });

  test('a bad spec exits with 1 and a location, and does not change the tree', async () => {
    await run();
    writeFileSync(join(folder, 'sonotheia.config.yaml'), SPEC.replace('us-east-1', 'us-esat-1'));
    const before = snapshot();
    const { exitCode, stderr } = await run();
    expect(exitCode).toBe(1);
    expect(stderr).toContain('sonotheia.config.yaml:3:20: error SONO204');
    expect(stderr).toContain('did you mean `us-east-1`?');
    expect(stderr).toContain('nothing in out was changed');
    expect(snapshot()).toEqual(before);
  });

  test('a missing spec and an unknown option exit with 1 and a fix', async () => {
    const missing = await run('--config', 'nowhere.yaml');
    expect(missing).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('nowhere.yaml:1:1: error SONO100'),
    });
    const unknown = await run('generate', '--colour');
    expect(unknown).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('Usage: npx sonotheia generate'),
    });
    expect(readdirSync(folder)).toEqual(['sonotheia.config.yaml']);
  });

  test('--help exits with 0', async () => {
    expect(await run('generate', '--help')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('--check'),
    });
  });

  test('a fault of the generator exits with 2', async () => {
    // No path can contain it.
    const projectRoot = '\0';
    const config = join(folder, 'sonotheia.config.yaml');
    expect(await main(['--config', config, '--out', join(folder, 'out')], projectRoot)).toBe(2);
    expect(readdirSync(folder)).toEqual(['sonotheia.config.yaml']);
  });
});

describe('generate --dry-run and --diff', () => {
  test('list the changes and write nothing', async () => {
    expect((await run('generate', '--dry-run')).stdout).toContain('would be created: main.tf');
    expect(readdirSync(folder)).toEqual(['sonotheia.config.yaml']);
    await run();
    const changed = `${SPEC}defaults: { lambda: { memory_size: 1024 } }\n`;
    writeFileSync(join(folder, 'sonotheia.config.yaml'), changed);
    const before = snapshot();
    const { exitCode, stdout } = await run('generate', '--diff');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('--- a/dev.tfvars\n+++ b/dev.tfvars\n@@ ');
    expect(stdout).toMatch(/^-lambda_memory_size +=? 512$/m);
    expect(stdout).toMatch(/^\+lambda_memory_size +=? 1024$/m);
    expect(stdout).toContain('0 created, 3 changed, 0 deleted, 42 same (nothing was written)');
    expect(snapshot()).toEqual(before);
  });
});

test('upgrade groups the changes by their effect and writes nothing', async () => {
  expect((await run('upgrade')).stdout).toMatch(/^Created by the next plan:$/m);
  expect(readdirSync(folder)).toEqual(['sonotheia.config.yaml']);
  await run();
  expect((await run('upgrade')).stdout).toMatch(
    /^out is up to date with sonotheia-terraform \d+\.\d+\.\d+\.$/m,
  );
  const changed = `${SPEC}defaults: { lambda: { memory_size: 1024 } }\n`;
  writeFileSync(join(folder, 'sonotheia.config.yaml'), changed);
  const before = snapshot();
  const { exitCode, stdout } = await run('upgrade');
  expect(exitCode).toBe(0);
  // The cause is an edit of the spec, which it cannot know.
  expect(stdout).toMatch(/^Changes of sonotheia-terraform \d+\.\d+\.\d+ in out:\n/);
  expect(stdout).toContain(
    'an edit of the spec since the last generation looks like a change of the version',
  );
  expect(stdout).toMatch(
    /^Values that resources use: .*\n {2}variable lambda_memory_size \(variables\.tf\): default\n {2}dev\.tfvars\n/m,
  );
  expect(snapshot()).toEqual(before);
});

describe('validate', () => {
  test('names the environments and regions, without building anything', async () => {
    expect(await run('validate')).toMatchObject({
      exitCode: 0,
      stdout: 'sonotheia.config.yaml is valid: dev (us-east-1)',
    });
    expect(readdirSync(folder)).toEqual(['sonotheia.config.yaml']);
  });

  test('reports all problems', async () => {
    writeFileSync(
      join(folder, 'sonotheia.config.yaml'),
      `${SPEC}defaults: { lambda: { timeout: 901 } }\ncolour: 1\n`,
    );
    const { exitCode, stderr } = await run('validate');
    expect(exitCode).toBe(1);
    expect(stderr).toContain('SONO205');
    expect(stderr).toContain('SONO201');
    expect(stderr).toContain('2 problems; sonotheia.config.yaml is not valid.');
  });
});

describe('init', () => {
  beforeEach(() => rmSync(join(folder, 'sonotheia.config.yaml')));

  test('writes a spec from options that is ready to generate', async () => {
    const flags = [
      '--project-name',
      'acme-voice',
      '--environment',
      'dev',
      '--environment',
      'prod=us-west-2,eu-west-1',
      ...['--account-id', '111122223333', '--account-id', 'prod=444455556666'],
      ...['--alarm-email', 'a@example.com', '--alarm-email', 'b@example.com', '--keep-recordings', '90'],
      ...['--bucket-suffix', 'fraud-team'],
    ];
    expect(await run('init', '--yes', ...flags)).toMatchObject({ exitCode: 0, stderr: '' });
    expect((await run('validate')).stdout).toContain('dev (us-east-1), prod (us-west-2, eu-west-1)');
    expect((await run('generate')).stdout).toMatch(/^created prod\.tfvars$/m);
    const values = readFileSync(join(folder, 'out/prod.tfvars'), 'utf8');
    for (const value of ['"444455556666"', '"a@example.com"', '"b@example.com"', '"fraud-team"', '= 90'])
      expect(values).toContain(value);
    const unknown = await run('init', '--yes', '--config', 'b.yaml', '--account-id', 'qa=111122223333');
    expect(unknown).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('The environments are dev, prod.'),
    });
  });

  test('never overwrites a spec, and never writes an invalid one', async () => {
    const refused = await run('init', '--yes', '--environment', 'dev=us-esat-1');
    expect(refused).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('did you mean `us-east-1`?'),
    });
    expect(readdirSync(folder)).toEqual([]);
    writeFileSync(join(folder, 'sonotheia.config.yaml'), SPEC);
    const before = snapshot();
    expect(await run('init', '--yes')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('exists already'),
    });
    expect(snapshot()).toEqual(before);
  });
});

describe('show', () => {
  test('shows the source of each value', async () => {
    const spec = `project_name: acme
defaults: { lambda: { timeout: 40 }, logs: { retention_days: 30 } }
environments:
  prod:
    regions: [us-east-1, eu-west-1]
    s3: { versioning: true }
    region_overrides: { eu-west-1: { lambda: { memory_size: 2048 } } }
`;
    writeFileSync(join(folder, 'sonotheia.config.yaml'), spec);
    const { stdout } = await run('show', '--format', 'json');
    const stacks = JSON.parse(stdout) as {
      region: string;
      settings: { path: string; value: unknown; origin: string }[];
    }[];
    const find = (region: string, path: string): unknown =>
      stacks.find((stack) => stack.region === region)?.settings.find((setting) => setting.path === path);
    expect(find('eu-west-1', 'lambda.memory_size')).toEqual({
      path: 'lambda.memory_size',
      value: 2048,
      origin: 'region',
    });
    expect(find('us-east-1', 'lambda.memory_size')).toMatchObject({ value: 512, origin: 'default' });
    expect(find('us-east-1', 'lambda.timeout')).toMatchObject({ value: 40, origin: 'shared' });
    expect(find('eu-west-1', 's3.versioning')).toMatchObject({ value: true, origin: 'environment' });
    expect(find('eu-west-1', 'api_gateway.account_role')).toMatchObject({
      value: 'always',
      origin: 'derived',
    });
    const text = (await run('show', 'prod', 'eu-west-1', '--changed')).stdout;
    expect(text).toMatch(/^ {2}lambda\.memory_size +region +2048$/m);
    expect(text).not.toContain('arm64');
    expect(text).not.toContain('us-east-1\n');
  });

  test('marks the values of the strict profile, and lists only existing resources', async () => {
    const spec = `${SPEC}profile: strict\ndefaults: { monitoring: { dashboard: true }, api_gateway: { enabled: false } }\n`;
    writeFileSync(join(folder, 'sonotheia.config.yaml'), spec);
    const { stdout } = await run('show', '--changed');
    expect(stdout).toMatch(/^ {2}s3\.access_logs +profile +true$/m);
    expect(stdout).toMatch(/^ {2}monitoring\.dashboard +shared +true$/m);
    expect(stdout).toMatch(/^ +kmsAlias +alias\/acme-voice-dev$/m);
    expect(stdout).not.toMatch(/webAcl|apiLogGroup/);
  });

  test('shows a subscription key by key, and the value last', async () => {
    const subscription = '{ name: desk, protocol: email, endpoint: desk@example.com, risk: [high] }';
    writeFileSync(
      join(folder, 'sonotheia.config.yaml'),
      `${SPEC}defaults: { subscriptions: [${subscription}] }\n`,
    );
    const { stdout } = await run('show');
    expect(stdout).toMatch(/^ {2}subscriptions\[0\]\.name +shared +"desk"$/m);
    expect(stdout).toMatch(/^ {2}subscriptions\[0\]\.dead_letter +default +true$/m);
    expect(Math.max(...stdout.split('\n').map(({ length }) => length))).toBeLessThan(100);
    expect((await run('show', '--changed')).stdout).not.toContain('dead_letter');
  });

  test('refuses an environment that is not in the spec', async () => {
    expect(await run('show', 'qa')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('It has: dev us-east-1'),
    });
  });
});

describe('explain', () => {
  test('names default, limits, places and the resources that read the variable', async () => {
    const { stdout } = await run('explain', 'environments.prod.lambda.timeout');
    expect(stdout).toContain('limit     1 to 900');
    expect(stdout).toContain('default   30');
    for (const address of ['aws_lambda_function.webhook_handler', 'aws_sqs_queue.audio'])
      expect(stdout).toContain(address);
    expect(stdout).not.toContain('aws_dynamodb_table');
    for (const name of ['timeout', 'lambda_timeout'])
      expect((await run('explain', name)).stdout).toBe(stdout);
  });

  test('names the user of a key without a variable', async () => {
    const { stdout } = await run('explain', 'traffic.requests_per_day');
    expect(stdout).toContain('used by   the cost estimate');
    expect(stdout).not.toContain('variable');
  });

  test('follows local values and policy documents', async () => {
    const { stdout } = await run('explain', 'bucket_suffix');
    expect(stdout).toContain('reaches   aws_s3_bucket.audio');
    expect((await run('explain', 'kms_key_arn')).stdout).toContain('aws_iam_role_policy.audio_processor');
  });

  test('suggests keys for an unknown one', async () => {
    expect(await run('explain', 'lambda.timeuot')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('Did you mean lambda.timeout?'),
    });
  });
});

test('schema prints the schema', async () => {
  const { stdout } = await run('schema');
  const file = fileURLToPath(new URL('../schema/sonotheia.config.schema.json', import.meta.url));
  expect(JSON.parse(stdout)).toEqual(JSON.parse(readFileSync(file, 'utf8')));
});

test('an unknown command exits with 1 and a suggestion; every command has --help', async () => {
  expect(await run('generat')).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('Did you mean generate?'),
  });
  expect((await run('--help')).stdout).toMatch(/^ {2}cost +estimate what the spec costs/m);
  for (const command of ['generate', 'validate', 'init', 'show', 'explain', 'cost', 'schema']) {
    const { exitCode, stdout } = await run(command, '--help');
    expect({ exitCode, usage: stdout.split('\n')[0] }).toEqual({
      exitCode: 0,
      usage: expect.stringContaining(`Usage: npx sonotheia ${command} `),
    });
  }
});

test('help, version, and the names that other tools give a command', async () => {
  expect(await run('help', 'cost')).toEqual(await run('cost', '-h'));
  expect(await run('help', 'csot')).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('mean cost?'),
  });
  const version = `sonotheia-terraform ${packageJson.version}`;
  for (const name of ['--version', '-v', 'version'])
    expect(await run(name)).toMatchObject({ exitCode: 0, stdout: version });
  expect((await run('apply')).stderr).toContain('Did you mean npx sonotheia deploy?');
  for (const [name, meant] of Object.entries(OTHER_COMMANDS)) {
    expect((await run(name)).exitCode, name).toBe(1);
    expect((await run('help', meant.split(' ')[0] ?? '')).exitCode, meant).toBe(0);
  }
  for (const [name, answer] of Object.entries(ANSWERS))
    expect((await run(name)).stderr).toContain(`There is no command ${name}. ${answer}`);
  for (const name of ['constructor', 'toString', '__proto__']) {
    expect((await run(name)).stderr).toMatch(/^There is no command \w+\.\n/);
    expect((await run('generate', `--${name}`)).stderr).toMatch(/There is no option --\w+\.$/m);
  }
  // No command is near it.
  expect((await run('graph')).stderr).toMatch(/^There is no command graph\.\n/);
  expect((await run('help', 'generate')).stdout).toContain('--diff');
  expect((await run('explain', 'adopt')).exitCode).toBe(0);
});

describe('carets mark wrong arguments', () => {
  test.each([
    [['generate', '--out', 'x', '--chek'], 'There is no option --chek. Did you mean --check?', '--chek'],
    [['validate', '--format', 'xml'], '--format must be text, json, github, not "xml".', 'xml'],
    [['cost', '--cheaper'], 'There is no option --cheaper.', '--cheaper'],
    [['deploy', '--stage', 'dev'], 'There is no option --stage. Did you mean --env?', '--stage'],
    [['destroy', '-e', 'dev'], 'There is no option -e. Did you mean --env?', '-e'],
    [['init', '--env', 'dev'], 'There is no option --env. Did you mean --environment?', '--env'],
    [
      ['show', '--env', 'dev'],
      'There is no option --env. Write the environment without it: npx sonotheia show <environment>',
      '--env',
    ],
    [
      ['generate', '--env=dev'],
      'There is no option --env. The command covers all environments of the spec.',
      '--env=dev',
    ],
    [
      ['deploy', '--auto-approve'],
      'There is no option --auto-approve. Did you mean --yes?',
      '--auto-approve',
    ],
    [['destroy', '--dry-run'], 'There is no option --dry-run. Did you mean --preview?', '--dry-run'],
    [
      ['deploy', '--dry-run'],
      'There is no option --dry-run. deploy shows the plan, and applies it only after your confirmation.',
      '--dry-run',
    ],
    [['smoke', '--profile', 'x'], 'There is no option --profile. Set the variable AWS_PROFILE.', '--profile'],
    [['validate', '--json'], 'There is no option --json. Did you mean --format json?', '--json'],
    [
      ['deploy', 'prod'],
      'There is no argument here: options begin with --. Did you mean --env prod?',
      'prod',
    ],
    [
      ['validate', 'infra/a.yaml'],
      'There is no argument here: options begin with --. Did you mean --config infra/a.yaml?',
      'infra/a.yaml',
    ],
    [
      ['forget', 'sess_1'],
      'There is no argument here: options begin with --. Did you mean --session sess_1?',
      'sess_1',
    ],
    [
      ['init', 'my-app'],
      'There is no argument here: options begin with --. Did you mean --project-name my-app?',
      'my-app',
    ],
    [['show', 'dev', 'us-east-1', 'more'], 'That is one argument too many.', 'more'],
    [['schema', 'extra'], 'There is no argument here: options begin with --.', 'extra'],
    [['explain', '-x', 'timeout'], 'There is no option -x.', '-x'],
    [['init', '--yes=no'], '--yes is a switch and takes no value.', '--yes=no'],
    [['generate', '--config'], '--config needs a value after it.', '--config'],
  ])('%j', async (args, message, meant) => {
    const { exitCode, stdout, stderr } = await run(...args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    const [line = '', carets = '', said] = stderr.split('\n');
    expect(line).toBe(['npx sonotheia', ...args].join(' '));
    expect(carets.trim()).toBe('^'.repeat(meant.length));
    expect(line.slice(carets.indexOf('^'), carets.length)).toBe(meant);
    expect(said).toBe(message);
    expect(stderr).toContain(`Usage: npx sonotheia ${args[0]} `);
  });
});

describe('formats', () => {
  const WRONG = SPEC.replace('us-east-1', 'us-esat-1');
  const save = (spec: string): void => writeFileSync(join(folder, 'sonotheia.config.yaml'), spec);

  test.each(['validate', 'generate'])('%s: text has a code frame', async (command) => {
    save(WRONG);
    expect((await run(command)).stderr).toContain(
      '  3 |   dev: { regions: [us-esat-1] }\n    |                    ^^^^^^^^^\n',
    );
  });

  test.each(['validate', 'generate'])('%s: json is one list, and nothing else', async (command) => {
    const good = await run(command, '--format', 'json');
    expect({ exitCode: good.exitCode, list: JSON.parse(good.stdout) }).toEqual({ exitCode: 0, list: [] });
    save(WRONG);
    const bad = await run(command, '--format', 'json');
    expect(bad).toMatchObject({ exitCode: 1, stderr: '' });
    expect(JSON.parse(bad.stdout)).toMatchObject([{ code: 'SONO204', line: 3, column: 20 }]);
  });

  test.each(['validate', 'generate'])('%s: github has an annotation for each', async (command) => {
    save(WRONG);
    const { exitCode, stdout } = await run(command, '--format', 'github');
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^::error file=sonotheia\.config\.yaml,line=3,col=20,endColumn=29,title=SONO204 /);
  });

  test('json contains the warnings of a successful run, too', async () => {
    save(
      'project_name: acme\nterraform: { required_version: ">= 1.9" }\nenvironments: { dev: { regions: [us-east-1] } }\n',
    );
    for (const args of [[], ['--dry-run'], ['--check'], ['--diff']]) {
      const { stdout } = await run('generate', ...args, '--format', 'json');
      expect(JSON.parse(stdout)).toMatchObject([{ code: 'SONO601', severity: 'warning' }]);
    }
  });
});

describe('--out', () => {
  test.each([
    '/',
    '',
    '.',
    '..',
    tmpdir(),
    'sonotheia.config.yaml',
    'repository',
    join(PROJECT, 'handlers'),
    PROJECT,
  ])('into %j is refused', async (out) => {
    mkdirSync(join(folder, 'repository', '.git'), { recursive: true });
    const before = snapshot();
    for (const args of [[], ['--check'], ['--diff']]) {
      const { exitCode, stdout, stderr } = await run('generate', ...args, '--out', out);
      expect([exitCode, stdout]).toEqual([1, '']);
      expect(stderr).toMatch(/error SONO511: --out|^--out is empty/);
    }
    expect(snapshot()).toEqual(before);
  });
});

test('--help has all commands, in groups, and each is a script of package.json', async () => {
  const { stdout, exitCode } = await run('--help');
  expect(exitCode).toBe(0);
  const listed = [...stdout.matchAll(/^ {2}([a-z][\w:-]*) {2,}/gm)].map(([, name]) => name);
  const developers = /^(?:bench|build|check|dev|format|generate:|lint|prepack|screenshots|test|typecheck)/;
  const expected = Object.keys(packageJson.scripts).filter((name) => !developers.test(name));
  expect([...listed].sort()).toEqual([...expected].sort());
  expect(stdout.match(/^\S.*:$/gm)).toHaveLength(2);
});

test('problems in a pipe have no colour', async () => {
  writeFileSync(join(folder, 'sonotheia.config.yaml'), 'project_name: A\n');
  expect((await run('validate')).stderr).not.toContain('\u001b[');
});

describe('a spec that removes something', () => {
  const TWO_REGIONS = SPEC.replace('[us-east-1]', '[us-east-1, eu-west-1]');
  const RECORD = 'out/.sonotheia-stacks.json';
  const save = (spec: string): void => writeFileSync(join(folder, 'sonotheia.config.yaml'), spec);

  test('keeps a removed region until it is dropped; checks succeed in between', async () => {
    save(TWO_REGIONS);
    await run();
    writeState(join(folder, 'out/terraform.tfstate'), 'dev', { 'us-east-1': {}, 'eu-west-1': {} });
    await run();
    save(SPEC);
    const check = await run('--check');
    expect(check).toMatchObject({ exitCode: 1, stdout: expect.stringContaining('different: main.tf') });
    const retired = await run();
    expect(retired).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('warning SONO604') });
    expect(retired.stderr).toContain('apply dev, then run `npx sonotheia generate --drop-region eu-west-1`');
    expect(readFileSync(join(folder, 'out/providers.tf'), 'utf8')).toContain('"eu_west_1"');
    // The next run lists the remaining steps again.
    for (const parameter of [[], ['--check']]) {
      const again = await run(...parameter);
      expect(again).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('SONO605') });
      expect(again.stderr).not.toContain('SONO604');
      expect(again.stdout).toMatch(/up to date|^0 created, 0 changed, 0 deleted, \d+ same$/m);
    }
    // As the apply leaves it.
    writeState(join(folder, 'out/terraform.tfstate'), 'dev', { 'us-east-1': {} });
    expect(await run('--drop-region', 'eu-west-1')).toMatchObject({ exitCode: 0, stderr: '' });
    expect(readFileSync(join(folder, 'out/providers.tf'), 'utf8')).not.toContain('eu_west_1');
    expect(await run('--check')).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await run('--drop-region', 'eu-west-1')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('the region is not retiring'),
    });
  });

  test('is refused if data would be lost, and accepted with --allow-replace', async () => {
    await run();
    writeState(join(folder, 'out/terraform.tfstate'), 'dev', {
      'us-east-1': { bucket: 'acme-voice-audio-dev' },
    });
    save(SPEC.replace('acme-voice', 'acme-speech'));
    const before = snapshot();
    for (const parameter of [[], ['--check']]) {
      const refused = await run(...parameter);
      expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('1:15: error SONO326') });
    }
    expect(snapshot()).toEqual(before);
    expect(await run('--allow-replace')).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining('acme-voice-audio-dev'),
    });
    // Until it is applied, each run repeats the losses of the next apply.
    expect(await run()).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining('allowed by the last generation'),
    });
  });

  test('is compared with the record in the folder of --out', async () => {
    await run('--out', 'elsewhere');
    writeState(join(folder, 'elsewhere/terraform.tfstate'), 'dev', {
      'us-east-1': { bucket: 'acme-voice-audio-dev' },
    });
    save(SPEC.replace('acme-voice', 'acme-speech'));
    expect((await run()).exitCode).toBe(0);
    expect((await run('--out', 'elsewhere')).exitCode).toBe(1);
  });

  test.each([
    ['half a merge', '<<<<<<< HEAD\n{}', 'it is not JSON'],
    ['another version', '{"version":2}', 'its version is not 1'],
    ['nothing of a record', '{"version":1}', 'environments is not an object'],
  ])('a damaged record (%s) is refused with a fix', async (_, contents, reason) => {
    await run();
    writeFileSync(join(folder, RECORD), contents);
    const before = snapshot();
    const { exitCode, stderr } = await run();
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`${RECORD}:1:1: error SONO325`);
    expect(stderr).toContain(reason);
    expect(stderr).toContain('git checkout HEAD --');
    expect(snapshot()).toEqual(before);
  });

  test('a tree of a generator without records counts as the first generation', async () => {
    await run();
    rmSync(join(folder, RECORD));
    const manifest = join(folder, 'out/.sonotheia-manifest.json');
    writeFileSync(manifest, readFileSync(manifest, 'utf8').replace(/.*sonotheia-stacks.*\n/, ''));
    save(SPEC.replace('acme-voice', 'acme-speech'));
    expect(await run()).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('created .sonotheia-st'),
    });
  });

  test('options for a single run are refused with --watch', async () => {
    const { exitCode, stderr } = await run('--watch', '--allow-replace');
    expect({ exitCode, said: stderr.includes('leave --watch out') }).toEqual({ exitCode: 1, said: true });
  });
});

describe('generate --check', () => {
  test('accepts a fresh tree, and one without zips', async () => {
    await run();
    expect(await run('--check')).toMatchObject({ exitCode: 0, stdout: 'out is up to date' });
    rmSync(join(folder, 'out/lambda'), { recursive: true });
    const { exitCode, stdout } = await run('--check');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('not built here: lambda/webhook_handler.zip');
  });

  test('exits with 1 on a stale tree, lists what differs and writes nothing', async () => {
    await run();
    writeFileSync(join(folder, 'sonotheia.config.yaml'), SPEC.replace('dev:', 'test:'));
    const before = snapshot();
    const { exitCode, stdout, stderr } = await run('--check', '--allow-replace');
    expect(exitCode).toBe(1);
    expect(stdout).toContain('missing: test.tfvars');
    expect(stdout).toContain('stale: dev.tfvars');
    expect(stdout).toContain('different: variables.tf');
    expect(stderr).toContain('run `npx sonotheia generate`');
    expect(snapshot()).toEqual(before);
  });

  const place = (path: string): void => {
    mkdirSync(dirname(join(folder, 'out', path)), { recursive: true });
    writeFileSync(join(folder, 'out', path), '# mine\n');
  };

  test('refuses foreign files that Terraform would read, unless the spec names them; always refuses hidden var-files', async () => {
    const paths = [
      'zz.tf',
      'main_override.tf',
      'zz.tf.json',
      'zz.tofu',
      'modules/sonotheia/s3_override.tf',
      'github-oidc/zz.tf',
      'x.auto.tfvars',
      'x.auto.tfvars.json',
      '.x.auto.tfvars',
      'terraform.tfvars',
      'tests/zz.tftest.hcl',
      'tests/mocks/zz.tfmock.json',
    ];
    await run();
    for (const path of paths) place(path);
    const refused = await run('--check');
    expect(refused.exitCode).toBe(1);
    for (const path of paths) {
      expect(refused.stderr).toContain(`out/${path}:1:1: error SONO510`);
      expect(refused.stderr).toContain(`terraform: { extra_files: [${path}] }`);
    }
    const named = paths.filter((path) => !path.startsWith('.'));
    writeFileSync(
      join(folder, 'sonotheia.config.yaml'),
      `terraform: { extra_files: [${named.join(', ')}] }\n${SPEC}`,
    );
    rmSync(join(folder, 'out/.x.auto.tfvars'));
    expect((await run()).exitCode).toBe(0);
    for (const path of named) expect(readFileSync(join(folder, 'out', path), 'utf8')).toBe('# mine\n');
    const { exitCode, stdout } = await run('--check');
    expect({ exitCode, lines: stdout.split('\n').sort() }).toEqual({
      exitCode: 0,
      lines: [...named.map((path) => `also read by Terraform: ${path}`), 'out is up to date'].sort(),
    });
  });

  test('refuses a named file that is not there; writing the tree only warns', async () => {
    writeFileSync(
      join(folder, 'sonotheia.config.yaml'),
      `terraform: { extra_files: [modules/sonotheia/s3_override.tf] }\n${SPEC}`,
    );
    const place = 'sonotheia.config.yaml:1:28';
    const written = await run();
    expect(written.exitCode).toBe(0);
    expect(written.stderr).toContain(`${place}: warning SONO512`);
    const refused = await run('--check');
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain(`${place}: error SONO512`);
    expect(refused.stderr).toContain('there is no out/modules/sonotheia/s3_override.tf');
  });

  test('refuses names of generated files, and names that differ only in case', async () => {
    writeFileSync(
      join(folder, 'sonotheia.config.yaml'),
      `terraform: { extra_files: [main.tf, modules/sonotheia/S3.tf, a.tf, A.tf] }\n${SPEC}`,
    );
    const { exitCode, stderr } = await run();
    expect({ exitCode, files: readdirSync(folder) }).toEqual({
      exitCode: 1,
      files: ['sonotheia.config.yaml'],
    });
    expect(stderr.match(/SONO513: .*/g)).toEqual([
      'SONO513: terraform.extra_files[0]: main.tf is a generated file',
      'SONO513: terraform.extra_files[1]: modules/sonotheia/s3.tf is a generated file',
      'SONO513: terraform.extra_files[3]: A.tf and a.tf differ only in case',
    ]);
  });

  test("accepts files that Terraform does not load automatically, and Terraform's own", async () => {
    await run();
    const paths = [
      'production.tfvars',
      'notes.md',
      '.hidden.tf',
      'terraform.tfstate.d/dev/x.tf',
      '.terraform/modules/x/main.tf',
    ];
    for (const path of paths) place(path);
    expect(await run('--check')).toMatchObject({ exitCode: 0, stdout: 'out is up to date' });
  });

  test('exits with 1 before the first generation', async () => {
    const { exitCode, stdout } = await run('--check');
    expect({ exitCode, files: readdirSync(folder) }).toEqual({
      exitCode: 1,
      files: ['sonotheia.config.yaml'],
    });
    expect(stdout).toContain('missing: main.tf');
  });
});

describe('the workflow', () => {
  const WORKFLOW = '.github/workflows/terraform.yml';
  const setSpec = (text: string): void => writeFileSync(join(folder, 'sonotheia.config.yaml'), text);

  test('is written beside the spec, checked, and removed completely', async () => {
    expect((await run()).stdout).toMatch(/^created \.\.\/\.github\/workflows\/terraform\.yml$/m);
    writeFileSync(join(folder, WORKFLOW), `${readFileSync(join(folder, WORKFLOW), 'utf8')}# mine\n`);
    const check = await run('--check');
    expect(check).toMatchObject({
      exitCode: 1,
      stdout: expect.stringContaining(`different: ../${WORKFLOW}`),
    });
    expect((await run()).stdout).toMatch(
      /^changed \.\.\/\.github\/workflows\/terraform\.yml \(had local edits\)$/m,
    );
    setSpec(`${SPEC}workflow: { enabled: false }\n`);
    expect((await run('--check')).stdout).toContain(`stale: ../${WORKFLOW}`);
    expect((await run()).stdout).toMatch(/^deleted \.\.\/\.github\/workflows\/terraform\.yml$/m);
    expect(readdirSync(folder).sort()).toEqual(['out', 'sonotheia.config.yaml']);
    expect((await run('--check')).exitCode).toBe(0);
    expect((await run()).stdout).toContain('0 created, 0 changed, 0 deleted');
  });

  test('keeps foreign files when it is removed, and can be generated again', async () => {
    await run();
    writeFileSync(join(folder, '.github/CODEOWNERS'), 'mine\n');
    setSpec(`${SPEC}workflow: { enabled: false }\n`);
    expect((await run()).exitCode).toBe(0);
    expect(readdirSync(join(folder, '.github'))).toEqual(['CODEOWNERS']);
    // As an earlier version left it.
    writeFileSync(
      join(folder, '.github/.sonotheia-manifest.json'),
      '{ "generator": "sonotheia-terraform", "sha256": {} }\n',
    );
    expect(await run('--check')).toMatchObject({
      exitCode: 1,
      stdout: expect.stringContaining('stale: ../.github/.sonotheia-manifest.json'),
    });
    setSpec(`${SPEC}workflow: { enabled: false } # still\n`);
    expect((await run()).exitCode).toBe(0);
    expect(readdirSync(join(folder, '.github'))).toEqual(['CODEOWNERS']);
    setSpec(SPEC);
    expect((await run()).stdout).toMatch(/^created \.\.\/\.github\/workflows\/terraform\.yml$/m);
  });

  test('of another author is kept, and then nothing is written', async () => {
    mkdirSync(join(folder, '.github/workflows'), { recursive: true });
    for (const name of ['terraform.yml', 'ci.yml'])
      writeFileSync(join(folder, '.github/workflows', name), 'mine\n');
    const before = snapshot();
    const { exitCode, stderr } = await run();
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining('error SONO501') });
    expect(snapshot()).toEqual(before);
    rmSync(join(folder, WORKFLOW));
    expect((await run()).exitCode).toBe(0);
    expect(readFileSync(join(folder, '.github/workflows/ci.yml'), 'utf8')).toBe('mine\n');
  });

  test('is not changed by a run into another folder, or by a spec without a workflow', async () => {
    expect((await run('--out', 'trial')).exitCode).toBe(0);
    setSpec(`${SPEC}workflow: { enabled: false }\n`);
    expect((await run()).exitCode).toBe(0);
    expect(readdirSync(folder).sort()).toEqual(['out', 'sonotheia.config.yaml', 'trial']);
  });
});
