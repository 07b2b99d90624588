import { describe, expect, it } from 'vitest';
import { Fingerprinter } from '../../../main/secrets/fingerprint.ts';

const one = new Fingerprinter(Buffer.alloc(32, 1));
const other = new Fingerprinter(Buffer.alloc(32, 2));

describe('fingerprints', () => {
  it('are 8 hex digits, the same only for the same key of the same installation', () => {
    expect(one.fingerprint('key')).toMatch(/^[0-9a-f]{8}$/);
    expect(one.fingerprint('key')).toBe(one.fingerprint('key'));
    expect(one.fingerprint('key')).not.toBe(one.fingerprint('kez'));
    expect(one.fingerprint('key')).not.toBe(other.fingerprint('key'));
  });

  it('compare whole keys', () => {
    expect(one.same('key', 'key')).toBe(true);
    expect(one.same('key', 'key ')).toBe(false);
  });

  it('hash parts without mixing them up', () => {
    expect(one.hash(['a', 'b'])).toBe(one.hash(['a', 'b']));
    const hashes = [['a', 'b'], ['ab'], ['ab', ''], ['', 'ab'], ['a,b'], ['a"', '"b']].map((parts) => one.hash(parts));
    expect(new Set(hashes).size).toBe(hashes.length);
  });
});
