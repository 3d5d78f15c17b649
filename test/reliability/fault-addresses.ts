/** How a request tells the fault servers which cell it belongs to, and which faults apply. */

/** A tenant's secret, whose key changes with its version. */
export const secretOf = (keyVersion: number): string =>
  JSON.stringify({ sid: 'FAKESID', apiKey: `fake-key-${keyVersion}` });

export const keyVersionOf = (apiKey: unknown): number => Number(/^fake-key-(\d+)$/.exec(String(apiKey))?.[1]);

interface Faults {
  /** The index of the fault for keys older than `newest`. */
  readonly older: number;
  /** The index of the fault for all other keys. */
  readonly newer: number;
  readonly newest: number;
}

/** A WABA id that selects faults: its digits are free, and they reach Kaleyra unchanged. */
export const wabaOf = ({ older, newer, newest }: Faults): string => `${100 + older}${100 + newer}${newest}`;

export const faultsOfWaba = (waba: string): Faults => ({
  older: Number(waba.slice(0, 3)) - 100,
  newer: Number(waba.slice(3, 6)) - 100,
  newest: Number(waba.slice(6)),
});
