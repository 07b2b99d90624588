import { join } from 'node:path';
import type { HistoryOptions } from '../../main/history/history.ts';
import type { Fingerprinter } from '../../main/secrets/fingerprint.ts';
import { TextWork } from '../../main/texts/text-work.ts';

const THREAD = join(import.meta.dirname, '..', '..', 'dist', 'main', 'text-thread.cjs');

/** Like the program's, with the thread that it has. */
export function textWork(fingerprinter: Fingerprinter, others: { readonly idle?: number; readonly long?: number } = {}): TextWork {
  return new TextWork({ fingerprinter, thread: THREAD, ...others });
}

/** The part that a history uses. */
export function historyTexts(texts: TextWork): HistoryOptions['texts'] {
  return {
    placedSecrets: (of, text, most) => texts.run('placedSecrets', of, text, most),
    seal: (of, text) => texts.run('seal', of, text),
    changed: (of, before, text) => texts.run('changed', of, before, text),
  };
}

/** As JSON, with bytes as the text that they are: otherwise nothing would be found in them. */
export function jsonWithBytes(value: unknown): string | undefined {
  return JSON.stringify(value, (_, inner: unknown) => (inner instanceof Uint8Array ? new TextDecoder().decode(inner) : inner));
}
