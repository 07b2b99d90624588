import type { KeychainView } from '../common/coralogix/preset.ts';
import { AppError } from '../common/errors.ts';
import { KeychainUnusable, unusable } from './errors.ts';
import type { KeychainRequest, KeychainResult } from './operation.ts';
import type { KeychainAnswer, KeychainProcess, StartKeychainProcess } from './process.ts';

/** The service under which the entries stand in the system's keychain. */
export const KEYCHAIN_SERVICE = 'kaudit-tray';

/** After this long a call is told to be waiting for the user, in milliseconds: a locked keychain asks for its password. */
const WAITING_AFTER = 1000;
/** Nobody has answered the keychain's question after this long, in milliseconds. */
const GIVE_UP_AFTER = 120_000;
/** The keychain could not even be reached for this long, in milliseconds: it hangs. */
const HANGING_AFTER = 10_000;
/** The keychain's process ends when it was not needed for this long, in milliseconds. */
const IDLE_TIME = 5000;

/** gnome-keyring leaves its question on the screen when the program that asked is gone, and no other program may take it away. */
const STANDING = 'Its question may still be on the screen: close it there.';

/** Where keys are. Errors are AppErrors `keychain`. */
export interface KeyStore {
  /** null: there is no such entry. */
  read(account: string): Promise<string | null>;
  /** Says where the secret is now: without a keychain it is kept in memory, for this run. */
  write(account: string, secret: string): Promise<'keychain' | 'memory'>;
  /** Takes it out of the keychain, and then out of memory. false: it was in neither. */
  remove(account: string): Promise<boolean>;
  /** Takes it out of this run's memory only. Asks nobody. */
  forget(account: string): void;
  /** Whether this run's memory, not the keychain, holds that account. Asks nobody. */
  inMemory(account: string): boolean;
  /** Ends all waiting for the keychain's user: what waits fails with `cancelled`. */
  cancel(): void;
  /** Ends the keychain's process. */
  close(): void;
  readonly view: KeychainView;
  /** Calls the listener with every change of `view`, until the returned function is called. */
  onChange(listener: (view: KeychainView) => void): () => void;
}

/** `memory`: the demo, which never touches the system's keychain. */
export type KeychainOptions = { readonly memory: true } | SystemKeychainOptions;

export interface SystemKeychainOptions {
  readonly memory: false;
  readonly start: StartKeychainProcess;
  /** Another name for the entries' service, for tests. */
  readonly service?: string;
  /** Milliseconds until `view.state` is `waiting`. */
  readonly waitMs?: number;
  /** Milliseconds until a keychain that was not even reached is given up. */
  readonly hangMs?: number;
  /** Milliseconds until a call that still waits is given up. */
  readonly giveUpMs?: number;
}

/** The system's keychain. Nothing is started, loaded or unlocked before the first call. */
export function openKeychain(options: KeychainOptions): KeyStore {
  return options.memory ? new MemoryKeychain() : new SystemKeychain(options);
}

const SYSTEM_NAME: Partial<Record<NodeJS.Platform, string>> = {
  darwin: 'macOS Keychain',
  win32: 'Windows Credential Manager',
  linux: "your desktop's keyring (Secret Service)",
};

class MemoryKeychain implements KeyStore {
  readonly view: KeychainView = { state: 'memory', message: 'Keys are kept in memory and are gone when this run ends.' };
  readonly #secrets = new Map<string, string>();

  async read(account: string): Promise<string | null> {
    return this.#secrets.get(account) ?? null;
  }

  async write(account: string, secret: string): Promise<'memory'> {
    this.#secrets.set(account, secret);
    return 'memory';
  }

  async remove(account: string): Promise<boolean> {
    return this.#secrets.delete(account);
  }

  forget(account: string): void {
    this.#secrets.delete(account);
  }

  inMemory(account: string): boolean {
    return this.#secrets.has(account);
  }

  cancel(): void {}

  close(): void {}

  onChange(): () => void {
    return () => {};
  }
}

interface Call {
  readonly resolve: (result: KeychainResult) => void;
  readonly reject: (failure: AppError) => void;
  readonly timers: readonly NodeJS.Timeout[];
  /** Whether the keychain itself was reached: from then on it is the user who is waited for. */
  asking: boolean;
  waiting: boolean;
}

class SystemKeychain implements KeyStore {
  readonly #options: Required<Omit<SystemKeychainOptions, 'memory'>>;
  readonly #memory = new Map<string, string>();
  readonly #listeners = new Set<(view: KeychainView) => void>();
  readonly #name = SYSTEM_NAME[process.platform] ?? 'the keychain';
  #view: KeychainView = { state: 'unknown', message: `Keys are kept in ${this.#name}. It has not been needed yet.` };
  #process: KeychainProcess | undefined;
  #idle: NodeJS.Timeout | undefined;
  readonly #calls = new Map<number, Call>();
  #lastId = 0;

  constructor(options: SystemKeychainOptions) {
    this.#options = { service: KEYCHAIN_SERVICE, waitMs: WAITING_AFTER, hangMs: HANGING_AFTER, giveUpMs: GIVE_UP_AFTER, ...options };
  }

  get view(): KeychainView {
    return this.#view;
  }

