import type { MessageBoxOptions } from 'electron';
import type { DesktopNotification } from '../common/tray/notifications.ts';

// What the window's close button does, decided without Electron.

export interface ClosingCase {
  /** Whether there is an icon to come back by. */
  readonly trayShown: boolean;
  /** The user's setting; null: hide where there is an icon. */
  readonly hideOnClose: boolean | null;
  /** The program is ending already. */
  readonly quitting: boolean;
  /** It was explained before. */
  readonly explained: boolean;
}

/** `hide` and `quit` go without a word; the other two say what happens, once. */
export type Closing = 'hide' | 'hide-and-say' | 'quit' | 'ask-to-quit';

export function closingOf({ trayShown, hideOnClose, quitting, explained }: ClosingCase): Closing {
  if (quitting) return 'quit';
  if (trayShown && (hideOnClose ?? true)) return explained ? 'hide' : 'hide-and-say';
  // With an icon it is clear what closing does; without one, no one would know that the watching ends.
  return trayShown || explained ? 'quit' : 'ask-to-quit';
}

export const STAYS_IN_TRAY: DesktopNotification = {
  title: 'kAudit Tray stays in the tray',
  body: 'It keeps watching your clusters. Click its icon to reopen the window. You can change what closing does in Settings.',
  view: { view: 'settings' },
};

export const ASK_TO_QUIT: MessageBoxOptions = {
  type: 'question',
  message: 'Quit kAudit Tray?',
  detail:
    'This desktop shows no tray icon, so closing the window quits kAudit Tray and it stops watching your clusters. You won’t be asked again. Settings shows why there’s no icon.',
  buttons: ['Quit', 'Keep the window'],
  defaultId: 0,
  cancelId: 1,
};
