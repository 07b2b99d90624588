// What this room says to people. `npm run check` refuses sentences elsewhere in it.

export const kAuditTrayStaysTray = 'kAudit Tray stays in the tray';
export const keepsWatchingClustersClickIcon =
  'It keeps watching your clusters. Click its icon to reopen the window. You can change what closing does in Settings.';
export const quitKAuditTray = 'Quit kAudit Tray?';
export const desktopShowsNoTrayIcon =
  'This desktop shows no tray icon, so closing the window quits kAudit Tray and it stops watching your clusters. You won’t be asked again. Settings shows why there’s no icon.';
export const keepWindow = 'Keep the window';
export const pageIsntAllowedUseKAudit = 'This page isn’t allowed to use kAudit Tray. Close it and open the window from the tray.';
export const kAuditTray = 'kAudit Tray';
