import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Host, startHost } from '../../support/host.ts';

// A D-Bus session that accepts the connection and then sends nothing, like a hung one. macOS and Windows have none.
describe.runIf(process.platform === 'linux')('a keychain whose D-Bus hangs', () => {
  let directory: string;
  let host: Host;
  const sockets = new Set<Socket>();
  const bus = createServer((socket) => sockets.add(socket));
  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'kaudit-tray-hang-'));
    const path = join(directory, 'bus');
    await new Promise<void>((done) => bus.listen(path, done));
    host = await startHost({ environment: { DBUS_SESSION_BUS_ADDRESS: `unix:path=${path}` } });
  });
  afterEach(async () => {
    await host?.stop();
    for (const socket of sockets) socket.destroy();
    await new Promise((done) => bus.close(done));
    rmSync(directory, { recursive: true, force: true });
  });

  const save = () => host.request('preset.save', { preset: { name: 'Prod', domain: 'eu2.coralogix.com' }, key: 'cxtp_Hanging' });
  const keychain = async () => (await host.ask('fleet.get', {})).keychain;

  it('doesn’t block the program, can be cancelled, and ends with it', async () => {
    const saving = save();
    await vi.waitFor(async () => expect(await keychain()).toMatchObject({ state: 'waiting' }), { timeout: 5000 });
    const started = performance.now();
    await keychain();
    expect(performance.now() - started).toBeLessThan(500);
    await host.ask('keychain.cancel', {});
    expect(await saving).toMatchObject({ ok: false, error: { code: 'cancelled' } });
    expect(await host.ask('preset.list', {})).toEqual([]);

    const ended = save().catch(() => undefined);
    await vi.waitFor(async () => expect(await keychain()).toMatchObject({ state: 'waiting' }), { timeout: 5000 });
    const children = childrenOf(host.process.pid);
    expect(children).toHaveLength(1);
    const { code, milliseconds } = await host.stop();
    await ended;
    expect(code).toBe(0);
    expect(milliseconds).toBeLessThan(2000);
    await vi.waitFor(() => expect(children.filter(isRunning)).toEqual([]));
  });

  it('is given up with a message, and the key is kept in memory', async () => {
    expect(await save()).toMatchObject({ ok: true, value: { stored: 'memory', preset: { key: { state: 'memory' } } } });
    expect(await keychain()).toMatchObject({ state: 'unavailable', message: expect.stringContaining('hangs') });
  });
});

/** A process that ended may not be reaped yet: then it has no command line. */
function isRunning(pid: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8') !== '';
  } catch {
    return false;
  }
}

/** The processes that a program has started. */
function childrenOf(parent: number | undefined): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return Number(/\nPPid:\t(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) === parent ? [pid] : [];
      } catch {
        return [];
      }
    });
}
