import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Protocol, Session, WebRequest } from 'electron';
import type { BrowserContext, Request, Route } from 'playwright-core';
import { chromium } from 'playwright-core';
import { CHROMIUM } from '../chromium.ts';
import { toElectron } from './message.ts';

type Handler = Parameters<Protocol['handle']>[1];
type BeforeRequest = NonNullable<Parameters<WebRequest['onBeforeRequest']>[0]>;
type SessionPart = Pick<Session, 'setPermissionRequestHandler' | 'setPermissionCheckHandler' | 'setDevicePermissionHandler'>;

/** A window checks navigations before they happen; true refuses. */
export type NavigationCheck = (request: Request) => boolean;

/**
 * A session of Electron's: here one run of Chromium. The program's own handlers serve every request, and none reaches
 * the network.
 */
export class StandInSession implements SessionPart {
  static readonly all = new Map<string, StandInSession>();

  readonly refusesNavigation: NavigationCheck[] = [];
  permissionRequest: Parameters<Session['setPermissionRequestHandler']>[0] = null;
  permissionCheck: Parameters<Session['setPermissionCheckHandler']>[0] = null;
  #handler: { readonly scheme: string; readonly answer: Handler } | undefined;
  #beforeRequest: BeforeRequest | undefined;
  #context: Promise<BrowserContext> | undefined;
  readonly #folder = mkdtempSync(join(tmpdir(), 'stand-in-'));

  readonly protocol: Pick<Protocol, 'handle'> = {
    handle: (scheme, answer) => {
      this.#handler = { scheme, answer };
    },
  };

  readonly webRequest: { onBeforeRequest(listener: BeforeRequest): void } = {
    onBeforeRequest: (listener) => {
      this.#beforeRequest = listener;
    },
  };

  setPermissionRequestHandler(handler: Parameters<Session['setPermissionRequestHandler']>[0]): void {
    this.permissionRequest = handler;
  }

  setPermissionCheckHandler(handler: Parameters<Session['setPermissionCheckHandler']>[0]): void {
    this.permissionCheck = handler;
  }

  setDevicePermissionHandler(): void {}

  context(): Promise<BrowserContext> {
    this.#context ??= this.#launch();
    return this.#context;
  }

  /** Where another client can attach to the same Chromium (DevTools protocol). */
  endpoint(): string {
    const [port] = readFileSync(join(this.#folder, 'DevToolsActivePort'), 'utf8').split('\n');
    if (!/^\d+$/.test(port ?? '')) throw new Error('Chromium has not written its port yet');
    return `http://127.0.0.1:${port}`;
  }

  async close(): Promise<void> {
    await (await this.#context)?.close();
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 3 });
  }

  async #launch(): Promise<BrowserContext> {
    const context = await chromium.launchPersistentContext(this.#folder, {
      executablePath: CHROMIUM,
      headless: true,
      viewport: null,
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
      args: [
        ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
        ...['--disable-component-update', '--disable-sync', '--remote-debugging-port=0', '--remote-debugging-address=127.0.0.1'],
      ],
    });
    await context.route('**/*', (route) => this.#answer(route));
    return context;
  }

  async #answer(route: Route): Promise<void> {
    const request = route.request();
    const url = toElectron(request.url());
    if (request.isNavigationRequest() && this.refusesNavigation.some((refuses) => refuses(request))) return route.abort('aborted');
    if (!this.loads(url)) return route.abort('blockedbyclient');
    if (this.#handler === undefined || !url.startsWith(`${this.#handler.scheme}://`)) return route.abort('internetdisconnected');
    const response = await this.#handler.answer(new globalThis.Request(url, { method: request.method() }));
    await route.fulfill({
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: Buffer.from(await response.arrayBuffer()),
    });
  }

  /** Whether the program lets a page load this. The program decides synchronously. */
  loads(url: string): boolean {
    let allowed = true;
    this.#beforeRequest?.({ url } as Parameters<BeforeRequest>[0], (answer) => {
      allowed = answer.cancel !== true;
    });
    return allowed;
  }
}

/** The system's proxy settings for each address, set by the test. */
export const systemProxy = { answer: 'DIRECT' };

export const session = {
  defaultSession: { resolveProxy: async () => systemProxy.answer } satisfies Pick<Session, 'resolveProxy'>,
  fromPartition(partition: string): StandInSession {
    const known = StandInSession.all.get(partition) ?? new StandInSession();
    StandInSession.all.set(partition, known);
    return known;
  },
};
