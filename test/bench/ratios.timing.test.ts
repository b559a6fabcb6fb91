// The time of a generation beside esbuild alone, in turn and on the same machine.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { measureSubjects } from './measure-process.ts';
import { createSubjects, EDITED, LIMIT, nameCold, nameUnchanged } from './subjects.ts';

const projectRoot = join(import.meta.dirname, '..', '..');
const scratch = mkdtempSync(join(tmpdir(), 'ratios-'));
/** The machine has other work while it is measured. */
const TOLERANCE = 1.5;

afterAll(() => rmSync(scratch, { recursive: true }));

test('an edit of the spec costs less than esbuild alone, a run without changes less still', async () => {
  const measured = await measureSubjects(await createSubjects(projectRoot, scratch, [1]), 5);
  const ratio = (name: string): number =>
    (measured.get(name)?.wallSeconds ?? Number.NaN) / (measured.get(LIMIT)?.wallSeconds ?? Number.NaN);
  expect(ratio(nameUnchanged(1))).toBeLessThan(0.4 * TOLERANCE);
  expect(ratio(EDITED)).toBeLessThan(0.6 * TOLERANCE);
  expect(ratio(nameCold(1))).toBeLessThan(1.6 * TOLERANCE);
});
