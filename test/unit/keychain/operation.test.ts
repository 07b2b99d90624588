import { beforeEach, describe, expect, it } from 'vitest';
import { type KeychainLibraryEntry, operate } from '../../../main/keychain/operation.ts';

// Replaces the library. Each session does what the next of `sessions` says. When none is left, it works.

type Session = 'works' | 'alters' | 'forgets' | Error;
let stored: string | null;
let sessions: Session[];
let opened: number;

beforeEach(() => {
  stored = null;
  sessions = [];
  opened = 0;
});

function open(): KeychainLibraryEntry {
  const session = sessions[opened] ?? 'works';
  opened += 1;
  const call = <Result>(result: () => Result) => (session instanceof Error ? Promise.reject(session) : Promise.resolve(result()));
  return {
    getPassword: () => call(() => stored),
    setPassword: (secret) =>
      call(() => {
        if (session !== 'forgets') stored = session === 'alters' ? `${secret}?` : secret;
      }),
    deleteCredential: () =>
      call(() => {
        const there = stored !== null;
        stored = null;
        return there;
      }),
  };
}

const BROKEN = [
  'Platform failure: DBus error: Client public key size is invalid',
  'Platform failure: Crypto error: Unpad Error',
  "Platform failure: DBus error: Can't find session /org/freedesktop/secrets/session/160",
  'Platform failure: DBus error: Message recipient disconnected from message bus without replying',
].map((text) => new Error(text));

describe('a call to the keychain', () => {
  it('reads, writes and removes', async () => {
    expect(await operate({ operation: 'read' }, open)).toEqual({ secret: null });
    expect(await operate({ operation: 'write', secret: 'x' }, open)).toEqual({ secret: null });
    expect(await operate({ operation: 'read' }, open)).toEqual({ secret: 'x' });
    expect(await operate({ operation: 'remove' }, open)).toEqual({ secret: null, removed: true });
    expect(await operate({ operation: 'remove' }, open)).toEqual({ secret: null, removed: false });
  });

  it('treats an empty entry as one whose text is lost', async () => {
    stored = '';
    expect(await operate({ operation: 'read' }, open)).toEqual({ secret: null });
  });

  it.each(BROKEN)('is repeated, in a new session, after %s', async (broken) => {
    sessions = [broken, broken, 'works', broken];
    await operate({ operation: 'write', secret: 'x' }, open);
    expect(stored).toBe('x');
    sessions = [broken, 'works'];
    opened = 0;
    expect(await operate({ operation: 'read' }, open)).toEqual({ secret: 'x' });
    sessions = [broken];
    opened = 0;
    expect(await operate({ operation: 'remove' }, open)).toMatchObject({ removed: true });
  });

  it('is repeated when it can’t even begin', async () => {
    stored = 'x';
    let begun = 0;
    const secret = await operate({ operation: 'read' }, () => {
      begun += 1;
      if (begun === 1) throw BROKEN[0];
      return open();
    });
    expect(secret).toEqual({ secret: 'x' });
  });

  it('fails in the end when no session works', async () => {
    sessions = Array.from({ length: 20 }, () => BROKEN[0] ?? 'works');
    await expect(operate({ operation: 'read' }, open)).rejects.toBe(BROKEN[0]);
    expect(opened).toBe(6);
  });

  it.each(['Secret Service: unlock prompt was dismissed', 'Secret Service: no result found', 'No such file'])(
    'isn’t repeated after %s: no one is asked twice',
    async (text) => {
      sessions = [new Error(text)];
      await expect(operate({ operation: 'write', secret: 'x' }, open)).rejects.toThrow(text);
      expect(opened).toBe(1);
    },
  );

  it('writes again what has changed on its way', async () => {
    sessions = ['alters', 'works', 'forgets', 'works', 'works'];
    await operate({ operation: 'write', secret: 'x' }, open);
    expect(stored).toBe('x');
  });

  it('never claims that it has written what isn’t there', async () => {
    sessions = Array.from({ length: 20 }, () => 'forgets');
    stored = 'older';
    await expect(operate({ operation: 'write', secret: 'x' }, open)).rejects.toThrow('didn’t keep');
  });
});
