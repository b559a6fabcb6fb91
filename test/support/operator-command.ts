// Runs operators' commands as separate processes.
import { join } from 'node:path';
import { execa } from 'execa';
import { PROJECT_ROOT } from './deployment/generated-tree.ts';

export interface CommandRun {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Standard input; empty unless given. */
  readonly input?: string;
  /** The working directory; the project unless given. */
  readonly cwd?: string;
}

/** Excludes the developer's own environment. */
export const NOBODYS: Readonly<Record<string, string | undefined>> = {
  AWS_PROFILE: undefined,
  AWS_SESSION_TOKEN: undefined,
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  TF_VAR_sonotheia_api_key: undefined,
  TF_VAR_webhook_secret: undefined,
  TF_WORKSPACE: undefined,
  TF_DATA_DIR: undefined,
  NODE_NO_WARNINGS: '1',
  NO_COLOR: '1',
};

/** The command line of `npx sonotheia <script> …`. */
export function listWords(script: string, argv: readonly string[]): string[] {
  return [process.execPath, join(PROJECT_ROOT, 'generator/main.mjs'), script, ...argv];
}

/** Runs `npx sonotheia <script> …` to its end; any exit code is a result. */
export async function runOperator(
  script: string,
  argv: readonly string[],
  { env = {}, input = '', cwd = PROJECT_ROOT }: CommandOptions = {},
): Promise<CommandRun> {
  const [node = '', ...words] = listWords(script, argv);
  const { exitCode, stdout, stderr } = await execa(node, words, {
    cwd,
    env: { ...NOBODYS, ...env },
    input,
    reject: false,
  });
  return { exitCode, stdout, stderr };
}

/** The terminal output when `typed` is entered, one line per question; `\u0003` is Ctrl-C. */
export async function runInTerminal(
  script: string,
  argv: readonly string[],
  typed: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<{ readonly exitCode: number | undefined; readonly shown: string }> {
  return await typeInTerminal(listWords(script, argv), typed, {
    cwd: PROJECT_ROOT,
    env: { ...NOBODYS, ...env },
  });
}

/** The terminal output of any command; see `runInTerminal`. Needs Python. */
export async function typeInTerminal(
  words: readonly string[],
  typed: readonly string[],
  options: { readonly cwd: string; readonly env?: Readonly<Record<string, string | undefined>> },
): Promise<{ readonly exitCode: number | undefined; readonly shown: string }> {
  const { cwd, env = {} } = options;
  const python = ['-c', PTY, JSON.stringify(words), ...typed];
  const { exitCode, stdout } = await execa('python3', python, { cwd, env, reject: false });
  return { exitCode, shown: stdout };
}

/** Enters the next line when the last line of the screen ends like a question. */
const PTY = `
import json, os, pty, re, sys, time
words, typed = json.loads(sys.argv[1]), sys.argv[2:]
child, terminal = pty.fork()
if child == 0:
    os.execvp(words[0], words)
shown, answered = b"", 0
while True:
    try:
        some = os.read(terminal, 4096)
    except OSError:
        break
    if not some:
        break
    shown += some
    line = re.sub(rb"\\x1b\\[[0-9;]*[A-Z]", b"", shown[answered:])
    if typed and line.rstrip(b" ").endswith(b":") and line.endswith(b" "):
        answered = len(shown)
        time.sleep(0.2)
        line = typed.pop(0)
        os.write(terminal, line.encode() + (b"" if line in ("\\x03", "\\x04") else b"\\r"))
_, status = os.waitpid(child, 0)
sys.stdout.buffer.write(shown)
sys.exit(os.waitstatus_to_exitcode(status) & 255)
`;
