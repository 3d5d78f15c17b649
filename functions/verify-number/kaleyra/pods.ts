/**
 * Kaleyra's pods and the AWS regions that use them. The only place that names a host that receives an API key.
 * Source: "API Domain and Value" on https://developers.kaleyra.io/docs/wa-v2-verify-phone-number
 */
export const apiDomains = {
  IN: 'api.in.kaleyra.io',
  SG: 'api.ap.kaleyra.io',
  EU: 'api.eu.kaleyra.io',
  NA: 'api.na.kaleyra.io',
} as const;

export type Pod = keyof typeof apiDomains;

export const pods = Object.keys(apiDomains) as readonly Pod[];

export const isPod = (value: unknown): value is Pod =>
  typeof value === 'string' && Object.hasOwn(apiDomains, value);

/** Returns the default pod of an AWS region, or `undefined`: a pod is not guessed, because it decides where data goes. */
export const getDefaultPod = (region: string): Pod | undefined => {
  if (region.startsWith('ap-south-')) return 'IN';
  if (region.startsWith('ap-')) return 'SG';
  if (region.startsWith('eu-')) return 'EU';
  if (region.startsWith('us-') || region.startsWith('ca-')) return 'NA';
  return undefined;
};
