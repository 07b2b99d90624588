import { fork } from 'node:child_process';
import type { KeychainRequest, KeychainResult } from './operation.ts';

// The process of its own in which the keychain's library runs. The library blocks its thread while a keyring or its D-Bus hangs, and nothing
// ends a thread that is blocked in native code: neither `worker.terminate()` nor `process.exit()` returns then. A process can be killed, and
// with it what it was about to write.

export type KeychainAnswer =
  /** The keychain is there; if it takes longer now, it asks its user. */
  | { readonly id: number; readonly outcome: 'asking' }
  | ({ readonly id: number; readonly outcome: 'done' } & KeychainResult)
  /** The library's own words: they name the store and the cause, never a secret. */
  | { readonly id: number; readonly outcome: 'failed'; readonly reason: string };

export interface KeychainProcess {
  send(request: KeychainRequest): void;
  kill(): void;
}

/** Starts the process. `ended` is called once, however it ended. */
export type StartKeychainProcess = (listener: { answered(answer: KeychainAnswer): void; ended(): void }) => KeychainProcess;

/** The same on plain Node: `file` is the built (or, in tests, the source) main/keychain/main.ts. */
export function keychainOnNode(file: string): StartKeychainProcess {
  return ({ answered, ended }) => {
    const child = fork(file, [], { execArgv: [], stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    child.on('message', (answer) => answered(answer as KeychainAnswer));
    child.once('error', ended);
    child.once('exit', ended);
    // It is there for the host, and keeps no host alive.
    child.unref();
    child.channel?.unref();
    return {
      send: (request) => child.send(request, () => undefined),
      // SIGKILL: a process that is blocked in native code answers nothing else.
      kill: () => child.kill('SIGKILL'),
    };
  };
}
