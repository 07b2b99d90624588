import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { chromium } from 'playwright-core';
import { CHROMIUM } from './chromium.ts';
import { watchFocus } from './focus-watch.ts';

export interface OpenPage {
  readonly page: Page;
  /** Errors that the page threw, and what its console calls an error: a violated content security policy too. */
  readonly errors: readonly string[];
  close(): Promise<void>;
}

/** Returns the text of the file that the page downloads after `start`. */
export function downloadIn(page: Page): (start: () => Promise<unknown>) => Promise<string> {
  return async (start) => {
    const [download] = await Promise.all([page.waitForEvent('download'), start()]);
    return readFileSync(await download.path(), 'utf8');
  };
}

/** A real Chromium with its own profile, at that address. `args`: more of its own switches. */
export async function openPage(url: string, args: readonly string[] = []): Promise<OpenPage> {
  const profile = mkdtempSync(join(tmpdir(), 'kaudit-tray-chromium-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: CHROMIUM,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...args,
    ],
    viewport: { width: 1280, height: 900 },
  });
  const page = context.pages()[0] ?? (await context.newPage());
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  await watchFocus(context);
  await page.goto(url);
  return {
    page,
    errors,
    close: async () => {
      await context.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}
