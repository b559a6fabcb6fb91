import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { type ChangedFile, type ChangePlan, describePlan, isUpToDate } from './change-plan.ts';
import { readChanges } from './file-changes.ts';

const scratch = mkdtempSync(join(tmpdir(), 'plan-'));

afterAll(() => rmSync(scratch, { recursive: true }));

const file = (path: string) => ({ path, contents: Buffer.from(`new ${path}`) });
const changed = (path: string, before: ChangedFile['before'] = 'generated') => ({
  ...file(path),
  hashBefore: '',
  before,
});
const UP_TO_DATE: ChangePlan = {
  files: [file('a'), file('b')],
  create: [],
  change: [],
  delete: [],
  same: ['a', 'b'],
  manifest: undefined,
  interrupted: false,
  conflicts: [],
  warnings: [],
};
const BUSY: ChangePlan = {
  ...UP_TO_DATE,
  create: [file('z'), file('m')],
  change: [changed('b'), changed('c', 'edited'), changed('e', 'in conflict')],
  delete: [{ path: 'd', hashBefore: '' }],
  same: ['a'],
  manifest: Buffer.from('x'),
  interrupted: true,
};

it.each<[string, Partial<ChangePlan>]>([
  ['creates', { create: BUSY.create }],
  ['changes', { change: BUSY.change }],
  ['deletes', { delete: BUSY.delete }],
  ['creates and changes as many', { create: [file('x')], change: [changed('y')] }],
  ['changes and deletes as many', { change: [changed('y')], delete: BUSY.delete }],
  ['renews the manifest', { manifest: BUSY.manifest }],
  ['removes the manifest', { manifest: null }],
  ['has an interrupted run to heal', { interrupted: true }],
])('a plan that %s is not up to date', (_, difference) => {
  expect(isUpToDate({ ...UP_TO_DATE, ...difference })).toBe(false);
});

it('a plan without work is up to date', () => {
  expect(isUpToDate(UP_TO_DATE)).toBe(true);
});

it('describes each changed file, and counts', () => {
  expect(describePlan(BUSY)).toEqual([
    'created z',
    'created m',
    'changed b',
    'changed c (had local edits)',
    'changed e (its merge conflict is resolved)',
    'deleted d',
    '2 created, 3 changed, 1 deleted, 1 same',
  ]);
});

it('reads both sides of each, in the order of paths', () => {
  mkdirSync(join(scratch, 'out'));
  for (const path of ['b', 'c', 'd', 'e']) writeFileSync(join(scratch, 'out', path), `old ${path}`);
  const changes = readChanges(BUSY, join(scratch, 'out')).map(({ path, before, after }) => [
    path,
    before?.toString(),
    after?.toString(),
  ]);
  expect(changes).toEqual([
    ['b', 'old b', 'new b'],
    ['c', 'old c', 'new c'],
    ['d', 'old d', undefined],
    ['e', 'old e', 'new e'],
    ['m', undefined, 'new m'],
    ['z', undefined, 'new z'],
  ]);
});
