// npm run screenshots: makes the pictures of docs/images/, every view of the local system in light and dark.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { PROJECT_ROOT } from '../support/deployment/generated-tree.ts';
import { launchBrowser, openPage, openView } from './browser.ts';
import { makeDeadLetter, sendSample, startDemoSystem, uploadTo } from './demo-system.ts';
import { toPalettePng } from './palette-png.ts';

const FOLDER = join(PROJECT_ROOT, 'docs', 'images');
const SIZE = { width: 1200, height: 760 };
const VIEWS = ['recordings', 'events', 'sessions', 'queues', 'deliveries', 'logs', 'metrics', 'faults'];
/** With a list whose first row is selected. */
const WITH_ROWS = ['recordings', 'events', 'sessions', 'deliveries', 'logs'];

const system = await startDemoSystem();
const browser = await launchBrowser();
mkdirSync(FOLDER, { recursive: true });
try {
  await fill();
  for (const colorScheme of ['light', 'dark'] as const) {
    const { page } = await openPage(browser, system.url, { viewport: SIZE, colorScheme });
    await take(page, `overview-${colorScheme}`, moveSomething);
    for (const view of VIEWS) {
      await openView(page, view);
      await page.locator('.message').waitFor({ state: 'detached' });
      if (WITH_ROWS.includes(view)) await page.locator('main .row').first().click();
      await page.getByText('Loading').first().waitFor({ state: 'detached' });
      await page.mouse.move(0, 0);
      await page.waitForTimeout(500);
      await take(page, `${view}-${colorScheme}`);
    }
    await page.context().close();
  }
} finally {
  await browser.close();
  await system.stop();
}

async function fill(): Promise<void> {
  const { page } = await openPage(browser, system.url, { viewport: SIZE });
  for (const score of [0.04, 0.11, 0.58, 0.93, 0.97])
    await uploadTo(page, `call-${score}.wav`, `sess_call_${score * 100}`, 1 + score);
  for (const name of ['mfa.completed', 'sar.filed', 'deepfake.failed', 'deepfake.completed'])
    await sendSample(page, name);
  await sendSample(page, 'mfa.completed', 'Forged');
  await sendSample(page, 'deepfake.completed');
  await makeDeadLetter(system);
  await openView(page, 'recordings');
  await page.getByRole('link', { name: /0\.97.*processed/ }).waitFor();
  await page.context().close();
}

/** So that the picture shows dots. */
async function moveSomething(page: Page): Promise<void> {
  await openView(page, 'overview');
  for (let time = 0; time < 3; time += 1) await page.getByRole('button', { name: 'Upload a tone' }).click();
  await page.getByRole('button', { name: 'Send a sample event' }).click();
  await page.waitForTimeout(700);
}

async function take(page: Page, name: string, prepare?: (page: Page) => Promise<void>): Promise<void> {
  await prepare?.(page);
  writeFileSync(join(FOLDER, `page-${name}.png`), toPalettePng(await page.screenshot()));
}
