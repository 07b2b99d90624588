import type { KeychainView } from '../common/coralogix/preset.ts';
import { AppError } from '../common/errors.ts';
import * as strings from './strings.ts';

export class KeychainUnusable extends AppError {
  readonly state: 'refused' | 'unavailable';

  constructor(state: 'refused' | 'unavailable', name: string, reason: string, remedy = strings.startIt) {
    const what =
      state === 'refused'
        ? strings.stayedLockedUnlockTryAgain(sentence(name), reason)
        : strings.noKeychainCantUsedTry(name, reason, remedy);
    super('keychain', strings.untilThenKeysEnterStay(what), { retry: true });
    this.state = state;
  }

  get view(): KeychainView {
    return { state: this.state, message: this.message };
  }
}

/** The library's words on a Linux desktop without a keychain, and what helps. */
const ABSENT: readonly (readonly [said: RegExp, reason: string, remedy: string])[] = [
  [/no result found/i, strings.noWalletKeyringYet, strings.createOneKWalletManagerKdePasswords],
  // Plasma 5 starts its wallet with the first KDE request.
  [/not provided by any \.service/i, strings.noProgramOffersOne, strings.kdeOpenKWalletManagerKdeWallet],
  [/autolaunch|connect to socket|no dbus session/i, strings.theresNoDBusSession, strings.startKAuditTrayDesktopSession],
];

export function unusable(name: string, text: string): KeychainUnusable {
  const reason = text.replaceAll(/\s+/g, ' ').trim().slice(0, 200).replace(/\.$/, '');
  const absent = ABSENT.find(([said]) => said.test(reason));
  if (absent) return new KeychainUnusable('unavailable', name, absent[1], absent[2]);
  // All library errors share one code: only the text says that the user closed the prompt.
  if (/dismissed/i.test(reason)) return new KeychainUnusable('refused', name, strings.promptClosedCouldntShown);
  // "interaction", "passphrase": macOS over SSH, and after three wrong passwords (SecBase.h, -25308 and -25293).
  return new KeychainUnusable(/locked|cancel|denied|interaction|passphrase/i.test(reason) ? 'refused' : 'unavailable', name, reason);
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
