// What this room says to people. No sentence stands elsewhere: `scripts/prose.mjs` refuses it.

export const documentText = 'Document text';
export const keysMaskedLeaveMaskPlace =
  'Keys are masked. Leave a mask in its place to keep the key. Tab indents. To leave the text, press Escape, then Tab.';
