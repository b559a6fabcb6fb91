// Every golden case (test/support/golden-cases.ts) against what is expected of it. `npm run test:update` rewrites that;
// read the diff before you commit it. Terraform's opinion of the trees takes minutes: golden.slow.test.ts.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, describe, expect, test } from 'vitest';
import {
  cases,
  generate,
  listExpected,
  readRecord,
  runCase,
  SPEC,
  TESTDATA,
  writeFiles,
} from '../test/support/golden-cases.ts';
import { describeWithTools, TERRAFORM } from '../test/support/required-tools.ts';
import { FIRST_GENERATION } from './lifecycle/check-lifecycle.ts';

const isUpdate = process.env.UPDATE_GOLDEN === '1';
const scratch = mkdtempSync(join(tmpdir(), 'golden-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe('golden cases', () => {
  test.each(cases)('%s', (name) => {
    const { files, diagnostics } = runCase(name);
    const actual = new Map([
      ...files,
      ...(diagnostics === '' ? [] : [['diagnostics.txt', diagnostics] as const]),
    ]);
    if (isUpdate) {
      for (const folder of ['out', '.github'])
        rmSync(join(TESTDATA, name, folder), { recursive: true, force: true });
      rmSync(join(TESTDATA, name, 'diagnostics.txt'), { force: true });
      writeFiles(join(TESTDATA, name), actual);
    }
    const expected = listExpected(name);
    expect([...actual.keys()].sort()).toEqual([...expected.keys()].sort());
    for (const [path, text] of expected) expect(actual.get(path), path).toBe(text);
    expect(runCase(name)).toEqual({ files, diagnostics });
  });

  test.each(cases)('%s: the next generation of the same spec is the same', (name) => {
    const { files } = runCase(name);
    if (files.size === 0) return;
    const next = generate(join(TESTDATA, name, SPEC), { ...FIRST_GENERATION, previous: readRecord(files) });
    expect(next.files).toEqual(files);
  });

  test('there are cases of both kinds', () => {
    const valid = cases.filter((name) => runCase(name).files.size > 0);
    expect(valid.length).toBeGreaterThanOrEqual(10);
    expect(cases.length - valid.length).toBeGreaterThanOrEqual(5);
  });
});

describeWithTools('golden cases', [TERRAFORM], () => {
  test('are formatted as terraform fmt would', async () => {
    const valid = cases.filter((name) => runCase(name).files.size > 0);
    for (const name of valid) writeFiles(join(scratch, 'fmt', name), runCase(name).files);
    const { stdout, exitCode } = await execa(
      'terraform',
      ['fmt', '-check', '-recursive', '-diff', join(scratch, 'fmt')],
      { reject: false },
    );
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 0 });
  });
});
