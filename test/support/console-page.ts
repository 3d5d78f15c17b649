/** Pages of the sandbox in headless Chromium. */
import { describe } from '@jest/globals';
import axe, { type AxeResults } from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { findChromium } from './chromium.ts';

const executablePath = findChromium();

/** `describe`, or a skip that says what is missing. */
export const describeInBrowser = (subject: string, tests: () => void): void => {
  if (executablePath) describe(subject, tests);
  else describe.skip(`${subject} (skipped: no Chromium found; install it or set CHROMIUM_PATH)`, tests);
};

export const launchBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: String(executablePath) });

/** What a page has done since it was opened. */
export interface PageRecord {
  /** Errors and warnings of the browser's console, except those about HTTP statuses, which the sandbox returns on purpose. */
  readonly complaints: readonly string[];
  /** URLs of all requests. */
  readonly requests: readonly string[];
  /** The bodies of all responses, except the stream of events. */
  received(): Promise<string>;
}

/** Opens a page. Its deadlines are long, because a browser is slow on a busy machine. */
export const openPage = async (browser: Browser): Promise<[Page, PageRecord]> => {
  const page = await browser.newPage({ permissions: ['clipboard-read', 'clipboard-write'] });
  page.setDefaultTimeout(180_000);
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
  return [page, { complaints, requests, received: async () => (await Promise.all(bodies)).join('\n') }];
};

/** The violations of WCAG 2.2 AA, or of some rules. */
export const auditPage = async (page: Page, rules?: readonly string[]): Promise<string[]> => {
  const runOnly = rules ?? ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
  const options = JSON.stringify({ runOnly, resultTypes: ['violations'], preload: false });
  const { violations, passes } = (await page.evaluate(`${axe.source}; axe.run(${options})`)) as AxeResults;
  if (passes.length === 0) throw new Error('No rule applies to the page.');
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
  );
};

/** Replaces the fonts, whatever is installed: with another family, and with letters wider than those of any family. */
export const fonts = {
  monospace: '* { font-family: monospace !important }',
  'wide letters': 'html { font-size: 120% } * { letter-spacing: 0.12em !important }',
};

/** What is too small to hit, outside of the window, or scrolls sideways as only text fields do. Send must be in view. */
export const measureLayout = (page: Page, css: string): Promise<string[]> =>
  page.evaluate(`(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(${JSON.stringify(css)});
    document.adoptedStyleSheets = [sheet];
    scrollTo(0, 0);
    const all = [...document.querySelectorAll('body *:not(.visually-hidden)')]
      .filter((element) => element.checkVisibility())
      .map((element) => ({ element, box: element.getBoundingClientRect() }));
    const list = (problem, found) =>
      found.map(({ element }) => innerWidth + ' px wide, ' + problem + ': ' + element.outerHTML.slice(0, 100));
    return [
      ...list('too wide', all.filter(({ box }) => box.right > innerWidth + 0.5)),
      ...list('scrolls sideways', all.filter(({ element }) => !element.matches('input')
        && element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).overflowX !== 'visible')),
      ...list('under 24 px', all.filter(({ element, box }) =>
        element.matches('a, button, summary, select, input, label') && Math.min(box.width, box.height) < 24)),
      ...list('below the window', all.filter(({ element, box }) =>
        element.matches('.primary') && box.bottom > innerHeight + 0.5)),
    ];
  })()`);
