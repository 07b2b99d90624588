import type { ClusterProblem, ClusterState } from '../common/fleet/fleet.ts';
import type { ContextEntry } from './kubeconfig/kubeconfig.ts';
import * as strings from './strings.ts';

// SECURITY: nothing that leaves this file holds a body, a header or an address with credentials.

export interface Failure {
  readonly state: ClusterState;
  readonly problem: ClusterProblem;
}

export function networkFailure(error: unknown, entry: ContextEntry): Failure {
  const cause = rootCause(error);
  const code = typeof cause.code === 'string' ? cause.code : '';
  const { server } = entry;

  if (code === 'UND_ERR_INVALID_ARG' || code === 'ERR_INVALID_CHAR') {
    return misconfigured('context', strings.credentialContainsCharactersCantSent(whose(entry)), strings.correctKubeconfig);
  }
  // With a proxy, DNS and TCP errors concern only the proxy; those after it appear as a refused tunnel.
  if (entry.proxy !== undefined && /\(407\)/.test(cause.message ?? '')) return proxyAsks(entry);
  // A SOCKS client's errors have no code, but carry the request's target.
  const ofProxy = /^UND_ERR_(PRX|ABORTED)|^ECONNREFUSED$|^ENOTFOUND$|^EAI_|^E(HOST|NET)UNREACH$/.test(code) || 'options' in cause;
  if (entry.proxy !== undefined && ofProxy) {
    const message = strings.proxyBlockedConnection(proxyHost(entry.proxy), server);
    return unreachable('proxy', message, strings.checkProxyUrlHttpsProxy);
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN' || code === 'EAI_NODATA') {
    return unreachable('dns', strings.nameDoesntResolve(server), strings.checkServerAddressConnectVpn);
  }
  if (code === 'ECONNREFUSED')
    return unreachable('tcp', strings.nothingListensConnectionRefused(server), strings.startClusterCorrectPortKubeconfig);
  if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH' || code === 'EADDRNOTAVAIL') {
    return unreachable('tcp', strings.theresNoRoute(server), strings.checkNetworkVpn);
  }
  if (/^UND_ERR_(CONNECT|HEADERS|BODY)_TIMEOUT$|^ETIMEDOUT$/.test(code) || cause.name === 'TimeoutError') {
    const waited = Math.round(Number(/ (\d+)(?: ms)?$/.exec(cause.message ?? '')?.[1] ?? 10_000) / 1000);
    return unreachable('tcp', strings.didntRespondWithinSeconds(server, Math.max(1, waited)), strings.checkVpnFirewallBetweenHere);
  }
  if (code === 'CERT_HAS_EXPIRED') return unreachable('tls', strings.certificateExpired(server), strings.renewApiServersCertificateCheck);
  if (code === 'CERT_NOT_YET_VALID') return unreachable('tls', strings.certificateIsntValidYet(server), strings.checkComputersClock);
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return unreachable('tls', strings.certificateAnotherName(server), strings.useNameCertificateSetTls);
  }
  if (/SELF_SIGNED|UNABLE_TO_|CERT_|ISSUER|INVALID_CA/.test(code)) {
    return unreachable('tls', strings.certificateSignedAuthorityComputerDoesnt(server), strings.addClustersCaCertificateAuthority);
  }
  if (/^ERR_(SSL|OSSL|TLS)|^EPROTO$|^ERR_CRYPTO/.test(code)) {
    return unreachable('tls', strings.tlsFailed(server), strings.checkServerUsesHttpsPort);
  }
  if (/^HPE_|^UND_ERR_RESPONSE|^UND_ERR_HEADERS_OVERFLOW/.test(code)) {
    return unreachable('tls', strings.doesntSpeakHttpWayKubeconfig(server), strings.checkPortServerAddressWhether);
  }
  if (code === 'ECONNRESET' || code === 'EPIPE' || /^UND_ERR_|^ERR_HTTP2_/.test(code)) {
    return unreachable('tcp', strings.connectionCut(server), strings.checkNetworkVpnKAuditTray);
  }
  // SECURITY: an unknown error's text may hold anything; don't show it.
  return unreachable('tcp', strings.cantReached(server, code === '' ? '' : ` (${code})`), strings.checkNetworkServerAddressContext);
}

interface Cause {
  readonly name?: string;
  readonly message?: string;
  readonly code?: unknown;
}

export function rootCause(error: unknown): Cause {
  let current = error;
  while (current instanceof Error && !('code' in current && typeof current.code === 'string') && current.cause instanceof Error) {
    current = current.cause;
  }
  if (current instanceof AggregateError && current.errors[0] instanceof Error) current = current.errors[0];
  return current instanceof Error ? (current as Cause) : {};
}

// SECURITY: drops credentials in the address.
function proxyHost(proxy: string): string {
  return URL.canParse(proxy) ? new URL(proxy).host : strings.ofTheKubeconfig;
}

export function whose(entry: ContextEntry): string {
  return entry.user === undefined ? `context ${entry.context}` : strings.user(entry.user);
}

export function misconfigured(step: ClusterProblem['step'], message: string, fix: string): Failure {
  return { state: 'misconfigured', problem: { step, message, fix } };
}

export function unreachable(step: ClusterProblem['step'], message: string, fix: string): Failure {
  return { state: 'unreachable', problem: { step, message, fix } };
}

export function proxyAsks(entry: ContextEntry): Failure {
  return unreachable('proxy', strings.proxyFrontAsksCredentials(entry.server), strings.addThemProxyUrlHttps);
}
