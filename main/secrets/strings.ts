// What this room says to people. `npm run check` refuses sentences elsewhere in it.

export const byteLengthBytes = (byteLength: number) => `[${byteLength} bytes]`;
