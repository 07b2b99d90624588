// The X.509 library needs reflection metadata before it loads.
import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import * as x509 from '@peculiar/x509';

// An in-memory certificate authority for this run. Node can't issue certificates.

const KEY = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const SIGNING = { name: 'ECDSA', hash: 'SHA-256' } as const;
const HOUR = 3_600_000;
/** Milliseconds; outlasts a long weekend. */
const LIFE = 7 * 24 * HOUR;

export interface Certificate {
  readonly certificate: string;
  readonly key: string;
}

export interface Authority {
  readonly certificate: string;
  issue(names: readonly [string, ...string[]]): Promise<Certificate>;
}

/** Its private key can't be exported. */
export async function createAuthority(name: string): Promise<Authority> {
  x509.cryptoProvider.set(crypto);
  // SECURITY: `false` keeps the key in WebCrypto, so no demo authority can end up on a disk.
  const keys = await crypto.subtle.generateKey(KEY, false, ['sign', 'verify']);
  const authority = await x509.X509CertificateGenerator.createSelfSigned({
    ...validity(),
    serialNumber: serialNumber(),
    name: [{ CN: [name] }],
    keys,
    signingAlgorithm: SIGNING,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });

  return {
    certificate: authority.toString('pem'),
    async issue(names) {
      const own = await crypto.subtle.generateKey(KEY, true, ['sign', 'verify']);
      const leaf = await x509.X509CertificateGenerator.create({
        ...validity(),
        serialNumber: serialNumber(),
        subject: [{ CN: [names[0]] }],
        issuer: authority.subject,
        publicKey: own.publicKey,
        signingKey: keys.privateKey,
        signingAlgorithm: SIGNING,
        extensions: [
          new x509.BasicConstraintsExtension(false, undefined, true),
          new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
          new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
          new x509.SubjectAlternativeNameExtension(
            names.map((value) => ({ type: isIP(value) === 0 ? ('dns' as const) : ('ip' as const), value })),
          ),
          await x509.AuthorityKeyIdentifierExtension.create(keys.publicKey),
        ],
      });
      const key = await crypto.subtle.exportKey('pkcs8', own.privateKey);
      return { certificate: leaf.toString('pem'), key: x509.PemConverter.encode(key, 'PRIVATE KEY') };
    },
  };
}

function validity(): { readonly notBefore: Date; readonly notAfter: Date } {
  // An hour back, for containers and machines whose clock lags.
  return { notBefore: new Date(Date.now() - HOUR), notAfter: new Date(Date.now() + LIFE) };
}

/** Positive, so its DER encoding needs no sign byte. */
function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes.toString('hex');
}
