/** The sandbox's console in headless Chromium, for tests. */
import { describe } from '@jest/globals';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { findChromium } from './chromium.ts';

const executablePath = findChromium();

/** `describe`, or a skip that says what is missing. */
export const describeInBrowser = (subject: string, tests: () => void): void => {
  if (executablePath) describe(subject, tests);
  else describe.skip(`${subject} (skipped: no Chromium found; set CHROMIUM_PATH)`, tests);
};

export interface ConsolePage {
  readonly page: Page;
  /** Errors and warnings of the browser's console, except those about HTTP statuses, which the sandbox returns on purpose. */
  readonly complaints: readonly string[];
  /** URLs of all requests. */
  readonly requests: readonly string[];
  /** The bodies of all responses, except the stream of events. */
  received(): Promise<string>;
  close(): Promise<void>;
}

export const launchBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: String(executablePath) });

/** Opens the console and waits until it follows the calls. */
export const openConsole = async (
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<ConsolePage> => {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    permissions: ['clipboard-read', 'clipboard-write'],
    ...options,
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  const requests: string[] = [];
  const bodies: Promise<string>[] = [];
  page.on('console', (message) => {
    const isAboutStatus = message.text().startsWith('Failed to load resource: the server responded with');
    if (['error', 'warning'].includes(message.type()) && !isAboutStatus) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => requests.push(request.url()));
  page.on('response', (response) => {
    // A stream of events has no end.
    if (!response.url().endsWith('/sandbox/events')) bodies.push(response.text().catch(() => ''));
  });
  await page.goto(url);
  await page.getByText('Live', { exact: true }).waitFor();
  return {
    page,
    complaints,
    requests,
    received: async () => (await Promise.all(bodies)).join('\n'),
    close: () => context.close(),
  };
};
