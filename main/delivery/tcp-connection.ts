import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import { connect as connectTcp, isIP, type LookupFunction, type Socket } from 'node:net';
import { abandon, type ConnectionOrder } from './connection-order.ts';
import { type Limit, limited } from './limit.ts';
import { StageFailure } from './stages.ts';
import * as strings from './strings.ts';

export interface Resolved {
  readonly addresses: readonly LookupAddress[];
  readonly port: number;
  readonly evidence: string;
}

/** Throws StageFailure `dns`. */
export async function resolve({ url, network, limits, signal }: ConnectionOrder): Promise<Resolved> {
  const name = url.hostname.replace(/^\[|\]$/g, '');
  const port = Number(url.port || (url.protocol === 'http:' ? 80 : 443));
  const routed = network.route?.(name, port);
  if (routed === null) throw unresolved(name, 'ENOTFOUND');
  const host = routed?.host ?? name;
  const family = isIP(host);
  if (family !== 0) {
    return {
      addresses: [{ address: host, family }],
      port: routed?.port ?? port,
      evidence: routed ? strings.nameIsHost(name, host) : strings.isAnAddress(host),
    };
  }
  const lookup: LookupFunction = network.lookup ?? systemLookup;
  const limit: Limit = { milliseconds: limits.dns, signal, onLimit: () => unresolved(name, 'ETIMEOUT') };
  const addresses = await limited<readonly LookupAddress[]>(limit, (done, fail) => {
    lookup(host, { all: true }, (error, found, foundFamily) => {
      if (error) fail(unresolved(name, error.code ?? 'ENOTFOUND'));
      else done(Array.isArray(found) ? found : [{ address: found, family: foundFamily ?? isIP(found) }]);
    });
  });
  if (addresses.length === 0) throw unresolved(name, 'ENODATA');
  return { addresses, port: routed?.port ?? port, evidence: strings.nameIsHost(name, addresses.map(({ address }) => address).join(', ')) };
}

function unresolved(name: string, code: string): StageFailure {
  if (code === 'ETIMEOUT') {
    return new StageFailure('dns', strings.dnsServerDidntRespondAbout(name, code), strings.checkNetworkVpnDnsServer, {
      transient: true,
    });
  }
  if (code === 'EAI_AGAIN') {
    return new StageFailure('dns', strings.cantLookedUp(name, code), strings.checkNetworkVpnDnsServer, {
      transient: true,
    });
  }
  return new StageFailure('dns', strings.doesntResolve(name, code), strings.checkSpellingDomainRegionPrivate, {
    twin: true,
  });
}

/** The first address that responds, and those that didn't. Throws StageFailure `tcp`. */
export async function connect(
  order: ConnectionOrder,
  addresses: readonly LookupAddress[],
  port: number,
): Promise<{ socket: Socket; failed: string[] }> {
  const { url, limits, signal } = order;
  const failed: string[] = [];
  // Passes all addresses, so that a dead IPv6 doesn't hide a working IPv4 (happy eyeballs).
  const known: LookupFunction = (_name, _options, callback) => callback(null, [...addresses]);
  // Without noDelay the body waits a round trip for the headers' acknowledgement.
  const socket = connectTcp({ host: url.hostname, port, lookup: known, autoSelectFamily: true, noDelay: true });
  socket.on('connectionAttemptFailed', (address) => failed.push(address));
  socket.on('connectionAttemptTimeout', (address) => failed.push(address));
  const where = strings.remoteAddressPortRemote(addresses.map(({ address }) => address).join(', '), port);
  try {
    await limited({ milliseconds: limits.tcp, signal, onLimit: () => unconnected(where, 'ETIMEDOUT') }, (done, fail) => {
      socket.once('connect', () => done(undefined));
      socket.once('error', (error: NodeJS.ErrnoException) => fail(unconnected(where, error.code ?? 'unknown')));
    });
  } catch (error) {
    abandon(socket);
    throw error;
  }
  return { socket, failed };
}

function unconnected(where: string, code: string): StageFailure {
  if (code === 'ECONNREFUSED') {
    return new StageFailure('tcp', strings.refusedConnection(where, code), strings.checkHostPortUrlWhether);
  }
  const fix = strings.allowHostPortFirewallSet;
  return new StageFailure('tcp', strings.cantBeReached(where, code), fix, {
    transient: code === 'ETIMEDOUT' || code === 'ECONNRESET',
  });
}
