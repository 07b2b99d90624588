// What this room says to people. `npm run check` refuses sentences elsewhere in it.

export const documentText = 'Document text';
export const keysMaskedLeaveMaskPlace =
  'Keys are masked. Leave a mask in its place to keep the key. Tab indents. To leave the text, press Escape, then Tab.';
