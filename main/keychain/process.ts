import { fork } from 'node:child_process';
import type { KeychainRequest, KeychainResult } from './operation.ts';

// The keychain's library runs in its own process: it blocks its thread while a keyring or D-Bus hangs, and neither
// `worker.terminate()` nor `process.exit()` ends a thread in native code. A process can be killed.

export type KeychainReply =
  | { readonly id: number; readonly outcome: 'asking' }
  | ({ readonly id: number; readonly outcome: 'done' } & KeychainResult)
  /** The library's words: store and cause, never a secret. */
  | { readonly id: number; readonly outcome: 'failed'; readonly reason: string };

export interface KeychainProcess {
  send(request: KeychainRequest): void;
  kill(): void;
}

export type StartKeychainProcess = (listener: { replied(reply: KeychainReply): void; ended(): void }) => KeychainProcess;

export function keychainOnNode(file: string): StartKeychainProcess {
  return ({ replied, ended }) => {
    const child = fork(file, [], { execArgv: [], stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    child.on('message', (reply) => replied(reply as KeychainReply));
    child.once('error', ended);
    child.once('exit', ended);
    child.unref();
    child.channel?.unref();
    return {
      send: (request) => child.send(request, () => undefined),
      // SIGKILL: native code ignores everything else.
      kill: () => child.kill('SIGKILL'),
    };
  };
}
