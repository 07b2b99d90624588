import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { DispatcherOptions } from '@kubernetes/client-node';
import { EntryError } from '../errors.ts';
import type { ContextEntry } from '../kubeconfig/kubeconfig.ts';
import * as strings from './strings.ts';

// Checks certificates before a connection: OpenSSL drops what it can't use, and the request would be anonymous.

const PEM = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** Throws an EntryError that names the field. */
export function checkCertificates(options: DispatcherOptions, entry: ContextEntry): void {
  if (options.type === 'none') return;
  const { ca, cert, key } = (options.type === 'agent' ? options.connect : (options.requestTls ?? {})) as Readonly<Record<string, unknown>>;
  const { cluster, credentials } = entry;
  if (cluster === null || !cluster.server.startsWith('https:')) return;
  if (ca !== undefined && authorities(ca).length === 0) {
    const field = cluster.caFile === undefined ? 'certificate-authority-data' : strings.certificateAuthority(cluster.caFile);
    throw new EntryError(strings.clusterNoCertificatePemForm(field, cluster.name), strings.replaceCertificateClustersAuthority);
  }
  if (cert === undefined) return;
  const who = strings.userName(credentials?.name);
  const own = (credentials?.certData ?? credentials?.certFile) !== undefined;
  const fieldOf = (name: string, file: string | undefined): string =>
    own ? (file === undefined ? `${name}-data` : `${name} (${file})`) : strings.dataPlugin(name);
  const certField = fieldOf(own ? 'client-certificate' : 'clientCertificate', credentials?.certFile);
  const keyField = fieldOf(own ? 'client-key' : 'clientKey', credentials?.keyFile);
  const problem = pairProblem(String(cert), String(key ?? ''), certField, keyField);
  if (problem !== null)
    throw new EntryError(strings.theProblemWho(problem, who), own ? strings.correctKubeconfig : strings.signInAgainOrUpdatePlugin);
}

/** As Go: skips certificates that can't be read. */
function authorities(text: unknown): X509Certificate[] {
  return (String(text).match(PEM) ?? []).flatMap((pem) => {
    const certificate = readCertificate(pem);
    return certificate === undefined ? [] : [certificate];
  });
}

function pairProblem(cert: string, key: string, certField: string, keyField: string): string | null {
  const certificate = readCertificate(cert);
  if (certificate === undefined) return strings.noCertificatePemForm(certField);
  try {
    if (certificate.checkPrivateKey(createPrivateKey(key))) return null;
  } catch (error) {
    const isEncrypted = /ENCRYPTED/.test(key) || (error instanceof Error && 'code' in error && error.code === 'ERR_MISSING_PASSPHRASE');
    return isEncrypted ? strings.encryptedKAuditTrayCantAsk(keyField) : strings.noPrivateKeyPemForm(keyField);
  }
  return strings.doesntMatch(keyField, certField);
}

function readCertificate(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}
