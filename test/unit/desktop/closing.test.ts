import { expect, test } from 'vitest';
import type { Closing, ClosingCase } from '../../../main/desktop/closing.ts';
import { closingOf, hidesByDefault } from '../../../main/desktop/closing.ts';

const usual: ClosingCase = { trayShown: true, hideOnClose: null, hidesByDefault: true, quitting: false, explained: false };

test.each<[string, Partial<ClosingCase>, Closing]>([
  ['the first time says that it hides', {}, 'explain-hiding'],
  ['later it hides without a word', { explained: true }, 'hide'],
  ['the end of the program hides nothing', { quitting: true }, 'quit'],
  ['not where the user wants otherwise', { hideOnClose: false }, 'quit'],
  ['not where it is not usual', { hidesByDefault: false }, 'quit'],
  ['but there too where the user wants it', { hidesByDefault: false, hideOnClose: true }, 'explain-hiding'],
  ['never into a tray that is not there: asks', { trayShown: false, hideOnClose: true }, 'ask-to-quit'],
  ['and asks once', { trayShown: false, hideOnClose: true, explained: true }, 'quit'],
])('%s', (_, parts, expected) => {
  expect(closingOf({ ...usual, ...parts })).toBe(expected);
});

test('hiding is not usual on Linux, where nobody may see the tray', () => {
  expect((['linux', 'darwin', 'win32'] as const).map(hidesByDefault)).toEqual([false, true, true]);
});
