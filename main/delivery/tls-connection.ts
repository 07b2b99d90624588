import { isIP, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls';
import { chainOf, describeChain, isIssuedByKnownRoot, issuerOf, type Trust } from './certificates.ts';
import { abandon, type ConnectionOrder } from './connection-order.ts';
import { limited } from './limit.ts';
import { StageFailure } from './stages.ts';
import * as strings from './strings.ts';

export interface SecureConnection {
  readonly socket: TLSSocket;
  readonly authority: { readonly name: string; readonly isPrivate: boolean };
  readonly warnings: readonly string[];
}

/** `again` opens another transport to inspect a refused certificate. Throws StageFailure `tls`. */
export async function secure(
  order: ConnectionOrder,
  transport: Socket,
  again: (order: ConnectionOrder) => Promise<Socket>,
): Promise<SecureConnection> {
  const { url, network, trust, limits, signal, stages } = order;
  try {
    // SECURITY: the connection that carries the key verifies certificate and name, and Node closes it on a mismatch.
    const socket = await handshake(tlsOptions(url, transport, trust, true), limits.tls, signal);
    stages.stop();
    const chain = chainOf(socket);
    const evidence = `${socket.getProtocol() ?? 'TLS'}, ${describeChain(chain)}`;
    const name = issuerOf(chain);
    if (isIssuedByKnownRoot(chain, network.certificateAuthorities)) {
      stages.pass('tls', evidence);
      return { socket, authority: { name, isPrivate: false }, warnings: trust.problem === undefined ? [] : [trust.problem] };
    }
    const warning = strings.privateAuthorityIssuedCertificateTrusted(name);
    stages.warn('tls', evidence, strings.askWhetherTlsCoralogixShould);
    return { socket, authority: { name, isPrivate: true }, warnings: [warning] };
  } catch (error) {
    stages.stop();
    abandon(transport);
    if (!(error instanceof TlsFailure)) throw error;
    throw explained(order, error.code, error.isCertificate ? await inspect(order, again) : undefined);
  }
}

class TlsFailure extends Error {
  readonly code: string;
  readonly isCertificate: boolean;

  constructor(code: string) {
    super(code);
    this.code = code;
    this.isCertificate = /CERT|SELF_SIGNED|UNABLE_TO|ALTNAME|INVALID_CA|PATH_LENGTH|HOSTNAME_MISMATCH/.test(code) && !/ALERT/.test(code);
  }
}

function tlsOptions(url: URL, socket: Socket, trust: Trust, verify: boolean): ConnectionOptions {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return {
    socket,
    host,
    ...(isIP(host) === 0 ? { servername: host } : {}),
    secureContext: trust.context,
    ALPNProtocols: ['http/1.1'],
    rejectUnauthorized: verify,
  };
}

async function handshake(options: ConnectionOptions, milliseconds: number, signal: AbortSignal): Promise<TLSSocket> {
  const socket = connectTls(options);
  try {
    await limited({ milliseconds, signal, onLimit: () => new TlsFailure('ETIMEDOUT') }, (done, fail) => {
      socket.once('secureConnect', () => done(undefined));
      socket.once('error', (error: NodeJS.ErrnoException) => fail(new TlsFailure(error.code ?? 'unknown')));
      socket.once('close', () => fail(new TlsFailure('ECONNRESET')));
    });
    return socket;
  } catch (error) {
    abandon(socket);
    throw error;
  }
}

/** Inspects the certificate on a second connection that sends nothing, because Node closes the failed one first. */
async function inspect(order: ConnectionOrder, again: (order: ConnectionOrder) => Promise<Socket>): Promise<string | undefined> {
  const { url, trust, limits } = order;
  const signal = AbortSignal.any([order.signal, AbortSignal.timeout(limits.tls)]);
  let transport: Socket | undefined;
  try {
    transport = await again({ ...order, signal });
    // SECURITY: unverified, so it is only inspected and closed.
    const socket = await handshake(tlsOptions(url, transport, trust, false), limits.tls, signal);
    const text = describeChain(chainOf(socket));
    abandon(socket);
    return text;
  } catch {
    return undefined;
  } finally {
    if (transport) abandon(transport);
  }
}

function explained({ url, trust }: ConnectionOrder, code: string, certificate: string | undefined): StageFailure {
  const seen = certificate === undefined ? '' : ` ${certificate.charAt(0).toUpperCase()}${certificate.slice(1)}.`;
  const extra = trust.problem === undefined ? '' : ` ${trust.problem}`;
  const failure = (what: string, fix: string, options: { transient?: boolean; twin?: boolean } = {}) =>
    new StageFailure('tls', `${what} (${code}).${seen}${extra}`, fix, options);
  if (/ALTNAME|HOSTNAME_MISMATCH/.test(code)) {
    return failure(strings.certificateIsnt(url.hostname), strings.checkSpellingDomainResponseMay, { twin: true });
  }
  if (/EXPIRED/.test(code)) return failure(strings.certificateExpired, strings.checkComputersClockIfRight);
  if (/NOT_YET_VALID/.test(code)) return failure(strings.certificateIsntValidYet, strings.checkComputersClock);
  if (/CERT|SELF_SIGNED|UNABLE_TO|INVALID_CA/.test(code) && !/ALERT/.test(code)) {
    const fix = strings.probablyProxyInspectsTlsSave;
    return failure(strings.computerDoesntTrustCertificatesIssuer, fix);
  }
  if (/UNSUPPORTED_PROTOCOL|PROTOCOL_VERSION|VERSION_TOO_LOW|WRONG_VERSION_NUMBER/.test(code)) {
    return failure(strings.serverDoesntSupportTls1, strings.checkHostPortUrlAny);
  }
  if (code === 'ETIMEDOUT') {
    return failure(strings.noTlsResponseTime, strings.probablyFirewallAcceptsConnectionsBut, { transient: true });
  }
  const fix = strings.firewallProxyWayProbablyCut;
  return failure(strings.tlsConnectionFailed, fix, { transient: code === 'ECONNRESET' || code === 'EPIPE' });
}
