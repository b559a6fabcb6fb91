// The page in a real browser: what each view does, what it shows of hostile data, keyboard and screen reader, a long day.
import axe from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { CHROMIUM, describeWithTools } from '../support/required-tools.ts';
import { launchBrowser, openPage, openView, startConsole } from './browser.ts';
import { type FakeOptions, FakeSource, HOSTILE } from './fake-source.ts';

const VIEWS = [
  'overview',
  'recordings',
  'events',
  'sessions',
  'queues',
  'deliveries',
  'logs',
  'metrics',
  'faults',
];
const WITHOUT_ROWS = ['overview', 'queues', 'metrics', 'faults'];

describeWithTools('the page in Chromium', [CHROMIUM], () => {
  let browser: Browser;
  const cleanUps: (() => Promise<void>)[] = [];
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0)) await cleanUp();
  });
  afterAll(() => browser.close());

  async function open(options: FakeOptions = {}, context: BrowserContextOptions = {}) {
    const source = new FakeSource(options);
    const server = await startConsole(source);
    const opened = await openPage(browser, server.url, context);
    cleanUps.push(async () => {
      await opened.page.context().close();
      await server.close();
      expect(opened.complaints).toEqual([]);
      expect(server.bugs).toEqual([]);
    });
    return { source, server, ...opened };
  }

  it('uploads a file, a tone and the microphone, and plays one', async () => {
    const { page, source } = await open();
    await openView(page, 'recordings');
    await page.getByText('No recordings').waitFor();
    const buffer = Buffer.from('RIFF');
    await page
      .getByLabel('Drop audio files here')
      .setInputFiles([{ name: 'a call.wav', mimeType: 'audio/wav', buffer }]);
    await page.getByRole('link', { name: 'incoming/a call.wav' }).waitFor();
    await page.getByLabel('Session id').fill('sess_42');
    await page.getByRole('button', { name: 'Make a tone' }).click();
    await page.getByRole('link', { name: 'incoming/tone-440-hz' }).click();
    await page.getByText('processed/tone-440-hz').waitFor();
    await page.getByRole('button', { name: 'Play' }).click();
    await until(page, 'document.querySelector("audio").duration === 2');
    await page.getByRole('button', { name: 'Record from the microphone' }).click();
    const stop = page.getByRole('button', { name: 'Stop and upload' });
    await stop.waitFor();
    await page.waitForTimeout(400);
    await stop.click();
    await page.getByRole('link', { name: 'incoming/microphone-' }).waitFor();
    const [file, tone, recorded] = source.uploads;
    expect([file?.sessionId, tone?.sessionId]).toEqual([undefined, 'sess_42']);
    expect(recorded?.contentType).toBe('audio/wav');
    expect(recorded?.bytes.length).toBeGreaterThan(2_000);
  });

  it('takes dropped files', async () => {
    const { page, source } = await open();
    await openView(page, 'recordings');
    const files = await page.evaluateHandle(`(() => {
      const transfer = new DataTransfer();
      transfer.items.add(new File(['RIFF'], 'dropped.wav', { type: 'audio/wav' }));
      return transfer;
    })()`);
    // Beside the zone: the browser must not open the file in place of the page.
    const isOpened = await page.evaluate(`(() => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(['RIFF'], 'missed.wav'));
      return document.body.dispatchEvent(
        new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
    })()`);
    expect(isOpened).toBe(false);
    await page.locator('.drop').dispatchEvent('drop', { dataTransfer: files });
    await page.getByRole('link', { name: 'incoming/dropped.wav' }).waitFor();
    expect(source.uploads.map(({ name }) => name)).toEqual(['dropped.wav']);
  });

  it('sends an event edited, twice, forged, and again', async () => {
    const { page, source } = await open();
    await openView(page, 'events');
    const body = page.getByRole('textbox', { name: 'Body' });
    await page.getByLabel('Sample').selectOption('mfa.completed');
    await body.fill(`${await body.inputValue()} `);
    await page.getByText('edited', { exact: true }).waitFor();
    await page.getByLabel('Twice').check();
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page
      .getByRole('status')
      .getByText('Answered 200: It is new. Then Answered 200: It is a duplicate.')
      .waitFor();
    await page.getByLabel('Twice').uncheck();
    await page.getByLabel('Forged').check();
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByRole('link', { name: '401 The signature is of another secret.' }).first().click();
    await page.getByRole('button', { name: 'Replay byte for byte' }).click();
    await page.getByRole('status').getByText('Answered 200').waitFor();
    expect(source.sent).toMatchObject([
      { signature: 'valid', times: 2 },
      { signature: 'forged' },
      { replay: 'exchange-2' },
    ]);
  });

  it('shows a session with every digit', async () => {
    const { page } = await open();
    await openView(page, 'sessions');
    await page.getByRole('link', { name: 'sess_00000' }).click();
    await page.getByText('Item', { exact: true }).click();
    await page
      .getByLabel('Item of deepfake.completed')
      .getByText('1767225600.1230123456789012345678901')
      .waitFor();
  });

  it('redrives a dead letter', async () => {
    const { page } = await open();
    await openView(page, 'queues');
    await page.getByRole('button', { name: 'Redrive incoming/broken.wav' }).click();
    await page.getByRole('status').getByText('One message was moved back.').waitFor();
    await page.getByText('Nothing has failed for good.').waitFor();
  });

  it('shows deliveries, log lines and alarms', async () => {
    const { page } = await open();
    await openView(page, 'deliveries');
    await page.getByRole('link', { name: 'deepfake.completed to fraud-desk' }).click();
    await page.getByRole('region', { name: 'Selected' }).getByText('score 0.1 does not match').waitFor();
    await openView(page, 'logs');
    await page.getByLabel('Log group').selectOption('Audio processor');
    await page.getByText('/aws/lambda/sonotheia-example-webhook-dev').waitFor({ state: 'detached' });
    await page.getByRole('link', { name: 'Webhook accepted' }).click();
    await page.getByLabel('Log line', { exact: true }).getByText('"level": "INFO"').waitFor();
    await openView(page, 'metrics');
    await page.getByText('ALARM', { exact: true }).waitFor();
    await page.getByRole('img', { name: 'EventsReceived: 36 in the last hour' }).waitFor();
  });

  it('sets each kind of fault', async () => {
    const { page, source } = await open();
    await openView(page, 'faults');
    await page.getByRole('button', { name: 'Kill the function after its next call' }).click();
    await page.getByRole('switch', { name: 'Throttle the table' }).click();
    await page.getByRole('switch', { name: 'Throttle the table', checked: true }).waitFor();
    await page.getByRole('combobox', { name: 'API answers' }).selectOption('500');
    await page.getByRole('slider', { name: 'Score' }).fill('0.75');
    await page.getByRole('status').getByText('Score: 0.75.').waitFor();
    expect(Object.fromEntries(source.faultValues)).toEqual({
      kill: undefined,
      throttle: true,
      api: '500',
      score: 0.75,
    });
  });

  it('asks for the name before an action, and hides those that the system does not have', async () => {
    const { page, source } = await open({
      overview: { kind: 'deployed', actions: ['redrive'], confirmWith: 'dev' },
    });
    await page.getByRole('button', { name: 'Upload a tone' }).waitFor({ state: 'detached' });
    expect(await page.getByRole('link', { name: 'Faults' }).count()).toBe(0);
    await openView(page, 'queues');
    const redrive = page.getByRole('button', { name: 'Redrive incoming/broken.wav' });
    const dialog = page.getByRole('dialog');
    await redrive.click();
    await dialog.waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await redrive.click();
    await dialog.getByLabel('Type dev to confirm').fill('prod');
    expect(await dialog.getByRole('button', { name: 'Confirm' }).isDisabled()).toBe(true);
    expect(source.letters).toHaveLength(1);
    await dialog.getByLabel('Type dev to confirm').fill('dev');
    await page.keyboard.press('Enter');
    await page.getByRole('status').getByText('One message was moved back.').waitFor();
  });

  it('shows hostile text and runs none of it', async () => {
    const { page } = await open({ name: HOSTILE });
    const buffer = Buffer.from('RIFF');
    await openView(page, 'recordings');
    await page
      .getByLabel('Drop audio files here')
      .setInputFiles([{ name: `${HOSTILE.replaceAll('\u0000', '')}.wav`, mimeType: 'audio/wav', buffer }]);
    await openView(page, 'events');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    for (const view of VIEWS) {
      await openView(page, view);
      if (!WITHOUT_ROWS.includes(view)) await page.locator('main .row').first().click();
      for (const summary of await page.locator('summary').all()) await summary.click();
      await page.getByText('<img src=x').first().waitFor();
      expect(await page.locator('img[src="x"], main script').count()).toBe(0);
    }
    expect(await page.evaluate('window.hacked')).toBeUndefined();
  });

  it('scrolls through 10,000 sessions with a few rows at a time, and keeps its place', async () => {
    const { page, source } = await open({ sessions: 10_000 });
    await openView(page, 'sessions');
    await page.getByText('10,000', { exact: true }).waitFor();
    // Each scroll to the end loads the next 200.
    for (let loaded = 200; loaded <= 10_000; loaded += 200) {
      await until(page, `document.querySelector(".list").scrollHeight >= ${loaded * 64}`);
      await page.evaluate('document.querySelector(".list").scrollTo(0, 1e9)');
    }
    await page.getByRole('link', { name: 'sess_00000' }).waitFor();
    expect(await page.locator('.list li').count()).toBeLessThan(40);
    source.addSession('sess_new');
    await page.getByRole('button', { name: 'Show the newest' }).click();
    await page.getByRole('link', { name: 'sess_new' }).waitFor();
    await page.getByPlaceholder('Search by session id').fill('sess_04242');
    await page.getByRole('link', { name: 'sess_04242' }).waitFor();
    expect(await page.locator('.list li').count()).toBe(1);
  });

  it('survives a day: reconnects, leaks no listener and no node', async () => {
    const { page, source } = await open();
    const nodes = async (): Promise<number> =>
      Number(await page.evaluate('document.querySelectorAll("*").length'));
    for (let round = 0; round < 3; round += 1) for (const view of VIEWS) await openView(page, view);
    await openView(page, 'overview');
    await page.getByText('Latest moves').waitFor();
    const before = await nodes();
    for (let index = 0; index < 20; index += 1) {
      for (let move = 0; move < 500; move += 1)
        source.emit({
          kind: 'moved',
          from: 'queue',
          to: 'audio',
          label: `upload ${move}`,
          isFailure: move % 7 === 0,
        });
      await page.waitForTimeout(160);
    }
    await until(page, 'document.querySelectorAll(".dots > *").length === 0');
    expect((await nodes()) - before).toBeLessThan(30);
    expect(source.listeners).toBe(1);
  });

  it('holds no connection while its tab is hidden', async () => {
    const { page, source } = await open();
    await openView(page, 'sessions');
    await page.getByRole('link', { name: 'sess_00002' }).waitFor();
    const hide = (isHidden: boolean): Promise<unknown> =>
      page.evaluate(`Object.defineProperty(document, "hidden", { value: ${isHidden}, configurable: true });
        document.dispatchEvent(new Event("visibilitychange"))`);
    await hide(true);
    await expect.poll(() => source.listeners).toBe(0);
    source.addSession('sess_meanwhile');
    await hide(false);
    await page.getByRole('link', { name: 'sess_meanwhile' }).waitFor();
    expect(source.listeners).toBe(1);
  });

  it('reconnects after the command was started again, and shows what changed', async () => {
    const { page, server, complaints } = await open();
    await openView(page, 'sessions');
    await page.getByRole('link', { name: 'sess_00002' }).waitFor();
    await server.close();
    await page.getByText('Reconnecting').waitFor();
    const again = await startConsole(
      new FakeSource({ sessions: 5 }),
      undefined,
      Number(new URL(server.url).port),
    );
    cleanUps.push(() => again.close());
    await page.getByRole('link', { name: 'sess_00004' }).waitFor();
    await page.getByText('Live', { exact: true }).waitFor();
    // Of the time without a server.
    for (const text of complaints.splice(0)) expect(text).toMatch(/ERR_(?:CONNECTION|INCOMPLETE|EMPTY)/);
  });

  it('works with the keyboard', async () => {
    const { page } = await open();
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('Skip to the content');
    await page.keyboard.press('Enter');
    expect(await focused(page)).toBe('Overview');
    await page.getByRole('link', { name: 'Sessions', exact: true }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Sessions', level: 1 }).waitFor();
    expect(await focused(page)).toBe('Sessions');
    await page.getByRole('link', { name: 'sess_00002' }).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    expect(await focused(page)).toContain('sess_00002');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'sess_00002' }).waitFor();
    await page.keyboard.press('Tab');
    expect(await focused(page)).toContain('sess_00001');
    expect(await page.title()).toBe('Sessions – Sonotheia console');
  });

  it('moves nothing for people who ask for that', async () => {
    const { page, source } = await open({}, { reducedMotion: 'reduce' });
    source.emit({ kind: 'moved', from: 'queue', to: 'audio', label: 'a.wav', isFailure: false });
    await page.getByText('a.wav: Queue to Audio processor').waitFor();
    expect(await page.locator('.dots > *').count()).toBe(0);
  });

  it.each(['light', 'dark'] as const)(
    'has no serious finding of axe and fits 360 px, %s',
    async (colorScheme) => {
      const { page } = await open(
        { name: ' with a rather long name that goes on and on_and_on_without_a_single_space_in_it' },
        { colorScheme },
      );
      await page.evaluate(axe.source);
      await page.getByRole('button', { name: 'Upload a tone' }).click();
      await page.getByRole('button', { name: 'Send a sample event' }).click();
      for (const view of VIEWS) {
        await openView(page, view);
        const row = page.locator('main .row').first();
        if (!WITHOUT_ROWS.includes(view)) await row.click();
        for (const summary of await page.locator('summary').all()) await summary.click();
        await page.setViewportSize({ width: 1280, height: 800 });
        expect.soft(await findSerious(page), view).toEqual([]);
        await page.setViewportSize({ width: 360, height: 740 });
        expect.soft(await findSerious(page), `${view}, narrow`).toEqual([]);
        expect.soft(await page.evaluate('document.documentElement.scrollWidth'), view).toBe(360);
      }
    },
  );

  it('lets a person choose the colours', async () => {
    const { page } = await open({}, { colorScheme: 'dark' });
    const background = (): Promise<unknown> =>
      page.evaluate('getComputedStyle(document.body).backgroundColor');
    const dark = await background();
    await page.getByLabel('Colours').selectOption('Light');
    const light = await background();
    expect(light).not.toBe(dark);
    await page.reload();
    expect(await background()).toBe(light);
  });

  it('takes the token from the address, and says when there is none', async () => {
    const server = await startConsole(new FakeSource(), 'a-token');
    const { page } = await openPage(browser, server.url);
    expect(page.url()).not.toContain('token');
    await page.reload();
    await page.getByText('Live', { exact: true }).waitFor();
    const other = await (await browser.newContext()).newPage();
    await other.goto(new URL('/', server.url).href);
    await other.getByText('No token').waitFor();
    await other.getByText('This address needs the token of the command.').waitFor();
    await other.goto(server.url);
    await other.getByText('Live', { exact: true }).waitFor();
    expect(other.url()).not.toContain('token');
    await server.close();
  });
});

/** Polls, because the page's policy refuses what Playwright would inject. */
async function until(page: Page, expression: string): Promise<void> {
  await expect.poll(() => page.evaluate(expression), { interval: 20 }).toBe(true);
}

/** The name of the focused element. */
async function focused(page: Page): Promise<string> {
  return String(await page.evaluate('document.activeElement.textContent'));
}

/** Findings of axe that are serious or critical, each with its first element. */
async function findSerious(page: Page): Promise<readonly string[]> {
  const { violations } = (await page.evaluate('axe.run({ resultTypes: ["violations"] })')) as {
    violations: { id: string; impact: string; nodes: { html: string; failureSummary: string }[] }[];
  };
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes[0]?.html} ${nodes[0]?.failureSummary}`);
}
