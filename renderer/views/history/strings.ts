// What this room says to people. `npm run check` refuses sentences elsewhere in it.

import { plural } from '../../../main/common/plain-text.ts';

export const historyOf = (name: string) => `History of ${name}`;
export const undoChangeOnly = 'Undo this change only';
export const restoreText = 'Restore this text';
export const wroteCurrentVersion = (manager: string) => `${manager} wrote the current version `;
export const chooseValueEachPlaceThen = 'Choose a value for each place, then undo again. The rest is undone as usual.';
export const beforeChange = 'Before that change';
export const now = 'Now';
export const afterChange = 'After that change';
export const loadingHistory = 'Loading the history …';
export const versionsNewestFirst = 'Versions, newest first';
export const you = 'You';
export const noChangeInMeaning = 'No change in meaning';
export const restored = ' · restored';
export const rewritesRewrites = (rewrites: number) => ` · ${plural(rewrites, 'rewrite')}`;
export const fromThisVersionToCurrentOne = 'From this version to the current one';
export const nothingDiffers = 'Nothing differs.';
export const keyOf = (words: string) => `Key of ${words}`;
export const choosePreset = 'Choose a preset';
export const enterKey = (words: string) => `Or enter the key of ${words}`;
export const keyEnteredRestoreUndoAgain = 'The key was entered. Restore or undo again to use it.';
export const useIt = (label: string) => `Use it: ${label}`;
export const use = 'Use';
