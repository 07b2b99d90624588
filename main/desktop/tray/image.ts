import type { Health } from '../../common/fleet/rows.ts';

/**
 * The file in `assets/tray/` for a state. macOS colours its template images itself (and uses the `@2x` file next to
 * it); elsewhere the panel is light or dark.
 */
export function trayImageFile(health: Health, platform: NodeJS.Platform, darkPanel: boolean): string {
  if (platform === 'darwin') return `${health}Template.png`;
  return `${health}-${darkPanel ? 'dark' : 'light'}.${platform === 'win32' ? 'ico' : 'png'}`;
}

/** Chromium's picture (blue, green, red, alpha; multiplied by alpha) in the order that Linux panels expect. */
export function pixmapOf(
  { width, height }: { readonly width: number; readonly height: number },
  bitmap: Buffer,
): [width: number, height: number, argb: Buffer] {
  const argb = Buffer.alloc(bitmap.length);
  for (let at = 0; at < bitmap.length; at += 4) {
    const alpha = bitmap[at + 3] ?? 0;
    const plain = (value = 0) => (alpha === 0 ? 0 : Math.min(255, Math.round((value * 255) / alpha)));
    argb.set([alpha, plain(bitmap[at + 2]), plain(bitmap[at + 1]), plain(bitmap[at])], at);
  }
  return [width, height, argb];
}
