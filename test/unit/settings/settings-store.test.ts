import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
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
  it('start with the defaults and survive a restart', () => {
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

  it.skipIf(process.platform === 'win32')('are in a file that only the user can read, whatever its mode was', () => {
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

  it('keep the good parts of a file, and a copy of the original that only the user can read', () => {
    const store = open();
    store.savePresets([preset]);
    const whole = JSON.parse(readFileSync(file(), 'utf8'));
    const content = JSON.stringify({
      ...whole,
      settings: { ...whole.settings, theme: 'pink', namespaces: ['kaudit'] },
      newer: { version: 2 },
    });
    writeFileSync(file(), content, { mode: 0o644 });
    chmodSync(file(), 0o644);
    const again = open();
    expect(again.settings).toEqual({ ...defaultSettings, namespaces: ['kaudit'] });
    expect(again.presets()).toEqual([preset]);
    expect(again.installationKey()).toEqual(store.installationKey());
    expect(problems).toEqual([expect.stringContaining('These parts can’t be read and are reset: theme.')]);
    const [aside = ''] = readdirSync(directory).filter((name) => name.startsWith('settings.json.corrupt-'));
    expect(readFileSync(join(directory, aside), 'utf8')).toBe(content);
    expect(statSync(join(directory, aside)).mode & 0o077).toBe(0);
    expect(JSON.parse(readFileSync(file(), 'utf8'))).toMatchObject({ newer: { version: 2 } });
  });

  const choice = { context: 'prod', server: 'https://a:443', watched: true, marks: { production: true, readOnly: true } };

  it('keep each cluster, preset and entry of a list that is valid, and every read-only mark', () => {
    const key = open().installationKey();
    const broken = {
      settings: {
        ...defaultSettings,
        startAtLogin: 'sometimes',
        namespaces: ['good', 'NOT GOOD'],
        clusters: [choice, { ...choice, context: 'other', signIn: 'no hash', marks: { alias: 7, readOnly: true } }, 'no cluster'],
        later: true,
      },
      presets: [preset, { ...preset, id: 'two', domain: 'evil.example/x?' }],
      installationKey: key.toString('base64'),
    };
    writeFileSync(file(), JSON.stringify(broken));
    const again = open();
    expect(again.settings).toEqual({
      ...defaultSettings,
      namespaces: ['good'],
      clusters: [choice, { context: 'other', server: 'https://a:443', watched: true, marks: { readOnly: true } }],
    });
    expect(again.presets()).toEqual([preset]);
    expect(again.installationKey()).toEqual(key);
    expect(problems).toEqual([expect.stringContaining('namespaces, clusters, startAtLogin, presets')]);
  });

  it.each(['yes', 1, 'false', {}, null])('keep a cluster read-only when its mark is damaged: %j', (readOnly) => {
    open();
    writeFileSync(file(), JSON.stringify({ settings: { clusters: [{ ...choice, marks: { readOnly } }] } }));
    expect(open().settings.clusters).toEqual([{ ...choice, marks: { readOnly: true } }]);
  });

  it('keep the installation key and the read-only marks of a file that was truncated anywhere after them', () => {
    const store = open();
    store.update({ clusters: [choice] });
    const text = JSON.stringify({
      installationKey: store.installationKey().toString('base64'),
      settings: store.settings,
      presets: [preset],
    });
    const behind = text.indexOf('readOnly') + '"readOnly":true'.length;
    for (let end = behind; end < text.length; end += 7) {
      writeFileSync(file(), text.slice(0, end));
      const again = open();
      expect(again.installationKey(), text.slice(0, end)).toEqual(store.installationKey());
      expect(again.settings.clusters[0]?.marks?.readOnly, text.slice(0, end)).toBe(true);
    }
  });

  it('refuse an invalid domain that someone wrote into the file', () => {
    open().savePresets([preset]);
    writeFileSync(file(), readFileSync(file(), 'utf8').replace('eu2.coralogix.com', 'evil.example/x?'));
    expect(open().presets()).toEqual([]);
    expect(problems).toHaveLength(1);
  });

  it('remove what a kill during a write left', () => {
    open();
    for (const name of ['settings.json.tmp-12345', 'settings.json.new']) writeFileSync(join(directory, name), '{');
    open();
    expect(readdirSync(directory)).toEqual(['settings.json']);
    expect(problems).toEqual([]);
  });

  it('stay in memory if the folder can’t be used: the start says so, and so does every change', () => {
    const blocked = join(directory, '..', 'a-file');
    writeFileSync(blocked, '');
    const store = new SettingsStore({ directory: join(blocked, 'data'), onProblem: (message) => problems.push(message) });
    expect(store.settings).toEqual(defaultSettings);
    expect(problems).toContainEqual(expect.stringContaining(blocked));
    expect(() => store.update({ theme: 'dark' })).toThrow(AppError);
    expect(store.settings.theme).toBe('system');
  });
});
