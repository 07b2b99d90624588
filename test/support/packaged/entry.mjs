// The program as tests package it on an Electron whose Node is older than the program's: with the two functions that
// undici expects there and doesn't use. No package for users has it.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const missing = () => {
  throw new Error('This Node has no such function');
};
const zlib = require('node:zlib');
zlib.createZstdCompress ??= missing;
zlib.createZstdDecompress ??= missing;
const threads = require('node:worker_threads');
threads.markAsUncloneable ??= () => undefined;
await import('./dist/main/desktop.js');
