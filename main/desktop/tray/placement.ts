import type { Rectangle } from 'electron';

// Positions on the current displays, decided without Electron.

/** Pixels of the window that must be on a display, so that it can be grabbed. */
const GRIP = 80;

/**
 * Where a remembered window opens: in its old place, if that is on an existing display; undefined: the system decides.
 */
export function placeOnDisplays(remembered: Rectangle | undefined, workAreas: readonly Rectangle[]): Rectangle | undefined {
  if (remembered === undefined) return undefined;
  // The title bar must be reachable: its height is within the area, and enough of its width.
  const area = workAreas.find(
    ({ x, y, width, height }) =>
      remembered.y >= y - 1 &&
      remembered.y <= y + height - GRIP &&
      Math.min(remembered.x + remembered.width, x + width) - Math.max(remembered.x, x) >= GRIP,
  );
  if (area === undefined) return undefined;
  // A display that became smaller.
  return { ...remembered, width: Math.min(remembered.width, area.width), height: Math.min(remembered.height, area.height) };
}

/** Whether an icon with these bounds is visible. macOS gives an icon without room an empty or far-off place. */
export function isOnDisplay(icon: Rectangle, displays: readonly Rectangle[]): boolean {
  if (icon.width <= 0 || icon.height <= 0) return false;
  const middle = { x: icon.x + icon.width / 2, y: icon.y + icon.height / 2 };
  return displays.some(({ x, y, width, height }) => middle.x >= x && middle.x < x + width && middle.y >= y && middle.y < y + height);
}
