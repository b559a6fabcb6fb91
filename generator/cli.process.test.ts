// The command line as a separate process: streams, terminals, pipes and signals.
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { typeInTerminal } from '../test/support/operator-command.ts';
import { describeWithTools, PYTHON, SCRIPT } from '../test/support/required-tools.ts';

const MAIN = fileURLToPath(new URL('main.mjs', import.meta.url));
const SPEC = 'project_name: acme-voice\nenvironments:\n  dev: { regions: [us-east-1] }\n';
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cli-'));
  writeFileSync(join(folder, 'sonotheia.config.yaml'), SPEC);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const run = (...args: string[]) => execa(process.execPath, [MAIN, ...args], { cwd: folder, reject: false });

test('generates; reports errors on stderr and with its exit code', async () => {
  expect(await run()).toMatchObject({
    exitCode: 0,
    stderr: '',
    stdout: expect.stringContaining('45 created'),
  });
  writeFileSync(join(folder, 'sonotheia.config.yaml'), 'project_name: A\n');
  expect(await run('validate')).toMatchObject({
    exitCode: 1,
    stdout: '',
    stderr: expect.stringContaining('error SONO206'),
  });
});

describeWithTools('init at a terminal', [PYTHON], () => {
  beforeEach(() => rmSync(join(folder, 'sonotheia.config.yaml')));
  // A dumb terminal gets no control sequences.
  const init = (typed: readonly string[], ...args: string[]) =>
    typeInTerminal([process.execPath, MAIN, 'init', ...args], typed, { cwd: folder, env: { TERM: 'dumb' } });

  test.each([
    ['Ctrl-C at the first question', ['\u0003']],
    ['Ctrl-D at the second one', ['acme-voice', '\u0004']],
  ])('%s cancels, and nothing is written', async (_, typed) => {
    const { exitCode, shown } = await init(typed);
    expect(shown).toContain('cancelled: Nothing was changed.');
    expect([exitCode, readdirSync(folder)]).toEqual([130, []]);
  });

  test('checks each answer at its question, and the next command names the file', async () => {
    const typed = [
      'Acme Voice',
      'acme-voice',
      'dev, dev',
      'dev',
      'us-esat-1',
      'us-west-2',
      'nobody',
      '',
    ].concat(['0', '7', 'UPPER', '', '12', '111122223333']);
    const { exitCode, shown } = await init(typed, '--config', 'other.yaml');
    expect(exitCode).toBe(0);
    for (const question of [
      'Project name',
      'Environments',
      'Regions',
      'E-mail',
      'Days',
      'End of',
      'AWS account of dev',
    ])
      expect(shown.split(question), question).toHaveLength(3);
    expect(shown).toContain('did you mean `us-east-1`?');
    expect(shown).not.toContain('Warning');
    const [, next = ''] = /Next: npx sonotheia generate (.*)/.exec(shown) ?? [];
    expect(await run('generate', ...next.trim().split(' '))).toMatchObject({ exitCode: 0 });
  });

  test('reports an existing spec before the first question', async () => {
    writeFileSync(join(folder, 'sonotheia.config.yaml'), SPEC);
    const { exitCode, shown } = await init([]);
    expect(shown).toMatch(/^sonotheia\.config\.yaml exists already. Nothing was changed\./);
    expect(exitCode).toBe(1);
  });
});

