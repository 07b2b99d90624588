import { isUtf8 } from 'node:buffer';
import type { BinaryText } from '../../common/integration/diagnostics/binary-data.ts';

/**
 * Reads a value of `binaryData`, where kubectl puts a file that isn't UTF-8. Without a UTF-16 byte order mark:
 * Windows-1252.
 */
export function decodeBinaryText(base64: string): { readonly text: string; readonly binary: BinaryText } {
  const bytes = Buffer.from(base64, 'base64');
  const utf16 = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : undefined;
  if (utf16 !== undefined) return { text: new TextDecoder(utf16).decode(bytes), binary: 'UTF-16' };
  // Other clients put UTF-8 there too, and kAudit reads it. Its bytes stay, the byte order mark included.
  if (isUtf8(bytes)) return { text: bytes.toString('utf8'), binary: 'UTF-8' };
  return { text: new TextDecoder('windows-1252').decode(bytes), binary: 'Windows-1252' };
}
