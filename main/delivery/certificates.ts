import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext, rootCertificates, type SecureContext, type TLSSocket } from 'node:tls';
import type { Network } from './network.ts';
import * as strings from './strings.ts';

export interface Trust {
  readonly context: SecureContext;
  readonly problem: string | undefined;
}

/** Reads NODE_EXTRA_CA_CERTS itself: a packaged Electron app ignores it, because its NODE_OPTIONS fuse is off. */
export async function loadTrust(network: Network): Promise<Trust> {
  const own = network.certificateAuthorities ?? [];
  const file = network.environment.NODE_EXTRA_CA_CERTS;
  if (!file) return { context: contextWith(own), problem: undefined };
  try {
    const extra = await readFile(file, 'utf8');
    if (!extra.includes('-----BEGIN CERTIFICATE-----')) throw new Error(strings.noPemCertificate);
    return { context: contextWith([extra, ...own]), problem: undefined };
  } catch (error) {
    const reason = error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? error.message) : String(error);
    const problem = strings.nodeExtraCaCertsCant(file, reason);
    return { context: contextWith(own), problem };
  }
}

let newest: { readonly authorities: readonly string[]; readonly context: SecureContext } | undefined;

/** Cached, because reading all roots takes longer than a handshake. */
function contextWith(authorities: readonly string[]): SecureContext {
  if (newest === undefined || newest.authorities.join() !== authorities.join())
    newest = { authorities, context: createSecureContext({ ca: [...rootCertificates, ...authorities], allowPartialTrustChain: true }) };
  return newest.context;
}

export function chainOf(socket: TLSSocket): readonly X509Certificate[] {
  const chain: X509Certificate[] = [];
  const seen = new Set<string>();
  let current = socket.getPeerX509Certificate();
  while (current && !seen.has(current.fingerprint256)) {
    seen.add(current.fingerprint256);
    chain.push(current);
    current = current.issuerCertificate;
  }
  return chain;
}

let publicRoots: readonly X509Certificate[] | undefined;

/** Whether the chain ends in Node's own roots (Mozilla's list) or the given ones. */
export function isIssuedByKnownRoot(chain: readonly X509Certificate[], own: readonly string[] = []): boolean {
  publicRoots ??= rootCertificates.map((pem) => new X509Certificate(pem));
  const roots = [...publicRoots, ...own.map((pem) => new X509Certificate(pem))];
  return chain.some((certificate) =>
    roots.some(
      (root) =>
        root.fingerprint256 === certificate.fingerprint256 || (root.subject === certificate.issuer && certificate.verify(root.publicKey)),
    ),
  );
}

export function describeChain(chain: readonly X509Certificate[]): string {
  const [server] = chain;
  if (!server) return strings.noCertificate;
  const issuers = chain.slice(1).map((issuer) => shortName(issuer.subject));
  const by = issuers.length > 0 ? issuers.join(' ← ') : shortName(server.issuer);
  return strings.certificateIssuedValid(shortName(server.subject), by, day(server.validFrom), day(server.validTo));
}

export function issuerOf(chain: readonly X509Certificate[]): string {
  const last = chain.at(-1);
  return last ? shortName(last.issuer) : 'unknown';
}

function shortName(name: string): string {
  const parts = new Map(name.split('\n').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)] as const));
  const common = parts.get('CN');
  const organisation = parts.get('O');
  const text =
    common !== undefined && organisation !== undefined && common !== organisation
      ? `${common} (${organisation})`
      : (common ?? organisation ?? name);
  return text.replaceAll(/\s+/g, ' ').slice(0, 120);
}

function day(date: string): string {
  const time = new Date(date);
  return Number.isNaN(time.getTime()) ? date : time.toISOString().slice(0, 10);
}
