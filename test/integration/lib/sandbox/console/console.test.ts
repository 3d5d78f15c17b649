/** The console and the page of the failure codes, in one browser, with one sandbox. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, jest } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { sampleRequest } from '../../../../../lib/reference/sample-request.ts';
import { seedTenants } from '../../../../../lib/sandbox/seed-tenants.ts';
import { type RunningSandbox, startSandbox } from '../../../../../lib/sandbox/start-sandbox.ts';
import {
  auditPage,
  describeInBrowser,
  fonts,
  launchBrowser,
  measureLayout,
  openPage,
  type PageRecord,
} from '../../../../support/console-page.ts';
import { leaksIn } from '../../../../support/leaks.ts';

jest.setTimeout(600_000);

describeInBrowser('the console', () => {
  let sandbox: RunningSandbox;
  let browser: Browser;
  let page: Page;
  let record: PageRecord;

  beforeAll(async () => {
    // The longest timeout, because some tests need a call that is still running.
    sandbox = await startSandbox({ environment: { TENANT_CLAIM: 'tenant', KALEYRA_TIMEOUT_MS: '18000' } });
    browser = await launchBrowser();
    [page, record] = await openPage(browser);
  });
  beforeEach(async () => {
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.goto(`${sandbox.url}/`);
    await page.getByText('Live', { exact: true }).waitFor();
  });
  afterEach(() => sandbox.controls.reset());
  afterAll(() => Promise.all([browser?.close(), sandbox?.close()]));

  /** Calls the sandbox as another client does. */
  const call = ({
    tenant_id = 'acme',
    phone_number = '+919765412345',
    otp = '135791',
    token = sandbox.token,
  } = {}) =>
    fetch(`${sandbox.url}/tenants/${tenant_id}/whatsapp/${sampleRequest.waba_id}/number/verify`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ id: sampleRequest.id, phone_number, otp }),
    });
  const responsePanel = () => page.getByRole('region', { name: 'Response', exact: true });
  const choose = (key: string) => page.locator(`[data-outcome="${key}"]`).click();
  const send = () => page.keyboard.press('Control+Enter');
  const seeAdvice = (outcome: string) => page.locator('.advice strong', { hasText: `${outcome}.` }).waitFor();
  const get = async (key: string) => {
    await choose(key);
    await send();
    await seeAdvice(key.split('-')[0] ?? '');
  };
  const openTab = (name: string | RegExp) => page.getByRole('tab', { name }).click();
  const calls = () => page.locator('.call');
  const steps = () => page.locator('button.step');
  const details = () => page.getByRole('region', { name: /: details$/ });
  const seeLastStep = () => steps().filter({ hasText: 'Outcome event' }).waitFor();
  const readClipboard = (part: string) =>
    page.waitForFunction(
      `navigator.clipboard.readText().then((text) => text.includes(${JSON.stringify(part)}))`,
    );

  it('gets each outcome that a single call can have, with its advice', async () => {
    const keys = await page
      .locator('[data-outcome]:enabled:not(:has-text("takes 10 s"))')
      .evaluateAll((buttons) => buttons.map((button) => button.getAttribute('data-outcome') ?? ''));
    const single = keys.filter((key) => key !== 'TooManyAttempts' && key !== 'AlreadyVerified');
    expect(single.length).toBeGreaterThan(30);
    for (const key of single) {
      await get(key);
      expect(await page.locator('[data-outcome][aria-current="true"]').getAttribute('data-outcome')).toBe(
        key,
      );
      const body = JSON.parse((await responsePanel().locator('pre').first().textContent()) ?? '');
      expect([key, body.code ?? 'Verified']).toEqual([key, key.split('-')[0]]);
    }
  });

  it('gets the outcomes that need more than one call', async () => {
    await choose('AlreadyVerified');
    await send();
    await seeAdvice('Verified');
    await send();
    await seeAdvice('AlreadyVerified');

    await choose('TooManyAttempts');
    await page.getByText('no attempts left: acme').waitFor();
    await send();
    await seeAdvice('TooManyAttempts');
  });

  it('shows the status, the headers and the link to the code of an HTTP call', async () => {
    await get('RateLimited-1429');
    expect(await responsePanel().textContent()).toMatch(/429 Too Many Requests.*`?Retry-After/s);
    const link = page.getByRole('link', { name: 'More about RateLimited' });
    expect(await link.getAttribute('href')).toBe('/problems#ratelimited');
    await page.getByText(/^Headers/).click();
    await responsePanel().getByText('retry-after: 7').waitFor();
  });

  it("shows the error of a direct call next to Lambda's status, and no advice about HTTP headers", async () => {
    await page.getByRole('radio', { name: 'Direct' }).check();
    await get('RateLimited-1429');
    const [text, row] = [await responsePanel().textContent(), await calls().first().textContent()];
    expect(text).toMatch(/RateLimited thrown \(Invoke responds 200\).*After 10 seconds/s);
    expect(text).not.toContain('Retry-After');
    expect(row).toMatch(/error.*RateLimited.*direct/s);
    expect(await steps().first().textContent()).toContain('Lambda Invoke');
  });

  it('shows a running call in place of the last response, cancels it, and follows it in the trace', async () => {
    await get('Verified');
    await choose('OutcomeUnknown-0504');
    await send();
    await responsePanel().getByText('Running for').waitFor();
    expect(await responsePanel().getByText('"verified"').count()).toBe(0);
    await steps()
      .filter({ hasText: /Kaleyra IN.*…/s })
      .waitFor();
    await page.keyboard.press('Escape');
    await responsePanel().getByText('Cancelled after').waitFor();
    await calls().filter({ hasText: 'Running' }).waitFor();

    await send();
    await responsePanel().getByText('Running for').waitFor();
    await get('OtpRejected');
    expect(await responsePanel().textContent()).toContain('422');
  });

  it('sends with Enter in a field, and with the button', async () => {
    await page.locator('input[name="otp"]').fill('000000');
    await page.keyboard.press('Enter');
    await seeAdvice('OtpRejected');
    await page.locator('input[name="otp"]').fill('135791');
    await page.getByRole('button', { name: 'Send Ctrl' }).click();
    await seeAdvice('Verified');
  });

  it('shows and copies the request in every language, with the password of the form and a token', async () => {
    await page.locator('input[name="otp"]').fill('246810');
    for (const language of ['Node', 'Python', 'Java', 'Kotlin', 'Go', 'C#', 'PHP', 'AWS CLI', 'curl']) {
      await page.getByRole('tab', { name: language, exact: true }).click();
      await page.locator('#code', { hasText: '246810' }).waitFor();
    }
    await page.getByRole('button', { name: 'Copy', exact: true }).click();
    await readClipboard('"otp": "246810"');
    await readClipboard('Authorization: Bearer ');
    await openTab('Step Functions');
    await page.locator('#code', { hasText: '"StartAt"' }).waitFor();
  });

  it('selects the outcome that the address names', async () => {
    await page.goto(`${sandbox.url}/#InsufficientBalance`);
    await page.reload();
    await page.locator('[data-outcome="InsufficientBalance-0402"][aria-current="true"]').waitFor();
  });

  it('remembers the chosen theme', async () => {
    const theme = page.getByRole('button', { name: /^Theme/ });
    const background = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
    const light = await background();
    await theme.click();
    await theme.click();
    await page.reload();
    await page.getByRole('button', { name: 'Theme: dark' }).waitFor();
    expect(await background()).not.toBe(light);
    await theme.click();
  });

  it.each([
    ['Secrets Manager', 'Fails', 'Secrets Manager fails', 'CredentialsUnavailable'],
    ['Secrets Manager', 'Throttles', 'Secrets Manager throttles', 'CredentialsUnavailable'],
    ['Kaleyra', 'Drops', 'Kaleyra drops connections', 'OutcomeUnknown'],
    ['Kaleyra', '502', 'Kaleyra returns 502', 'KaleyraFailed'],
  ])('makes %s fail: %s', async (service, mode, words, outcome) => {
    await openTab('Simulate');
    await page.getByRole('group', { name: service }).getByRole('radio', { name: mode }).check();
    await page.locator('#simulation', { hasText: words }).waitFor();
    await page.getByRole('tab', { name: 'Simulate 1' }).waitFor();
    await send();
    await seeAdvice(outcome);
    await page.getByRole('button', { name: 'Reset all' }).click();
    await page.locator('#simulation').waitFor({ state: 'detached' });
    await send();
    await seeAdvice('Verified');
  });

  it('freezes the function, and shows what another client simulates', async () => {
    sandbox.controls.set({ kaleyra: 'slow' });
    await page.locator('#simulation', { hasText: 'Kaleyra is slow' }).waitFor();
    await openTab('Simulate 1');
    expect(await page.getByRole('radio', { name: 'Slow' }).isChecked()).toBe(true);
    await page.getByRole('button', { name: 'Freeze for 1 min' }).click();
    await page.locator('#simulation', { hasText: 'function was frozen' }).waitFor();
  });

  it('rotates a key, and shows how the function recovers', async () => {
    await get('Verified');
    await openTab('Simulate');
    await page.getByRole('button', { name: 'Store a new key' }).click();
    await page.getByText('acme: new key, old one valid').waitFor();
    await page.getByRole('button', { name: 'Revoke the old key' }).click();
    await page.getByText('acme: old key revoked').waitFor();
    await send();
    await steps().filter({ hasText: 'RBC001' }).waitFor();
    await seeLastStep();
    expect(await steps().locator('strong').allTextContents()).toEqual([
      'API Gateway',
      'Parse',
      'Secrets Manager',
      'Kaleyra IN',
      'Secrets Manager',
      'Kaleyra IN',
      'Mapping',
      'Log event',
      'Outcome event',
    ]);
  });

  it('shows every step of a call of another client, with its details', async () => {
    await call();
    await call({ phone_number: '+919765411406' });
    await calls().filter({ hasText: '…1406' }).first().click();
    await seeLastStep();

    expect(await steps().filter({ hasText: 'Secrets Manager' }).textContent()).toContain('cached');
    expect(await steps().filter({ hasText: 'Kaleyra IN' }).allTextContents()).toEqual([
      expect.stringMatching(/400 WA400.*id as number, reused connection/s),
      expect.stringMatching(/200 WA200.*id as string, reused connection/s),
    ]);
    for (const [step = '', ...texts] of [
      ['Kaleyra IN', '/v2/••••••/whatsapp/', 'api-key: ••••••', '"phone_number": "+********1406"'],
      ['API Gateway', '"routeKey": "POST /tenants/{tenant_id}/whatsapp/{waba_id}/number/verify"'],
      ['Parse', 'Every field has the documented form'],
      ['Secrets Manager', 'Tenant'],
      ['Mapping', 'Verified'],
      ['Log event', '"outcome": "Verified"'],
      ['Outcome event', '"phone_number": "…1406"'],
    ]) {
      await steps().filter({ hasText: step }).first().click();
      for (const text of texts) await details().getByText(text).first().waitFor();
    }
  });

  it('shows what the gateway rejects', async () => {
    await call({ token: 'none' });
    await calls()
      .filter({ hasText: /401.*GatewayRefused.*Unauthorized/s })
      .first()
      .click();
    await details().getByText('The function was not called').waitFor();
    expect(await page.getByRole('button', { name: 'Send again' }).count()).toBe(0);
  });

  it('filters the calls by tenant and by outcome', async () => {
    await call();
    await call({ tenant_id: 'globex' });
    await call({ tenant_id: 'globex', otp: '000000' });
    await page.getByLabel('Filter by tenant').selectOption('globex');
    await page.getByLabel('Filter by outcome').selectOption('OtpRejected');
    await calls().filter({ hasText: 'Verified' }).first().waitFor({ state: 'detached' });
    expect(await calls().allTextContents()).toEqual([expect.stringMatching(/OtpRejected.*globex/s)]);
    await page.getByText(/^Calls 1 of \d+$/).waitFor();
  });

  it('sends its own call again with the same password', async () => {
    await get('OtpRejected');
    await page.locator('input[name="otp"]').fill('135791');
    const sent = page.waitForResponse(/number\/verify$/);
    await page.getByRole('button', { name: 'Send again' }).click();
    expect((await sent).status()).toBe(422);
    expect(await page.locator('input[name="otp"]').inputValue()).toBe('000000');
  });

  it('repeats a call of another client with the password of the form and the last four digits of the call', async () => {
    await call({ tenant_id: 'globex', phone_number: '+491701230404' });
    await calls().filter({ hasText: '…0404' }).first().click();
    await page.getByRole('button', { name: 'Copy as curl' }).click();
    await readClipboard(`${sandbox.url}/tenants/globex/`);
    await readClipboard(`"otp": "${sampleRequest.otp}"`);
    await page.getByRole('button', { name: 'Send again' }).click();
    await seeAdvice('WabaNotFound');
    expect(await page.locator('input[name="phone_number"]').inputValue()).toBe('+919765410404');
    expect(await page.locator('input[name="tenant_id"]').inputValue()).toBe('globex');
  });

  it('moves among calls and outcomes with the arrow keys', async () => {
    await call({ phone_number: '+919765417001' });
    await call({ phone_number: '+919765417002' });
    await calls().filter({ hasText: '…7002' }).focus();
    await page.keyboard.press('ArrowDown');
    await page.locator('.call:focus[aria-current="true"]', { hasText: '…7001' }).waitFor();
    await page.locator('[data-outcome="Verified"]').focus();
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await page.locator('[data-outcome^="KaleyraFailed"][aria-current="true"]').waitFor();
  });

  it('shows Outcomes and Simulate from the top', async () => {
    const getScroll = () => page.locator('#input').evaluate((panel) => panel.scrollTop);
    await page.locator('[data-outcome]').last().scrollIntoViewIfNeeded();
    expect(await getScroll()).toBeGreaterThan(0);
    await openTab('Simulate');
    await openTab('Outcomes');
    await page.locator('[data-outcome]').first().waitFor();
    expect(await getScroll()).toBe(0);
  });

  it('meets WCAG 2.2 AA in every state', async () => {
    const found: Record<string, string[]> = {};
    const audit = async (state: string, schemes: readonly ('light' | 'dark')[] = ['light']) => {
      for (const colorScheme of schemes) {
        await page.emulateMedia({ colorScheme });
        found[`${state}, ${colorScheme}`] = await auditPage(page);
      }
    };
    await get('Verified');
    await seeLastStep();
    await audit('verified', ['dark', 'light']);
    await get('OtpRejected');
    await page.getByText(/^Headers/).click();
    await steps().filter({ hasText: 'Mapping' }).click();
    await audit('rejected, headers, mapping', ['dark', 'light']);
    await get('KaleyraUnavailable-0521');
    await audit('unavailable', ['dark', 'light']);
    await choose('OutcomeUnknown-0504');
    await send();
    await page.getByText('Running for').waitFor();
    await audit('running');
    await page.keyboard.press('Escape');
    await page.getByText('Cancelled after').waitFor();
    sandbox.controls.set({ kaleyra: 'slow', secretsManager: 'failing' });
    await openTab('Simulate 2');
    await page.getByRole('button', { name: 'Keyboard shortcuts' }).click();
    await page.getByLabel('Filter by outcome').selectOption('OtpRejected');
    await audit('cancelled, simulating, help, filtered', ['dark', 'light']);
    await page.goto(`${sandbox.url}/problems`);
    await audit('failure codes', ['dark', 'light']);

    expect(Object.keys(found).length).toBe(11);
    expect(Object.values(found).flat()).toEqual([]);
  });

  it.each(Object.entries(fonts))('fits into windows of any width, with %s', async (_, css) => {
    const found: string[] = [];
    const measure = async () => {
      for (const width of [320, 360, 820, 1100, 1280, 1920]) {
        await page.setViewportSize({ width, height: 740 });
        found.push(...(await measureLayout(page, css)));
      }
    };
    await page.getByRole('radio', { name: 'Direct' }).check();
    await get('OtpRejected');
    await sandbox.controls.useUp(sampleRequest);
    await page.locator('#simulation').waitFor();
    await measure();
    expect(await page.getByRole('button', { name: 'Send Ctrl' }).isVisible()).toBe(true);
    await openTab(/^Simulate/);
    await measure();
    await page.goto(`${sandbox.url}/problems`);
    await measure();
    expect(found).toEqual([]);
  });

  it('shows Send without scrolling', async () => {
    for (const width of [320, 820, 1280]) {
      await page.setViewportSize({ width, height: 640 });
      const box = await page.getByRole('button', { name: 'Send Ctrl' }).boundingBox();
      expect((box?.y ?? 640) + (box?.height ?? 0)).toBeLessThanOrEqual(640);
    }
  });

  it('receives no key, no SID and no password, sends nothing off loopback, and runs without complaints', async () => {
    const apiKeys = seedTenants.flatMap(({ sid, apiKey, nextApiKey = '' }) => [sid, apiKey, nextApiKey]);
    await page.locator('input[name="otp"]').fill('864209');
    await page.locator('#code', { hasText: '864209' }).waitFor();
    await send();
    await seeAdvice('Verified');
    await seeLastStep();
    const text = await record.received();
    expect(text).toContain('"status":"verified"');
    expect(text).toContain('__OTP__');
    expect(leaksIn(text, { otps: ['864209'], apiKeys, phoneNumbers: [] })).toEqual([]);
    expect(record.requests.filter((url) => !url.startsWith(`${sandbox.url}/`))).toEqual([]);
    expect(record.complaints).toEqual([]);
  });

  it('says so when the sandbox has stopped', async () => {
    await sandbox.close();
    await page.getByText('Sandbox not reachable').waitFor();
  });
});
