import { afterAll, afterEach, beforeAll, expect, it, jest } from '@jest/globals';
import axe, { type AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { type RunningSandbox, startSandbox } from '../../../../../lib/sandbox/start-sandbox.ts';
import { describeInBrowser, launchBrowser, openConsole } from '../../../../support/console-page.ts';

// A browser is slow on a busy machine, and an audit takes a second or more.
jest.setTimeout(120_000);

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

const audit = async (page: Page): Promise<string[]> => {
  await page.evaluate(axe.source);
  const { violations, passes } = (await page.evaluate(
    `axe.run(${JSON.stringify({ runOnly: tags, resultTypes: ['violations'], preload: false })})`,
  )) as AxeResults;
  expect(passes.length).toBeGreaterThan(15);
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
  );
};

describeInBrowser('the console', () => {
  let sandbox: RunningSandbox;
  let browser: Browser;

  beforeAll(async () => {
    sandbox = await startSandbox();
    browser = await launchBrowser();
  });
  afterAll(() => Promise.all([browser?.close(), sandbox?.close()]));
  afterEach(() => sandbox.controls.reset());

  const sendAs = async (page: Page, key: string) => {
    await page.locator(`[data-outcome="${key}"]`).click();
    await page.keyboard.press('Control+Enter');
  };
  const variants = [
    [360, 'light'],
    [1280, 'light'],
    [1280, 'dark'],
    [1920, 'light'],
  ] as const;

  it.each(variants)('meets WCAG 2.2 AA in every state, %i pixels wide, %s', async (width, colorScheme) => {
    const opened = await openConsole(browser, sandbox.url, { viewport: { width, height: 800 }, colorScheme });
    const { page } = opened;
    const found: Record<string, string[]> = {};
    found['empty'] = await audit(page);

    await sendAs(page, 'Verified');
    await page.locator('.step-log').waitFor();
    found['verified'] = await audit(page);

    await sendAs(page, 'OtpRejected');
    await page.locator('.advice.warn').waitFor();
    await page.getByRole('tab', { name: /^Headers/ }).click();
    await page.locator('.step-head').filter({ hasText: 'Mapping' }).click();
    found['rejected, headers, mapping'] = await audit(page);

    await sendAs(page, 'KaleyraUnavailable-0521');
    await page.locator('.advice.bad').waitFor();
    found['unavailable'] = await audit(page);

    await sendAs(page, 'OutcomeUnknown-0504');
    await page.getByText('Running for').waitFor();
    found['running'] = await audit(page);
    await page.keyboard.press('Escape');
    await page.getByText('Cancelled after').waitFor();
    found['cancelled'] = await audit(page);

    await sandbox.controls.set({ kaleyra: 'slow', secretsManager: 'failing' });
    await page.getByRole('tab', { name: /^Simulate/ }).click();
    await page.locator('.simulation').waitFor();
    found['simulating'] = await audit(page);

    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
    found['help'] = await audit(page);
    await page.keyboard.press('Escape');

    await page.getByLabel('Filter by outcome').selectOption('Verified');
    await page.getByRole('tab', { name: 'Step Functions' }).click();
    found['filtered'] = await audit(page);

    await opened.close();
    expect(Object.keys(found).length).toBe(9);
    expect(
      Object.fromEntries(Object.entries(found).filter(([, violations]) => violations.length > 0)),
    ).toEqual({});
  });

  it.each(['light', 'dark'] as const)(
    'has pages of failure codes that meet WCAG 2.2 AA, %s',
    async (colorScheme) => {
      const context = await browser.newContext({ colorScheme, viewport: { width: 360, height: 740 } });
      const page = await context.newPage();
      await page.goto(`${sandbox.url}/problems#otprejected`);
      expect(await audit(page)).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
      await context.close();
    },
  );
});
