import { EventEmitter } from 'node:events';
import { mkdirSync } from 'node:fs';
import type { App, Event as ElectronEvent, LoginItemSettings, Protocol } from 'electron';

/** An event that can be prevented. */
export class PreventableEvent implements Pick<ElectronEvent, 'preventDefault' | 'defaultPrevented'> {
  defaultPrevented = false;
  preventDefault(): void {
    this.defaultPrevented = true;
  }
}

type AppPart = Pick<
  App,
  | 'enableSandbox'
  | 'exit'
  | 'getLoginItemSettings'
  | 'getVersion'
  | 'getPath'
  | 'setPath'
  | 'isPackaged'
  | 'quit'
  | 'requestSingleInstanceLock'
  | 'setAppUserModelId'
  | 'setLoginItemSettings'
  | 'whenReady'
>;

export class StandInApp extends EventEmitter implements AppPart {
  readonly isPackaged = false;
  #ready = false;
  readonly #paths = new Map<string, string>();
  readonly #whenReady = new Promise<void>((resolve) => {
    setImmediate(() => {
      this.#ready = true;
      // Electron takes the signals: earlier handlers get none.
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
        process.removeAllListeners(signal);
        process.on(signal, () => this.quit());
      }
      this.emit('ready');
      resolve();
    });
  });
  /** Closes what the stand-in has opened: Electron's own processes end with it. */
  onExit: () => Promise<void> = async () => undefined;

  whenReady(): Promise<void> {
    return this.#whenReady;
  }

  enableSandbox(): void {
    this.beforeReady('app.enableSandbox');
  }

  exit(code = 0): void {
    this.onExit()
      .catch(() => undefined)
      .finally(() => process.exit(code));
  }

  quit(): void {
    const event = new PreventableEvent();
    this.emit('before-quit', event);
    if (!event.defaultPrevented) this.exit(0);
  }

  getVersion(): string {
    return '0.0.0';
  }

  getPath(name: string): string {
    const path = this.#paths.get(name);
    if (path === undefined) throw new Error(`Failed to get '${name}' path`);
    return path;
  }

  setPath(name: string, path: string): void {
    mkdirSync(path, { recursive: true });
    this.#paths.set(name, path);
  }

  requestSingleInstanceLock(): boolean {
    return true;
  }

  setAppUserModelId(): void {}

  setLoginItemSettings(): void {}

  getLoginItemSettings(): LoginItemSettings {
    return { openAtLogin: false, wasOpenedAtLogin: false, status: 'not-found', executableWillLaunchAtLogin: false, launchItems: [] };
  }

  /** Some calls do nothing, or throw, after Electron is ready. */
  beforeReady(what: string): void {
    if (this.#ready) throw new Error(`${what} should be called before app is ready`);
  }
}

export class StandInProtocol implements Pick<Protocol, 'registerSchemesAsPrivileged'> {
  readonly #app: StandInApp;

  constructor(app: StandInApp) {
    this.#app = app;
  }

  registerSchemesAsPrivileged(): void {
    this.#app.beforeReady('protocol.registerSchemesAsPrivileged');
  }
}
