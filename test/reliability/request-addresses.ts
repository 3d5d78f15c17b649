/** How a request tells the fault servers which cell it belongs to, and which faults apply. */

/** Returns a tenant's secret, whose key contains its version. */
export const toSecret = (keyVersion: number): string =>
  JSON.stringify({ sid: 'FAKESID', apiKey: `fake-key-${keyVersion}` });

export const getKeyVersion = (apiKey: unknown): number =>
  Number(/^fake-key-(\d+)$/.exec(String(apiKey))?.[1]);

interface SelectedFaults {
  /** The index of the fault for keys older than `newest`. */
  readonly older: number;
  /** The index of the fault for all other keys. */
  readonly newer: number;
  readonly newest: number;
}

/** Returns a WABA id that selects faults. Its digits are free, and they reach Kaleyra unchanged. */
export const toWaba = ({ older, newer, newest }: SelectedFaults): string =>
  `${100 + older}${100 + newer}${newest}`;

export const parseWaba = (waba: string): SelectedFaults => ({
  older: Number(waba.slice(0, 3)) - 100,
  newer: Number(waba.slice(3, 6)) - 100,
  newest: Number(waba.slice(6)),
});
