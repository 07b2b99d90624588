import { expect, test } from 'vitest';
import { asksForWindow } from '../../../../main/desktop/system/profile.ts';

test('a second start asks for the window unless it asked to start hidden', () => {
  expect(asksForWindow({ hidden: true })).toBe(false);
  for (const told of [{ hidden: false }, { hidden: 'yes' }, {}, [], null, undefined, 'hidden', true])
    expect(asksForWindow(told)).toBe(true);
});
