/** Values that must not appear in a response or in a log. */
export interface Confidential {
  readonly otps: readonly string[];
  readonly apiKeys: readonly string[];
  readonly phoneNumbers: readonly string[];
}

/**
 * The confidential values that a text holds: as they are, percent-encoded, and in base64 at each of its three offsets.
 * @returns what was found, masked, so that a failing test prints none of it
 */
export const leaksIn = (text: string, { otps, apiKeys, phoneNumbers }: Confidential): string[] =>
  Object.entries({
    otp: otps,
    'API key': apiKeys,
    // Without the plus, which encodings change.
    'phone number': phoneNumbers.map((number) => number.slice(1)),
  }).flatMap(([kind, values]) =>
    values
      .filter((value) => getForms(value).some((form) => text.includes(form)))
      .map((value) => `${kind} …${value.slice(-4)}`),
  );

const getForms = (value: string): string[] => [
  value,
  encodeURIComponent(value),
  ...[0, 1, 2].map((offset) =>
    Buffer.concat([Buffer.alloc(offset), Buffer.from(value)])
      .toString('base64')
      // The characters at either end depend on the neighbours of the value.
      .slice(offset === 0 ? 0 : 4, -4),
  ),
];
