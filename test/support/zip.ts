import { closeSync, openSync, readdirSync, readFileSync, statSync, writeSync } from 'node:fs';
import { join, relative } from 'node:path';
import { crc32 } from 'node:zlib';

/** Writes an uncompressed zip of a folder. Node has no writer for zips, and the tests need one on every system. */
export function zipFolder(folder: string, target: string): void {
  const file = openSync(target, 'w');
  const directory: Buffer[] = [];
  let offset = 0;
  const write = (...parts: readonly Buffer[]): void => {
    for (const part of parts) offset += writeSync(file, part);
  };
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const name = Buffer.from(relative(folder, path).replaceAll('\\', '/'));
    const content = readFileSync(path);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x21, 8);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(content.length, 14);
    common.writeUInt32LE(content.length, 18);
    common.writeUInt16LE(name.length, 22);
    // Of the directory's entry: made on Unix, so that it can contain the file's mode.
    const central = Buffer.alloc(14);
    central.writeUInt32LE((statSync(path).mode << 16) >>> 0, 6);
    central.writeUInt32LE(offset, 10);
    directory.push(Buffer.from('PK\x01\x02\x14\x03', 'latin1'), common, central, name);
    write(Buffer.from('PK\x03\x04', 'latin1'), common, name, content);
  }
  const start = offset;
  write(...directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(directory.length / 4, 8);
  end.writeUInt16LE(directory.length / 4, 10);
  end.writeUInt32LE(offset - start, 12);
  end.writeUInt32LE(start, 16);
  write(end);
  closeSync(file);
}
