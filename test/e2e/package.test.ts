// The npm package: packed, installed in an empty folder without a registry, and used there as docs/getting-started.md says, with
// each of its commands.
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildZips } from '../../generator/bundle/build-zips.ts';
import { RUNTIMES } from '../../generator/spec/runtimes.ts';
import { type SonotheiaApi, startSonotheiaApi } from '../../scripts/local/sonotheia-api.ts';
import { LanguageServer } from '../editors/language-server.ts';
import { type LocalAws, startLocalAws } from '../local-aws/local-aws.ts';
import { openTerraformTree, type TerraformWorkdir } from '../local-aws/terraform.ts';
import { isPermissive } from '../supply-chain/licenses.ts';
import { readLockedPackages } from '../supply-chain/lock-file.ts';
import { PROJECT_ROOT } from '../support/deployment/generated-tree.ts';
import { listDocumentedCommands } from '../support/documented-commands.ts';
import { findFreePorts, LocalCommand } from '../support/local/local-command.ts';
import { type CommandRun, NOBODYS } from '../support/operator-command.ts';
import { AWS_PROVIDER, describeWithTools, MOTO, TERRAFORM } from '../support/required-tools.ts';

const API_KEY = 'package-api-key';
const COMMANDS = listDocumentedCommands('docs/getting-started.md');
/** It has no end; another test below runs it. */
const ENDLESS = 'npx sonotheia local';
/** Any use of a registry fails. */
const OFFLINE = { npm_config_offline: 'true', npm_config_registry: 'http://127.0.0.1:9' };

