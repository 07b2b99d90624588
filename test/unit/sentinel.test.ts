import { describe, expect, it } from 'vitest';
import { found, plainKey, searchFor, shapedKey } from '../support/sentinel.ts';

// The sentinel test trusts this search: it finds a key in any disguise.

const KEYS = { plain: plainKey(), shaped: shapedKey('cxtp_'), url: shapedKey('https://hooks.slack.com/services/T0/B0/') };
const NOISE = 'eyJpbiI6InRoZSB3YXkifQ== %20 \\u0020 日本 ';

const bytes = (text: string) => [...Buffer.from(text)].map((byte) => byte.toString(16).padStart(2, '0'));
const WAYS: Readonly<Record<string, (key: string) => string>> = {
  whole: (key) => key,
  'in capital letters': (key) => key.toUpperCase(),
  'within a JSON text': (key) => JSON.stringify({ key: JSON.stringify(`Bearer ${key}`) }),
  'cut at its start': (key) => key.slice(-20),
  'cut at its end': (key) => key.slice(0, -8),
  'cut at both ends': (key) => key.slice(-26, -4),
  'spelt backwards': (key) => [...key].reverse().join(''),
  'in a URL': (key) => encodeURIComponent(key),
  'wholly URL-encoded': (key) =>
    bytes(key)
      .map((byte) => `%${byte.toUpperCase()}`)
      .join(''),
  'JSON-escaped': (key) =>
    bytes(key)
      .map((byte) => `\\u00${byte}`)
      .join(''),
  'in escapes of a program': (key) =>
    bytes(key)
      .map((byte) => `\\x${byte}`)
      .join(''),
  'HTML-escaped': (key) =>
    bytes(key)
      .map((byte) => `&#x${byte};`)
      .join(''),
  'in hexadecimal': (key) => Buffer.from(key).toString('hex'),
  'in a dump': (key) => bytes(key).join(' '),
  'in UTF-16': (key) => Buffer.from(key, 'utf16le').toString('latin1'),
  'in UTF-16, the other way round': (key) => Buffer.from(key, 'utf16le').swap16().toString('latin1'),
  'in base64': (key) => Buffer.from(key).toString('base64'),
  'in base64, behind one byte': (key) => Buffer.from(`:${key}`).toString('base64'),
  'in base64, behind two bytes': (key) => Buffer.from(`a:${key}`).toString('base64'),
  'in base64 of a URL': (key) => Buffer.from(`user:${key}`).toString('base64url'),
  'in base64 of UTF-16': (key) => Buffer.from(`user:${key}`, 'utf16le').toString('base64'),
};

describe('the search for keys', () => {
  for (const [name, key] of Object.entries(KEYS)) {
    it.each(Object.entries(WAYS))(`finds the ${name} one %s, and no other`, (_how, spell) => {
      expect(searchFor(KEYS)(`${NOISE}${spell(key)}${NOISE}`)).toEqual([name]);
    });
  }

  it('finds a key and a piece of one wherever it begins and ends', () => {
    const search = searchFor(KEYS);
    for (const part of [KEYS.plain, KEYS.plain.slice(0, 12), KEYS.plain.slice(-12)])
      for (let before = 0; before < 40; before += 1)
        for (const behind of ['', '.']) expect(search(`${'.'.repeat(before)}${part}${behind}`)).toEqual(['plain']);
  });

  it('finds nothing in a text without keys or with other keys', () => {
    const text = [NOISE, plainKey(), shapedKey('cxtp_'), 'masked-key-0123456789abcdefghijklmn', 'https://hooks.slack.com/services/'].join(
      '\n',
    );
    expect(searchFor(KEYS)(text)).toEqual([]);
  });

  it('doesn’t count an empty place as searched', async () => {
    await expect(found({ name: 'nowhere', texts: () => ['', ''] }, searchFor(KEYS))).rejects.toThrow('nowhere');
    expect(await found({ name: 'here', texts: () => ['a', `b${KEYS.plain}`] }, searchFor(KEYS))).toEqual(['plain']);
  });
});
