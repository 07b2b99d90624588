import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { binaryName, electronBinary, electronFolder, whyNoDesktop } from '../../scripts/electron.mjs';
import { desktopEngine } from '../support/desktop-host.ts';

const folder = mkdtempSync(join(tmpdir(), 'kaudit-tray-electron-'));
const binary = join(folder, binaryName());
mkdirSync(dirname(binary), { recursive: true });
writeFileSync(binary, '');
mkdirSync(join(folder, 'empty'));
afterAll(() => rmSync(folder, { recursive: true }));

const machine = { binary, platform: 'linux', environment: { DISPLAY: ':0' } };

describe('what the desktop host runs on', () => {
  test('the binary comes from the folder that ELECTRON_OVERRIDE_DIST_PATH names, and nothing is downloaded', () => {
    expect(electronFolder({ ELECTRON_OVERRIDE_DIST_PATH: folder })).toBe(folder);
    expect(electronBinary({ ELECTRON_OVERRIDE_DIST_PATH: folder })).toBe(binary);
    expect(electronBinary({ ELECTRON_OVERRIDE_DIST_PATH: join(folder, 'empty') })).toBeUndefined();
    expect(electronFolder({ ELECTRON_OVERRIDE_DIST_PATH: '/nonexistent' })).toBeUndefined();
  });

  test.each([
    ['its binary and a display', {}, 'electron'],
    ['Wayland', { environment: { WAYLAND_DISPLAY: 'wayland-0' } }, 'electron'],
    ['macOS, which has no such variables', { platform: 'darwin', environment: {} }, 'electron'],
    ['Windows', { platform: 'win32', environment: {} }, 'electron'],
    ['no display', { environment: {} }, 'stand-in'],
    ['no binary', { binary: undefined }, 'stand-in'],
  ] as const)('suites run with %s', (_, part, engine) => {
    expect(desktopEngine({ ...machine, ...part })).toBe(engine);
    // `npm start` decides the same way.
    expect(whyNoDesktop({ ...machine, ...part }) === undefined).toBe(engine === 'electron');
  });

  test('where Electron is required, the stand-in fails and says what is missing', () => {
    const environment = { REQUIRE_ELECTRON: '1', DISPLAY: ':0' };
    expect(desktopEngine({ ...machine, environment })).toBe('electron');
    expect(() => desktopEngine({ ...machine, binary: undefined, environment })).toThrow(/REQUIRE_ELECTRON.*install-electron/);
    expect(() => desktopEngine({ ...machine, environment: { REQUIRE_ELECTRON: '1' } })).toThrow(/display/);
  });
});

test('a half-unpacked installation isn’t an Electron: the installer writes path.txt last', () => {
  const home = join(folder, 'package');
  mkdirSync(join(home, 'dist'), { recursive: true });
  writeFileSync(join(home, 'dist', 'electron'), '');
  expect(electronBinary({}, home)).toBeUndefined();
  writeFileSync(join(home, 'path.txt'), 'electron');
  expect(electronBinary({}, home)).toBe(join(home, 'dist', 'electron'));
});

test('root has no desktop application on Linux, where Chromium would have to run without its sandbox', () => {
  expect(whyNoDesktop({ ...machine, uid: 0 })).toMatch(/root/);
  expect(whyNoDesktop({ ...machine, uid: 1000 })).toBeUndefined();
  expect(whyNoDesktop({ ...machine, platform: 'darwin', uid: 0 })).toBeUndefined();
});
