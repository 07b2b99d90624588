import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  applyStartAtLogin,
  autostartEntry,
  autostartFile,
  followSetting,
  startCommand,
  startedAtLogin,
} from '../../../../main/desktop/system/login.ts';

let home: string;
const app = { setLoginItemSettings: vi.fn(), isPackaged: true };
const parts = (platform: NodeJS.Platform) => ({ app, platform, environment: {}, home, command: ['/opt/kAudit Tray/kaudit-tray'] });

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'kaudit-tray-login-'));
  app.setLoginItemSettings.mockClear();
});
afterEach(() => rmSync(home, { recursive: true }));

describe('start at login', () => {
  test('on Linux writes an autostart file that starts it hidden, and removes it', () => {
    const file = join(home, '.config', 'autostart', 'kaudit-tray.desktop');
    expect(applyStartAtLogin(true, parts('linux'))).toBeNull();
    expect(readFileSync(file, 'utf8')).toContain('\nExec="/opt/kAudit Tray/kaudit-tray" --hidden\n');
    expect(applyStartAtLogin(false, parts('linux'))).toBeNull();
    expect(existsSync(file)).toBe(false);
    expect(app.setLoginItemSettings).not.toHaveBeenCalled();
  });

  test('elsewhere sets it in the system', () => {
    applyStartAtLogin(true, parts('win32'));
    applyStartAtLogin(false, parts('darwin'));
    expect(app.setLoginItemSettings.mock.calls).toEqual([
      [{ openAtLogin: true, path: '/opt/kAudit Tray/kaudit-tray', args: ['--hidden'] }],
      [{ openAtLogin: false }],
    ]);
  });

  test('on macOS, which passes no flags on, asks the system whether it was a login', () => {
    const started = (wasOpenedAtLogin: boolean) => ({ getLoginItemSettings: () => ({ wasOpenedAtLogin }) as Electron.LoginItemSettings });
    expect([startedAtLogin(started(true), 'darwin'), startedAtLogin(started(false), 'darwin')]).toEqual([true, false]);
    expect([startedAtLogin(started(true), 'linux'), startedAtLogin(started(true), 'win32')]).toEqual([false, false]);
  });

  test('says what prevents it', () => {
    writeFileSync(join(home, '.config'), 'a file where the folder should be');
    expect(applyStartAtLogin(true, parts('linux'))).toMatch(/can’t be written.*Check the folder/);
  });

  test('changes nothing before the user asks, and nothing ever in the demo', () => {
    const problems: (string | null)[] = [];
    followSetting(false, (problem) => problems.push(problem), parts('linux'))(false);
    expect(problems).toEqual([]);
    followSetting(true, (problem) => problems.push(problem), parts('linux'))(true);
    expect(problems).toEqual(['The demo never starts at login.']);
    expect(existsSync(autostartFile({}, home))).toBe(false);
  });

  test('keeps a path with spaces, quotes, $ or % as one and the same argument', () => {
    const line = autostartEntry(['/a b/"c"$d%e', '--hidden'])
      .split('\n')
      .find((each) => each.startsWith('Exec='));
    expect(line).toBe('Exec="/a b/\\\\"c\\\\"\\\\$d%%e" --hidden');
  });

  test('writes no entry for a path with a line break, and tells the user', () => {
    const problem = applyStartAtLogin(true, { ...parts('linux'), command: ['/opt/kAudit\nExec=evil/kaudit-tray'] });
    expect(problem).toContain('line break');
    expect(existsSync(autostartFile({}, home))).toBe(false);
  });

  test('starts an AppImage by its own file, a checkout by Electron and its folder', () => {
    expect(startCommand('/tmp/.mount_x/kaudit-tray', '/', true, { APPIMAGE: '/home/me/kAudit.AppImage' })).toEqual([
      '/home/me/kAudit.AppImage',
    ]);
    expect(startCommand('/usr/bin/electron', '/src', false, {})).toEqual(['/usr/bin/electron', '/src']);
  });
});
