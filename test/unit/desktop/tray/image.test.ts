import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { HEALTHS } from '../../../../main/common/fleet/rows.ts';
import { trayImageFile } from '../../../../main/desktop/tray/image.ts';
import type { Picture } from '../../../support/png.ts';
import { readIco, readPng } from '../../../support/png.ts';

const folder = join(import.meta.dirname, '../../../../assets/tray');
/** The picture, or the pictures of a container, and that of double size beside it. */
const picturesOf = (file: string): Picture[] => {
  const bytes = readFileSync(join(folder, file));
  if (file.endsWith('.ico')) return readIco(bytes);
  return [readPng(bytes), readPng(readFileSync(join(folder, file.replace('.png', '@2x.png'))))];
};
const SIZES = { linux: [22, 44], darwin: [16, 32], win32: [16, 20, 24, 32, 48] } as const;

const alpha = ({ pixels }: Picture) => pixels.filter((_, index) => index % 4 === 3);

/** The part of all pixels that are there in one picture and not in the other. */
function difference(one: Picture, other: Picture): number {
  const [a, b] = [alpha(one), alpha(other)];
  return a.filter((value, index) => Math.abs(value - (b[index] ?? 0)) > 128).length / a.length;
}

describe.each(['linux', 'darwin', 'win32'] as const)('the icons of %s', (platform) => {
  for (const dark of [false, true]) {
    const pictures = HEALTHS.map((health) => picturesOf(trayImageFile(health, platform, dark)));

    test(`have all sizes, for a ${dark ? 'dark' : 'light'} panel`, () => {
      for (const each of pictures)
        expect(each.map(({ width, height }) => [width, height])).toEqual(SIZES[platform].map((size) => [size, size]));
    });

    test(`tell every state from every other by shape alone, for a ${dark ? 'dark' : 'light'} panel`, () => {
      for (const [position, size] of SIZES[platform].entries()) {
        for (const [index, health] of HEALTHS.entries()) {
          for (const [otherIndex, other] of HEALTHS.entries()) {
            if (index >= otherIndex) continue;
            const [one, two] = [pictures[index]?.[position], pictures[otherIndex]?.[position]];
            if (one === undefined || two === undefined) throw new Error('A size is missing');
            expect({ size, health, other, apart: difference(one, two) > 0.06 }).toEqual({ size, health, other, apart: true });
          }
        }
      }
    });
  }
});

test('macOS gets template images: black, and told by transparency alone', () => {
  for (const health of HEALTHS) {
    const name = trayImageFile(health, 'darwin', true);
    expect(name).toMatch(/Template\.png$/);
    for (const { pixels } of picturesOf(name)) expect(pixels.filter((value, index) => index % 4 !== 3 && value !== 0)).toHaveLength(0);
  }
});

/** Contrast of what is drawn with a panel of that grey (0 to 255), as WCAG has it. */
function contrast({ pixels }: Picture, panel: number): number {
  const linear = (value: number) => (value <= 10 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
  const solid = pixels.findIndex((value, index) => index % 4 === 3 && value === 255) - 3;
  const [red = 0, green = 0, blue = 0] = pixels.subarray(solid, solid + 3);
  const [low = 0, high = 0] = [0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue), linear(panel)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

test.each(['linux', 'win32'] as const)('%s: each icon is plain on its panel, and to be seen on the other one', (platform) => {
  for (const health of HEALTHS) {
    for (const dark of [false, true]) {
      const [picture] = picturesOf(trayImageFile(health, platform, dark));
      if (picture === undefined) throw new Error('No picture');
      const [own, other] = dark ? [0x20, 0xf0] : [0xf0, 0x20];
      expect(contrast(picture, own)).toBeGreaterThan(3);
      expect(contrast(picture, other)).toBeGreaterThan(dark ? 1.9 : 3);
    }
  }
});
