/** Throwaway certificates that are created at run time. */
import { generate } from 'selfsigned';

export interface Certificate {
  /** PEM. */
  readonly key: string;
  /** PEM. */
  readonly cert: string;
}

export interface CertificateAuthority {
  /** PEM of the authority's own certificate, which clients have to trust. */
  readonly cert: string;
  /**
   * Issues a server certificate.
   * @param names its DNS names and IPv4 addresses
   * @param notAfter when it expires; a time in the past makes an expired certificate. Default: in a day
   */
  issue(names: readonly string[], notAfter?: Date): Promise<Certificate>;
}

const dayMs = 24 * 60 * 60 * 1000;
const settings = { keyType: 'ec', algorithm: 'sha256' } as const;
const named = (name: string) => [{ name: 'commonName', value: name }];

export const createCertificateAuthority = async (): Promise<CertificateAuthority> => {
  const authority = await generate(named('Throwaway test authority'), {
    ...settings,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const ca = { key: authority.private, cert: authority.cert };
  return {
    cert: ca.cert,
    issue: async (names, notAfter = new Date(Date.now() + dayMs)) => {
      const altNames = names.map((name) =>
        /^[\d.]+$/.test(name) ? { type: 7 as const, ip: name } : { type: 2 as const, value: name },
      );
      const issued = await generate(named(names[0] ?? 'no name'), {
        ...settings,
        ca,
        notBeforeDate: new Date(Math.min(Date.now(), notAfter.getTime()) - dayMs),
        notAfterDate: notAfter,
        extensions: [
          { name: 'extKeyUsage', serverAuth: true },
          { name: 'subjectAltName', altNames },
        ],
      });
      return { key: issued.private, cert: issued.cert };
    },
  };
};