describe.runIf(process.platform !== 'win32')('a spec that is no plain file', () => {
  const shell = (command: string) =>
    execa('bash', ['-c', command.replaceAll('MAIN', `${process.execPath} ${MAIN}`)], {
      cwd: folder,
      reject: false,
      timeout: 60_000,
    });

  test.each([
    ['a pipe from the shell', 'MAIN generate --out trial --config <(cat sonotheia.config.yaml)'],
    ['standard input', 'cat sonotheia.config.yaml | MAIN generate --out trial --config /dev/stdin'],
    ['a slow pipe', '(cat sonotheia.config.yaml; sleep 1) | MAIN generate --out trial --config /dev/stdin'],
    [
      'a link to a file beside it',
      'ln -s sonotheia.config.yaml link; MAIN generate --out trial --config link',
    ],
  ])('%s is read', async (_, command) => {
    expect(await shell(command)).toMatchObject({ exitCode: 0, stderr: '' });
    expect(existsIn('trial/dev.tfvars')).toBe(true);
  });

  test('a mistake in a pipe has a code frame', async () => {
    const { stderr } = await shell('echo "project_name: A" | MAIN validate --config /dev/stdin');
    expect(stderr).toContain('1 | project_name: A\n');
  });

  test.each([
    ['an endless device', 'ln -sf /dev/zero sonotheia.config.yaml', 'SONO100'],
    ['an endless pipe', 'cat /dev/zero | MAIN generate --config /dev/stdin', 'SONO101'],
    ['a named pipe that nobody fills', 'rm sonotheia.config.yaml; mkfifo sonotheia.config.yaml', 'SONO100'],
    ['a folder', 'rm sonotheia.config.yaml; mkdir sonotheia.config.yaml', 'SONO100'],
    ['a private file', `echo 'key: canary' > ../$$; ln -sf ../$$ sonotheia.config.yaml`, 'SONO100'],
    ['a file of 2 MB', 'head -c 2000000 /dev/zero > sonotheia.config.yaml', 'SONO101'],
    ['a device', 'MAIN generate --config /dev/null', 'SONO100'],
    ['a descriptor that is not open', 'MAIN generate --config /dev/fd/77', 'SONO100'],
  ])('%s is refused at once', async (_, command, code) => {
    const { exitCode, stderr, timedOut } = await shell(
      command.includes('MAIN') ? command : `${command}; MAIN`,
    );
    expect([exitCode, timedOut]).toEqual([1, false]);
    expect(stderr).toMatch(new RegExp(`^\\S+:1:1: error ${code}: `));
    expect(stderr).not.toContain('canary');
    expect(existsIn('out/dev.tfvars')).toBe(false);
  });
});

describeWithTools('colour', [SCRIPT], () => {
  const onTerminal = (environment: Record<string, string>) => {
    writeFileSync(join(folder, 'sonotheia.config.yaml'), 'project_name: A\n');
    const { NO_COLOR: _, ...inherited } = process.env;
    // `script` runs a command on a terminal of its own.
    return execa('script', ['-qec', `${process.execPath} ${MAIN} validate`, '/dev/null'], {
      cwd: folder,
      reject: false,
      extendEnv: false,
      env: { ...inherited, TERM: 'xterm', ...environment },
    });
  };

  test('is on at a TTY, unless NO_COLOR or TERM=dumb is set', async () => {
    expect((await onTerminal({})).stdout).toContain('\u001b[1;31merror SONO206');
    for (const environment of [{ NO_COLOR: '1' }, { TERM: 'dumb' }]) {
      const { stdout } = await onTerminal(environment);
      expect(stdout).toContain('error SONO206');
      expect(stdout).not.toContain('\u001b[');
    }
  });
});

test.each(['cost --explain', 'schema', 'generate --diff', 'show'])(
  '%s: the reader may stop early',
  async (args) => {
    const { stdout, stderr } = await execa(
      'bash',
      ['-c', `"$0" "$1" ${args} | head -n 1; echo "exit code \${PIPESTATUS[0]}"`, process.execPath, MAIN],
      { cwd: folder },
    );
    expect(stderr).toBe('');
    expect(stdout).toMatch(/\nexit code 0$/);
  },
);

test.skipIf(!existsSync('/dev/full'))('a full disk behind stdout is one line', async () => {
  const { exitCode, stderr } = await execa(
    'bash',
    ['-c', '"$0" "$1" show > /dev/full', process.execPath, MAIN],
    {
      cwd: folder,
      reject: false,
    },
  );
  expect({ exitCode, stderr }).toEqual({
    exitCode: 1,
    stderr: expect.stringMatching(/^The output cannot be written: ENOSPC.*$/),
  });
});

test('--watch generates at once and again after a change', async () => {
  const watching = execa(process.execPath, [MAIN, '--watch'], { cwd: folder, reject: false });
  try {
    await expect.poll(() => existsIn('out/dev.tfvars'), { timeout: 60_000 }).toBe(true);
    writeFileSync(join(folder, 'sonotheia.config.yaml'), `${SPEC}  qa: { regions: [us-east-1] }\n`);
    await expect.poll(() => existsIn('out/qa.tfvars'), { timeout: 60_000 }).toBe(true);
  } finally {
    watching.kill();
    await watching;
  }
});

function existsIn(path: string): boolean {
  return statSync(join(folder, path), { throwIfNoEntry: false })?.isFile() === true;
}
