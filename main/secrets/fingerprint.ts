import type { KeyObject } from 'node:crypto';
import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';

/** Tells secrets apart without telling them. Comparable only within one installation: the key is random and never leaves it. */
export class Fingerprinter {
  readonly #key: KeyObject;

  constructor(key: Buffer) {
    // Made once: a key out of bytes costs more than the HMAC itself.
    this.#key = createSecretKey(key);
  }

  /** Whole HMAC, 64 hex digits. For comparing; it stays in main. */
  digest(secret: string): string {
    return this.#hmac(secret).toString('hex');
  }

  /** 8 hex digits, for people. */
  fingerprint(secret: string): string {
    return shortFingerprint(this.digest(secret));
  }

  // SECURITY: the whole HMAC, in constant time. 8 digits can be made to collide.
  same(a: string, b: string): boolean {
    return timingSafeEqual(this.#hmac(a), this.#hmac(b));
  }

  /** One hash of several parts, 64 hex digits: binds a test's result to what was tested. */
  hash(parts: readonly string[]): string {
    return this.#hmac(JSON.stringify(parts)).toString('hex');
  }

  #hmac(text: string): Buffer {
    return createHmac('sha256', this.#key).update(text, 'utf8').digest();
  }
}

/** What people see of a digest. */
export function shortFingerprint(digest: string): string {
  return digest.slice(0, 8);
}
