import { contextBridge, ipcRenderer } from 'electron';
import type { Envelope, Event, Transport } from './common/api.ts';
import type { EventChannel, RequestChannel } from './desktop/ipc.ts';

const REQUEST: RequestChannel = 'kaudit-tray:request';
const EVENT: EventChannel = 'kaudit-tray:event';

// SECURITY: only two functions cross the bridge, never ipcRenderer or an event object, which holds it.
const bridge: Transport = {
  async request(name, args) {
    const reply: Envelope<unknown> | Uint8Array = await ipcRenderer.invoke(REQUEST, name, args);
    return reply instanceof Uint8Array ? (JSON.parse(new TextDecoder().decode(reply)) as Envelope<unknown>) : reply;
  },
  subscribe(listener) {
    const forward = (_event: unknown, event: Event) => listener(event);
    ipcRenderer.on(EVENT, forward);
    return () => {
      ipcRenderer.off(EVENT, forward);
    };
  },
};

contextBridge.exposeInMainWorld('kauditTray', bridge);
