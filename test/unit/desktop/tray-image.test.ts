import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { HEALTHS } from '../../../main/common/tray.ts';
import { trayImageFile } from '../../../main/desktop/tray-image.ts';

const folder = join(import.meta.dirname, '../../../assets/tray');
const cases = (['linux', 'darwin', 'win32'] as const).flatMap((platform) => HEALTHS.map((health) => [platform, health] as const));

test.each(cases)('%s has an icon for %s, of its own shape', (platform, health) => {
  for (const dark of [false, true]) {
    const file = readFileSync(join(folder, trayImageFile(health, platform, dark)));
    // An icon container begins with 00 00 01 00, a PNG with its signature.
    expect(file.subarray(0, 4).toString('hex')).toBe(platform === 'win32' ? '00000100' : '89504e47');
    const others = HEALTHS.filter((other) => other !== health).map((other) =>
      readFileSync(join(folder, trayImageFile(other, platform, dark))),
    );
    expect(others.some((other) => other.equals(file))).toBe(false);
  }
});

test('macOS gets template images, with one of double size beside each', () => {
  for (const health of HEALTHS) {
    const name = trayImageFile(health, 'darwin', true);
    expect(name).toMatch(/Template\.png$/);
    const width = (file: string) => readFileSync(join(folder, file)).readUInt32BE(16);
    expect([width(name), width(name.replace('.png', '@2x.png'))]).toEqual([16, 32]);
  }
});
