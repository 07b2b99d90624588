import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import { EventEmitter } from 'node:events';

/** Replaces a utility process: plain Node, with `process.send` in place of `process.parentPort`. */
class StandInUtilityProcess extends EventEmitter {
  readonly #child: ChildProcess;

  constructor(file: string, args: string[] = []) {
    super();
    this.#child = fork(file, args, { execArgv: [], stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    this.#child.on('message', (message) => this.emit('message', message));
    this.#child.once('exit', (code) => this.emit('exit', code ?? 1));
  }

  postMessage(message: object): void {
    this.#child.send(message, () => undefined);
  }

  kill(): boolean {
    return this.#child.kill('SIGKILL');
  }
}

export const utilityProcess = { fork: (file: string, args?: string[]) => new StandInUtilityProcess(file, args) };
