// A page of the console in Debian's Chromium, with everything that it must not do recorded.
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { loadPage } from '../../scripts/console/load-page.ts';
import { type ConsoleServer, serveConsole } from '../../scripts/console/serve-console.ts';
import type { ConsoleSource } from '../../scripts/console/source.ts';
import { CHROMIUM_PATH } from '../support/required-tools.ts';

const PROJECT_ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

export async function launchBrowser(): Promise<Browser> {
  return await chromium.launch({
    executablePath: CHROMIUM_PATH,
    args: [
      ...[
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
      ],
      ...['--disable-component-update', '--disable-sync'],
      ...['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'],
    ],
  });
}

export async function startConsole(
  source: ConsoleSource,
  token?: string,
  port = 0,
): Promise<ConsoleServer & { readonly bugs: unknown[] }> {
  const bugs: unknown[] = [];
  const page = await loadPage(PROJECT_ROOT);
  const server = await serveConsole({ source, page, port, token, onBug: (error) => bugs.push(error) });
  return { ...server, bugs };
}

export interface OpenPage {
  readonly page: Page;
  /** Errors of the console, violations of the policy, requests to other origins. */
  readonly complaints: string[];
}

export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<OpenPage> {
  const context = await browser.newContext({ permissions: ['microphone'], ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.setDefaultTimeout(30_000);
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    const isOwn = new URL(request.url()).origin === new URL(url).origin || request.url().startsWith('blob:');
    if (!isOwn) complaints.push(`requests ${request.url()}`);
  });
  await page.goto(url);
  await page
    .getByText('Live', { exact: true })
    .waitFor()
    .catch((error: unknown) => {
      throw new Error(`The page does not start: ${complaints.join('; ')}`, { cause: error });
    });
  return { page, complaints };
}

/** Opens a view by its address. */
export async function openView(page: Page, view: string): Promise<void> {
  await page.evaluate(`location.hash = ${JSON.stringify(`#/${view}`)}`);
  await page.locator(`nav a[aria-current][href="#/${view}"]`).waitFor();
}
