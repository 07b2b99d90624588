import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { HEALTHS } from '../../../../main/common/fleet/rows.ts';
import { trayImageFile } from '../../../../main/desktop/tray/image.ts';
import type { Picture } from '../../../support/png.ts';
import { readIco, readPng } from '../../../support/png.ts';

const folder = join(import.meta.dirname, '../../../../assets/tray');
/** The picture, or a container's pictures, and the one in double size next to it. */
const picturesOf = (file: string): Picture[] => {
  const bytes = readFileSync(join(folder, file));
  if (file.endsWith('.ico')) return readIco(bytes);
  return [readPng(bytes), readPng(readFileSync(join(folder, file.replace('.png', '@2x.png'))))];
};
const SIZES = { linux: [22, 44], darwin: [16, 32], win32: [16, 20, 24, 32, 48] } as const;

type Colour = readonly [red: number, green: number, blue: number, alpha: number];
const colours = ({ pixels }: Picture): Colour[] =>
  Array.from({ length: pixels.length / 4 }, (_, index) => [...pixels.subarray(4 * index, 4 * index + 4)] as unknown as Colour);

/** On macOS, where the icon is solid; elsewhere, where its body is. */
function shape(picture: Picture, platform: 'linux' | 'darwin' | 'win32'): boolean[] {
  const all = colours(picture);
  const [red, green, blue] = platform === 'darwin' ? [0, 0, 0] : bodyOf(picture);
  return all.map(([r, g, b, alpha]) => alpha > 128 && Math.abs(r - red) + Math.abs(g - green) + Math.abs(b - blue) < 150);
}

/** The most frequent solid colours: body, then outline and sign. */
function solidColours(picture: Picture): readonly Colour[] {
  const counts = new Map<string, number>();
  for (const [red, green, blue, alpha] of colours(picture))
    if (alpha === 255) counts.set(`${red},${green},${blue},255`, (counts.get(`${red},${green},${blue},255`) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a).map(([text]) => text.split(',').map(Number) as unknown as Colour);
}

/** Its colour. Outlines are white or nearly black. */
function bodyOf(picture: Picture): Colour {
  const found = solidColours(picture).find((colour) => !OUTLINES.includes(colour.slice(0, 3).join(',')));
  if (found === undefined) throw new Error('The icon has no colour');
  return found;
}
const OUTLINES = ['255,255,255', '16,20,24'];

/** The share of visible pixels that only one of the two pictures has. */
function difference(one: Picture, other: Picture, platform: 'linux' | 'darwin' | 'win32'): number {
  const [a, b] = [shape(one, platform), shape(other, platform)];
  return a.filter((value, index) => value !== b[index]).length / a.length;
}

describe.each(['linux', 'darwin', 'win32'] as const)('the icons of %s', (platform) => {
  for (const dark of [false, true]) {
    const pictures = HEALTHS.map((health) => picturesOf(trayImageFile(health, platform, dark)));

    test(`have all sizes, for a ${dark ? 'dark' : 'light'} panel`, () => {
      for (const each of pictures)
        expect(each.map(({ width, height }) => [width, height])).toEqual(SIZES[platform].map((size) => [size, size]));
    });

    test(`distinguish every state by shape alone, for a ${dark ? 'dark' : 'light'} panel`, () => {
      for (const [position, size] of SIZES[platform].entries()) {
        for (const [index, health] of HEALTHS.entries()) {
          for (const [otherIndex, other] of HEALTHS.entries()) {
            if (index >= otherIndex) continue;
            const [one, two] = [pictures[index]?.[position], pictures[otherIndex]?.[position]];
            if (one === undefined || two === undefined) throw new Error('A size is missing');
            expect({ size, health, other, apart: difference(one, two, platform) > 0.06 }).toEqual({ size, health, other, apart: true });
          }
        }
      }
    });
  }
});

test('macOS gets template images: black, with shapes made by transparency alone', () => {
  for (const health of HEALTHS) {
    const name = trayImageFile(health, 'darwin', true);
    expect(name).toMatch(/Template\.png$/);
    for (const { pixels } of picturesOf(name)) expect(pixels.filter((value, index) => index % 4 !== 3 && value !== 0)).toHaveLength(0);
  }
});

function contrast(one: Colour, other: Colour): number {
  const linear = (value: number) => (value <= 10 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
  const light = ([red, green, blue]: Colour) => 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
  const [low = 0, high = 0] = [light(one), light(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

const outlineOf = (dark: boolean): Colour => (dark ? [16, 20, 24, 255] : [255, 255, 255, 255]);
const colourOf = (hex: string): Colour => [...Buffer.from(hex, 'hex'), 255] as unknown as Colour;

/** GNOME, Ubuntu, Windows, Breeze, Adwaita, Mint, Xfce, Arc: their panels, and a margin. */
const PANELS = {
  light: ['ffffff', 'f3f3f3', 'eff0f1', 'eeeeee', 'ebebeb', 'e7e8eb', 'dcdcdc', 'd6d6d6'],
  dark: ['000000', '131313', '1c1c1c', '202020', '2a2e32', '2f2f2f', '303030', '31363b', '353535', '363636', '383c4a', '404040'],
};

describe.each(['linux', 'win32'] as const)('on a panel of any colour, on %s', (platform) => {
  const each = HEALTHS.flatMap((health) =>
    [false, true].flatMap((dark) => picturesOf(trayImageFile(health, platform, dark)).map((picture) => ({ health, dark, picture }))),
  );

  test('sign and outline stand out from the body by 4.5 to 1, and the body from the panels it is made for', () => {
    // Smaller ones have hardly a pixel of one colour.
    for (const { health, dark, picture } of each.filter(({ picture }) => picture.width >= 22)) {
      const body = bodyOf(picture);
      expect(contrast(body, outlineOf(dark))).toBeGreaterThanOrEqual(4.5);
      for (const panel of PANELS[dark ? 'dark' : 'light'])
        expect({ health, panel, clear: contrast(body, colourOf(panel)) >= 4.5 }).toEqual({ health, panel, clear: true });
    }
  });

  test('body or outline stands out from every panel, whatever colour the program assumes', () => {
    const steps = Array.from({ length: 18 }, (_, step) => step * 15);
    const panels = steps.flatMap((red) => steps.flatMap((green) => steps.map((blue): Colour => [red, green, blue, 255])));
    for (const { health, dark, picture } of each.filter(({ picture }) => picture.width === SIZES[platform].at(-1))) {
      const [body, outline] = [bodyOf(picture), outlineOf(dark)];
      // A border is visible from 2.5 to 1; a panel that is close to one of the two is far from the other.
      const lost = panels.filter((panel) => Math.max(contrast(body, panel), contrast(outline, panel)) < 2.5);
      expect({ health, dark, lost }).toEqual({ health, dark, lost: [] });
    }
  });

  test('the body is inside its outline wherever it ends', () => {
    for (const { health, dark, picture } of each.filter(({ picture }) => picture.width >= 44)) {
      const all = colours(picture);
      const isBody = shape(picture, platform);
      const near = (at: number) => [at - 1, at + 1, at - picture.width, at + picture.width];
      // The panel shows through less than half of its neighbours.
      const open = all.filter((_, at) => isBody[at] && near(at).some((other) => (all[other]?.[3] ?? 0) < 128));
      expect({ health, dark, open: open.length }).toEqual({ health, dark, open: 0 });
    }
  });
});
