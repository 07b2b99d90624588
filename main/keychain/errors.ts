import type { KeychainView } from '../common/coralogix/preset.ts';
import { AppError } from '../common/errors.ts';

export class KeychainUnusable extends AppError {
  readonly state: 'refused' | 'unavailable';

  constructor(state: 'refused' | 'unavailable', name: string, reason: string, remedy = 'Start it') {
    const what =
      state === 'refused'
        ? `${sentence(name)} stayed locked (${reason}). Unlock it and try again.`
        : `No keychain: ${name} can’t be used (${reason}). ${remedy} and try again.`;
    super('keychain', `${what} Until then, keys that you enter stay in memory only, until kAudit Tray quits.`, { retry: true });
    this.state = state;
  }

  get view(): KeychainView {
    return { state: this.state, message: this.message };
  }
}

/** The library's words on a Linux desktop without a keychain, and what helps. */
const ABSENT: readonly (readonly [said: RegExp, reason: string, remedy: string])[] = [
  [/no result found/i, 'it has no wallet or keyring yet', 'Create one in KWalletManager (KDE) or in Passwords and Keys (GNOME)'],
  // Plasma 5 starts its wallet with the first KDE request.
  [
    /not provided by any \.service/i,
    'no program offers one',
    'On KDE, open KWalletManager (KDE Wallet has to be on in the system settings); elsewhere, start gnome-keyring,',
  ],
  [/autolaunch|connect to socket|no dbus session/i, 'there’s no D-Bus session', 'Start kAudit Tray in a desktop session'],
];

export function unusable(name: string, text: string): KeychainUnusable {
  const reason = text.replaceAll(/\s+/g, ' ').trim().slice(0, 200).replace(/\.$/, '');
  const absent = ABSENT.find(([said]) => said.test(reason));
  if (absent) return new KeychainUnusable('unavailable', name, absent[1], absent[2]);
  // All library errors share one code: only the text tells that the user closed the prompt.
  if (/dismissed/i.test(reason)) return new KeychainUnusable('refused', name, 'its prompt was closed, or couldn’t be shown');
  // "interaction", "passphrase": macOS over SSH, and after three wrong passwords (SecBase.h, -25308 and -25293).
  return new KeychainUnusable(/locked|cancel|denied|interaction|passphrase/i.test(reason) ? 'refused' : 'unavailable', name, reason);
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
