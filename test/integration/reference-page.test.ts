import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import axe, { type AxeResults } from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { type Sandbox, startSandbox } from '../../lib/sandbox/start-sandbox.ts';
import { findChromium } from '../support/chromium.ts';

// A browser takes its time on a busy machine.
jest.setTimeout(60_000);

const executablePath = findChromium();
const describeInBrowser = executablePath ? describe : describe.skip;
const why = executablePath ? '' : ' (skipped: there is no Chromium here; CHROMIUM_PATH names one)';

describeInBrowser(`the reference page${why}`, () => {
  const complaints: string[] = [];
  const requests: string[] = [];
  let sandbox: Sandbox;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    sandbox = await startSandbox();
    browser = await chromium.launch({ executablePath: String(executablePath) });
    page = await browser.newPage();
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(sandbox.urls.http);
    await page.getByRole('button', { name: 'Execute' }).waitFor();
  });

  afterAll(() => Promise.all([browser.close(), sandbox.close()]));

  /** Chooses an outcome and tries the call. */
  const tryCall = async (outcome: string) => {
    await page.getByRole('button', { name: outcome, exact: true }).click();
    const [answer] = await Promise.all([
      page.waitForResponse((response) => response.request().method() === 'POST'),
      page.getByRole('button', { name: 'Execute' }).click(),
    ]);
    const row = page.locator('.live-responses-table tbody tr', { hasText: String(answer.status()) }).first();
    return {
      status: answer.status(),
      shown: JSON.parse((await row.locator('code').first().textContent()) ?? ''),
    };
  };

  it('loads without a complaint, and from the sandbox alone', () => {
    expect(complaints).toEqual([]);
    expect(requests).toContain(`${sandbox.urls.http}/reference/openapi.json`);
    expect(requests.filter((url) => !url.startsWith(`${sandbox.urls.http}/`))).toEqual([]);
  });

  it('shows for a status what the function itself answers', async () => {
    const example = page.locator('tr.response[data-code="404"] .example code');
    expect(JSON.parse((await example.textContent()) ?? '')).toMatchObject({ code: 'TenantUnknown' });
  });

  it('verifies a number', async () => {
    const { status, shown } = await tryCall('Verified');
    expect(status).toBe(200);
    expect(shown).toMatchObject({ status: 'verified', tenant_id: 'acme' });
  });

  it('shows the problem document of a rejected password', async () => {
    const { status, shown } = await tryCall('OtpRejected');
    expect(status).toBe(422);
    expect(shown).toMatchObject({ code: 'OtpRejected', title: 'One-time password rejected' });
  });

  it.each(['light', 'dark'] as const)("can be read on a phone's width, in %s mode", async (colorScheme) => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.emulateMedia({ colorScheme });
    await page.evaluate('Promise.allSettled(document.getAnimations().map(({ finished }) => finished))');
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);

    await page.evaluate(axe.source);
    const audit = (await page.evaluate("axe.run({ runOnly: ['color-contrast'] })")) as AxeResults;
    const faint = audit.violations.flatMap(({ nodes }) => nodes);
    expect(faint.map(({ html, failureSummary }) => `${html} ${failureSummary}`)).toEqual([]);
    expect(audit.passes.flatMap(({ nodes }) => nodes).length).toBeGreaterThan(50);
  });

  it('asks for nothing off loopback while it is used', () => {
    expect(complaints).toEqual([expect.stringContaining('422')]);
    expect(requests.filter((url) => !url.startsWith(`${sandbox.urls.http}/`))).toEqual([]);
  });
});
