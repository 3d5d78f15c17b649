/** How a request tells the fault servers what is to happen to it, and its own cell from all others. */

/** A tenant's secret, whose key changes with its version. */
export const secretOf = (keyVersion: number): string =>
  JSON.stringify({ sid: 'FAKESID', apiKey: `fake-key-${keyVersion}` });

export const keyVersionOf = (head: string): number => Number(/^api-key: fake-key-(\d+)/im.exec(head)?.[1]);

interface Faults {
  /** The fault that meets keys older than `newest`, by its index. */
  readonly older: number;
  /** The one that meets all others. */
  readonly newer: number;
  readonly newest: number;
}

/** A WABA id that says what is to happen: its digits are free, and they reach Kaleyra as they are. */
export const wabaOf = ({ older, newer, newest }: Faults): string => `${100 + older}${100 + newer}${newest}`;

export const faultsOfWaba = (waba: string): Faults => ({
  older: Number(waba.slice(0, 3)) - 100,
  newer: Number(waba.slice(3, 6)) - 100,
  newest: Number(waba.slice(6)),
});
