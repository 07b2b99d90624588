import type { Health } from '../../common/fleet/rows.ts';

/**
 * The file in `assets/tray/` for a state. macOS colours its template images itself (and takes the `@2x` file beside
 * it); elsewhere the panel is light or dark.
 */
export function trayImageFile(health: Health, platform: NodeJS.Platform, darkPanel: boolean): string {
  if (platform === 'darwin') return `${health}Template.png`;
  return `${health}-${darkPanel ? 'dark' : 'light'}.${platform === 'win32' ? 'ico' : 'png'}`;
}
