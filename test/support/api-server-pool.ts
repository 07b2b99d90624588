import type { AddressInfo, Socket } from 'node:net';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import type { TestProject } from 'vitest/node';
import { type ApiServer, apiServerMissing, startApiServer } from './api-server.ts';
import type { IssueOptions } from './certificates.ts';

// Lends API servers to test files, which run in their own processes. A connection is a loan, and its end returns the
// server, whatever ended it.

export type Asked = { do: 'borrow' | 'kill' | 'restart' | 'reset' } | { do: 'issue'; options: IssueOptions };

export interface Lent {
  readonly server: string;
  readonly certificate: string;
  readonly kubeconfig: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    /** The port where API servers are lent. */
    apiServers: number;
  }
}

/** Started before anyone asks, while the unit tests run. */
const WARM = 2;

/** Vitest calls it once, before all tests. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const free: Promise<ApiServer>[] = [];
  const all = new Set<Promise<ApiServer>>();
  const start = (): Promise<ApiServer> => {
    const server = startApiServer();
    all.add(server);
    // Whoever borrows it gets the error.
    server.catch(() => all.delete(server));
    return server;
  };
  const giveBack = (server: ApiServer): void => {
    const fresh = server.reset().then(() => server);
    all.add(fresh);
    free.push(fresh);
    fresh.catch(() => undefined);
  };

  const lend = async (socket: Socket): Promise<void> => {
    let server: ApiServer | undefined;
    const answer = async (asked: Asked): Promise<unknown> => {
      if (asked.do === 'borrow') {
        server = await (free.shift() ?? start());
        return { server: server.server, certificate: server.authority.certificate, kubeconfig: server.kubeconfig } satisfies Lent;
      }
      if (server === undefined) throw new Error('Nothing is borrowed.');
      return asked.do === 'issue' ? server.authority.issue(asked.options) : server[asked.do]();
    };
    socket.on('error', () => undefined);
    for await (const line of createInterface({ input: socket })) {
      const reply = await answer(JSON.parse(line) as Asked).then(
        (value) => ({ value }),
        (error: Error) => ({ error: error.message }),
      );
      socket.write(`${JSON.stringify(reply)}\n`);
    }
    if (server !== undefined) giveBack(server);
  };

  const desk = createServer((socket) => void lend(socket));
  await new Promise<void>((resolve) => desk.listen(0, '127.0.0.1', resolve));
  project.provide('apiServers', (desk.address() as AddressInfo).port);
  if (process.env.KAUDIT_WHOLE_RUN === '1' && apiServerMissing() === null) for (let count = 0; count < WARM; count += 1) free.push(start());

  return async () => {
    desk.close();
    const running = await Promise.allSettled(all);
    const servers = new Set(running.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])));
    await Promise.all([...servers].map((server) => server.stop()));
  };
}
