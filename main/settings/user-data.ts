import { join } from 'node:path';

/** The folder for settings where no other is named: where programs of this system keep theirs. The same for both hosts. */
export function userDataDirectory(
  platform: NodeJS.Platform,
  environment: Readonly<Record<string, string | undefined>>,
  home: string,
): string {
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'kAudit Tray');
  if (platform === 'win32') return join(environment.APPDATA ?? join(home, 'AppData', 'Roaming'), 'kAudit Tray');
  const configured = environment.XDG_CONFIG_HOME;
  // The specification says that a relative path is to be ignored.
  return join(configured?.startsWith('/') ? configured : join(home, '.config'), 'kaudit-tray');
}
