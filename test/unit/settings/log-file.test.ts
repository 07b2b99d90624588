import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLog } from '../../../main/settings/log-file.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'kaudit-tray-log-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const redact = (text: string) => text.replaceAll('KEY', '•••');
const path = (name = 'kaudit-tray.log') => join(directory, name);
const modeOf = (name?: string) => statSync(path(name)).mode & 0o777;

describe('the log', () => {
  it.skipIf(process.platform === 'win32')('can be read only by the user, even an existing one and the previous one', () => {
    writeFileSync(path(), 'old\n', { mode: 0o644 });
    writeFileSync(path('kaudit-tray.log.1'), 'older\n', { mode: 0o644 });
    createLog(directory, redact);
    expect([modeOf(), modeOf('kaudit-tray.log.1')]).toEqual([0o600, 0o600]);
    rmSync(path());
    createLog(directory, redact)('new');
    expect(modeOf()).toBe(0o600);
  });

  it('contains no key', () => {
    createLog(directory, redact)('a KEY in a message');
    expect(readFileSync(path(), 'utf8')).toMatch(/^\d{4}-\S+ a ••• in a message\n$/);
  });

  it('starts again at 1 MiB, and keeps the previous file', () => {
    writeFileSync(path(), 'x'.repeat(1024 * 1024 + 1));
    createLog(directory, redact)('new');
    expect(readFileSync(path(), 'utf8')).toMatch(/ new\n$/);
    expect(statSync(path('kaudit-tray.log.1')).size).toBe(1024 * 1024 + 1);
  });

  it('doesn’t stop the program when it can’t be written', () => {
    rmSync(directory, { recursive: true });
    expect(() => createLog(directory, redact)('lost')).not.toThrow();
  });
});