  onChange(listener: (view: KeychainView) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  inMemory(account: string): boolean {
    return this.#memory.has(account);
  }

  async read(account: string): Promise<string | null> {
    const kept = this.#memory.get(account);
    if (kept !== undefined) return kept;
    return (await this.#call('read', account)).secret;
  }

  async write(account: string, secret: string): Promise<'keychain' | 'memory'> {
    try {
      await this.#call('write', account, secret);
    } catch (error) {
      // SECURITY: memory is the only other place. Never a file, never the kernel's keyring.
      if (!(error instanceof KeychainUnusable)) throw error;
      this.#memory.set(account, secret);
      return 'memory';
    }
    this.#memory.delete(account);
    return 'keychain';
  }

  async remove(account: string): Promise<boolean> {
    // A key in memory says nothing about the keychain: an older one may stand there that could not be replaced.
    const { removed = false } = await this.#call('remove', account);
    return this.#memory.delete(account) || removed;
  }

  forget(account: string): void {
    this.#memory.delete(account);
  }

  cancel(): void {
    if (this.#calls.size === 0) return;
    const message = `Waiting for ${this.#name} was cancelled. ${STANDING} Do the same again when you want to unlock it.`;
    this.#stop(new AppError('cancelled', message, { retry: true }), { state: 'refused', message });
  }

  close(): void {
    this.#stop(new AppError('cancelled', 'The program ends.'), this.#view);
  }

  #call(operation: KeychainRequest['operation'], account: string, secret?: string): Promise<KeychainResult> {
    const { service, waitMs, hangMs, giveUpMs } = this.#options;
    const id = ++this.#lastId;
    clearTimeout(this.#idle);
    return new Promise((resolve, reject) => {
      const timers = [
        setTimeout(() => this.#wait(id), waitMs),
        setTimeout(() => this.#hangs(id), hangMs),
        setTimeout(() => this.#giveUp(), giveUpMs),
      ];
      this.#calls.set(id, { resolve, reject, timers, asking: false, waiting: false });
      this.#process ??= this.#start();
      this.#process.send({ id, operation, service, account, ...(secret === undefined ? {} : { secret }) });
    });
  }

  #start(): KeychainProcess {
    const started: KeychainProcess = this.#options.start({
      answered: (answer) => {
        if (started === this.#process) this.#answered(answer);
      },
      ended: () => {
        if (started !== this.#process) return;
        if (this.#calls.size === 0) this.#process = undefined;
        else this.#unusable(new KeychainUnusable('unavailable', this.#name, 'the process that talks to it ended'));
      },
    });
    return started;
  }

  #answered(answer: KeychainAnswer): void {
    const call = this.#calls.get(answer.id);
    if (call === undefined) return;
    if (answer.outcome === 'asking') {
      call.asking = true;
      if (call.waiting) this.#show(this.#waitingView(true));
      return;
    }
    for (const timer of call.timers) clearTimeout(timer);
    this.#calls.delete(answer.id);
    const failure = answer.outcome === 'failed' ? unusable(this.#name, answer.reason) : undefined;
    if (![...this.#calls.values()].some(({ waiting }) => waiting)) this.#show(failure?.view ?? this.#availableView());
    if (answer.outcome === 'done') call.resolve(answer);
    else if (failure) call.reject(failure);
    // Nothing of a secret stays in a process that is not needed.
    if (this.#calls.size === 0) this.#idle = setTimeout(() => this.#end(), IDLE_TIME).unref();
  }

  #wait(id: number): void {
    const call = this.#calls.get(id);
    if (call === undefined) return;
    call.waiting = true;
    this.#show(this.#waitingView(call.asking));
  }

  #hangs(id: number): void {
    if (this.#calls.get(id)?.asking === false)
      this.#unusable(new KeychainUnusable('unavailable', this.#name, 'it does not answer; the D-Bus session or the keyring hangs'));
  }

  #giveUp(): void {
    const message = `Nobody answered the question of ${this.#name}. ${STANDING} Unlock it, then do this again.`;
    this.#stop(new AppError('keychain', message, { retry: true }), { state: 'refused', message });
  }

  #unusable(failure: KeychainUnusable): void {
    this.#stop(failure, failure.view);
  }

  /** Ends everything that is going on. Whatever the keyring's question is answered then, it writes nothing any more. */
  #stop(failure: AppError, view: KeychainView): void {
    const calls = [...this.#calls.values()];
    this.#calls.clear();
    this.#end();
    this.#show(view);
    for (const { reject, timers } of calls) {
      for (const timer of timers) clearTimeout(timer);
      reject(failure);
    }
  }

  #end(): void {
    clearTimeout(this.#idle);
    const ended = this.#process;
    this.#process = undefined;
    ended?.kill();
  }

  #availableView(): KeychainView {
    return { state: 'available', message: `Keys are kept in ${this.#name}.` };
  }

  #waitingView(asking: boolean): KeychainView {
    const what = asking ? 'Answer its question (it may be behind another window), or stop waiting.' : 'It does not answer yet.';
    return { state: 'waiting', message: `Waiting for ${this.#name}. ${what}` };
  }

  #show(view: KeychainView): void {
    if (view.state === this.#view.state && view.message === this.#view.message) return;
    this.#view = view;
    for (const listener of this.#listeners) listener(view);
  }
}
