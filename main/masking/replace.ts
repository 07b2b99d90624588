import { secretScalars } from '../common/integration/secrets/secret-scan.ts';
import type { Path } from '../common/yaml/value.ts';
import type { MaskOrigin } from './match.ts';
import { maskOf } from './places.ts';
import { quoteOf } from './source.ts';

/** A secret that was masked. `value` stays in main. */
export interface MaskedSecret {
  readonly path: Path | null;
  readonly mask: string;
  readonly value: string;
}

/** Represents no secret, so nothing turns it back into one. */
const BLANK = maskOf(Buffer.alloc(32));

/** The text with every secret hidden, for reading only. `known`: more of what is one. */
export function hideSecrets(text: string, known?: ReadonlySet<string>): string {
  return replaceSecrets(text, () => BLANK, known).masked;
}

/** The text with a mask in place of each secret. `known`: more of what is one. */
export function replaceSecrets(
  text: string,
  maskFor: (secret: string) => string,
  known?: ReadonlySet<string>,
): { masked: string; secrets: MaskedSecret[]; origins: MaskOrigin[] } {
  const secrets: MaskedSecret[] = [];
  const origins: MaskOrigin[] = [];
  let masked = '';
  let cursor = 0;
  for (const { path, start, end, value, whole } of secretScalars(text, known)) {
    const source = text.slice(start, end);
    const quote = quoteOf(source);
    const secret = whole || quote === '' ? value : source.slice(1, -1);
    const mask = maskFor(secret);
    masked += text.slice(cursor, start) + quote;
    origins.push({ at: masked.length, source, whole });
    masked += mask + quote;
    cursor = end;
    secrets.push({ path, mask, value: secret });
  }
  return { masked: masked + text.slice(cursor), secrets, origins };
}
