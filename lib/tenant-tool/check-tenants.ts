import type { TenantCredentials } from '../../functions/verify-number/core/verify-number.ts';
import type { CommandOf } from './command-line.ts';
import type { KaleyraToProbe } from './kaleyra-to-probe.ts';
import { probeCredentials } from './probe-credentials.ts';
import { runForEach } from './run-for-each.ts';
import { reportTenants, type TenantItem } from './tenant-results.ts';
import type { ToolContext } from './tool-context.ts';

/** Finds the Kaleyra to probe by region. Absent without `--probe`. */
export type KaleyraByRegion = ReadonlyMap<string, KaleyraToProbe>;

/** Checks the format of one tenant's secret in each region, and probes its credentials if asked to. */
export const checkTenant = async (
  { tenantId }: CommandOf<'check'>,
  { regions, terminal }: ToolContext,
  kaleyraByRegion: KaleyraByRegion,
): Promise<0> => {
  for (const secrets of regions) {
    const credentials = await secrets.read(tenantId);
    terminal.stdout.write(
      `${secrets.name(tenantId)} in ${secrets.region} has the documented format: SID ${credentials.sid}, an API key of ` +
        `${credentials.apiKey.length} characters.\n`,
    );
    const kaleyra = kaleyraByRegion.get(secrets.region);
    if (kaleyra) terminal.stdout.write(`${await probe(credentials, kaleyra)}\n`);
  }
  return 0;
};

const outcomes = ['correct'] as const;

/** A probe is an HTTPS request to Kaleyra over a new connection. */
const concurrencyPerRegion = 4;

/** Checks every tenant's secret in each region. */
export const checkAllTenants = async (
  context: ToolContext,
  kaleyraByRegion: KaleyraByRegion,
): Promise<0 | 1> => {
  const { regions, terminal } = context;
  const items = await Promise.all(
    regions.map(async (secrets) =>
      (await secrets.list()).map(({ tenantId }): TenantItem => ({ tenantId, secrets })),
    ),
  );
  const check = async ({ tenantId, secrets }: TenantItem): Promise<(typeof outcomes)[number]> => {
    const credentials = await secrets.read(tenantId);
    const kaleyra = kaleyraByRegion.get(secrets.region);
    if (kaleyra) await probe(credentials, kaleyra);
    return 'correct';
  };
  const concurrency = concurrencyPerRegion * regions.length;
  const results = await runForEach(items.flat(), check, { terminal, label: 'Checking', concurrency });
  return reportTenants(results, outcomes, context);
};

/** @throws Error unless Kaleyra accepts the credentials */
const probe = async (credentials: TenantCredentials, kaleyra: KaleyraToProbe): Promise<string> => {
  const { verdict, response } = await probeCredentials(credentials, kaleyra);
  const { description } = kaleyra;
  switch (verdict) {
    case 'accepted':
      return `${description} accepts SID and key. Its response to a request that cannot verify a number: ${response}`;
    case 'rejected':
      throw new Error(
        `${description} rejects SID or key (${response}). It also rejects a key that is limited to other IP addresses ` +
          'than yours, and an account of another pod.',
      );
    case 'unclear':
      throw new Error(`${description} did not say whether it accepts SID and key: ${response}`);
  }
};
