import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ElectronDesktop, ElectronOptions, Ended } from '../support/desktop-electron.ts';
import { electronRequirement, spawnElectron, startElectron } from '../support/desktop-electron.ts';
import { inFullRun } from '../support/full-run.ts';
import { describeWith } from '../support/requirement.ts';
import type { DesktopSession } from '../support/session/desktop-session.ts';
import { sessionRequirement, startDesktopSession } from '../support/session/desktop-session.ts';

// How the desktop host exits, and what its window's close button does, on Electron with its own order of events.

const PAYMENTS_REF = { context: 'prod-eu', namespace: 'alcide-kaudit', name: 'kaudit-integration-payments' };
const PAYMENTS = '#/configmap/prod-eu/alcide-kaudit/kaudit-integration-payments';

describeWith([electronRequirement, sessionRequirement], 'the exit of the desktop host', () => {
  let session: DesktopSession;
  let desktop: ElectronDesktop | undefined;
  beforeEach(async () => {
    session = await startDesktopSession();
  });
  afterEach(async () => {
    if (desktop?.process.exitCode === null && desktop.process.signalCode === null) await desktop.stop('SIGKILL');
    desktop = undefined;
    await session?.stop();
  });

  const start = async (options: Partial<ElectronOptions> = {}): Promise<ElectronDesktop> => {
    desktop = await startElectron({ flags: ['--demo'], environment: session.environment, ...options });
    await session.panel.icon();
    return desktop;
  };
  /** Opens an integration. */
  const open = async ({ page, ask }: ElectronDesktop) => {
    await vi.waitFor(
      async () => {
        const { clusters } = await ask('fleet.get', {});
        expect(clusters.find(({ context }) => context === 'prod-eu')?.configMaps).not.toEqual([]);
      },
      { timeout: 30_000 },
    );
    await page.evaluate((hash) => {
      location.hash = hash;
    }, PAYMENTS);
  };
  /** Changes its name, as the user does. */
  const edit = async (running: ElectronDesktop) => {
    await open(running);
    const name = running.page.getByLabel('Name', { exact: true });
    // Chromium asks on behalf of pages that someone has touched.
    await name.click();
    await name.fill('unsaved');
    await running.page.getByRole('button', { name: 'Review and apply' }).waitFor();
  };
  const isAsked = () => vi.waitFor(async () => expect(await session.screen.windows()).toContain('kAudit Tray'), { timeout: 40_000 });
  const isKept = ({ ask }: ElectronDesktop) =>
    vi.waitFor(async () => expect((await ask('draft.get', { ref: PAYMENTS_REF })).outcome).toBe('draft'));
  /** The demo's ConfigMaps are created again at each start: the draft is in conflict. */
  const isKeptForNext = ({ ask }: ElectronDesktop) =>
    vi.waitFor(async () =>
      expect(await ask('draft.get', { ref: PAYMENTS_REF })).toMatchObject({ mine: expect.stringContaining('name: unsaved') }),
    );
  const endsSoon = async (ended: Promise<Ended>, within = 2000) => {
    const { code, milliseconds } = await ended;
    expect(code).toBe(0);
    expect(milliseconds).toBeLessThan(within);
  };

  test('closing hides the window in the tray and says so once; a signal and “Quit” don’t ask about an unsaved edit, and its draft is restored', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'kaudit-tray-end-'));
    try {
      const running = await start({ directory });
      for (const _ of [1, 2]) {
        await running.closeWindow();
        await vi.waitFor(async () => expect(await running.windows()).toMatchObject([{ visible: false }]));
        await session.panel.activate();
        await vi.waitFor(async () => expect(await running.windows()).toMatchObject([{ visible: true }]));
      }
      expect(session.notifications.shown.map(({ title }) => title)).toEqual(['kAudit Tray stays in the tray']);
      await running.closeWindow();
      session.notifications.click('kAudit Tray stays in the tray');
      await running.page.waitForURL(/#\/settings$/);
      await vi.waitFor(async () => expect(await running.windows()).toMatchObject([{ visible: true }]));
      await edit(running);
      await isKept(running);
      await endsSoon(running.stop('SIGTERM'));

      const again = await start({ directory });
      await open(again);
      // Each start recreates the demo's ConfigMaps, so the draft is offered and not applied to another one.
      await again.page.getByText(/^You have unsaved changes that no longer fit: Someone deleted and recreated the ConfigMap/).waitFor();
      expect(await again.ask('draft.get', { ref: PAYMENTS_REF })).toMatchObject({
        outcome: 'conflict',
        mine: expect.stringContaining('name: unsaved'),
      });
      const name = again.page.getByLabel('Name', { exact: true });
      await name.click();
      await name.fill('unsaved, too');
      await session.panel.click('Quit');
      // Unlike a signal, it waits for the page (3 s at most) and then for the services to close (1.5 s).
      await endsSoon(again.ended(), 5000);
      // The page sent its last edit while it closed.
      expect(readFileSync(join(directory, 'drafts.json'), 'utf8')).toContain('unsaved, too');
    } finally {
      rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
    }
  });

  inFullRun(() => {
    test.each(['SIGINT', 'SIGHUP'] as const)('%s ends it within two seconds', async (signal) => {
      await endsSoon((await start()).stop(signal));
    });

    test('the system’s own way to quit (`before-quit`) ends it, and keeps the draft', async () => {
      const directory = mkdtempSync(join(tmpdir(), 'kaudit-tray-end-'));
      try {
        const running = await start({ directory });
        await edit(running);
        // As a desktop does at its end, and macOS with ⌘Q. No reply comes back from a program that ends.
        running.application.evaluate(({ app }) => app.quit()).catch(() => undefined);
        await endsSoon(running.ended(), 5000);
        const again = await start({ directory });
        await open(again);
        await isKeptForNext(again);
        await again.stop();
      } finally {
        rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
      }
    });

    const meanwhile: Readonly<Record<string, (running: ElectronDesktop) => Promise<unknown>>> = {
      'a delivery test runs': async (running) => {
        await session.panel.click('Test all');
        await vi.waitFor(async () => expect((await running.ask('fleet.get', {})).testAll).not.toBeNull());
      },
      'its page hangs': async ({ page }) => {
        page
          .evaluate(() => {
            for (;;);
          })
          .catch(() => undefined);
        await new Promise((resolve) => setTimeout(resolve, 500));
      },
      'it asks whether to quit': async (running) => {
        session.panel.showsIcons(false);
        await vi.waitFor(async () => expect((await running.ask('fleet.get', {})).desktop?.tray).toMatchObject({ shown: false }));
        await running.closeWindow();
        await isAsked();
        // Nothing else waits for the question.
        expect(await running.ask('fleet.get', {})).toMatchObject({ demo: true });
      },
    };
    test.each(Object.keys(meanwhile))('SIGTERM ends it within two seconds while %s, and the draft is restored', async (name) => {
      const directory = mkdtempSync(join(tmpdir(), 'kaudit-tray-end-'));
      try {
        const running = await start({ directory });
        await edit(running);
        await isKept(running);
        await meanwhile[name]?.(running);
        await endsSoon(running.stop('SIGTERM'));
        session.panel.showsIcons(true);
        const again = await start({ directory });
        await open(again);
        await isKeptForNext(again);
        await again.stop();
      } finally {
        rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
      }
    });

    test('a setting makes the close button end the program', async () => {
      const running = await start();
      await running.ask('settings.update', { settings: { hideOnClose: false } });
      await running.closeWindow();
      expect((await running.ended()).code).toBe(0);
    });
  });

  const failsToStart = async (options: Omit<Parameters<typeof spawnElectron>[0], 'environment'>) => {
    const child = spawnElectron({ ...options, environment: session.environment });
    let errors = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      errors += chunk.toString();
    });
    await isAsked();
    const since = Date.now();
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), 8000);
    const [code] = await once(child, 'exit');
    clearTimeout(timer);
    return { errors, code, milliseconds: Date.now() - since };
  };

  test('a failed start says why in a window, and SIGTERM ends that too', async () => {
    const { errors, code, milliseconds } = await failsToStart({ flags: ['--user-data', '/dev/null/nowhere'] });
    expect(code).toBe(0);
    expect(milliseconds).toBeLessThan(2000);
    expect(errors).toContain('/dev/null/nowhere');
  });

  inFullRun(() => {
    test('so does a start as root, as far as the program can tell, instead of a white window that crashes again and again', async () => {
      const { errors, code } = await failsToStart({ through: ['unshare', '--user', '--map-root-user'], switches: ['--no-sandbox'] });
      expect(code).toBe(0);
      expect(errors).toContain('kAudit Tray doesn’t run as root');
    });
  });
});

test('no system dialog stops the program while it waits', () => {
  const bundle = readFileSync(new URL('../../dist/main/desktop.js', import.meta.url), 'utf8');
  expect(bundle).toContain('showMessageBox');
  for (const name of ['showMessageBoxSync', 'showErrorBox', 'showOpenDialogSync', 'showSaveDialogSync']) expect(bundle).not.toContain(name);
});
