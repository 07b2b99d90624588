import type { ClusterProblem, ClusterState } from '../common/fleet/fleet.ts';
import type { ContextEntry } from './kubeconfig/kubeconfig.ts';

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
    return misconfigured(
      'context',
      `A credential of ${whose(entry)} contains characters that can’t be sent.`,
      'Correct it in the kubeconfig.',
    );
  }
  // With a proxy, DNS and TCP errors concern only the proxy; those after it appear as a refused tunnel.
  if (entry.proxy !== undefined && /\(407\)/.test(cause.message ?? '')) return proxyAsks(entry);
  // A SOCKS client's errors have no code, but the request's target.
  const ofProxy = /^UND_ERR_(PRX|ABORTED)|^ECONNREFUSED$|^ENOTFOUND$|^EAI_|^E(HOST|NET)UNREACH$/.test(code) || 'options' in cause;
  if (entry.proxy !== undefined && ofProxy) {
    const message = `The proxy ${proxyHost(entry.proxy)} blocked the connection to ${server}.`;
    return unreachable('proxy', message, 'Check proxy-url or HTTPS_PROXY, and whether the proxy is running.');
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN' || code === 'EAI_NODATA') {
    return unreachable(
      'dns',
      `The name of ${server} doesn’t resolve.`,
      'Check the server address, and connect to the VPN that knows this name.',
    );
  }
  if (code === 'ECONNREFUSED')
    return unreachable(
      'tcp',
      `Nothing listens at ${server}: the connection was refused.`,
      'Start the cluster, or correct the port in the kubeconfig.',
    );
  if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH' || code === 'EADDRNOTAVAIL') {
    return unreachable('tcp', `There’s no route to ${server}.`, 'Check the network and the VPN.');
  }
  if (/^UND_ERR_(CONNECT|HEADERS|BODY)_TIMEOUT$|^ETIMEDOUT$/.test(code) || cause.name === 'TimeoutError') {
    const waited = Math.round(Number(/ (\d+) ms$/.exec(cause.message ?? '')?.[1] ?? 10_000) / 1000);
    return unreachable(
      'tcp',
      `${server} didn’t respond within ${Math.max(1, waited)} seconds.`,
      'Check the VPN and the firewall between here and the cluster.',
    );
  }
  if (code === 'CERT_HAS_EXPIRED')
    return unreachable(
      'tls',
      `The certificate of ${server} has expired.`,
      'Renew the API server’s certificate, and check this computer’s clock.',
    );
  if (code === 'CERT_NOT_YET_VALID')
    return unreachable('tls', `The certificate of ${server} isn’t valid yet.`, 'Check this computer’s clock.');
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return unreachable(
      'tls',
      `The certificate of ${server} is for another name.`,
      'Use the name in the certificate, or set tls-server-name in the kubeconfig.',
    );
  }
  if (/SELF_SIGNED|UNABLE_TO_|CERT_|ISSUER|INVALID_CA/.test(code)) {
    return unreachable(
      'tls',
      `The certificate of ${server} is signed by an authority that this computer doesn’t trust.`,
      'Add the cluster’s CA to certificate-authority-data in the kubeconfig.',
    );
  }
  if (/^ERR_(SSL|OSSL|TLS)|^EPROTO$|^ERR_CRYPTO/.test(code)) {
    return unreachable(
      'tls',
      `TLS with ${server} failed.`,
      'Check that the server uses https on this port, and that the kubeconfig’s CA and client certificate are complete.',
    );
  }
  if (/^HPE_|^UND_ERR_RESPONSE|^UND_ERR_HEADERS_OVERFLOW/.test(code)) {
    return unreachable(
      'tls',
      `${server} doesn’t speak HTTP the way the kubeconfig says.`,
      'Check the port of the server address, and whether it needs http:// or https://.',
    );
  }
  if (code === 'ECONNRESET' || code === 'EPIPE' || /^UND_ERR_|^ERR_HTTP2_/.test(code)) {
    return unreachable('tcp', `The connection to ${server} was cut.`, 'Check the network and the VPN. kAudit Tray retries automatically.');
  }
  // SECURITY: an unknown error's text may hold anything; don't show it.
  return unreachable(
    'tcp',
    `${server} can’t be reached${code === '' ? '' : ` (${code})`}.`,
    'Check the network and the server address of the context.',
  );
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
  return URL.canParse(proxy) ? new URL(proxy).host : 'of the kubeconfig';
}

export function whose(entry: ContextEntry): string {
  return entry.user === undefined ? `context ${entry.context}` : `user ${entry.user}`;
}

export function misconfigured(step: ClusterProblem['step'], message: string, fix: string): Failure {
  return { state: 'misconfigured', problem: { step, message, fix } };
}

export function unreachable(step: ClusterProblem['step'], message: string, fix: string): Failure {
  return { state: 'unreachable', problem: { step, message, fix } };
}

export function proxyAsks(entry: ContextEntry): Failure {
  return unreachable('proxy', `The proxy in front of ${entry.server} asks for credentials.`, 'Add them to proxy-url or HTTPS_PROXY.');
}
