import type { Page } from 'playwright-core';
import type { Bridge } from './desktop-bridge.ts';
import type { DesktopHost } from './desktop-host.ts';
import { ENGINE, startDesktopHost } from './desktop-host.ts';
import { expectFocus, watchFocus } from './focus-watch.ts';
import { inFullRun } from './full-run.ts';
import type { HostOptions } from './host.ts';
import { startHost } from './host.ts';
import { downloadIn, openPage } from './page.ts';
import type { Requirement } from './requirement.ts';
import { describeWith } from './requirement.ts';

// One suite through both hosts, each with its page.

/** A host and its page. */
export interface HostPage extends Pick<Bridge, 'request' | 'ask'>, Pick<DesktopHost, 'clipboard' | 'download'> {
  readonly host: 'browser' | 'desktop';
  readonly page: Page;
  /** Its data folder. */
  readonly directory: string;
  /** Standard error so far. */
  readonly errors: () => string;
  /** Errors that the page threw, and what its console calls an error: a violated content security policy too. */
  readonly thrown: readonly string[];
  stop(): Promise<void>;
}

type StartOptions = Pick<HostOptions, 'flags' | 'environment' | 'directory'>;

export type StartHostPage = (options: StartOptions) => Promise<HostPage>;

type Suite = (start: StartHostPage, host: HostPage['host']) => void;

/** `describeWith`. The page is the same on both hosts: the gate uses the browser host only, the full run both. */
export function describeOnHosts(requirements: readonly Requirement[], name: string, body: Suite): void {
  describeOnBrowser(requirements, name, body);
  inFullRun(() => describeOnDesktop(requirements, name, body));
}

/** The desktop host in the gate, both in the full run: the whole way from the page to main and back. */
export function describeOnDesktopFirst(requirements: readonly Requirement[], name: string, body: Suite): void {
  describeOnDesktop(requirements, name, body);
  inFullRun(() => describeOnBrowser(requirements, name, body));
}

function describeOnBrowser(requirements: readonly Requirement[], name: string, body: Suite): void {
  describeWith(requirements, `${name}, through the browser host`, () => body(startBrowser, 'browser'));
}

/** Through the desktop host only: what the system does for the page. */
export function describeOnDesktop(requirements: readonly Requirement[], name: string, body: Suite): void {
  describeWith(requirements, `${name}, through the desktop host on ${ENGINE === 'electron' ? 'Electron' : 'its stand-in'}`, () =>
    body(startDesktop, 'desktop'),
  );
}

async function startBrowser(options: StartOptions): Promise<HostPage> {
  const host = await startHost(options);
  const open = await openPage(host.url);
  const { page } = open;
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: host.origin });
  const clipboard: HostPage['clipboard'] = {
    read: () => page.evaluate(() => navigator.clipboard.readText()),
    write: (text) => page.evaluate((value) => navigator.clipboard.writeText(value), text),
  };
  const { directory, errors, request, ask } = host;
  const stop = async () => {
    await open.close();
    await host.stop();
    expectFocus(open.errors);
  };
  return { host: 'browser', page, directory, errors, thrown: open.errors, request, ask, clipboard, download: downloadIn(page), stop };
}

async function startDesktop(options: StartOptions): Promise<HostPage> {
  const desktop = await startDesktopHost(options);
  const { page, directory, errors, request, ask, clipboard, download } = desktop;
  const thrown: string[] = [];
  page.on('pageerror', (error) => thrown.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') thrown.push(message.text());
  });
  await watchFocus(page, page);
  const stop = async () => {
    await desktop.stop();
    expectFocus(thrown);
  };
  return { host: 'desktop', page, directory, errors, thrown, request, ask, clipboard, download, stop };
}
