import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { measureSubjects } from './measure-process.ts';

const scratch = mkdtempSync(join(tmpdir(), 'bench-test-'));

afterAll(() => rmSync(scratch, { recursive: true }));

describe('the stopwatch', () => {
  const burn = (milliseconds: number): string =>
    `while (process.cpuUsage().user < ${milliseconds * 1000}) for (let i = 0; i < 1e6; i += 1);`;

  it('counts the CPU of a process and of what it starts, orphans included', async () => {
    const orphan = `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(burn(300))}], { stdio: 'ignore' }).unref(); ${burn(350)}`;
    const [alone, both] = [burn(350), orphan].map((code) => ({
      name: code,
      command: [process.execPath, '-e', code] as const,
      cwd: scratch,
    }));
    if (alone === undefined || both === undefined) throw new Error('no subjects');
    const measured = await measureSubjects([alone, both], 1);
    const [first, second] = [...measured.values()];
    expect(first?.wallSeconds).toBeGreaterThan(0.35);
    if (process.platform !== 'linux') return;
    expect(first?.cpuSeconds).toBeGreaterThan(0.2);
    expect(second?.cpuSeconds).toBeGreaterThan((first?.cpuSeconds ?? 0) + 0.1);
    expect(first?.peakMb).toBeGreaterThan(10);
  });

  it('prepares every run, gives it its environment, and tells of one that fails', async () => {
    let prepared = 0;
    const subject = {
      name: 'failing',
      command: [process.execPath, '-e', 'console.error(process.env.WHY); process.exit(3)'] as const,
      cwd: scratch,
      env: { WHY: 'because' },
      prepare: () => {
        prepared += 1;
      },
    };
    await expect(measureSubjects([subject], 1)).rejects.toThrow('failing failed with 3:\nbecause');
    expect(prepared).toBe(1);
  });
});
