import { expect, test } from 'vitest';
import type { Closing, ClosingCase } from '../../../main/desktop/closing.ts';
import { closingOf } from '../../../main/desktop/closing.ts';

const usual: ClosingCase = { trayShown: true, hideOnClose: null, quitting: false, explained: false };

test.each<[string, Partial<ClosingCase>, Closing]>([
  ['the first time says that it hides', {}, 'hide-and-say'],
  ['later it hides without a word', { explained: true }, 'hide'],
  ['the end of the program hides nothing', { quitting: true }, 'quit'],
  ['not where the user wants otherwise', { hideOnClose: false }, 'quit'],
  ['never into a tray that is not there: asks', { trayShown: false, hideOnClose: true }, 'ask-to-quit'],
  ['and asks once', { trayShown: false, hideOnClose: true, explained: true }, 'quit'],
])('%s', (_, parts, expected) => {
  expect(closingOf({ ...usual, ...parts })).toBe(expected);
});
