import { expect, test } from 'vitest';
import type { Closing, ClosingCase } from '../../../main/desktop/closing.ts';
import { closingOf } from '../../../main/desktop/closing.ts';

const usual: ClosingCase = { trayShown: true, hideOnClose: null, quitting: false, explained: false };

test.each<[string, Partial<ClosingCase>, Closing]>([
  ['hides with a message the first time', {}, 'hide-and-say'],
  ['hides without a message later', { explained: true }, 'hide'],
  ['quits while the program ends', { quitting: true }, 'quit'],
  ['quits if the user chose that', { hideOnClose: false }, 'quit'],
  ['asks instead of hiding without a tray', { trayShown: false, hideOnClose: true }, 'ask-to-quit'],
  ['asks only once', { trayShown: false, hideOnClose: true, explained: true }, 'quit'],
])('%s', (_, parts, expected) => {
  expect(closingOf({ ...usual, ...parts })).toBe(expected);
});
