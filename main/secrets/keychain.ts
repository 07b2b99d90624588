import { AppError } from '../common/errors.ts';
import type { KeychainView } from '../common/preset.ts';

/** The service under which the entries stand in the system's keychain. */
export const KEYCHAIN_SERVICE = 'kaudit-tray';

/** After this long a call is told to be waiting for the user, in milliseconds: a locked keychain asks for its password. */
const WAITING_AFTER = 1000;
/** Nobody has answered the keychain's question after this long, in milliseconds. */
const GIVE_UP_AFTER = 120_000;

/** Where keys are. Errors are AppErrors `keychain`. */
export interface KeyStore {
  /** null: there is no such entry. */
  read(account: string): Promise<string | null>;
  /** Says where the secret is now: without a keychain it is kept in memory, for this run. */
  write(account: string, secret: string): Promise<'keychain' | 'memory'>;
  remove(account: string): Promise<void>;
  /** Whether this run's memory, not the keychain, holds that account. Asks nobody. */
  inMemory(account: string): boolean;
  readonly view: KeychainView;
  /** Calls the listener with every change of `view`, until the returned function is called. */
  onChange(listener: (view: KeychainView) => void): () => void;
}

export interface KeychainOptions {
  /** The demo: never touches the system's keychain. */
  readonly memory: boolean;
  /** Another name for the entries' service, for tests. */
  readonly service?: string;
  /** Milliseconds until `view.state` is `waiting`. */
  readonly waitMs?: number;
  /** Milliseconds until a call that still waits is given up. */
  readonly giveUpMs?: number;
}

/** The system's keychain. Nothing is loaded or unlocked before the first call. */
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

  async remove(account: string): Promise<void> {
    this.#secrets.delete(account);
  }

  inMemory(account: string): boolean {
    return this.#secrets.has(account);
  }

  onChange(): () => void {
    return () => {};
  }
}

type Entry = import('@napi-rs/keyring').AsyncEntry;

class SystemKeychain implements KeyStore {
  readonly #service: string;
  readonly #waitMs: number;
  readonly #giveUpMs: number;
  readonly #memory = new Map<string, string>();
  readonly #listeners = new Set<(view: KeychainView) => void>();
  readonly #name = SYSTEM_NAME[process.platform] ?? 'the keychain';
  #view: KeychainView = { state: 'unknown', message: `Keys are kept in ${this.#name}. It has not been needed yet.` };
  readonly #waiting = new Set<symbol>();

  constructor(options: KeychainOptions) {
    this.#service = options.service ?? KEYCHAIN_SERVICE;
    this.#waitMs = options.waitMs ?? WAITING_AFTER;
    this.#giveUpMs = options.giveUpMs ?? GIVE_UP_AFTER;
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
    return await this.#call(account, (entry) => entry.getPassword());
  }

  async write(account: string, secret: string): Promise<'keychain' | 'memory'> {
    try {
      await this.#call(account, (entry) => entry.setPassword(secret));
    } catch (error) {
      // SECURITY: memory is the only other place. Never a file, never the kernel's keyring.
      if (!(error instanceof KeychainUnavailable)) throw error;
      this.#memory.set(account, secret);
      return 'memory';
    }
    this.#memory.delete(account);
    return 'keychain';
  }

  async remove(account: string): Promise<void> {
    // What is only in memory never got into the keychain, so a missing keychain is no reason to fail.
    const onlyInMemory = this.#memory.delete(account);
    try {
      await this.#call(account, (entry) => entry.deleteCredential());
    } catch (error) {
      if (!onlyInMemory) throw error;
    }
  }

  async #call<Result>(account: string, use: (entry: Entry) => Promise<Result>): Promise<Result> {
    const call = Symbol(account);
    const timers: NodeJS.Timeout[] = [];
    try {
      const limit = new Promise<never>((_, reject) => {
        timers.push(setTimeout(() => this.#wait(call), this.#waitMs));
        timers.push(setTimeout(() => reject(this.#unanswered()), this.#giveUpMs));
      });
      // The native call cannot be aborted while the system's dialog is open: at the limit it is left behind.
      const result = await Promise.race([this.#entry(account).then(use), limit]);
      this.#settle(call, { state: 'available', message: `Keys are kept in ${this.#name}.` });
      return result;
    } catch (error) {
      const failure = error instanceof AppError ? error : new KeychainUnavailable(this.#name, reasonOf(error));
      const state = failure instanceof KeychainUnavailable ? 'unavailable' : 'unknown';
      this.#settle(call, { state, message: failure.message });
      throw failure;
    } finally {
      for (const timer of timers) clearTimeout(timer);
    }
  }

  async #entry(account: string): Promise<Entry> {
    // Imported on first use: a native library that would otherwise be loaded at every start.
    const { AsyncEntry } = await import('@napi-rs/keyring');
    // SECURITY: pinned. Unpinned it falls back silently to the kernel's keyutils, where other processes and later sessions find nothing.
    return new AsyncEntry(this.#service, account, { linux: { store: 'secret-service' } });
  }

  #wait(call: symbol): void {
    this.#waiting.add(call);
    this.#show({ state: 'waiting', message: `Waiting for ${this.#name}: answer its question (it may be behind another window).` });
  }

  #settle(call: symbol, view: KeychainView): void {
    this.#waiting.delete(call);
    if (this.#waiting.size === 0) this.#show(view);
  }

  #show(view: KeychainView): void {
    if (view.state === this.#view.state && view.message === this.#view.message) return;
    this.#view = view;
    for (const listener of this.#listeners) listener(view);
  }

  #unanswered(): AppError {
    return new AppError('keychain', `Nobody answered the question of ${this.#name}. Unlock it, then do this again.`, { retry: true });
  }
}

class KeychainUnavailable extends AppError {
  constructor(name: string, reason: string) {
    // Every error of the library has the same code: only its text tells that the user closed the question for the password.
    const what = /dismissed|locked/i.test(reason)
      ? `${sentence(name)} stayed locked (${reason}). Unlock it and do this again.`
      : `No keychain: ${name} cannot be used (${reason}). Start it and do this again.`;
    super('keychain', `${what} Until then, keys that you enter are kept in memory and are gone when this run ends.`, { retry: true });
  }
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The library's texts name the store and the cause, never a secret. One line, and not too long. */
function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replaceAll(/\s+/g, ' ').trim().slice(0, 200).replace(/\.$/, '');
}
