// Writes values that YAML 1.1 (kAudit's JVM) and 1.2 read the same way.

import type { ScalarStyle } from './tree.ts';

export type Scalar = string | number | boolean | null;

export type QuoteStyle = 'plain' | 'single' | 'double';

// Plain words with a meaning in either version: null, booleans (20 more in 1.1), numbers with `_`, octal, sexagesimal
// (`12:30:45`), dates, and 1.1's merge and default keys.
const SPECIAL = [
  /^(?:~|null|Null|NULL|=|<<)?$/,
  /^(?:y|Y|yes|Yes|YES|n|N|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$/,
  /^[-+]?[0-9][0-9_]*$/,
  /^[-+]?0[bB][0-1_]+$|^[-+]?0[xX][0-9a-fA-F_]+$|^[-+]?0[oO][0-7_]+$/,
  /^[-+]?[0-9_.]*(?:[eE][-+]?[0-9_]*)?$/,
  /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/,
  /^[-+]?\.(?:inf|Inf|INF|nan|NaN|NAN)$/,
  /^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:$|[Tt \t])/,
];

// Unprintable or invisible, or a line break in 1.1 only (NEL, LS, PS).
// biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern searches for them
const NEEDS_ESCAPES = /[\u0000-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff\ufff0-\uffff]|\p{Cs}|\p{Co}|\p{Cn}/u;

/** `flow`: inside `[…]` or `{…}`. */
export function isPlainSafe(text: string, flow: boolean): boolean {
  if (SPECIAL.some((pattern) => pattern.test(text)) || NEEDS_ESCAPES.test(text)) return false;
  // Dashes, `?` and `:` may start a plain scalar before a letter, but `---` or `...` could end the document.
  if (/^[\s,[\]{}#&*!|>'"%@`?:]|^-(?:[\s-]|$)|^\.\.\.|\s$/.test(text)) return false;
  if (/:(?:\s|$)|\s#/.test(text)) return false;
  // kAudit's reader also ends a plain scalar at `?` inside brackets.
  return !(flow && /[,[\]{}?]|:$|:["']/.test(text));
}

function escaped(text: string): string {
  let result = '"';
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (character === '"' || character === '\\') result += `\\${character}`;
    else if (character === '\n') result += '\\n';
    else if (character === '\t') result += '\\t';
    else if (character === '\r') result += '\\r';
    else if (!NEEDS_ESCAPES.test(character)) result += character;
    else if (code <= 0xff) result += `\\x${code.toString(16).padStart(2, '0')}`;
    else if (code <= 0xffff) result += `\\u${code.toString(16).padStart(4, '0')}`;
    else result += `\\U${code.toString(16).padStart(8, '0')}`;
  }
  return `${result}"`;
}

/** Adds a point before an exponent: YAML 1.1 takes `1e+21` for text. */
function numeral(value: number): string {
  if (Number.isNaN(value)) return '.nan';
  if (!Number.isFinite(value)) return value < 0 ? '-.inf' : '.inf';
  return String(value).replace(/^(-?[0-9]+)e/, '$1.0e');
}

/** Keeps `style` where it is legal; text that needs escapes gets double quotes. */
export function writeScalar(value: Scalar, style: QuoteStyle, flow: boolean, fallback: 'single' | 'double' = 'single'): string {
  if (value === null) return 'null';
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return numeral(value);
  if (NEEDS_ESCAPES.test(value)) return escaped(value);
  if (style === 'plain' && isPlainSafe(value, flow)) return value;
  return (style === 'plain' ? fallback : style) === 'double' ? escaped(value) : `'${value.replaceAll("'", "''")}'`;
}

/** Keeps the block's style and indentation. undefined: impossible, or needs another indicator. */
export function writeBlockScalar(value: string, style: ScalarStyle, indent: number, eol: string): string | undefined {
  const body = value.endsWith('\n') ? value.slice(0, -1) : value;
  if (indent < 1 || NEEDS_ESCAPES.test(body.replaceAll('\n', '')) || /^[ \n]|\n$|^$/.test(body)) return undefined;
  const lines = body.split('\n');
  if (style === 'folded' && lines.some((line) => line === '' || line.startsWith(' '))) return undefined;
  const chomping = value.endsWith('\n') ? '' : '-';
  const between = style === 'folded' ? eol + eol : eol;
  const text = lines.map((line) => (line === '' ? '' : ' '.repeat(indent) + line)).join(between);
  return `${style === 'folded' ? '>' : '|'}${chomping}${eol}${text}`;
}
