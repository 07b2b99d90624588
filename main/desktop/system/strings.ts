// What this room says to people. `npm run check` refuses sentences elsewhere in it.

export const kAuditTrayKeychain = 'kAudit Tray keychain';
export const programsPathContainsLineBreak =
  'The program’s path contains a line break, which an autostart entry can’t have. Move the program to another folder.';
export const cantCheckFoldersOwnerSpace = (file: string, words: string, message: string) =>
  `${file} can’t be ${words}: ${message}. Check the folder’s owner and space.`;
export const demoNeverStartsLogin = 'The demo never starts at login.';
export const libraryLibnotifyMissingInstallDebian =
  'The library libnotify is missing. Install it (Debian and Ubuntu: libnotify4; Fedora: libnotify) and start kAudit Tray again.';
export const systemDoesntShowNotificationsAllow = 'This system doesn’t show notifications. Allow them for kAudit Tray in its settings.';
export const dataFolderCantUsedName = (parent: string, reason: string) =>
  `The data folder ${parent} can’t be used: ${reason}. Name another one with --user-data.`;
