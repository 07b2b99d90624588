import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../../main/common/errors.ts';
import { defaultSettings } from '../../../main/common/settings.ts';
import { SettingsStore } from '../../../main/settings/settings-store.ts';

let directory: string;
let problems: string[];

beforeEach(() => {
  directory = join(mkdtempSync(join(tmpdir(), 'kaudit-tray-settings-')), 'data');
  problems = [];
});
afterEach(() => rmSync(join(directory, '..'), { recursive: true, force: true }));

function open(): SettingsStore {
  return new SettingsStore({ directory, onProblem: (message) => problems.push(message) });
}
const file = () => join(directory, 'settings.json');
const preset = {
  id: 'one',
  name: 'Größe 日本',
  domain: 'eu2.coralogix.com',
  endpoint: 'api',
  applicationName: 'kaudit',
  subsystemName: 'delivery-test',
} as const;

describe('settings', () => {
  it('start with the defaults and outlive the run', () => {
    expect(open().settings).toEqual(defaultSettings);
    open().update({ theme: 'dark', clusters: [{ context: 'prod', server: 'https://a:443', watched: true }] });
    const again = open();
    expect(again.settings).toEqual({
      ...defaultSettings,
      theme: 'dark',
      clusters: [{ context: 'prod', server: 'https://a:443', watched: true }],
    });
    expect(problems).toEqual([]);
  });

  it('keep presets in their order, and one installation key', () => {
    const store = open();
    store.savePresets([{ ...preset, id: 'two' }, preset]);
    expect(open().presets()).toEqual([{ ...preset, id: 'two' }, preset]);
    expect(store.installationKey()).toHaveLength(32);
    expect(open().installationKey()).toEqual(store.installationKey());
  });

  it.skipIf(process.platform === 'win32')('stand in a file that only the user can read, whatever its mode was', () => {
    open();
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    rmSync(file());
    writeFileSync(file(), '{}', { mode: 0o644 });
    open().update({ theme: 'light' });
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    expect(statSync(directory).mode & 0o777).toBe(0o700);
  });

  it.each([
    ['no JSON', '{"settings": {"theme"'],
    ['empty', ''],
    ['a list', '[]'],
  ])('rename a file that is %s, and say where it is', (_what, content) => {
    open();
    writeFileSync(file(), content);
    expect(open().settings).toEqual(defaultSettings);
    const [aside] = readdirSync(directory).filter((name) => name.startsWith('settings.json.corrupt-'));
    expect(readFileSync(join(directory, aside ?? ''), 'utf8')).toBe(content);
    expect(problems).toEqual([expect.stringContaining(aside ?? 'none')]);
  });

  it('keep the good parts of a file, and a copy of it as it was', () => {
    const store = open();
    store.savePresets([preset]);
    const content = JSON.stringify({ ...JSON.parse(readFileSync(file(), 'utf8')), settings: { theme: 'pink' }, newer: { version: 2 } });
    writeFileSync(file(), content);
    const again = open();
    expect(again.settings).toEqual(defaultSettings);
    expect(again.presets()).toEqual([preset]);
    expect(again.installationKey()).toEqual(store.installationKey());
    expect(problems).toEqual([expect.stringContaining('settings')]);
    const [aside] = readdirSync(directory).filter((name) => name.startsWith('settings.json.corrupt-'));
    expect(readFileSync(join(directory, aside ?? ''), 'utf8')).toBe(content);
    expect(JSON.parse(readFileSync(file(), 'utf8'))).toMatchObject({ newer: { version: 2 } });
  });

  it('refuse a domain that somebody wrote into the file and that is none', () => {
    open().savePresets([preset]);
    writeFileSync(file(), readFileSync(file(), 'utf8').replace('eu2.coralogix.com', 'evil.example/x?'));
    expect(open().presets()).toEqual([]);
    expect(problems).toHaveLength(1);
  });

  it('say which folder cannot be used', () => {
    const blocked = join(directory, '..', 'a-file');
    writeFileSync(blocked, '');
    const start = () => new SettingsStore({ directory: join(blocked, 'data'), onProblem: () => {} });
    expect(start).toThrow(AppError);
    expect(start).toThrow(blocked);
  });
});
