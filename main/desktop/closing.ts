import type { MessageBoxOptions } from 'electron';
import type { DesktopNotification } from '../common/tray/notifications.ts';
import * as strings from './strings.ts';

// What the window's close button does, decided without Electron.

export interface ClosingCase {
  /** Whether there is an icon to return through. */
  readonly trayShown: boolean;
  /** The user's setting; null: hide if there is an icon. */
  readonly hideOnClose: boolean | null;
  /** The program is already quitting. */
  readonly quitting: boolean;
  /** It was explained before. */
  readonly explained: boolean;
}

/** `hide` and `quit` act without a message; the other two explain themselves, once. */
export type Closing = 'hide' | 'hide-and-say' | 'quit' | 'ask-to-quit';

export function closingOf({ trayShown, hideOnClose, quitting, explained }: ClosingCase): Closing {
  if (quitting) return 'quit';
  if (trayShown && (hideOnClose ?? true)) return explained ? 'hide' : 'hide-and-say';
  // With an icon it is clear what closing does; without one, no one would know that watching ends.
  return trayShown || explained ? 'quit' : 'ask-to-quit';
}

export const STAYS_IN_TRAY: DesktopNotification = {
  title: strings.kAuditTrayStaysTray,
  body: strings.keepsWatchingClustersClickIcon,
  view: { view: 'settings' },
};

export const ASK_TO_QUIT: MessageBoxOptions = {
  type: 'question',
  message: strings.quitKAuditTray,
  detail: strings.desktopShowsNoTrayIcon,
  buttons: ['Quit', strings.keepWindow],
  defaultId: 0,
  cancelId: 1,
};
