import { execFileSync, type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { formatDiagnostics } from '../report/format-diagnostics.ts';
import { createBuildOptions } from './build-options.ts';
import { bundleHandlers } from './bundle-handlers.ts';

const repository = join(import.meta.dirname, '..', '..');
const scratch = mkdtempSync(join(tmpdir(), 'bundle-'));
let projectRoot = '';
let count = 0;

afterAll(() => rmSync(scratch, { recursive: true }));

beforeEach(() => {
  count += 1;
  projectRoot = createProject(`project-${count}`);
});

function createProject(name: string): string {
  const folder = join(scratch, name);
  for (const handler of ['webhook_handler', 'audio_processor', 'shared']) {
    mkdirSync(join(folder, 'handlers', handler), { recursive: true });
  }
  symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'));
  symlinkSync(join(repository, 'generator'), join(folder, 'generator'));
  const source = `import { SNSClient } from '@aws-sdk/client-sns';
    const client = new SNSClient({ region: 'eu-west-1' });
    export const handler = async () => (await client.config.credentials()).accessKeyId;\n`;
  writeHandler(folder, 'webhook_handler/index.ts', source);
  writeHandler(folder, 'audio_processor/index.ts', `${source}export const extra = 1;\n`);
  return folder;
}

function writeHandler(folder: string, path: string, source: string): void {
  writeFileSync(join(folder, 'handlers', path), source);
}

async function bundle(folder: string, sourceMaps = false) {
  const result = await bundleHandlers({
    projectRoot: folder,
    ownHandlers: undefined,
    runtime: 'nodejs22.x',
    sourceMaps,
  });
  if (!result.ok) throw new Error(result.diagnostics.map(printDiagnostic).join('\n'));
  return result.value;
}

const unpack = (contents: Uint8Array | undefined) => unzipSync(contents ?? new Uint8Array());

describe('bundleHandlers', () => {
  it('makes one zip per function with the code and its licences', async () => {
    const { files, functions } = await bundle(projectRoot);
    expect(files.map(({ path }) => path)).toEqual([
      'lambda/webhook_handler.zip',
      'lambda/audio_processor.zip',
    ]);
    expect(functions[0]?.zipBytes).toBe(files[0]?.contents.length);
    const members = unpack(files[0]?.contents);
    expect(Object.keys(members)).toEqual(['THIRD-PARTY-NOTICES.txt', 'index.js']);
    expect(functions[0]?.sourceBytes).toBe(members['index.js']?.length);
    const notices = Buffer.from(members['THIRD-PARTY-NOTICES.txt'] ?? []).toString();
    expect(notices).toContain('@aws-sdk/client-sns');
    expect(notices).toContain('TERMS AND CONDITIONS FOR USE, REPRODUCTION, AND DISTRIBUTION');
  });

  it('lets a layer redefine the handler, as tracing layers do', async () => {
    const code = unpack((await bundle(projectRoot)).files[0]?.contents)['index.js'] ?? new Uint8Array();
    const file = join(scratch, 'redefined.cjs');
    writeFileSync(file, code);
    const exported = createRequire(import.meta.url)(file);
    Object.defineProperty(exported, 'handler', { value: () => 'traced' });
    expect(exported.handler()).toBe('traced');
  });

  it('gives the same bytes in another folder, time zone, locale, umask and working directory', async () => {
    const elsewhere = createProject(`quite/another/place-${count}`);
    const script = join(scratch, `bundle-${count}.mjs`);
    // A script, or a binary where npm ran esbuild's install script.
    execFileSync(join(repository, 'node_modules/.bin/esbuild'), [
      ...[join(repository, 'generator/bundle/bundle-handlers.ts'), `--outfile=${script}`],
      ...['--bundle', '--platform=node', '--format=esm', '--packages=external', '--log-level=error'],
    ]);
    symlinkSync(join(repository, 'node_modules'), join(scratch, 'node_modules'));
    const code = `process.umask(0o077); const { bundleHandlers } = await import(${JSON.stringify(script)});
      const r = await bundleHandlers({ projectRoot: ${JSON.stringify(elsewhere)}, runtime: 'nodejs22.x', sourceMaps: false });
      process.stdout.write(Buffer.concat(r.value.files.map((f) => f.contents)).toString('base64'));`;
    const output = execFileSync(process.execPath, ['--input-type=module', '-e', code], {
      cwd: '/',
      env: { ...process.env, TZ: 'Pacific/Kiritimati', LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8' },
      encoding: 'utf8',
    });
    const here = await bundle(projectRoot);
    // Compared as a boolean: a failure should not print both archives.
    expect(output === Buffer.concat(here.files.map(({ contents }) => contents)).toString('base64')).toBe(
      true,
    );
  });

  it.each([
    ['nodejs22.x', 'node22'],
    ['nodejs24.x', 'node24'],
  ])('writes for the Node.js of %s', async (runtime, target) => {
    expect(
      createBuildOptions({ projectRoot, ownHandlers: undefined, runtime, sourceMaps: false }).target,
    ).toBe(target);
    const result = await bundleHandlers({ projectRoot, ownHandlers: undefined, runtime, sourceMaps: false });
    expect(result.ok && result.value.files).toHaveLength(2);
  });

  it('changes only the zip of the handler that changed', async () => {
    const before = await bundle(projectRoot);
    writeHandler(projectRoot, 'audio_processor/index.ts', 'export const handler = () => 2;\n');
    const after = await bundle(projectRoot);
    const changed = after.files.filter(
      ({ contents }, i) =>
        !before.files[i]?.contents || Buffer.compare(contents, before.files[i].contents) !== 0,
    );
    expect(changed.map(({ path }) => path)).toEqual(['lambda/audio_processor.zip']);
  });

  it('puts a source map with the sources beside the code when asked', async () => {
    const { files } = await bundle(projectRoot, true);
    const members = unpack(files[0]?.contents);
    const map = JSON.parse(Buffer.from(members['index.js.map'] ?? []).toString());
    const index = map.sources.findIndex((source: string) =>
      source.endsWith('handlers/webhook_handler/index.ts'),
    );
    expect(map.sourcesContent[index]).toContain('new SNSClient');
    expect(JSON.stringify(map.sources)).not.toContain(projectRoot);
    expect(Buffer.from(members['index.js'] ?? []).toString()).toContain('sourceMappingURL=index.js.map');
  });

  it('reports where a handler does not build, for every problem', async () => {
    writeHandler(projectRoot, 'webhook_handler/index.ts', "const é = '😀'; import './missing.ts';\n");
    writeHandler(projectRoot, 'audio_processor/index.ts', '\n  export const = 1;\n');
    const result = await bundleHandlers({
      projectRoot,
      ownHandlers: undefined,
      runtime: 'nodejs22.x',
      sourceMaps: false,
    });
    expect(result.ok ? [] : result.diagnostics.map(printDiagnostic).sort()).toEqual([
      'handlers/audio_processor/index.ts:2:16: error SONO401: Expected identifier but found "="',
      'handlers/webhook_handler/index.ts:1:24: error SONO401: Could not resolve "./missing.ts"',
    ]);
  });
});

describe('own handlers', () => {
  const build = (root: string) =>
    bundleHandlers({
      projectRoot: repository,
      ownHandlers: { root, folder: 'src/own' },
      runtime: 'nodejs22.x',
      sourceMaps: false,
    });

  function writeOwn(source: string, modules: 'with' | 'without' = 'with'): string {
    const root = join(scratch, `own-${count}`);
    for (const name of ['webhook_handler', 'audio_processor']) {
      mkdirSync(join(root, 'src/own', name), { recursive: true });
      writeFileSync(join(root, 'src/own', name, 'index.ts'), source);
    }
    if (modules === 'with') symlinkSync(join(repository, 'node_modules'), join(root, 'node_modules'));
    return root;
  }

  it('have the whole SDK: the class of each error', async () => {
    const root = writeOwn(`import { NoSuchKey, S3ServiceException } from '@aws-sdk/client-s3';
      export const handler = async () => new NoSuchKey({ message: 'x', $metadata: {} }) instanceof S3ServiceException;\n`);
    const result = await build(root);
    expect(result.ok && result.value.files.map(({ path }) => path)).toEqual([
      'lambda/webhook_handler.zip',
      'lambda/audio_processor.zip',
    ]);
    const zip = result.ok ? result.value.files[0]?.contents : undefined;
    writeFileSync(join(root, 'index.cjs'), unpack(zip)['index.js'] ?? '');
    const code = `require(${JSON.stringify(join(root, 'index.cjs'))}).handler().then(console.log)`;
    expect(execFileSync(process.execPath, ['-e', code], { encoding: 'utf8' })).toBe('true\n');
    // The second build is the cached one; an edit starts another.
    const again = await build(root);
    expect(again).toEqual(result);
    writeFileSync(join(root, 'src/own/webhook_handler/index.ts'), 'export const handler = async () => 1;\n');
    expect(await build(root)).not.toEqual(result);
  });

  it('report a package that is not installed once', async () => {
    const root = writeOwn("import 'left-pad';\nexport const handler = async () => 1;\n", 'without');
    const result = await build(root);
    expect(result.ok ? [] : result.diagnostics.map(printDiagnostic)).toEqual([
      expect.stringMatching(
        /^src\/own\/.*: error SONO401: .*\n.*npm install --save-dev --save-exact left-pad/,
      ),
    ]);
  });
});

describe('credentials inside a bundle', () => {
  let bundlePath = '';

  beforeEach(async () => {
    const { files } = await bundle(projectRoot);
    bundlePath = join(projectRoot, 'index.cjs');
    writeFileSync(bundlePath, unpack(files[0]?.contents)['index.js'] ?? '');
  });

  function readAccessKey(env: Record<string, string>): SpawnSyncReturns<string> {
    const code = `require(${JSON.stringify(bundlePath)}).handler().then(console.log)`;
    const base = { PATH: process.env.PATH ?? '', HOME: projectRoot, AWS_EC2_METADATA_DISABLED: 'true' };
    return spawnSync(process.execPath, ['-e', code], { env: { ...base, ...env }, encoding: 'utf8' });
  }

  it('come from the environment', () => {
    expect(readAccessKey({ AWS_ACCESS_KEY_ID: 'AKENV', AWS_SECRET_ACCESS_KEY: 's' }).stdout).toBe('AKENV\n');
  });

  it.each([
    ['static keys', '[local]\naws_access_key_id = AKFILE\naws_secret_access_key = s\n', 'AKFILE'],
    [
      'a process',
      `[local]\ncredential_process = echo '{"Version":1,"AccessKeyId":"AKPROC","SecretAccessKey":"s"}'\n`,
      'AKPROC',
    ],
  ])('come from a profile with %s, before the environment', (_, credentialsFile, expected) => {
    mkdirSync(join(projectRoot, '.aws'));
    writeFileSync(join(projectRoot, '.aws', 'credentials'), credentialsFile);
    const env = { AWS_PROFILE: 'local', AWS_ACCESS_KEY_ID: 'AKENV', AWS_SECRET_ACCESS_KEY: 's' };
    expect(readAccessKey(env).stdout).toBe(`${expected}\n`);
  });

  it('come from the default profile when the environment has none', () => {
    mkdirSync(join(projectRoot, '.aws'));
    const file = '[default]\naws_access_key_id = AKDEFAULT\naws_secret_access_key = s\n';
    writeFileSync(join(projectRoot, '.aws', 'credentials'), file);
    expect(readAccessKey({}).stdout).toBe('AKDEFAULT\n');
  });

  it('come from the container endpoint', async () => {
    const token = 'secret-token';
    const server = createServer((request, response) => {
      const allowed = request.headers.authorization === token;
      const Expiration = new Date(Date.now() + 3_600_000).toISOString();
      const body = { AccessKeyId: 'AKBOX', SecretAccessKey: 's', Token: 't', Expiration };
      response.writeHead(allowed ? 200 : 403).end(JSON.stringify(body));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const code = `require(${JSON.stringify(bundlePath)}).handler().then(console.log)`;
    const { execa } = await import('execa');
    const { stdout } = await execa(process.execPath, ['-e', code], {
      extendEnv: false,
      env: {
        AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://127.0.0.1:${port}/credentials`,
        AWS_CONTAINER_AUTHORIZATION_TOKEN: token,
      },
    });
    server.close();
    expect(stdout).toBe('AKBOX');
  });
});

function printDiagnostic(diagnostic: Diagnostic): string {
  const readSource = (): undefined => undefined;
  return formatDiagnostics([diagnostic], { format: 'text', colour: false, readSource }).trimEnd();
}
