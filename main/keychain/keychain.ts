import type { KeychainView } from '../common/coralogix/preset.ts';
import { AppError } from '../common/errors.ts';
import { KeychainUnusable, unusable } from './errors.ts';
import type { KeychainRequest, KeychainResult } from './operation.ts';
import type { KeychainProcess, KeychainReply, StartKeychainProcess } from './process.ts';
import * as strings from './strings.ts';

export const KEYCHAIN_SERVICE = 'kaudit-tray';

/** Milliseconds until a call counts as waiting for the user: a locked keychain asks for its password. */
const WAITING_AFTER = 1000;
/** Milliseconds for the user to respond. */
const GIVE_UP_AFTER = 120_000;
/** Milliseconds to reach the keychain. */
const HANGING_AFTER = 10_000;
/** Milliseconds until the unused process ends. */
const IDLE_TIME = 5000;

/** gnome-keyring keeps its prompt after its caller ends, and no program can close it. */
const OPEN_PROMPT = strings.promptMayStillOpenClose;

/** Errors are AppErrors `keychain`. */
export interface KeyStore {
  /** null: no entry. */
  read(account: string): Promise<string | null>;
  /** Returns where the secret is: without a keychain, in memory for this run. */
  write(account: string, secret: string): Promise<'keychain' | 'memory'>;
  /** From the keychain, then from memory. false: it was in neither. */
  remove(account: string): Promise<boolean>;
  forget(account: string): void;
  inMemory(account: string): boolean;
  cancel(): void;
  close(): void;
  readonly view: KeychainView;
  onChange(listener: (view: KeychainView) => void): () => void;
}

/** `memory`: the demo, which never touches the system's keychain. */
export type KeychainOptions = { readonly memory: true } | SystemKeychainOptions;

export interface SystemKeychainOptions {
  readonly memory: false;
  readonly start: StartKeychainProcess;
  readonly service?: string;
  /** Milliseconds until `view.state` is `waiting`. */
  readonly waitMs?: number;
  /** Milliseconds to reach the keychain. */
  readonly hangMs?: number;
  /** Milliseconds for the user to respond. */
  readonly giveUpMs?: number;
}

/** Starts, loads and unlocks nothing before the first call. */
export function openKeychain(options: KeychainOptions): KeyStore {
  return options.memory ? new MemoryKeychain() : new SystemKeychain(options);
}

const SYSTEM_NAME: Partial<Record<NodeJS.Platform, string>> = {
  darwin: strings.macOSKeychain,
  win32: strings.windowsCredentialManager,
  linux: strings.desktopsKeyringSecretService,
};

class MemoryKeychain implements KeyStore {
  readonly view: KeychainView = { state: 'memory', message: strings.keysStayMemoryOnlyUntil };
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
  asking: boolean;
  waiting: boolean;
}

class SystemKeychain implements KeyStore {
  readonly #options: Required<Omit<SystemKeychainOptions, 'memory'>>;
  readonly #memory = new Map<string, string>();
  readonly #listeners = new Set<(view: KeychainView) => void>();
  readonly #name = SYSTEM_NAME[process.platform] ?? strings.theKeychain;
  #view: KeychainView = { state: 'unknown', message: strings.keysKeptHasntNeededYet(this.#name) };
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
    // The keychain may hold an older key that couldn't be replaced.
    const { removed = false } = await this.#call('remove', account);
    return this.#memory.delete(account) || removed;
  }

  forget(account: string): void {
    this.#memory.delete(account);
  }

  cancel(): void {
    if (this.#calls.size === 0) return;
    const message = strings.waitingCancelledTryAgainWhen(this.#name, OPEN_PROMPT);
    this.#stop(new AppError('cancelled', message, { retry: true }), { state: 'refused', message });
  }

  close(): void {
    this.#stop(new AppError('cancelled', strings.kAuditTrayQuitting), this.#view);
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
      replied: (reply) => {
        if (started === this.#process) this.#replied(reply);
      },
      ended: () => {
        if (started !== this.#process) return;
        if (this.#calls.size === 0) this.#process = undefined;
        else this.#unusable(new KeychainUnusable('unavailable', this.#name, strings.processConnectsEnded));
      },
    });
    return started;
  }

  #replied(reply: KeychainReply): void {
    const call = this.#calls.get(reply.id);
    if (call === undefined) return;
    if (reply.outcome === 'asking') {
      call.asking = true;
      if (call.waiting) this.#show(this.#waitingView(true));
      return;
    }
    for (const timer of call.timers) clearTimeout(timer);
    this.#calls.delete(reply.id);
    const failure = reply.outcome === 'failed' ? unusable(this.#name, reply.reason) : undefined;
    if (![...this.#calls.values()].some(({ waiting }) => waiting)) this.#show(failure?.view ?? this.#availableView());
    if (reply.outcome === 'done') call.resolve(reply);
    else if (failure) call.reject(failure);
    // No secret stays in an idle process.
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
      this.#unusable(new KeychainUnusable('unavailable', this.#name, strings.doesntRespondDBusSession));
  }

  #giveUp(): void {
    const message = strings.promptGotNoResponseUnlock(this.#name, OPEN_PROMPT);
    this.#stop(new AppError('keychain', message, { retry: true }), { state: 'refused', message });
  }

  #unusable(failure: KeychainUnusable): void {
    this.#stop(failure, failure.view);
  }

  /** After this, the prompt's outcome writes nothing. */
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
    return { state: 'available', message: strings.keysKept(this.#name) };
  }

  #waitingView(asking: boolean): KeychainView {
    const what = asking ? strings.respondPromptMayBehindAnother : strings.stillNoResponse;
    return { state: 'waiting', message: strings.waitingFor(this.#name, what) };
  }

  #show(view: KeychainView): void {
    if (view.state === this.#view.state && view.message === this.#view.message) return;
    this.#view = view;
    for (const listener of this.#listeners) listener(view);
  }
}
