// Runs the steps of `scripts/workflow` as separate processes, with a local GitHub API and files on disk.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterEach, beforeEach } from 'vitest';
import { GITHUB_TOKEN, GithubStandIn } from './github-stand-in.ts';

const MAIN = fileURLToPath(new URL('../../../scripts/workflow/main.mjs', import.meta.url));

export interface ScriptResult {
  readonly exitCode: number | undefined;
  /** Both streams. */
  readonly log: string;
  readonly output: string;
  readonly summary: string;
}

export interface Report {
  readonly status: string;
  readonly text?: string;
  readonly losses?: readonly string[];
  readonly counts?: Readonly<Record<string, unknown>>;
}

const COUNTS = { import: 0, add: 3, change: 1, destroy: 0, forget: 0 };

/** The outputs of a plan job for later jobs. */
export function makeReport(environment: string, { status, text, losses, counts }: Report): object {
  return {
    environment,
    status,
    text: text ?? `plan of ${environment}`,
    losses: losses ?? [],
    counts: counts ?? COUNTS,
  };
}

/** A new working folder and a new GitHub for each test. */
class ScriptRoom {
  folder = '';
  github!: GithubStandIn;

  path(...names: string[]): string {
    return join(this.folder, ...names);
  }

  write(name: string, contents: string | Buffer): void {
    mkdirSync(join(this.folder, name, '..'), { recursive: true });
    writeFileSync(this.path(name), contents);
  }

  read(name: string): string {
    return readFileSync(this.path(name), 'utf8');
  }

  /** As the artifact of an environment is unpacked. */
  writeReport(environment: string, contents: Report | string): void {
    const text = typeof contents === 'string' ? contents : JSON.stringify(makeReport(environment, contents));
    this.write(`reports/${environment}/plan-report-${environment}.json`, text);
  }

  async run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<ScriptResult> {
    for (const name of ['output', 'summary']) this.write(name, '');
    const { exitCode, all } = await execa(process.execPath, [MAIN, ...args], {
      cwd: this.folder,
      reject: false,
      all: true,
      env: {
        GITHUB_API_URL: this.github.url,
        GITHUB_SERVER_URL: 'https://github.com',
        GITHUB_REPOSITORY: 'acme/voice',
        GITHUB_RUN_ID: '42',
        GITHUB_TOKEN,
        GITHUB_OUTPUT: this.path('output'),
        GITHUB_STEP_SUMMARY: this.path('summary'),
        PULL_REQUEST: '7',
        PULL_REQUEST_HEAD: 'pr-head',
        ...env,
      },
    });
    return { exitCode, log: all, output: this.read('output'), summary: this.read('summary') };
  }
}

/** Created before each test of the file, and removed after it. */
export function useScriptRoom(): ScriptRoom {
  const room = new ScriptRoom();
  beforeEach(async () => {
    room.folder = mkdtempSync(join(tmpdir(), 'workflow-'));
    room.github = await GithubStandIn.start();
  });
  afterEach(() => {
    room.github.stop();
    rmSync(room.folder, { recursive: true, force: true });
  });
  return room;
}
