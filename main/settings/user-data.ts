import { join } from 'node:path';

/** Where programs of this system keep settings, for both hosts. */
export function userDataDirectory(
  platform: NodeJS.Platform,
  environment: Readonly<Record<string, string | undefined>>,
  home: string,
): string {
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'kAudit Tray');
  if (platform === 'win32') return join(environment.APPDATA ?? join(home, 'AppData', 'Roaming'), 'kAudit Tray');
  const configured = environment.XDG_CONFIG_HOME;
  // The XDG specification ignores relative paths.
  return join(configured?.startsWith('/') ? configured : join(home, '.config'), 'kaudit-tray');
}
