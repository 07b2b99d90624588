import type { KeyObject } from 'node:crypto';
import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';

/** Compares secrets without revealing them. Only within one installation: the key is random and never leaves it. */
export class Fingerprinter {
  /** For another thread of this process. */
  readonly key: KeyObject;

  constructor(key: Buffer | KeyObject) {
    // Made once: a key out of bytes costs more than the HMAC itself.
    this.key = Buffer.isBuffer(key) ? createSecretKey(key) : key;
  }

  /** Whole HMAC, 64 hex digits. Stays in main. */
  digest(secret: string): string {
    return this.#hmac(secret).toString('hex');
  }

  fingerprint(secret: string): string {
    return shortFingerprint(this.digest(secret));
  }

  // SECURITY: the whole HMAC, in constant time. 8 digits can collide.
  same(a: string, b: string): boolean {
    return timingSafeEqual(this.#hmac(a), this.#hmac(b));
  }

  /** 64 hex digits: binds a test's result to what was tested. */
  hash(parts: readonly string[]): string {
    return this.#hmac(JSON.stringify(parts)).toString('hex');
  }

  /** 64 hex digits. SECURITY: another algorithm, so no key that someone chooses has it as its digest. */
  signature(parts: readonly string[]): string {
    return createHmac('sha512', this.key).update(JSON.stringify(parts), 'utf8').digest('hex').slice(0, 64);
  }

  #hmac(text: string): Buffer {
    return createHmac('sha256', this.key).update(text, 'utf8').digest();
  }
}

export function shortFingerprint(digest: string): string {
  return digest.slice(0, 8);
}
