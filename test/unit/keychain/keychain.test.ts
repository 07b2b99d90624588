import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { KeyStore } from '../../../main/keychain/keychain.ts';
import { openKeychain } from '../../../main/keychain/keychain.ts';
import type { KeychainRequest } from '../../../main/keychain/operation.ts';
import type { KeychainReply } from '../../../main/keychain/process.ts';

// Replaces the keychain's process: the test replies in its place.
let requests: KeychainRequest[];
let processes: { killed: boolean; replied(reply: KeychainReply): void; ended(): void }[];

beforeEach(() => {
  requests = [];
  processes = [];
});

function open(more: { waitMs?: number; hangMs?: number; giveUpMs?: number } = {}): KeyStore {
  return openKeychain({
    memory: false,
    ...more,
    start: (listener) => {
      const started = { ...listener, killed: false };
      processes.push(started);
      return {
        send: (request) => requests.push(request),
        kill: () => {
          started.killed = true;
        },
      };
    },
  });
}

const state = (keychain: KeyStore, expected: string) => vi.waitFor(() => expect(keychain.view.state).toBe(expected));
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.fail('succeeded'),
    (error: unknown) => error,
  );

describe('the keychain', () => {
  it('starts nothing before it is needed', () => {
    expect(open().view.state).toBe('unknown');
    expect(processes).toEqual([]);
  });

  it('waits for its user, says so, and ends the process when cancelled', async () => {
    const keychain = open({ waitMs: 1 });
    const reading = failure(keychain.read('a'));
    processes[0]?.replied({ id: 1, outcome: 'asking' });
    await state(keychain, 'waiting');
    expect(keychain.view.message).toContain('or stop waiting');
    keychain.cancel();
    expect(await reading).toMatchObject({ code: 'cancelled', retry: true });
    expect(processes[0]?.killed).toBe(true);
    expect(keychain.view.state).toBe('refused');

    const again = keychain.read('a');
    expect(processes).toHaveLength(2);
    processes[1]?.replied({ id: 2, outcome: 'done', secret: 'x' });
    expect(await again).toBe('x');
    expect(keychain.view.state).toBe('available');
  });

  it('keeps a key nowhere if its user cancels while it is being saved', async () => {
    const keychain = open({ waitMs: 1 });
    const writing = failure(keychain.write('a', 'secret'));
    keychain.cancel();
    expect(await writing).toMatchObject({ code: 'cancelled' });
    expect(keychain.inMemory('a')).toBe(false);
  });

  it('that hangs is ended and reported; keys are kept in memory', async () => {
    const keychain = open({ waitMs: 1, hangMs: 30 });
    const messages: string[] = [];
    keychain.onChange(({ message }) => messages.push(message));
    expect(await keychain.write('a', 'secret')).toBe('memory');
    expect(messages[0]).toContain('Still no response');
    expect(processes[0]?.killed).toBe(true);
    expect(keychain.view).toMatchObject({ state: 'unavailable', message: expect.stringContaining('hangs') });
    expect(await keychain.read('a')).toBe('secret');
  });

  it('doesn’t count as hanging while its user is asked', async () => {
    const keychain = open({ hangMs: 10, giveUpMs: 60 });
    const reading = failure(keychain.read('a'));
    processes[0]?.replied({ id: 1, outcome: 'asking' });
    expect(await reading).toMatchObject({ code: 'keychain', message: expect.stringContaining('got no response') });
    expect(keychain.view.state).toBe('refused');
  });

  it.each([
    ['Couldn’t access platform storage: prompt dismissed', 'refused', 'its prompt was closed'],
    ["Couldn't access platform storage: Secret Service: unlock prompt was dismissed", 'refused', 'its prompt was closed'],
    ['User canceled the operation', 'refused'],
    ['Platform secure storage failure: User interaction is not allowed', 'refused'],
    ['Platform secure storage failure: The user name or passphrase you entered is not correct', 'refused'],
    ['Platform secure storage failure: zbus error: No such file', 'unavailable'],
  ])('%s: %s', async (reason, expected, told = reason) => {
    const keychain = open();
    const reading = failure(keychain.read('a'));
    processes[0]?.replied({ id: 1, outcome: 'failed', reason });
    expect(await reading).toMatchObject({ code: 'keychain', retry: true, message: expect.stringContaining(`(${told}`) });
    expect(keychain.view.state).toBe(expected);
  });

  it.each([
    ["Couldn't access platform storage: Secret Service: no result found", 'has no wallet or keyring yet', 'Create one in KWalletManager'],
    [
      'Platform failure: DBus error: The name org.freedesktop.secrets was not provided by any .service files',
      'no program offers one',
      'open KWalletManager',
    ],
    [
      'Platform failure: DBus error: Using X11 for dbus-daemon autolaunch was disabled at compile time, set your DBUS_SESSION_BUS_ADDRESS instead',
      'there’s no D-Bus session',
      'desktop session',
    ],
    [
      'Platform failure: DBus error: Failed to connect to socket /run/user/0/bus: No such file',
      'there’s no D-Bus session',
      'desktop session',
    ],
  ])('that is missing (%s) says why, and what helps', async (said, reason, remedy) => {
    const keychain = open();
    const writing = keychain.write('a', 'secret');
    processes[0]?.replied({ id: 1, outcome: 'failed', reason: said });
    expect(await writing).toBe('memory');
    expect(keychain.view.state).toBe('unavailable');
    for (const words of [reason, remedy, 'and try again', 'stay in memory']) expect(keychain.view.message).toContain(words);
    expect(keychain.view.message).not.toContain(said);
  });

  it('says whether there was an entry to remove', async () => {
    const keychain = open();
    const removing = keychain.remove('a');
    processes[0]?.replied({ id: 1, outcome: 'done', secret: null, removed: true });
    expect(await removing).toBe(true);
    const again = keychain.remove('a');
    processes[0]?.replied({ id: 2, outcome: 'done', secret: null, removed: false });
    expect(await again).toBe(false);
  });

  it('ends its process after five seconds without a call, and no sooner', async () => {
    vi.useFakeTimers();
    try {
      const keychain = open();
      const reply = async (id: number) => {
        const reading = keychain.read('a');
        processes.at(-1)?.replied({ id, outcome: 'done', secret: null });
        await reading;
      };
      await reply(1);
      vi.advanceTimersByTime(4_999);
      expect(processes).toMatchObject([{ killed: false }]);
      // Another call restarts the time. A call that takes longer keeps its process.
      await reply(2);
      vi.advanceTimersByTime(4_999);
      const waiting = keychain.read('a');
      processes[0]?.replied({ id: 3, outcome: 'asking' });
      vi.advanceTimersByTime(60_000);
      expect(processes).toMatchObject([{ killed: false }]);
      processes[0]?.replied({ id: 3, outcome: 'done', secret: null });
      await waiting;
      vi.advanceTimersByTime(5_000);
      expect(processes).toMatchObject([{ killed: true }]);
      await reply(4);
      expect(processes).toMatchObject([{ killed: true }, { killed: false }]);
      keychain.close();
    } finally {
      vi.useRealTimers();
    }
  });

  it('whose process dies is reported, and the next call restarts it', async () => {
    const keychain = open();
    const reading = failure(keychain.read('a'));
    processes[0]?.ended();
    expect(await reading).toMatchObject({ code: 'keychain' });
    void keychain.read('a').catch(() => undefined);
    expect(processes).toHaveLength(2);
    keychain.close();
    expect(processes[1]?.killed).toBe(true);
  });
});
