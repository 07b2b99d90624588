// What this room says to people. `npm run check` refuses sentences elsewhere in it.

export const rowNoLongerExists = 'This row no longer exists.';
export const propertyDoesntExist = 'This property doesn’t exist.';
export const sessionBusClosedConnection = 'The session bus closed the connection';
export const sessionBusReturnedError = 'The session bus returned an error';
export const kAuditTray = 'kAudit Tray';
export const theresNoSessionBus = 'There’s no session bus';
export const readOnly = 'It’s read-only.';
export const systemRefusedTrayIcon = (message: string) => `The system refused the tray icon: ${message}.`;
export const theresNoSessionBusD =
  'There’s no session bus (D-Bus), which desktops need to show tray icons. Start kAudit Tray from within your desktop session.';
export const nothingDesktopShowsTrayIcons =
  'Nothing on this desktop shows tray icons. On GNOME, install and switch on the extension “AppIndicator and KStatusNotifierItem Support”. On sway and Hyprland, add a tray to the bar.';
export const macOSHidesIconNoRoom =
  'macOS hides the icon or has no room for it. Allow it in System Settings, Menu Bar, or close other menu bar items.';
