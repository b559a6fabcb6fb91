// The page on the local system: from a file and an event to the session, the subscribers, the dead letter and back.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CHROMIUM, describeWithTools } from '../support/required-tools.ts';
import { launchBrowser, type OpenPage, openPage, openView } from './browser.ts';
import {
  type DemoSystem,
  makeDeadLetter,
  sendSample,
  setFault,
  startDemoSystem,
  uploadTo,
} from './demo-system.ts';

/** Of the sample `deepfake.completed`. */
const SAMPLE_SESSION = 'sess_abc123def456';

describeWithTools('the page of npx sonotheia local', [CHROMIUM], () => {
  let browser: Awaited<ReturnType<typeof launchBrowser>>;
  let system: DemoSystem;
  let opened: OpenPage;
  beforeAll(async () => {
    [browser, system] = await Promise.all([launchBrowser(), startDemoSystem()]);
    opened = await openPage(browser, system.url);
  });
  afterAll(async () => {
    await browser?.close();
    await system?.stop();
  });

  it('analyses a recording, files it, plays it and shows its session', async () => {
    const { page } = opened;
    await uploadTo(page, 'call-0.93.wav', 'sess_call');
    const row = page.getByRole('link', { name: /incoming\/call-0\.93\.wav.*processed.*0\.93.*high risk/ });
    await row.click();
    await page.getByText(/^processed\//).waitFor();
    await page.getByRole('button', { name: 'Play' }).click();
    await expect.poll(() => page.evaluate('document.querySelector("audio")?.duration')).toBe(2);
    await page.getByRole('link', { name: 'sess_call', exact: true }).click();
    await page.getByRole('article', { name: 'audio.processed' }).getByText('Item').click();
    const item = page.getByLabel('Item of audio.processed');
    await item.getByText('"score": 0.93').waitFor();
    await item.getByText(/"timestamp": \d+\.\d{20,}/).waitFor();
  });

  it('answers events and says why', async () => {
    const { page } = opened;
    await sendSample(page, 'deepfake.completed');
    await page.getByRole('link', { name: /deepfake\.completed.*200.*stored and announced/ }).click();
    await page.getByRole('button', { name: 'Replay byte for byte' }).click();
    await page.getByRole('link', { name: /200.*in the table already/ }).waitFor();
    await sendSample(page, 'mfa.completed', 'Forged');
    await page
      .getByRole('link', { name: /mfa\.completed.*401.*neither the current nor the previous/ })
      .waitFor();
    await page.getByLabel('Body').fill('not JSON');
    await page.getByLabel('Signed').first().check();
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByRole('link', { name: /400.*no JSON object/ }).waitFor();
  });

  it('shows who got a result, and which filter kept it back', async () => {
    const { page } = opened;
    await sendSample(page, 'mfa.completed');
    await openView(page, 'deliveries');
    await page.getByRole('link', { name: /audio\.processed to fraud-desk.*delivered/ }).waitFor();
    await page.getByRole('link', { name: /mfa\.completed to case-store.*delivered/ }).waitFor();
    await page.getByRole('link', { name: /mfa\.completed to fraud-desk.*kept back/ }).click();
    await page.getByRole('region', { name: 'Message' }).getByText('"event_type"').waitFor();
  });

  it('shows a dead letter, rings, and tries it again', async () => {
    const { page } = opened;
    await makeDeadLetter(system);
    await openView(page, 'queues');
    const letters = page.getByRole('region', { name: 'acme-voice-audio-dlq-dev' });
    await letters.getByText('malformed').waitFor();
    await openView(page, 'faults');
    await page.getByRole('button', { name: 'Let 15 minutes pass' }).click();
    await openView(page, 'metrics');
    await page.getByText('ALARM', { exact: true }).first().waitFor();
    await openView(page, 'queues');
    await letters.getByRole('button', { name: 'Redrive', exact: false }).last().click();
    await page.getByRole('status').getByText('One message was moved back.').waitFor();
    // It is as wrong as before.
    await letters.getByText('malformed').waitFor();
  });

  it('keeps a recording in the queue while the API is down', async () => {
    const { page } = opened;
    await setFault(page, 'Answer of the Sonotheia API', '401');
    await uploadTo(page, 'early.wav');
    await openView(page, 'queues');
    await page.getByRole('region', { name: 'acme-voice-audio-dev' }).getByText('early.wav').first().waitFor();
    await setFault(page, 'Answer of the Sonotheia API', 'score');
    await page.getByRole('button', { name: 'Let 15 minutes pass' }).click();
    await openView(page, 'recordings');
    await page.getByRole('link', { name: /incoming\/early\.wav.*processed.*0\.12/ }).waitFor();
  });

  it('forgets a session by its id, and what comes later of it', async () => {
    const { page } = opened;
    await openView(page, 'sessions');
    const row = page.getByRole('link', { name: SAMPLE_SESSION });
    await row.click();
    await page.getByRole('button', { name: 'Forget …' }).click();
    const panel = page.getByRole('region', { name: 'Forget' });
    await panel.getByText('events: 1').waitFor();
    await panel.getByText('Cannot be erased').waitFor();
    await page.getByRole('button', { name: 'Forget for good' }).click();
    await page.getByLabel(`Type ${SAMPLE_SESSION} to confirm`).fill('dev');
    expect(await page.getByRole('button', { name: 'Confirm' }).isDisabled()).toBe(true);
    await page.getByLabel(`Type ${SAMPLE_SESSION} to confirm`).fill(SAMPLE_SESSION);
    await page.keyboard.press('Enter');
    await panel.getByText(/Forgotten \(events: 1, entries: \d, recordings: 0, messages: 0\)/).waitFor();
    await row.waitFor({ state: 'detached' });
    await page.getByRole('article').waitFor({ state: 'detached' });
    await openView(page, 'events');
    await page.getByRole('link', { name: /200.*in the table already/ }).click();
    await page.getByRole('button', { name: 'Replay byte for byte' }).click();
    await page.getByRole('link', { name: /200.*was forgotten: the event is acknowledged/ }).waitFor();
    await openView(page, 'sessions');
    await page.getByRole('link', { name: 'sess_call' }).waitFor();
    expect(await row.count()).toBe(0);
    opened.complaints.splice(0).forEach((text) => {
      expect(text).toContain('404');
    });
  });

  it('logs and counts all of it, and complained about nothing', async () => {
    const { page, complaints } = opened;
    await openView(page, 'logs');
    await page.getByPlaceholder('Search log lines').fill('Webhook refused');
    await page.getByRole('link', { name: 'Webhook refused' }).first().waitFor();
    await expect.poll(() => page.getByRole('link', { name: 'Webhook accepted' }).count()).toBe(0);
    await openView(page, 'metrics');
    await page
      .getByRole('img', { name: /^Invocations: \d+ in the last hour$/ })
      .first()
      .waitFor();
    expect(complaints).toEqual([]);
  });
});
