import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type RunningSandbox, startSandbox } from '../../../../lib/sandbox/start-sandbox.ts';
import { operatorEnvironment, runTool } from '../../../support/tenant-tool.ts';

const before = process.env;
let sandbox: RunningSandbox;
const start = async (environment: Record<string, string> = {}) => {
  sandbox = await startSandbox({ environment });
  process.env = operatorEnvironment(sandbox.urls.secretsManager);
};
beforeEach(() => start());
afterEach(async () => {
  process.env = before;
  await sandbox.close();
});

describe('check --probe with the whole sandbox', () => {
  it("asks the sandbox's Kaleyra about a seeded tenant", async () => {
    const { status, stdout } = await runTool(['check', 'globex', '--probe']);
    expect([status, stdout]).toEqual([0, expect.stringContaining("The sandbox's Kaleyra, pod IN")]);
    expect(sandbox.kaleyra?.requestCount).toBe(1);
  });

  it('sends no key if the sandbox uses another Kaleyra', async () => {
    const other = sandbox;
    await start({ KALEYRA_BASE_URL: other.urls.kaleyra });
    const { status, stderr } = await runTool(['check', 'globex', '--probe']);
    await other.close();
    expect([status, stderr]).toEqual([1, expect.stringContaining('The tool sends no keys to it.')]);
    expect(other.kaleyra?.requestCount).toBe(0);
  });
});
