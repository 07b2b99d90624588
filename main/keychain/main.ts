import type { KeychainRequest } from './operation.ts';
import { operate } from './operation.ts';
import type { KeychainReply } from './process.ts';

// Entry of the keychain's process (see process.ts): plain Node's, or Electron's utility process.

interface ParentPort {
  on(event: 'message', listener: (message: { readonly data: KeychainRequest }) => void): void;
  postMessage(reply: KeychainReply): void;
}

const { parentPort } = process as { readonly parentPort?: ParentPort };
const send = (reply: KeychainReply) => (parentPort ? parentPort.postMessage(reply) : process.send?.(reply));
if (parentPort) parentPort.on('message', ({ data }) => void handle(data));
else process.on('message', (request) => void handle(request as KeychainRequest));
// A plain exit would wait for pending prompts.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));

async function handle(request: KeychainRequest): Promise<void> {
  const { id, service, account } = request;
  try {
    const { AsyncEntry } = await import('@napi-rs/keyring');
    let asking = false;
    const open = () => {
      // SECURITY: pinned. Unpinned it silently falls back to the kernel's keyutils, where later sessions find nothing.
      const entry = new AsyncEntry(service, account, { linux: { store: 'secret-service' } });
      if (!asking) send({ id, outcome: 'asking' });
      asking = true;
      return entry;
    };
    send({ id, outcome: 'done', ...(await operate(request, open)) });
  } catch (error) {
    send({ id, outcome: 'failed', reason: error instanceof Error ? error.message : String(error) });
  }
}
