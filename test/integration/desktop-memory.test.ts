import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ElectronDesktop } from '../support/desktop-electron.ts';
import { electronRequirement, startElectron } from '../support/desktop-electron.ts';
import { fullRunTest } from '../support/full-run.ts';
import { describeWith } from '../support/requirement.ts';
import type { DesktopSession } from '../support/session/desktop-session.ts';
import { sessionRequirement, startDesktopSession } from '../support/session/desktop-session.ts';

// What the desktop host keeps between runs. Not in the demo, which keeps nothing.

describeWith([electronRequirement, sessionRequirement], 'the desktop host, started again', () => {
  let session: DesktopSession;
  let directory: string;
  let file: string;
  beforeEach(async () => {
    session = await startDesktopSession({ tray: 'no-watcher' });
    directory = mkdtempSync(join(tmpdir(), 'kaudit-tray-memory-'));
    file = join(directory, 'desktop.json');
  });
  afterEach(async () => {
    await session?.stop();
    rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
  });

  const start = () => startElectron({ environment: session.environment, directory });
  const windowOf = async (desktop: ElectronDesktop) => (await desktop.windows())[0];
  const place = { x: 40, y: 50, width: 900, height: 700 };

  test('opens its window in its old place on an existing display, and starts at login only if the user asks for it', async () => {
    writeFileSync(file, JSON.stringify({ window: { ...place, maximised: true }, closeExplained: true }));
    const first = await start();
    await vi.waitFor(async () => expect(await windowOf(first)).toMatchObject({ maximised: true }));
    await first.application.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.unmaximize());
    await vi.waitFor(async () => expect(await windowOf(first)).toMatchObject({ bounds: place, maximised: false }));
    await first.application.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.setBounds({ x: 60, y: 70 }));
    const moved = { ...place, x: 60, y: 70 };
    await vi.waitFor(async () => expect(await windowOf(first)).toMatchObject({ bounds: moved }));
    const entry = join(session.environment.XDG_CONFIG_HOME ?? '', 'autostart', 'kaudit-tray.desktop');
    expect(existsSync(entry)).toBe(false);
    await first.ask('settings.update', { settings: { startAtLogin: true } });
    await vi.waitFor(() => expect(readFileSync(entry, 'utf8')).toMatch(/^Exec=\S+ \S+ --hidden$/m), 3000);
    expect((await first.ask('fleet.get', {})).desktop?.loginProblem).toBeNull();
    await first.closeWindow();
    expect((await first.ended()).code).toBe(0);
    expect(JSON.parse(readFileSync(file, 'utf8')).window).toEqual({ ...moved, maximised: false });

    // Its former display is gone: the system chooses.
    writeFileSync(file, JSON.stringify({ window: { ...place, x: 5000, maximised: false } }));
    // Someone else removed it: the user's choice is restored.
    rmSync(entry);
    const second = await start();
    expect((await windowOf(second))?.bounds.x).toBeLessThan(1280);
    await vi.waitFor(() => expect(existsSync(entry)).toBe(true), 3000);
    await second.ask('settings.update', { settings: { startAtLogin: false } });
    await vi.waitFor(() => expect(existsSync(entry)).toBe(false), 3000);
    await second.stop();
  });

  fullRunTest('opens its window even if its memory file is a prank', async () => {
    writeFileSync(file, JSON.stringify({ window: { ...place, width: 1e300 }, recent: ['a'] }));
    const desktop = await start();
    expect(await windowOf(desktop)).toMatchObject({ visible: true, bounds: { width: expect.closeTo(1280, -1), height: 800 } });
    await desktop.stop();
  });
});
