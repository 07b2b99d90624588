import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import type { X509Certificate } from '@peculiar/x509';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';

// Certificates for servers and users of tests. Node can't issue any.

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY = 86_400_000;

export interface Issued {
  /** PEM. */
  readonly certificate: string;
  /** PEM, PKCS #8. */
  readonly key: string;
}

export interface IssueOptions {
  readonly commonName: string;
  /** A user's groups, for Kubernetes. */
  readonly organizations?: readonly string[];
  readonly names?: readonly string[];
  readonly addresses?: readonly string[];
  /** Days from now until its end; negative for an expired one. */
  readonly days?: number;
}

export interface Authority {
  readonly certificate: string;
  issue(options: IssueOptions): Promise<Issued>;
}

export interface RootAuthority extends Authority {
  /** One whose certificate is signed by this one. */
  intermediate(commonName: string): Promise<RootAuthority>;
}

const authorityExtensions = () => [
  new BasicConstraintsExtension(true, undefined, true),
  new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
];

export async function createAuthority(commonName = 'test-ca'): Promise<RootAuthority> {
  const crypto = webcrypto as unknown as Crypto;
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const root = await X509CertificateGenerator.createSelfSigned(
    {
      name: `CN=${commonName}`,
      notBefore: new Date(Date.now() - 30 * DAY),
      notAfter: new Date(Date.now() + 3650 * DAY),
      signingAlgorithm: ALGORITHM,
      keys,
      extensions: authorityExtensions(),
    },
    crypto,
  );
  return authorityOf(root, keys);
}

function authorityOf(root: X509Certificate, keys: CryptoKeyPair): RootAuthority {
  const crypto = webcrypto as unknown as Crypto;
  let serial = 1;
  return {
    certificate: root.toString('pem'),
    issue: async ({ commonName: subject, organizations = [], names = [], addresses = [], days = 365 }) => {
      const pair = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
      serial += 1;
      const certificate = await X509CertificateGenerator.create(
        {
          serialNumber: serial.toString(16).padStart(4, '0'),
          subject: [...organizations.map((organization) => ({ O: [organization] })), { CN: [subject] }],
          issuer: root.subject,
          notBefore: new Date(Date.now() - 20 * DAY),
          notAfter: new Date(Date.now() + days * DAY),
          signingAlgorithm: ALGORITHM,
          publicKey: pair.publicKey,
          signingKey: keys.privateKey,
          extensions: [
            new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth, ExtendedKeyUsage.clientAuth]),
            new SubjectAlternativeNameExtension([
              ...names.map((value) => ({ type: 'dns' as const, value })),
              ...addresses.map((value) => ({ type: 'ip' as const, value })),
            ]),
          ],
        },
        crypto,
      );
      const key = PemConverter.encode(await crypto.subtle.exportKey('pkcs8', pair.privateKey), 'PRIVATE KEY');
      return { certificate: certificate.toString('pem'), key };
    },
    intermediate: async (name) => {
      const pair = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
      serial += 1;
      const certificate = await X509CertificateGenerator.create(
        {
          serialNumber: serial.toString(16).padStart(4, '0'),
          subject: `CN=${name}`,
          issuer: root.subject,
          notBefore: new Date(Date.now() - 20 * DAY),
          notAfter: new Date(Date.now() + 365 * DAY),
          signingAlgorithm: ALGORITHM,
          publicKey: pair.publicKey,
          signingKey: keys.privateKey,
          extensions: authorityExtensions(),
        },
        crypto,
      );
      return authorityOf(certificate, pair);
    },
  };
}
