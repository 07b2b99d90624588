import type { KeychainView } from '../common/coralogix/preset.ts';
import { AppError } from '../common/errors.ts';

/** The keychain cannot be used now: a key that was to be written is kept in memory. */
export class KeychainUnusable extends AppError {
  readonly state: 'refused' | 'unavailable';

  /** `remedy`: what to do before the same is done again. */
  constructor(state: 'refused' | 'unavailable', name: string, reason: string, remedy = 'Start it') {
    const what =
      state === 'refused'
        ? `${sentence(name)} stayed locked (${reason}). Unlock it and do this again.`
        : `No keychain: ${name} cannot be used (${reason}). ${remedy} and do this again.`;
    super('keychain', `${what} Until then, keys that you enter are kept in memory and are gone when this run ends.`, { retry: true });
    this.state = state;
  }

  get view(): KeychainView {
    return { state: this.state, message: this.message };
  }
}

/** What the library says where a Linux desktop has no keychain, and what helps there. */
const ABSENT: readonly (readonly [said: RegExp, reason: string, remedy: string])[] = [
  [/no result found/i, 'it has no wallet or keyring yet', 'Make one in KWalletManager (KDE) or in Passwords and Keys (GNOME)'],
  // Plasma 5 starts its wallet with the first program that asks it in KDE's own way.
  [
    /not provided by any \.service/i,
    'no program offers one',
    'On KDE, open KWalletManager (KDE Wallet has to be on in the system settings); elsewhere start gnome-keyring,',
  ],
  [/autolaunch|connect to socket|no dbus session/i, 'there is no D-Bus session', 'Start the program in a desktop session'],
];

/** What the library's words mean to the user. */
export function unusable(name: string, text: string): KeychainUnusable {
  const reason = text.replaceAll(/\s+/g, ' ').trim().slice(0, 200).replace(/\.$/, '');
  const absent = ABSENT.find(([said]) => said.test(reason));
  if (absent) return new KeychainUnusable('unavailable', name, absent[1], absent[2]);
  // Every error of the library has the same code: only its text tells that the user closed the question for the password.
  if (/dismissed/i.test(reason)) return new KeychainUnusable('refused', name, 'its question was closed, or could not be shown');
  // "interaction", "passphrase": macOS where it may not ask (over SSH), and after three wrong passwords (SecBase.h, -25308 and -25293).
  return new KeychainUnusable(/locked|cancel|denied|interaction|passphrase/i.test(reason) ? 'refused' : 'unavailable', name, reason);
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
