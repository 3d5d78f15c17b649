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

describeInBrowser("the console's controls", () => {
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
    await page.getByRole('tab', { name: /^Simulate/ }).click();
  });
  afterEach(async () => {
    expect(opened.complaints).toEqual([]);
    await opened.close();
    await sandbox.close();
  });

  const simulated = () => page.locator('.simulation li').allTextContents();
  const statusOfSend = async () => {
    await page.keyboard.press('Control+Enter');
    const status = page.locator('.response-panel .status').first();
    await status.waitFor();
    return status.textContent();
  };

  it.each([
    ['Secrets Manager', 'Fails', 'Secrets Manager fails', '503'],
    ['Secrets Manager', 'Throttles', 'Secrets Manager throttles', '503'],
    ['Kaleyra', 'Drops', 'Kaleyra drops connections', '504'],
    ['Kaleyra', '502', 'Kaleyra returns 502', '503'],
  ])('makes %s fail: %s', async (service, mode, words, status) => {
    await page.getByRole('group', { name: service }).getByRole('radio', { name: mode }).check();
    await page.locator('.simulation', { hasText: words }).waitFor();
    expect(await statusOfSend()).toBe(status);

    await page.locator('.simulation').getByRole('button', { name: 'Reset all' }).click();
    await page.locator('.simulation').waitFor({ state: 'detached' });
    expect(await statusOfSend()).toBe('200');
    expect(sandbox.controls.state().active).toBe(0);
  });

  it('rotate a key, and the trace shows how the function recovers', async () => {
    expect(await statusOfSend()).toBe('200');
    await page.getByRole('button', { name: 'Store a new key' }).click();
    await page.getByText('acme: new key, old one valid').waitFor();
    await page.getByRole('button', { name: 'Revoke the old key' }).click();
    await page.getByText('acme: old key revoked').waitFor();
    expect(await statusOfSend()).toBe('200');

    await page.locator('.step-log').waitFor();
    expect(await page.locator('.step-name strong').allTextContents()).toEqual([
      'API Gateway',
      'Parse',
      'Secrets Manager',
      'Kaleyra IN',
      'Secrets Manager',
      'Kaleyra IN',
      'Mapping',
      'Log event',
    ]);
    expect(await page.locator('.step-kaleyra').first().textContent()).toContain('RBC001');
  });

  it('freeze the function and use up attempts, visibly', async () => {
    await page.getByRole('button', { name: 'Freeze for 1 min' }).click();
    await page.getByText('function was frozen').waitFor();
    await page.getByRole('button', { name: /^Use up the attempts/ }).click();
    await page.getByText('no attempts left: acme').waitFor();

    expect(await simulated()).toEqual(['function was frozen', 'no attempts left: acme +********2345']);
    expect(await statusOfSend()).toBe('429');
  });

  it('show what another client simulates', async () => {
    sandbox.controls.set({ kaleyra: 'slow' });
    await page.getByText('Kaleyra is slow').waitFor();
    expect(await page.getByRole('tab', { name: 'Simulate 1' }).count()).toBe(1);
    expect(await page.getByRole('radio', { name: 'Slow' }).isChecked()).toBe(true);
  });
});
