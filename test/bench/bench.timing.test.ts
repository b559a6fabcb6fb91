import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createZip } from '../../generator/bundle/zip.ts';
import { drawBars } from './chart.ts';
import { measureZip } from './functions.ts';
import { measureSubjects, median } from './measure-process.ts';
import { describePeer, PEERS } from './peers.ts';
import { createBodies } from './webhook-bodies.ts';

const scratch = mkdtempSync(join(tmpdir(), 'bench-test-'));

afterAll(() => rmSync(scratch, { recursive: true }));

describe('the stopwatch', () => {
  const burn = (milliseconds: number): string => `while (process.cpuUsage().user < ${milliseconds * 1000});`;

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

  it('takes the middle value', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([])).toBeNaN();
  });
});

it('measures a packed function as a fresh process loads it', () => {
  const contents = Buffer.from(
    'const end = performance.now() + 20; while (performance.now() < end); exports.handler = 1;',
  );
  const measured = measureZip('slow', createZip([{ name: 'folder/index.js', contents }]), scratch);
  expect(measured.codeKb).toBe(contents.length / 1000);
  expect(measured.loadMs).toBeGreaterThan(20);
  expect(() => measureZip('empty', createZip([{ name: 'a.txt', contents }]), scratch)).toThrow('no script');
});

it('describes each peer as a first run and as one without changes', () => {
  for (const peer of PEERS) {
    const [cold, again] = describePeer(peer, join(scratch, peer.folder));
    expect([cold.name, again.name]).toEqual([`${peer.name}, cold`, `${peer.name}, again`]);
    expect([cold.command, again.prepare]).toEqual([again.command, undefined]);
    expect(() => cold.prepare?.()).not.toThrow();
  }
});

it('makes webhooks that differ in their event, ten to a session', () => {
  const events = createBodies(20).map((body) => JSON.parse(body));
  expect(new Set(events.map(({ event_id }) => event_id)).size).toBe(20);
  expect(new Set(events.map(({ data }) => data.session_id)).size).toBe(2);
});

it('draws bars in proportion, and text that is text', () => {
  const svg = drawBars('a < b', [
    { label: 'one & only', value: 2, note: '2 s', isOwn: true },
    { label: 'other', value: 1, note: '1 s', isOwn: false },
  ]);
  const [own, other] = [...svg.matchAll(/<rect [^>]*width="([\d.]+)"/g)].map(([, width]) => Number(width));
  expect(own).toBeCloseTo(2 * (other ?? 0), 0);
  expect(svg).toContain('one &amp; only');
  expect(svg).toContain('a &lt; b');
});
