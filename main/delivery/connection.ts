import type { Socket } from 'node:net';
import type { ConnectionOrder } from './connection-order.ts';
import type { Network } from './network.ts';
import { chooseProxy, type ProxyChoice } from './proxy-choice.ts';
import { openTunnel } from './proxy-tunnel.ts';
import { StageFailure } from './stages.ts';
import { connect, resolve } from './tcp-connection.ts';
import { type SecureConnection, secure } from './tls-connection.ts';

/** The proxy that a URL goes through. A routed network (the demo) has none. */
export function proxyFor(url: URL, network: Network): ProxyChoice {
  if (network.route) return { proxy: null, reason: 'No proxy: this network is routed by the program itself.' };
  return chooseProxy(url, network.environment);
}

/** Goes through the stages up to TLS. Throws StageFailure at the first that fails, and the signal's reason when cancelled. */
export async function openConnection(order: ConnectionOrder): Promise<SecureConnection> {
  const { url, stages } = order;
  stages.begin('proxy');
  const choice = proxyFor(url, order.network);
  const transport = choice.proxy ? await throughProxy(order, choice.proxy, choice.reason) : await directly(order, choice);
  if (url.protocol !== 'https:') {
    transport.destroy();
    stages.begin('tls');
    // SECURITY: never sends a key in clear.
    throw new StageFailure(
      'tls',
      'The URL starts with http://: the key would travel in clear, so nothing was sent.',
      'Write https:// in the URL.',
    );
  }
  stages.begin('tls');
  return await secure(order, transport, () => transportAgain(order, choice.proxy));
}

async function directly(order: ConnectionOrder, choice: ProxyChoice): Promise<Socket> {
  const { stages } = order;
  if (choice.problem === undefined) stages.pass('proxy', choice.reason);
  else stages.warn('proxy', `${choice.problem}: tested without a proxy.`, 'Correct the variable, then start the program again.');
  stages.begin('dns');
  const { addresses, port, evidence } = await resolve(order);
  stages.pass('dns', evidence);
  stages.begin('tcp');
  const { socket, failed } = await connect(order, addresses, port);
  const reached = `${socket.remoteAddress ?? 'unknown'} port ${socket.remotePort ?? port}`;
  stages.pass('tcp', failed.length === 0 ? reached : `${reached} (${failed.join(', ')} did not answer)`);
  return socket;
}

async function throughProxy(order: ConnectionOrder, proxy: URL, reason: string): Promise<Socket> {
  const { stages } = order;
  const socket = await openTunnel(order, proxy);
  stages.pass('proxy', `${reason}: tunnel open`);
  stages.pass('dns', 'Left to the proxy.');
  stages.pass('tcp', 'Left to the proxy.');
  return socket;
}

/** The same way once more, without showing it as stages. */
async function transportAgain(order: ConnectionOrder, proxy: URL | null): Promise<Socket> {
  if (proxy) return await openTunnel(order, proxy);
  const { addresses, port } = await resolve(order);
  return (await connect(order, addresses, port)).socket;
}
