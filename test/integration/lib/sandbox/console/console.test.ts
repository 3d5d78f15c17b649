/** The console and the page of the failure codes, in one browser, with one sandbox. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, jest } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { sampleRequest } from '../../../../../lib/reference/sample-request.ts';
import { type RunningSandbox, startSandbox } from '../../../../../lib/sandbox/start-sandbox.ts';
import { seedTenants } from '../../../../../lib/sandbox/tenants/seed-tenants.ts';
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

const { waba_id, id } = sampleRequest;

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
    await seeText('Live');
  });
  afterEach(() => sandbox.controls.reset());
  afterAll(() => Promise.all([browser?.close(), sandbox?.close()]));

  /** Calls the sandbox as another client does, with a number that selects the last four digits. */
  const call = (lastFour: string, { tenant_id = 'acme', otp = '135791', token = sandbox.token } = {}) =>
    fetch(`${sandbox.url}/tenants/${tenant_id}/whatsapp/${waba_id}/number/verify`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ id, phone_number: `+91976541${lastFour}`, otp }),
    });
  const responsePanel = () => page.getByRole('region', { name: 'Response', exact: true });
  const seeText = (text: string | RegExp) => page.getByText(text).first().waitFor();
  const seeAdvice = (outcome: string) => page.locator('.advice', { hasText: `${outcome}.` }).waitFor();
  const click = (name: string | RegExp, role: 'button' | 'tab' = 'button') =>
    page.getByRole(role, { name }).click();
  const choose = (key: string) => page.locator(`[data-outcome="${key}"]`).click();
  const send = () => page.keyboard.press('Control+Enter');
  const get = async (key: string) => {
    await choose(key);
    await send();
    await seeAdvice(key.split('-')[0] ?? '');
  };
  const field = (name: string) => page.locator(`input[name="${name}"]`);
  const calls = (hasText: string | RegExp) => page.locator('.call', { hasText }).first();
  const step = (hasText: string | RegExp) => page.locator('button.step', { hasText });
  const isInClipboard = (part: string) =>
    page.waitForFunction(
      `navigator.clipboard.readText().then((text) => text.includes(${JSON.stringify(part)}))`,
    );

  it('gets each outcome, with its advice', async () => {
    const keys = await page
      .locator('[data-outcome]:enabled:not(:has-text("takes 10 s"))')
      .evaluateAll((buttons) => buttons.map((button) => button.getAttribute('data-outcome') ?? ''));
    const single = keys.filter((key) => key !== 'TooManyAttempts' && key !== 'AlreadyVerified');
    expect(single.length).toBeGreaterThan(30);
    for (const key of single) {
      await get(key);
      const body = JSON.parse((await responsePanel().locator('pre').first().textContent()) ?? '');
      expect([key, body.code ?? 'Verified']).toEqual([key, key.split('-')[0]]);
    }

    await choose('AlreadyVerified');
    await send();
    await seeAdvice('Verified');
    await send();
    await seeAdvice('AlreadyVerified');

    await choose('TooManyAttempts');
    await seeText('no attempts left: acme');
    await send();
    await seeAdvice('TooManyAttempts');
  });

  it('shows a failure over HTTP with its headers, and a direct one without', async () => {
    await get('RateLimited-1429');
    expect(await responsePanel().textContent()).toMatch(/429 Too Many Requests.*Retry-After/s);
    const link = page.getByRole('link', { name: 'More about RateLimited' });
    expect(await link.getAttribute('href')).toBe('/problems#ratelimited');
    await page.getByText(/^Headers/).click();
    await seeText('retry-after: 7');

    await page.getByRole('radio', { name: 'Direct' }).check();
    await click('Send Ctrl');
    await calls(/error.*RateLimited.*direct/s).waitFor();
    await seeText('(Invoke responds 200)');
    expect(await responsePanel().textContent()).toContain('After 10 seconds');
    expect(await responsePanel().textContent()).not.toContain('Retry-After');
    await step('Lambda Invoke').waitFor();
  });

  it('shows a running call in place of the last response, cancels it, and follows it in the trace', async () => {
    await get('Verified');
    await choose('OutcomeUnknown-0504');
    await send();
    await seeText('Running for');
    expect(await responsePanel().getByText('"verified"').count()).toBe(0);
    await step(/Kaleyra IN.*…/s).waitFor();
    await page.keyboard.press('Escape');
    await seeText('Cancelled after');
    await calls('Running').waitFor();

    await send();
    await seeText('Running for');
    await get('OtpRejected');
    expect(await responsePanel().textContent()).toContain('422');
  });

  it('shows and copies the request in every language, with the password of the form and a token', async () => {
    await field('otp').fill('246810');
    for (const language of ['Node', 'Python', 'Java', 'Kotlin', 'Go', 'C#', 'PHP', 'AWS CLI', 'curl']) {
      await page.getByRole('tab', { name: language, exact: true }).click();
      await page.locator('#code', { hasText: '246810' }).waitFor();
    }
    await page.getByRole('button', { name: 'Copy', exact: true }).click();
    await isInClipboard('"otp": "246810"');
    await isInClipboard('Authorization: Bearer ');
    await click('Step Functions', 'tab');
    await page.locator('#code', { hasText: '"StartAt"' }).waitFor();
  });

  it('opens with the remembered theme and the outcome that the address names', async () => {
    const background = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
    const light = await background();
    await click('Theme: auto');
    await click('Theme: light');
    await page.goto(`${sandbox.url}/#InsufficientBalance`);
    await page.reload();
    await page.locator('[data-outcome="InsufficientBalance-0402"][aria-current="true"]').waitFor();
    expect(await background()).not.toBe(light);
    await click('Theme: dark');
  });

  it('simulates faults and a frozen function, and shows what another client simulates', async () => {
    sandbox.controls.set({ kaleyra: 'slow' });
    await page.locator('#simulation', { hasText: 'Kaleyra is slow' }).waitFor();
    await click('Simulate 1', 'tab');
    expect(await page.getByRole('radio', { name: 'Slow' }).isChecked()).toBe(true);
    await click('Freeze for 1 min');
    await page.locator('#simulation', { hasText: 'function was frozen' }).waitFor();
    for (const [service, mode, outcome] of [
      ['Kaleyra', 'Drops', 'OutcomeUnknown'],
      ['Kaleyra', '502', 'KaleyraFailed'],
      ['Secrets Manager', 'Fails', 'CredentialsUnavailable'],
      ['Secrets Manager', 'Throttles', 'CredentialsUnavailable'],
    ] as const) {
      await click('Reset all');
      await page.locator('#simulation').waitFor({ state: 'detached' });
      await page.getByRole('group', { name: service }).getByRole('radio', { name: mode }).check();
      await page.locator('#simulation').waitFor();
      await send();
      await seeAdvice(outcome);
    }
  });

  it('rotates a key, and shows how the function recovers', async () => {
    await get('Verified');
    await click('Simulate', 'tab');
    await click('Store a new key');
    await seeText('acme: new key, old one valid');
    await click('Revoke the old key');
    await seeText('acme: old key revoked');
    await send();
    await step('RBC001').waitFor();
    await step('Outcome event').waitFor();
    expect((await page.locator('button.step strong').allTextContents()).join()).toBe(
      'API Gateway,Parse,Secrets Manager,Kaleyra IN,Secrets Manager,Kaleyra IN,Mapping,Log event,Outcome event',
    );
  });

  it('shows every step of a call of another client, with its details', async () => {
    await call('7000');
    await call('1406');
    await calls('…1406').click();
    await step('Outcome event').waitFor();

    expect(await step('Secrets Manager').textContent()).toContain('cached');
    expect(await step('Kaleyra IN').allTextContents()).toEqual([
      expect.stringMatching(/400 WA400.*id as number, reused connection/s),
      expect.stringMatching(/200 WA200.*id as string, reused connection/s),
    ]);
    for (const [name = '', ...texts] of [
      ['Kaleyra IN', '/v2/••••••/whatsapp/', 'api-key: ••••••', '"phone_number": "+********1406"'],
      ['API Gateway', '"routeKey": "POST /tenants/{tenant_id}/whatsapp/{waba_id}/number/verify"'],
      ['Parse', 'Every field has the documented form'],
      ['Secrets Manager', 'Tenant'],
      ['Mapping', 'Verified'],
      ['Log event', '"outcome": "Verified"'],
      ['Outcome event', '"phone_number": "…1406"'],
    ]) {
      await step(name).first().click();
      for (const text of texts) await page.locator('#step', { hasText: text }).waitFor();
    }
  });

  it('shows what the gateway rejects', async () => {
    await call('7000', { token: 'none' });
    await calls(/401.*GatewayRefused.*Unauthorized/s).click();
    await page.locator('#step', { hasText: 'The function was not called' }).waitFor();
    expect(await page.getByRole('button', { name: 'Send again' }).count()).toBe(0);
  });

  it('filters the calls by tenant and by outcome', async () => {
    for (const tenant_id of ['acme', 'globex']) {
      await call('7000', { tenant_id });
      await call('7000', { tenant_id, otp: '000000' });
    }
    await page.getByLabel('Filter by tenant').selectOption('globex');
    await page.getByLabel('Filter by outcome').selectOption('OtpRejected');
    await seeText(/^Calls 1 of \d+$/);
    expect(await page.locator('.call').allTextContents()).toEqual([
      expect.stringMatching(/OtpRejected.*globex/s),
    ]);
  });

  it('repeats its own call with the same password, and the call of another client with its last four digits', async () => {
    const sendAgain = async () => {
      const response = page.waitForResponse(/number\/verify$/);
      await click('Send again');
      return (await response).status();
    };
    await field('otp').fill('000000');
    await page.keyboard.press('Enter');
    await seeAdvice('OtpRejected');
    await field('otp').fill('135791');
    expect([await sendAgain(), await field('otp').inputValue()]).toEqual([422, '000000']);

    await call('0404', { tenant_id: 'globex' });
    await calls('globex · …0404').click();
    await click('Copy as curl');
    await isInClipboard(`${sandbox.url}/tenants/globex/`);
    await isInClipboard('"otp": "000000"');
    expect([await sendAgain(), await field('phone_number').inputValue()]).toEqual([404, '+919765410404']);
    expect(await field('tenant_id').inputValue()).toBe('globex');
  });

  it('moves among calls and outcomes with the arrow keys', async () => {
    await call('7001');
    await call('7002');
    await calls('…7002').focus();
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
    await click('Simulate', 'tab');
    await click('Outcomes', 'tab');
    await page.locator('[data-outcome]').first().waitFor();
    expect(await getScroll()).toBe(0);
  });

  it('meets WCAG 2.2 AA in every state, light and dark', async () => {
    const audit = async () => {
      await page.emulateMedia({ colorScheme: 'dark' });
      const dark = await auditPage(page, ['color-contrast']);
      await page.emulateMedia({ colorScheme: 'light' });
      expect([...dark, ...(await auditPage(page))]).toEqual([]);
    };
    await get('Verified');
    await step('Outcome event').waitFor();
    await audit();
    await get('OtpRejected');
    await page.getByText(/^Headers/).click();
    await step('Mapping').click();
    await audit();
    await choose('OutcomeUnknown-0504');
    await send();
    await page.keyboard.press('Escape');
    await seeText('Cancelled after');
    sandbox.controls.set({ kaleyra: 'slow', secretsManager: 'failing' });
    await click('Simulate 2', 'tab');
    await click('Keyboard shortcuts');
    await page.getByLabel('Filter by outcome').selectOption('KaleyraUnavailable');
    await audit();
    await page.goto(`${sandbox.url}/problems`);
    await audit();
  });

  it.each(Object.entries(fonts))('fits into windows of any width, with %s', async (_, css) => {
    const found: string[] = [];
    const measure = async () => {
      for (const width of [320, 360, 820, 1100, 1280, 1920]) {
        await page.setViewportSize({ width, height: 640 });
        found.push(...(await measureLayout(page, css)));
      }
    };
    await page.getByRole('radio', { name: 'Direct' }).check();
    await get('OtpRejected');
    await sandbox.controls.useUp(sampleRequest);
    await page.locator('#simulation').waitFor();
    await measure();
    await click(/^Simulate/, 'tab');
    await measure();
    await page.goto(`${sandbox.url}/problems`);
    await measure();
    expect(found).toEqual([]);
  });

  it('receives no key, no SID and no password, sends nothing off loopback, and runs without complaints', async () => {
    const apiKeys = seedTenants.flatMap(({ sid, apiKey, nextApiKey = '' }) => [sid, apiKey, nextApiKey]);
    await field('otp').fill('864209');
    await page.locator('#code', { hasText: '864209' }).waitFor();
    await send();
    await seeAdvice('Verified');
    await step('Outcome event').waitFor();
    const text = await record.received();
    expect(text).toContain('"status":"verified"');
    expect(text).toContain('__OTP__');
    expect(leaksIn(text, { otps: ['864209'], apiKeys, phoneNumbers: [] })).toEqual([]);
    expect(record.requests.filter((url) => !url.startsWith(`${sandbox.url}/`))).toEqual([]);
    expect(record.complaints).toEqual([]);
  });

  it('says so when the sandbox has stopped', async () => {
    await sandbox.close();
    await seeText('Sandbox not reachable');
  });
});
