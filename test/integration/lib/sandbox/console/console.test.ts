import { afterAll, afterEach, beforeAll, beforeEach, expect, it, jest } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { type RunningSandbox, startSandbox } from '../../../../../lib/sandbox/start-sandbox.ts';
import {
  type ConsolePage,
  describeInBrowser,
  launchBrowser,
  openConsole,
} from '../../../../support/console-page.ts';

// A browser is slow on a busy machine.
jest.setTimeout(60_000);

describeInBrowser('the console', () => {
  let sandbox: RunningSandbox;
  let browser: Browser;
  let opened: ConsolePage;
  let page: Page;

  beforeAll(async () => {
    sandbox = await startSandbox();
    browser = await launchBrowser();
  });
  afterAll(() => Promise.all([browser?.close(), sandbox?.close()]));
  beforeEach(async () => {
    opened = await openConsole(browser, sandbox.url);
    page = opened.page;
  });
  afterEach(async () => {
    expect(opened.complaints).toEqual([]);
    await opened.close();
  });

  const responsePanel = () => page.getByRole('region', { name: 'Response', exact: true });
  const choose = (key: string) => page.locator(`[data-outcome="${key}"]`).click();
  const send = () => page.getByRole('button', { name: /^Send Ctrl/ }).click();
  const shownStatus = () => responsePanel().locator('.status').first();

  it.each([
    ['Success', 'Verified', 200, 'Verified'],
    ['The caller acts', 'OtpRejected', 422, 'Ask for the password again'],
    ['The tenant acts', 'WabaNotFound-0404', 404, 'Compare waba_id'],
    ['The operator acts', 'CredentialsMisconfigured', 500, 'Store'],
    ['Kaleyra acts', 'KaleyraFailed-0503', 503, 'Retry'],
  ])(
    'in the group "%s", shows the response to %s with what to do next',
    async (group, key, status, advice) => {
      const button = page.getByRole('region', { name: group }).locator(`[data-outcome="${key}"]`);
      await button.click();
      expect(await button.getAttribute('aria-pressed')).toBe('true');
      await send();
      await shownStatus().waitFor();

      expect(await shownStatus().textContent()).toBe(String(status));
      expect(await responsePanel().textContent()).toContain(advice);
      const body = JSON.parse((await responsePanel().locator('pre').textContent()) ?? '');
      if (status === 200) expect(body).toMatchObject({ status: 'verified', tenant_id: 'acme' });
      else expect(body).toMatchObject({ status, code: key.split('-')[0] });
    },
  );

  it('shows the headers, and a link to the section of the code', async () => {
    await choose('RateLimited-1429');
    await send();
    await shownStatus().waitFor();
    const link = page.getByRole('link', { name: 'More about RateLimited' });
    expect(await link.getAttribute('href')).toBe('/problems#ratelimited');

    await page.getByRole('tab', { name: /^Headers/ }).click();
    expect(await responsePanel().textContent()).toContain('retry-after7');
  });

  it('gets the outcome that is chosen, for every outcome that a single call can have', async () => {
    const keys = await page
      .locator('.outcome:enabled:not(:has-text("takes 10 s"))')
      .evaluateAll((buttons) => buttons.map((button) => button.getAttribute('data-outcome') ?? ''));
    const single = keys.filter((key) => key !== 'TooManyAttempts' && key !== 'AlreadyVerified');
    expect(single.length).toBeGreaterThan(30);
    for (const key of single) {
      await choose(key);
      await send();
      const code = key.split('-')[0] ?? '';
      await page.locator('.response-panel .advice strong', { hasText: `${code}.` }).waitFor();
    }
  });

  it('verifies a number of the tenant that remembers, and the second time it is already verified', async () => {
    await choose('AlreadyVerified');
    await send();
    await page.locator('.response-panel .advice strong', { hasText: 'Verified.' }).waitFor();
    await send();
    await page.locator('.response-panel .advice strong', { hasText: 'AlreadyVerified.' }).waitFor();
  });

  it('uses up the attempts of a number for TooManyAttempts', async () => {
    await choose('TooManyAttempts');
    await page.getByText('no attempts left').waitFor();
    await send();
    await page.locator('.response-panel .advice strong', { hasText: 'TooManyAttempts.' }).waitFor();
    await page.getByRole('button', { name: 'Reset all' }).first().click();
    await page.locator('.simulation').waitFor({ state: 'detached' });
  });

  it('calls the function directly too', async () => {
    await page.getByRole('radio', { name: 'Direct' }).check();
    await choose('OtpRejected');
    await send();
    await shownStatus().waitFor();
    expect(JSON.parse((await responsePanel().locator('pre').textContent()) ?? '')).toMatchObject({
      errorType: 'OtpRejected',
    });
    expect(await responsePanel().textContent()).toContain('Ask for the password again');
  });

  it('removes the previous response as soon as a call starts, and shows for how long it has been running', async () => {
    await choose('Verified');
    await send();
    await shownStatus().waitFor();
    await choose('OutcomeUnknown-0504');
    await send();

    await responsePanel().getByText('Running for').waitFor();
    expect(await responsePanel().getByText('"verified"').count()).toBe(0);
    expect(await shownStatus().count()).toBe(0);
    await responsePanel()
      .locator('.elapsed', { hasText: /^(0\.[3-9]|[1-9])/ })
      .waitFor();
  });

  it('cancels a running call, and follows it to its end in the trace', async () => {
    await choose('OutcomeUnknown-0504');
    await send();
    await page.getByRole('button', { name: 'Cancel' }).first().click();

    await responsePanel().getByText('Cancelled after').waitFor();
    await page.getByRole('button', { name: /^Send Ctrl/ }).waitFor();
    expect(await shownStatus().count()).toBe(0);
    expect(await page.locator('.call').first().textContent()).toContain('Running');
  });

  it('shows only the response to the last call if calls overlap', async () => {
    await choose('OutcomeUnknown-0504');
    await send();
    await responsePanel().getByText('Running for').waitFor();
    await choose('OtpRejected');
    await page.keyboard.press('Control+Enter');
    await shownStatus().waitFor();
    expect(await shownStatus().textContent()).toBe('422');
  });

  it('sends with Enter in a field', async () => {
    await page.locator('input[name="otp"]').fill('000000');
    await page.keyboard.press('Enter');
    await shownStatus().waitFor();
    expect(await shownStatus().textContent()).toBe('422');
  });

  it.each([360, 820, 1280, 1920])('shows Send without scrolling at a width of %i pixels', async (width) => {
    await page.setViewportSize({ width, height: width < 500 ? 640 : 800 });
    const box = await page.getByRole('button', { name: /^Send/ }).first().boundingBox();
    expect(box).not.toBeNull();
    expect((box?.y ?? 9999) + (box?.height ?? 0)).toBeLessThanOrEqual(width < 500 ? 640 : 800);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
  });

  it('is at most two screens high at a width of 1280 pixels', async () => {
    await choose('RequestInvalid');
    await send();
    await shownStatus().waitFor();
    expect(Number(await page.evaluate('document.documentElement.scrollHeight'))).toBeLessThanOrEqual(2 * 800);
  });

  it('shows and copies the request as code in every language, with the password of the form', async () => {
    await page.locator('input[name="otp"]').fill('246810');
    const languages = ['curl', 'Node', 'Python', 'Java', 'Kotlin', 'Go', 'C#', 'PHP', 'AWS CLI'];
    for (const language of languages) {
      await page.getByRole('tab', { name: language, exact: true }).click();
      await page.locator('#code', { hasText: '246810' }).waitFor();
    }
    await page.getByRole('tab', { name: 'Step Functions' }).click();
    expect(JSON.parse((await page.locator('#code').textContent()) ?? '')).toMatchObject({ Type: 'Task' });

    await page.getByRole('tab', { name: 'curl', exact: true }).click();
    await page.getByRole('button', { name: 'Copy', exact: true }).click();
    await page.getByText('Copied', { exact: true }).first().waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toContain('"otp": "246810"');
  });

  it('selects the outcome that the address names', async () => {
    await page.goto(`${sandbox.url}/#InsufficientBalance`);
    await page.reload();
    await page.locator('[data-outcome="InsufficientBalance-0402"][aria-pressed="true"]').waitFor();
  });

  it('remembers the chosen theme', async () => {
    const background = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
    const light = await background();
    const theme = page.getByRole('button', { name: /^Theme/ });
    await theme.click();
    await theme.click();
    const dark = await background();
    await page.reload();
    await page.getByText('Live', { exact: true }).waitFor();

    expect(await background()).toBe(dark);
    expect(dark).not.toBe(light);
  });

  it('sends no request off loopback', async () => {
    await choose('OtpRejected');
    await send();
    await shownStatus().waitFor();

    expect(opened.requests.length).toBeGreaterThan(20);
    expect(opened.requests.filter((url) => !url.startsWith(`${sandbox.url}/`))).toEqual([]);
  });
});

describeInBrowser('the console of an API that needs tokens', () => {
  it('sends a token, and for TenantForbidden the token of another tenant', async () => {
    const sandbox = await startSandbox({ environment: { TENANT_CLAIM: 'tenant' } });
    const browser = await launchBrowser();
    const { page } = await openConsole(browser, sandbox.url);
    for (const code of ['Verified', 'TenantForbidden']) {
      await page.locator(`[data-outcome="${code}"]`).click();
      await page.keyboard.press('Control+Enter');
      await page.locator('.response-panel .advice strong', { hasText: `${code}.` }).waitFor();
    }
    await page.locator('#code', { hasText: 'Authorization: Bearer ' }).waitFor();
    await browser.close();
    await sandbox.close();
  });
});
