// What this room says to people. `npm run check` refuses sentences elsewhere in it.

export const startIt = 'Start it';
export const stayedLockedUnlockTryAgain = (sentence: string, reason: string) =>
  `${sentence} stayed locked (${reason}). Unlock it and try again.`;
export const noKeychainCantUsedTry = (name: string, reason: string, remedy: string) =>
  `No keychain: ${name} can’t be used (${reason}). ${remedy} and try again.`;
export const untilThenKeysEnterStay = (what: string) =>
  `${what} Until then, keys that you enter stay in memory only, until kAudit Tray quits.`;
export const noWalletKeyringYet = 'it has no wallet or keyring yet';
export const createOneKWalletManagerKdePasswords = 'Create one in KWalletManager (KDE) or in Passwords and Keys (GNOME)';
export const noProgramOffersOne = 'no program offers one';
export const kdeOpenKWalletManagerKdeWallet =
  'On KDE, open KWalletManager (KDE Wallet has to be on in the system settings); elsewhere, start gnome-keyring,';
export const theresNoDBusSession = 'there’s no D-Bus session';
export const startKAuditTrayDesktopSession = 'Start kAudit Tray in a desktop session';
export const promptClosedCouldntShown = 'its prompt was closed, or couldn’t be shown';
export const promptMayStillOpenClose = 'Its prompt may still be open: close it there.';
export const macOSKeychain = 'macOS Keychain';
export const windowsCredentialManager = 'Windows Credential Manager';
export const desktopsKeyringSecretService = 'your desktop’s keyring (Secret Service)';
export const keysStayMemoryOnlyUntil = 'Keys stay in memory only, until kAudit Tray quits.';
export const theKeychain = 'the keychain';
export const keysKeptHasntNeededYet = (name: string) => `Keys are kept in ${name}. It hasn’t been needed yet.`;
export const waitingCancelledTryAgainWhen = (name: string, openPrompt: string) =>
  `Waiting for ${name} was cancelled. ${openPrompt} Try again when you want to unlock it.`;
export const kAuditTrayQuitting = 'kAudit Tray is quitting.';
export const processConnectsEnded = 'the process that connects to it ended';
export const doesntRespondDBusSession = 'it doesn’t respond; the D-Bus session or the keyring hangs';
export const promptGotNoResponseUnlock = (name: string, openPrompt: string) =>
  `The prompt of ${name} got no response. ${openPrompt} Unlock it, then try again.`;
export const keysKept = (name: string) => `Keys are kept in ${name}.`;
export const respondPromptMayBehindAnother = 'Respond to its prompt (it may be behind another window), or stop waiting.';
export const stillNoResponse = 'Still no response.';
export const waitingFor = (name: string, what: string) => `Waiting for ${name}. ${what}`;
export const didntKeepWhatStored = 'it didn’t keep what was stored';
