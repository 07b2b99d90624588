import type { IpcMain, IpcMainInvokeEvent } from 'electron';
import type { Envelope } from '../common/api.ts';
import { ReadyReply } from '../common/replies.ts';
import { isTrustedSender } from './policy.ts';
import * as strings from './strings.ts';

/** One channel each way; preload.ts has the same names by these types. */
export type RequestChannel = 'kaudit-tray:request';
export type EventChannel = 'kaudit-tray:event';

const REQUEST: RequestChannel = 'kaudit-tray:request';
export const EVENT: EventChannel = 'kaudit-tray:event';

const REFUSED: Envelope<never> = {
  ok: false,
  error: {
    code: 'unauthorized',
    message: strings.pageIsntAllowedUseKAudit,
    retry: false,
  },
};

export interface RequestLine {
  readonly ipcMain: IpcMain;
  /** Whether the message comes from the page of our window. */
  isOurs(event: IpcMainInvokeEvent): boolean;
  dispatch(name: unknown, args: unknown): Promise<Envelope<unknown>>;
}

/** Handles the page's requests. */
export function serveRequests({ ipcMain, isOurs, dispatch }: RequestLine): void {
  // SECURITY: electron-store gives any page the data folder's path. Ours don't ask for it.
  ipcMain.removeAllListeners('electron-store-get-data');
  ipcMain.handle(REQUEST, async (event, name: unknown, args: unknown) => {
    const frame = event.senderFrame;
    const sender = { url: frame?.url, isMainFrame: frame !== null && frame.parent === null, isOurWindow: isOurs(event) };
    // SECURITY: checks every message, not just the first: a frame can navigate between two.
    if (!isTrustedSender(sender)) return REFUSED;
    const envelope = await dispatch(name, args);
    // As bytes: they cross in one piece, and the preload script parses them.
    return envelope.ok && envelope.value instanceof ReadyReply ? envelope.value.envelope : envelope;
  });
}
