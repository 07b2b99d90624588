import { join } from 'node:path';
import * as strings from './strings.ts';

/** Where programs of this system keep settings, for both hosts. */
export function userDataDirectory(
  platform: NodeJS.Platform,
  environment: Readonly<Record<string, string | undefined>>,
  home: string,
): string {
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', strings.kAuditTray);
  if (platform === 'win32') return join(environment.APPDATA ?? join(home, 'AppData', 'Roaming'), strings.kAuditTray);
  const configured = environment.XDG_CONFIG_HOME;
  // The XDG specification ignores relative paths.
  return join(configured?.startsWith('/') ? configured : join(home, '.config'), 'kaudit-tray');
}
