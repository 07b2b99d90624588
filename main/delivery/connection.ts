import type { Socket } from 'node:net';
import type { ConnectionOrder } from './connection-order.ts';
import { chooseProxy, type ProxyChoice } from './proxy-choice.ts';
import { type ChosenProxy, openTunnel } from './proxy-tunnel.ts';
import { StageFailure } from './stages.ts';
import * as strings from './strings.ts';
import { connect, resolve } from './tcp-connection.ts';
import { type SecureConnection, secure } from './tls-connection.ts';

/** Runs the stages up to TLS. Throws StageFailure at the first failure, and the signal's reason when cancelled. */
export async function openConnection(order: ConnectionOrder): Promise<SecureConnection> {
  const { url, network, limits, signal, stages } = order;
  stages.begin('proxy');
  const choice = await chooseProxy(url, network, { milliseconds: limits.proxy, signal });
  order.onProxy?.(choice);
  const transport = await openTransport(order, choice);
  if (url.protocol !== 'https:') {
    transport.destroy();
    stages.begin('tls');
    // SECURITY: never sends a key in clear text.
    throw new StageFailure('tls', strings.urlStartsKeyWouldTravel, strings.changeUrl);
  }
  stages.begin('tls');
  return await secure(order, transport, (again) => transportAgain(again, choice));
}

function openTransport(order: ConnectionOrder, choice: ProxyChoice): Promise<Socket> {
  return choice.proxy ? throughProxy(order, { ...choice, proxy: choice.proxy }) : directly(order, choice);
}

async function directly(order: ConnectionOrder, choice: ProxyChoice): Promise<Socket> {
  const { stages } = order;
  if (choice.problem === undefined) stages.pass('proxy', choice.reason);
  else stages.warn('proxy', choice.problem.evidence, choice.problem.fix);
  stages.begin('dns');
  const { addresses, port, evidence } = await resolve(order);
  stages.pass('dns', evidence);
  stages.begin('tcp');
  const { socket, failed } = await connect(order, addresses, port);
  const reached = strings.remoteAddressPortRemote(socket.remoteAddress ?? 'unknown', socket.remotePort ?? port);
  stages.pass('tcp', failed.length === 0 ? reached : strings.didntRespond(reached, failed.join(', ')));
  return socket;
}

async function throughProxy(order: ConnectionOrder, choice: ChosenProxy): Promise<Socket> {
  const { stages } = order;
  const socket = await openTunnel(order, choice);
  stages.pass('proxy', strings.tunnelOpen(choice.reason));
  stages.pass('dns', strings.leftProxy);
  stages.pass('tcp', strings.leftProxy);
  return socket;
}

async function transportAgain(order: ConnectionOrder, choice: ProxyChoice): Promise<Socket> {
  if (choice.proxy) return await openTunnel(order, { ...choice, proxy: choice.proxy });
  const { addresses, port } = await resolve(order);
  return (await connect(order, addresses, port)).socket;
}
