import { describe, expect, test } from 'vitest';
import { isOnDisplay, placeOnDisplays } from '../../../../main/desktop/tray/placement.ts';

const laptop = { x: 0, y: 25, width: 1440, height: 875 };
const monitor = { x: 1440, y: 0, width: 2560, height: 1440 };
const onMonitor = { x: 2000, y: 100, width: 1200, height: 800 };

describe('where the window opens', () => {
  test('is where it was, while that display exists; otherwise the system decides', () => {
    expect(placeOnDisplays(onMonitor, [laptop, monitor])).toEqual(onMonitor);
    expect(placeOnDisplays(onMonitor, [laptop])).toBeUndefined();
    expect(placeOnDisplays(undefined, [laptop])).toBeUndefined();
  });

  test('may be partly outside while its title bar can be grabbed', () => {
    expect(placeOnDisplays({ ...onMonitor, x: -1100, y: 30 }, [laptop])).toBeDefined();
    expect(placeOnDisplays({ ...onMonitor, x: -1150, y: 30 }, [laptop])).toBeUndefined();
    expect(placeOnDisplays({ ...onMonitor, x: 10, y: -200 }, [laptop])).toBeUndefined();
    expect(placeOnDisplays({ ...onMonitor, x: 10, y: 890 }, [laptop])).toBeUndefined();
  });

  test('is no larger than a display that has become smaller', () => {
    expect(placeOnDisplays({ x: 10, y: 30, width: 3000, height: 2000 }, [laptop])).toEqual({ x: 10, y: 30, width: 1440, height: 875 });
  });
});

describe('whether an icon can be seen', () => {
  test.each([
    [{ x: 1200, y: 0, width: 22, height: 22 }, true],
    [{ x: 0, y: 0, width: 0, height: 0 }, false],
    [{ x: -5000, y: 0, width: 22, height: 22 }, false],
    [{ x: 700, y: 2000, width: 22, height: 22 }, false],
  ])('%j: %s', (bounds, expected) => {
    expect(isOnDisplay(bounds, [{ x: 0, y: 0, width: 1440, height: 900 }])).toBe(expected);
  });
});
