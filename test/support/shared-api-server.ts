import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { inject } from 'vitest';
import { type ApiServer, kubectlWith, token } from './api-server.ts';
import type { Asked, Lent } from './api-server-pool.ts';
import type { Issued } from './certificates.ts';

// An API server needs 8 seconds of processor time to start, and tests want one in its first state. So a run has a few
// (api-server-pool.ts), lends each to one file at a time, and resets it in between.

/** An API server for the calling file only, which may kill and restart it. `stop` returns it. */
export async function borrowApiServer(): Promise<ApiServer> {
  const line = connect({ host: '127.0.0.1', port: inject('apiServers') });
  const ask = asking(line);
  const lent = (await ask({ do: 'borrow' })) as Lent;
  const directory = await mkdtemp(join(tmpdir(), 'kaudit-borrowed-'));
  const kubeconfig = join(directory, 'kubeconfig');
  await writeFile(kubeconfig, await readFile(lent.kubeconfig), { mode: 0o600 });
  return {
    kubeconfig,
    server: lent.server,
    endpoint: { url: lent.server, certificate: lent.certificate, kubeconfig, token },
    authority: { certificate: lent.certificate, issue: async (options) => (await ask({ do: 'issue', options })) as Issued },
    directory,
    token,
    kubectl: kubectlWith(kubeconfig, directory),
    kill: async () => void (await ask({ do: 'kill' })),
    restart: async () => void (await ask({ do: 'restart' })),
    reset: async () => void (await ask({ do: 'reset' })),
    stop: async () => {
      line.end();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** One request after the other, each with its reply. */
function asking(line: Socket): (asked: Asked) => Promise<unknown> {
  const answers = createInterface({ input: line })[Symbol.asyncIterator]();
  let last: Promise<unknown> = Promise.resolve();
  return (asked) => {
    const answer = last.then(async () => {
      line.write(`${JSON.stringify(asked)}\n`);
      const { value, done } = await answers.next();
      if (done) throw new Error('The pool of API servers has ended.');
      const reply = JSON.parse(value) as { error?: string; value?: unknown };
      if (reply.error !== undefined) throw new Error(reply.error);
      return reply.value;
    });
    last = answer.catch(() => undefined);
    return answer;
  };
}
