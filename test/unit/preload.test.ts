import { expect, test, vi } from 'vitest';
import type { Transport } from '../../main/common/api.ts';

const electron = vi.hoisted(() => ({
  exposed: [] as [string, unknown][],
  listeners: new Map<string, ((...args: unknown[]) => void)[]>(),
  invoked: [] as unknown[][],
}));

vi.mock('electron', () => ({
  contextBridge: { exposeInMainWorld: (name: string, api: unknown) => electron.exposed.push([name, api]) },
  ipcRenderer: {
    invoke: async (...args: unknown[]) => electron.invoked.push(args),
    on: (channel: string, listener: () => void) => electron.listeners.set(channel, [...(electron.listeners.get(channel) ?? []), listener]),
    off: (channel: string, listener: () => void) =>
      electron.listeners.set(
        channel,
        (electron.listeners.get(channel) ?? []).filter((each) => each !== listener),
      ),
  },
}));

test('the bridge exposes two functions, on one channel each, and the page gets no event object of Electron’s', async () => {
  await import('../../main/preload.ts');
  expect(electron.exposed.map(([name, api]) => [name, Object.keys(api as object).sort()])).toEqual([
    ['kauditTray', ['request', 'subscribe']],
  ]);
  const [, bridge] = electron.exposed[0] as [string, Transport];

  await (bridge.request as (...args: unknown[]) => Promise<unknown>)('fleet.get', {}, 'more');
  expect(electron.invoked).toEqual([['kaudit-tray:request', 'fleet.get', {}]]);

  const heard: unknown[][] = [];
  const stop = bridge.subscribe((...args: unknown[]) => heard.push(args));
  const send = (...args: unknown[]) => {
    for (const listener of electron.listeners.get('kaudit-tray:event') ?? []) listener({ sender: 'ipcRenderer' }, ...args);
  };
  send({ name: 'view.show' }, 'more');
  stop();
  send({ name: 'view.show' });
  expect(heard).toEqual([[{ name: 'view.show' }]]);
  expect([...electron.listeners.keys()]).toEqual(['kaudit-tray:event']);
});
