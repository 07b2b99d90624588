import { parseSource } from '../../yaml/source.ts';

// Repairs of text that kAudit can't read, one slip each; null: another slip. Shown as a diff before saving.

/** Each repaired place costs a reading of the text. */
const MAX_PLACES = 20;

function mended(text: string, mend: (text: string, offset: number) => string | null): string | null {
  let current = text;
  for (let count = 0; count < MAX_PLACES; count++) {
    const source = parseSource(current);
    if (source.ok) return count === 0 ? null : current;
    const next = mend(current, source.offset);
    if (next === null) return null;
    current = next;
  }
  return null;
}

export function withoutTabs(text: string): string {
  return text
    .replace(/^[ \t]+/gm, (indent) => indent.replace(/\t/g, '  '))
    .replace(/(?<![ \t])[ \t]+$/gm, '')
    .replace(/(?<=(?:^|[ \t])[-?]|[:,[{])[ \t]*\t[ \t]*/gm, ' ');
}

/** Turns an unknown escape such as `"\\."` into single quotes. JSON's `"\\/"` is a slash. */
export function withoutUnknownEscapes(text: string): string | null {
  return mended(text, (current, offset) => {
    if (current[offset] !== '\\') return null;
    const start = unescapedQuote(current, offset, -1);
    const end = unescapedQuote(current, offset, 1);
    if (start < 0 || end < 0) return null;
    const inner = current.slice(start + 1, end);
    const isJson = current[offset + 1] === '/';
    const written = isJson
      ? `"${inner.replace(/\\([\s\S])/g, (pair, letter) => (letter === '/' ? '/' : pair))}"`
      : `'${inner.replace(/\\"/g, '"').replaceAll("'", "''")}'`;
    return current.slice(0, start) + written + current.slice(end + 1);
  });
}

function unescapedQuote(text: string, from: number, step: 1 | -1): number {
  for (let at = from + step; at >= 0 && at < text.length; at += step) {
    if (text[at] !== '"') continue;
    let backslashes = 0;
    while (text[at - 1 - backslashes] === '\\') backslashes++;
    if (backslashes % 2 === 0) return at;
  }
  return -1;
}

export function withoutUnknownTags(text: string): string | null {
  return mended(text, (current, offset) => {
    const tag = /^!\S* ?/.exec(current.slice(offset, offset + 200))?.[0];
    return tag === undefined ? null : current.slice(0, offset) + current.slice(offset + tag.length);
  });
}

/** An anchor or an alias with a name that kAudit's reader doesn't take. */
export const ODD_ANCHOR = /(?<=^|[\s,[{])[&*](?=[\w-]*[^\w\s,[\]{}&*-])/mu;

/** Writes `-` for each character that kAudit's reader doesn't take in an anchor's name, in its aliases too. */
export function withPlainAnchors(text: string): string | null {
  const names = new Map<string, string>();
  const changed = text.replace(/(?<=^|[\s,[{])([&*])([^\s,[\]{}&*]+)/gm, (_, sign: string, name: string) => {
    const plain = name.replace(/[^\w-]/gu, '-');
    if (plain !== name) names.set(name, plain);
    return sign + plain;
  });
  // Two names must not become one.
  if (names.size === 0 || new Set(names.values()).size < names.size) return null;
  return parseSource(changed).ok ? changed : null;
}
