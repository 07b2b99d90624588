// What this room says to people. `npm run check` refuses sentences elsewhere in it.

export const n24HoursWithoutEntry = '24 hours without an entry';
export const n24HoursEntriesMostHour = (total: number, count: number, hourWords: string, plural: string) =>
  `24 hours: ${total === 1 ? '1 entry' : `${total} entries`}, at most ${count} an hour (at ${hourWords}), ${plural} without entries`;
export const entriesPerHour = 'Entries per hour';
export const hourLocalTime = 'Hour (local time)';
export const entries = 'Entries';
export const close = 'Close';
export const cancel = 'Cancel';
export const showUnchangedLines = (count: number) => `Show ${count} unchanged lines`;
export const partPageFailedNothingWritten = 'This part of the page failed. Nothing was written. Reload the page to continue.';
export const reloadPage = 'Reload the page';
export const hideInput = 'Hide the input';
export const showInput = 'Show the input';
export const pastedTextStillClipboard = 'Your pasted text is still on the clipboard.';
export const clearClipboard = 'Clear the clipboard';
export const clipboardEmpty = 'The clipboard is empty.';
export const clipboardCantClearedHereCopy = 'The clipboard can’t be cleared here. Copy something else.';
export const copied = 'Copied';
export const copyingIsntAllowedSelectText = 'Copying isn’t allowed: select the text';
export const suggestionsFor = (label: string) => `Suggestions for ${label}`;
export const messages = 'Messages';
export const dismissMessage = 'Dismiss this message';
export const pressKey = (key: string) => `Shortcut: ${key}`;
