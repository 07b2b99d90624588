import type { MenuItemConstructorOptions } from 'electron';

/**
 * macOS needs a menu for its editing and window shortcuts. Elsewhere there is no menu: Electron's default one has
 * shortcuts for reloading and for developer tools.
 */
export function applicationMenu(platform: NodeJS.Platform): MenuItemConstructorOptions[] | null {
  return platform === 'darwin' ? [{ role: 'appMenu' }, { role: 'editMenu' }, { role: 'windowMenu' }] : null;
}