describeWithTools('the npm package', [MOTO, TERRAFORM, AWS_PROVIDER], () => {
  let folder: string;
  let project: string;
  let installed: string;
  let aws: LocalAws;
  let api: SonotheiaApi;
  let terraform: TerraformWorkdir | undefined;

  const run = async (words: readonly string[], input = ''): Promise<CommandRun> => {
    const [command = '', ...args] = words;
    const env = { ...NOBODYS, ...OFFLINE, ...aws.env, ...(await terraform?.shareProvider()) };
    const { exitCode, stdout, stderr } = await execa(command, args, {
      cwd: project,
      env,
      input,
      reject: false,
    });
    return { exitCode, stdout, stderr };
  };
  const sonotheia = (...words: string[]) => run(['npx', 'sonotheia', ...words]);
  /** Runs the commands of a step of the tutorial, some with other words or an input; the result of each. */
  async function follow(
    step: string,
    more: Readonly<Record<string, { readonly words?: readonly string[]; readonly input?: string }>> = {},
  ): Promise<Map<string, CommandRun>> {
    const commands = COMMANDS.filter(({ section, command }) => section === step && command !== ENDLESS);
    const results = new Map<string, CommandRun>();
    for (const { command } of commands) {
      const { words = command.split(' '), input = '' } = more[command] ?? {};
      const result = await run(words, input);
      expect(result.exitCode, `${command}\n${result.stdout}\n${result.stderr}`).toBe(0);
      results.set(command, result);
    }
    expect(Object.keys(more).filter((command) => !results.has(command))).toEqual([]);
    steps.add(step);
    return results;
  }
  const steps = new Set<string>();

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'package-'));
    project = join(folder, 'project');
    installed = join(project, 'node_modules', 'sonotheia-terraform');
    await mkdir(project);
    const pack = ['pack', '--silent', '--pack-destination', folder];
    await execa('npm', pack, { cwd: PROJECT_ROOT });
    aws = await startLocalAws();
    api = await startSonotheiaApi(API_KEY);
  });
  afterAll(async () => {
    await terraform?.remove();
    await api?.stop();
    await aws?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test('step 1 installs one package, without a registry, and makes the folder a project whose spec editors check', async () => {
    const [tarball = ''] = (await readdir(folder)).filter((name) => name.endsWith('.tgz'));
    const install = 'npm install -D sonotheia-terraform';
    const results = await follow('1. Start a project', {
      [install]: { words: [...install.split(' ').slice(0, -1), join(folder, tarball)] },
    });
    expect(results.get(install)?.stdout).toContain('added 1 package');
    const packages = (await readdir(join(project, 'node_modules'))).filter((name) => !name.startsWith('.'));
    expect(packages).toEqual(['sonotheia-terraform']);
    const { stdout = '' } =
      results.get('npx sonotheia init --yes --project-name acme-voice --environment dev') ?? {};
    expect(stdout).toMatch(/^wrote sonotheia.config.yaml\nadded to package.json\nwrote .gitignore\n/);
    const manifest = JSON.parse(await readFile(join(project, 'package.json'), 'utf8'));
    expect(manifest.devDependencies['sonotheia-terraform']).toMatch(/^file:/);
    const text = await readFile(join(project, 'sonotheia.config.yaml'), 'utf8');
    const editor = await LanguageServer.start('yaml-language-server-1.25', project);
    const right = await editor.check('sonotheia.config.yaml', text);
    const wrong = await editor.check('other.yaml', text.replace('environments:', 'enviroments:'));
    editor.stop();
    expect(right).toEqual([]);
    expect(wrong.map(({ message }) => message).join()).toContain('Unknown key');
  });

  test("has the zips that a clone builds, for each runtime, and the licences of the command line's packages", async () => {
    for (const runtime of Object.keys(RUNTIMES)) {
      for (const sourceMaps of [false, true]) {
        const { report } = await buildZips({
          projectRoot: PROJECT_ROOT,
          ownHandlers: undefined,
          runtime,
          sourceMaps,
        });
        const name = `zips-${runtime}${sourceMaps ? '-source-maps' : ''}.json`;
        const { files } = JSON.parse(await readFile(join(installed, 'dist', name), 'utf8')) as {
          files: { path: string; base64: string }[];
        };
        expect(files, name).toEqual(
          report.files.map(({ path, contents }) => ({
            path,
            base64: Buffer.from(contents).toString('base64'),
          })),
        );
      }
    }
    const notices = await readFile(join(installed, 'dist/THIRD-PARTY-NOTICES.txt'), 'utf8');
    const titles = [...notices.matchAll(/^(\S+) (\d\S*) \((.+)\)$/gm)].map(([, ...title]) => title);
    expect(titles.map(([name]) => name)).toEqual(
      expect.arrayContaining(['@aws-sdk/client-s3', '@smithy/core', 'commander', 'yaml', 'ajv', 'execa']),
    );
    const locked = readLockedPackages();
    for (const [name = '', version, license] of titles) {
      const versions = [...locked].filter(([path]) => path.endsWith(`node_modules/${name}`));
      expect(versions.map(([, entry]) => entry.version)).toContain(version);
      expect(isPermissive(license), name).toBe(true);
    }
    expect(notices).toContain('TERMS AND CONDITIONS FOR USE, REPRODUCTION, AND DISTRIBUTION');
    expect(notices).toContain('Permission is hereby granted, free of charge');
  });

  test('step 2 describes the spec', async () => {
    const results = await follow('2. Change the spec');
    expect([...results.values()].every(({ stdout }) => stdout !== '')).toBe(true);
  });

  test('local runs the prebuilt functions, without sources', async () => {
    const command = new LocalCommand({}, { project, main: join(installed, 'generator', 'main.mjs') });
    const port = await findFreePorts();
    const running = await command.start(port);
    expect(running.output).toContain('Ctrl-C ends it.');
    const health = await fetch(`http://127.0.0.1:${port + 1}/prod/health`);
    expect([health.status, await health.text()]).toEqual([200, expect.stringContaining('healthy')]);
    expect(await command.end(running, 'SIGINT')).toBe(0);
    await command.remove();
  });

  test('generate writes what a clone writes', async () => {
    const spec = join(project, 'sonotheia.config.yaml');
    // nodejs24.x needs AWS provider 6; the last lines of the spec are those of dev.
    const yaml = (await readFile(spec, 'utf8')).replace('runtime: nodejs24.x', 'runtime: nodejs22.x');
    await writeFile(
      spec,
      `${yaml}    sonotheia_api_url: ${api.url}
`,
    );
    await follow('3. Generate');
    const copy = join(folder, 'copy');
    await cp(spec, join(copy, 'sonotheia.config.yaml'));
    const clone = join(PROJECT_ROOT, 'generator', 'main.mjs');
    await execa(process.execPath, [clone, 'generate'], { cwd: copy });
    for (const tree of ['out', '.github']) {
      const { stdout } = await execa('diff', ['-r', join(project, tree), join(copy, tree)], {
        reject: false,
      });
      expect(stdout).toBe('');
      expect((await readdir(join(copy, tree))).length).toBeGreaterThan(1);
    }
    const check = await run(['npm', 'run', 'generate:check']);
    expect(check.exitCode, check.stderr).toBe(0);
    const upgrade = await sonotheia('upgrade');
    expect(upgrade.stdout).toMatch(/^out is up to date with sonotheia-terraform \d\S+\.$/);
    const event = await sonotheia('invoke', 'webhook');
    expect(event.exitCode, event.stderr).toBe(0);
    const help = await sonotheia('--help');
    expect(help.stdout).toContain('node_modules/sonotheia-terraform/docs');
  });

  test("eject copies the handlers, which the project's esbuild builds from then on", async () => {
    const ejected = await sonotheia('eject');
    expect(ejected.exitCode, ejected.stderr).toBe(0);
    expect(ejected.stdout).toContain('set build.handlers in sonotheia.config.yaml');
    const missing = await sonotheia('generate');
    expect(missing.stderr).toContain('error SONO404');
    // Stands for `npm install` as eject printed it: Node.js finds packages in the folders above, too.
    await symlink(join(PROJECT_ROOT, 'node_modules'), join(folder, 'node_modules'));
    const source = join(project, 'handlers', 'webhook_handler', 'http.ts');
    const text = await readFile(source, 'utf8');
    await writeFile(source, `${text}console.log('a handler of my own');\n`);
    const event = await sonotheia('invoke', 'webhook');
    expect(event.stdout, event.stderr).toContain('a handler of my own');
    const { stderr } = await sonotheia('eject', '--diff');
    expect(stderr).toContain('you edited 1 and ');
  });

  test('deploys, tests, inspects and destroys an environment', async () => {
    const spec = join(project, 'sonotheia.config.yaml');
    const extra = 'terraform: { extra_files: [local_override.tf] } # points the providers to the local AWS\n';
    await writeFile(spec, `${await readFile(spec, 'utf8')}${extra}`);
    const generated = await sonotheia('generate');
    expect(generated.stderr).toContain('SONO512');
    terraform = await openTerraformTree({ outDir: join(project, 'out'), localAws: aws });
    await follow('4. Deploy', {
      'npx sonotheia deploy --env dev': { input: `${API_KEY}\na-webhook-secret\ndev\n` },
    });
    const { health_url } = await terraform.output();
    const url = aws.apiUrl(String(health_url)).replace(/\/health$/, '');
    const smoke = 'npx sonotheia smoke --env dev';
    const tested = await follow('5. Test it', {
      [smoke]: { words: [...smoke.split(' '), '--api-url', url] },
    });
    expect(tested.get(smoke)?.stderr).toContain('dev works.');
    const doctor = await sonotheia('doctor');
    expect(doctor.exitCode, doctor.stdout).toBe(0);
    await follow('6. Destroy it', { 'npx sonotheia destroy --env dev': { input: 'dev\n' } });
    expect(await aws.listResources()).toEqual([]);
    expect([...steps]).toEqual([...new Set(COMMANDS.map(({ section }) => section))]);
  });
});
