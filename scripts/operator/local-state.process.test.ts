// Terraform treats an empty state file as no state, and would create everything again.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { Problem } from '../../generator/command-line/problem.ts';
import { refuseTornState } from './local-state.ts';
import type { Place } from './terraform-command.ts';

const outDir = mkdtempSync(join(tmpdir(), "state 'torn' "));
const folder = join(outDir, 'terraform.tfstate.d', 'dev');
const file = join(folder, 'terraform.tfstate');
const place = { spec: { backend: 'local' } as Place['spec'], outDir };
mkdirSync(folder, { recursive: true });
afterAll(() => rmSync(outDir, { recursive: true }));

const explain = (workspace: string): Problem['text'] | undefined => {
  try {
    refuseTornState(place, workspace);
    return undefined;
  } catch (error) {
    if (error instanceof Problem) return error.text;
    throw error;
  }
};

test('accepts no state and a complete one', () => {
  expect(explain('dev')).toBeUndefined();
  writeFileSync(file, '{"version": 4}');
  expect(explain('dev')).toBeUndefined();
  expect(explain('default')).toBeUndefined();
});

test.each(['', '{"version": 4, "terra'])(
  '%j is refused, and the command brings the one before back',
  (torn) => {
    rmSync(`${file}.backup`, { force: true });
    writeFileSync(file, torn);
    expect(explain('dev')?.fix).toContain('rm ');
    writeFileSync(`${file}.backup`, '{"version": 4, "serial": 7}');
    const command = /^(cp .*), the state from before/.exec(explain('dev')?.fix ?? '')?.[1] ?? 'false';
    execFileSync('sh', ['-c', command]);
    expect(readFileSync(file, 'utf8')).toContain('"serial": 7');
    expect(explain('dev')).toBeUndefined();
  },
);
