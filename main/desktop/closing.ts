import type { MessageBoxSyncOptions } from 'electron';

// What the window's close button does, decided without Electron.

export interface ClosingCase {
  /** Whether there is an icon to come back by. */
  readonly trayShown: boolean;
  /** The user's setting; null: as is usual on this system. */
  readonly hideOnClose: boolean | null;
  readonly hidesByDefault: boolean;
  /** The program is ending already. */
  readonly quitting: boolean;
  /** It was explained before. */
  readonly explained: boolean;
}

/** `hide` and `quit` go without a word; the other two say first what will happen, once. */
export type Closing = 'hide' | 'explain-hiding' | 'quit' | 'ask-to-quit';

export function closingOf({ trayShown, hideOnClose, hidesByDefault, quitting, explained }: ClosingCase): Closing {
  if (quitting) return 'quit';
  if (trayShown && (hideOnClose ?? hidesByDefault)) return explained ? 'hide' : 'explain-hiding';
  // Whoever sees the icon knows what goes when the window goes; without one nobody would know that the watching ends.
  return trayShown || explained ? 'quit' : 'ask-to-quit';
}

/** Hiding is the usual way on macOS and Windows. */
export function hidesByDefault(platform: NodeJS.Platform): boolean {
  return platform !== 'linux';
}

export const EXPLAIN_HIDING: MessageBoxSyncOptions = {
  type: 'info',
  message: 'kAudit Tray goes on in the tray.',
  detail:
    'It keeps watching your clusters. Its icon brings the window back; “Quit” in its menu ends it. Settings can change what closing does.',
  buttons: ['Close the window', 'Quit kAudit Tray'],
  defaultId: 0,
  cancelId: 0,
};

export const ASK_TO_QUIT: MessageBoxSyncOptions = {
  type: 'question',
  message: 'Quit kAudit Tray?',
  detail:
    'This desktop shows no tray icon, so the program ends with its window and watches your clusters no longer. This is asked once; Settings says why there is no icon.',
  buttons: ['Quit', 'Keep the window'],
  defaultId: 0,
  cancelId: 1,
};

export const DISCARD: MessageBoxSyncOptions = {
  type: 'warning',
  message: 'There are unsaved edits.',
  detail: 'Closing the window discards them. Keep editing to look at them and apply them.',
  buttons: ['Discard edits', 'Keep editing'],
  defaultId: 1,
  cancelId: 1,
};
