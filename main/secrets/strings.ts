// What this room says to people. No sentence stands elsewhere: `scripts/prose.mjs` refuses it.

export const byteLengthBytes = (byteLength: number) => `[${byteLength} bytes]`;
