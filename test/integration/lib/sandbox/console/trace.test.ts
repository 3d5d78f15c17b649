import { afterAll, afterEach, beforeAll, beforeEach, expect, it, jest } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { sampleRequest } from '../../../../../lib/reference/sample-request.ts';
import { type RunningSandbox, startSandbox } from '../../../../../lib/sandbox/start-sandbox.ts';
import {
  type ConsolePage,
  describeInBrowser,
  launchBrowser,
  openConsole,
} from '../../../../support/console-page.ts';

// A browser is slow on a busy machine.
jest.setTimeout(60_000);

describeInBrowser('the trace in the console', () => {
  let sandbox: RunningSandbox;
  let browser: Browser;
  let opened: ConsolePage;
  let page: Page;

  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    sandbox = await startSandbox();
    opened = await openConsole(browser, sandbox.url);
    page = opened.page;
  });
  afterEach(async () => {
    await opened.close();
    await sandbox.close();
  });

  /** Calls the sandbox as another client does. */
  const call = ({
    tenant_id = 'acme',
    phone_number = String(sampleRequest.phone_number),
    otp = '135791',
  } = {}) => {
    const { waba_id, id } = sampleRequest;
    return fetch(`${sandbox.url}/tenants/${tenant_id}/whatsapp/${waba_id}/number/verify`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ id, phone_number, otp }),
    });
  };
  const calls = () => page.locator('.call');
  const steps = () => page.locator('.step-head');
  const details = () => page.locator('.step-details');
  const responsePanel = () => page.getByRole('region', { name: 'Response', exact: true });

  it('shows a call of another client as it happens, with every step', async () => {
    await call();
    await calls().first().click();
    await page.locator('.step-log').waitFor();

    expect(await page.locator('.step-name strong').allTextContents()).toEqual([
      'API Gateway',
      'Parse',
      'Secrets Manager',
      'Kaleyra IN',
      'Mapping',
      'Log event',
    ]);
    expect(await page.locator('.step-ms').allTextContents()).toEqual(
      Array(6).fill(expect.stringMatching(/ m?s$/)),
    );
    expect(await details().textContent()).toContain('id as number, new connection');
    expect(await details().textContent()).toContain('/v2/••••••/whatsapp/109012345678901/number/verify');
    expect(await details().textContent()).toContain('api-key: ••••••');
    expect(await details().textContent()).toContain('"phone_number": "+********2345"');
  });

  it.each([
    ['API Gateway', '"routeKey": "POST /tenants/{tenant_id}/whatsapp/{waba_id}/number/verify"'],
    ['Parse', 'Every field has the documented form'],
    ['Secrets Manager', 'GetSecretValue'],
    ['Mapping', 'OtpRejected'],
    ['Log event', '"outcome": "OtpRejected"'],
  ])('shows the details of the step %s', async (step, text) => {
    await call({ otp: '000000' });
    await calls().first().click();
    await page.locator('.step-log').waitFor();
    await steps().filter({ hasText: step }).click();
    await details().getByText(text).first().waitFor();
  });

  it('shows cached credentials and a reused connection, and both forms of an id', async () => {
    await call();
    await call({ phone_number: '+919765411406' });
    await page.getByText('Calls 2').waitFor();
    await calls().first().click();
    await page.locator('.step-log').waitFor();

    expect(await steps().filter({ hasText: 'Secrets Manager' }).textContent()).toContain('cached');
    const exchanges = await steps().filter({ hasText: 'Kaleyra IN' }).allTextContents();
    expect(exchanges).toEqual([
      expect.stringMatching(/400 WA400.*id as number, reused connection/s),
      expect.stringMatching(/200 WA200.*id as string, reused connection/s),
    ]);
  });

  it('shows a call while it is running', async () => {
    const slow = call({ phone_number: '+919765410504' });
    await calls().filter({ hasText: 'Running' }).click();
    await page.locator('.step-kaleyra.running').waitFor();
    await sandbox.close();
    await slow.catch(() => {});
  });

  it('is filtered by tenant and by outcome', async () => {
    await call();
    await call({ otp: '000000' });
    await call({ tenant_id: 'globex' });
    await page.getByText('Calls 3').waitFor();

    await page.getByLabel('Filter by tenant').selectOption('acme');
    await page.getByText('Calls 2 of 3').waitFor();
    await page.getByLabel('Filter by outcome').selectOption('OtpRejected');
    await page.getByText('Calls 1 of 3').waitFor();
    expect(await calls().allTextContents()).toEqual([expect.stringContaining('OtpRejected')]);

    await page.getByLabel('Filter by tenant').selectOption('');
    await page.getByLabel('Filter by outcome').selectOption('');
    await page.getByText('Calls 3').waitFor();
  });

  it('sends a call of its own again with the same password', async () => {
    await page.locator('input[name="otp"]').fill('000000');
    await page.keyboard.press('Control+Enter');
    await responsePanel().getByText('422', { exact: true }).first().waitFor();
    await page.locator('input[name="otp"]').fill('135791');
    await page.getByRole('button', { name: 'Send again' }).click();

    await page.getByText('Calls 2').waitFor();
    await calls().filter({ hasText: 'OtpRejected' }).nth(1).waitFor();
    expect(await page.locator('input[name="otp"]').inputValue()).toBe('000000');
  });

  it('sends a call of another client again with the password of the form and the last four digits of the call', async () => {
    await call({ tenant_id: 'globex', phone_number: '+491701230404' });
    await calls().first().click();
    await page.getByRole('button', { name: 'Send again' }).click();

    await page.getByText('Calls 2').waitFor();
    await calls().filter({ hasText: 'WabaNotFound' }).nth(1).waitFor();
    expect(await page.locator('input[name="phone_number"]').inputValue()).toBe('+919765410404');
    expect(await page.locator('input[name="tenant_id"]').inputValue()).toBe('globex');
  });

  it('copies a call as curl', async () => {
    await call({ tenant_id: 'globex' });
    await calls().first().click();
    await page.getByRole('button', { name: 'Copy as curl' }).click();
    await page.getByText('Copied', { exact: true }).first().waitFor();

    const copied = String(await page.evaluate('navigator.clipboard.readText()'));
    expect(copied).toContain(`${sandbox.url}/tenants/globex/`);
    expect(copied).toContain(`"otp": "${sampleRequest.otp}"`);
  });

  it('is used from the keyboard alone', async () => {
    await call();
    await call({ otp: '000000' });
    await page.getByText('Calls 2').waitFor();
    await calls().first().focus();
    await page.keyboard.press('ArrowDown');
    await page.locator('.call[aria-current="true"]', { hasText: 'Verified' }).waitFor();
    await page.keyboard.press('r');
    await page.getByText('Calls 3').waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
    await page.getByLabel('Shortcuts of a single key').uncheck();
    await page.keyboard.press('Escape');
    await calls().first().focus();
    await page.keyboard.press('?');
    expect(await page.getByRole('dialog').count()).toBe(0);
  });

  it('says so when the sandbox has stopped', async () => {
    await sandbox.close();
    await page.getByText('Sandbox not reachable').waitFor();
  });

  it('is without complaints of the browser', async () => {
    await call();
    await calls().first().click();
    await page.locator('.step-log').waitFor();
    expect(opened.complaints).toEqual([]);
  });
});
