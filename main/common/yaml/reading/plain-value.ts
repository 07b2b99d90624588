// Plain scalars as kAudit reads them: YAML 1.1 by SnakeYAML.

// One blank is null too: with the tag `!`, quoted text is read as plain.
const NULL = /^(?:~|null|Null|NULL| |)$/;
const BOOLEAN = /^(?:(yes|Yes|YES|true|True|TRUE|on|On|ON)|no|No|NO|false|False|FALSE|off|Off|OFF)$/;
const INTEGER =
  /^(?:[-+]?0b_*[0-1][0-1_]*|[-+]?0_*[0-7][0-7_]*|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x_*[0-9a-fA-F][0-9a-fA-F_]*|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+)$/;
const FLOAT =
  /^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+]?[0-9]+)?|[-+]?[0-9][0-9_]*[eE][-+]?[0-9]+|[-+]?\.[0-9_]+(?:[eE][-+]?[0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;
const DATE =
  /^(?:[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]*)?(?:[ \t]*(?:Z|[-+][0-9]{1,2}(?::[0-9]{2})?))?)$/;
/** SnakeYAML reads at most this many characters. */
const LONGEST_NUMBER = 1024;
const LONGEST_DATE = 50;

/** kAudit reads a date; plain data has no such type, so it stays text. */
export function isDate(text: string): boolean {
  return text.length <= LONGEST_DATE && DATE.test(text);
}

/** Keeps a number that JavaScript can't hold exactly as text: it may be a key of digits. */
export function plainValue(text: string): string | number | boolean | null {
  const first = text.charCodeAt(0);
  // Fast path: the first letter shows that it is a plain word.
  if (first > 0x39 && !'~yYnNtTfFoO'.includes(text[0] ?? '')) return text;
  if (NULL.test(text)) return null;
  const word = BOOLEAN.exec(text);
  if (word !== null) return word[1] !== undefined;
  if (first > 0x39 || text.length > LONGEST_NUMBER) return text;
  if (INTEGER.test(text)) return Number.isSafeInteger(integer(text)) ? integer(text) : text;
  if (!FLOAT.test(text)) return text;
  const number = float(text);
  return Number.isFinite(number) || /\.(?:inf|nan)$/i.test(text) ? number : text;
}

/** Whether a plain scalar is text to kAudit: not a date, a switch, null or a number, however large. */
export function isText(text: string): boolean {
  if (typeof plainValue(text) !== 'string' || isDate(text) || /^[!&*]$/.test(text)) return false;
  return text.length > LONGEST_NUMBER || !(INTEGER.test(text) || FLOAT.test(text));
}

function integer(text: string): number {
  const digits = text.replaceAll('_', '').replace(/^[-+]/, '');
  const sign = text.startsWith('-') ? -1 : 1;
  if (digits.startsWith('0b')) return sign * Number.parseInt(digits.slice(2), 2);
  if (digits.startsWith('0x')) return sign * Number.parseInt(digits.slice(2), 16);
  if (digits !== '0' && digits.startsWith('0')) return sign * Number.parseInt(digits, 8);
  return sign * sexagesimal(digits);
}

function float(text: string): number {
  const digits = text.replaceAll('_', '').replace(/^[-+]/, '').toLowerCase();
  const sign = text.startsWith('-') ? -1 : 1;
  if (digits === '.inf') return sign * Number.POSITIVE_INFINITY;
  if (digits === '.nan') return Number.NaN;
  return sign * sexagesimal(digits);
}

/** `1:30` is 90. */
function sexagesimal(digits: string): number {
  return digits.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
}
