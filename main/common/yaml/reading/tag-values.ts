// Applies tags. kAudit's reader knows those of YAML 1.1 and refuses others.

import { Unreadable } from './cursor.ts';
import { isDate, plainValue } from './plain-value.ts';
import * as strings from './strings.ts';

/** The meaning of `!!`. */
export const CORE = 'tag:yaml.org,2002:';
const KNOWN = {
  map: new Set(['map', 'set', 'omap', 'pairs']),
  list: new Set(['seq', 'set', 'omap', 'pairs']),
  value: new Set(['str', 'null', 'bool', 'int', 'float', 'binary', 'timestamp', 'merge']),
};

/** `tag`: expanded. Throws if kAudit's reader refuses it. */
export function checkTag(tag: string | undefined, kind: 'map' | 'list' | 'value', offset: number): void {
  if (tag === undefined || tag === '!') return;
  if (tag.startsWith(CORE) && KNOWN[kind].has(tag.slice(CORE.length))) return;
  throw new Unreadable(strings.kAuditsReaderDoesntKnowTag(kind), offset);
}

export function scalarValue(text: string, isPlain: boolean, tag: string | undefined, offset: number): string | number | boolean | null {
  if (tag === undefined || tag === '!') {
    if (/^[-+]?\._+(?:[eE][-+]?[0-9]+)?$/.test(text) && (isPlain || tag === '!'))
      throw new Unreadable(strings.kAuditsReaderTakesNumberCant, offset);
    if (tag === '!' && /^[!&*]$/.test(text)) throw new Unreadable(strings.kAuditsReaderCantReadTag, offset);
    return isPlain || tag === '!' ? plainValue(text) : text;
  }
  const name = tag.slice(CORE.length);
  if (name === 'null') return null;
  const isNot = (what: string) => new Unreadable(strings.isntThoughTagSaysSo(what), offset);
  switch (name) {
    case 'bool': {
      const plain = plainValue(text);
      return typeof plain === 'boolean' ? plain : null;
    }
    case 'int': {
      const number = taggedInteger(text.replaceAll('_', ''));
      if (number === undefined) throw isNot(strings.aNumber);
      return number;
    }
    case 'float': {
      const number = taggedFloat(text.replaceAll('_', '').toLowerCase());
      if (number === undefined) throw isNot(strings.aNumber);
      return number;
    }
    case 'timestamp':
      if (!isDate(text) && !SHORT_DATE.test(text)) throw isNot(strings.aDate);
      return text;
    case 'binary': {
      const base64 = text.replaceAll(/[ \t\n\v\f\r]/g, '');
      if (base64.length % 4 !== 0 || !/^[A-Za-z0-9+/]*=*$/.test(base64)) throw isNot('base64');
      return text;
    }
    default:
      return text;
  }
}

/** Only with the tag may a month or a day have one digit. */
const SHORT_DATE = /^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}$/;

const DIGITS = { 2: /^[-+]?[01]+$/, 8: /^[-+]?[0-7]+$/, 10: /^[-+]?[0-9]+$/, 16: /^[-+]?[0-9a-fA-F]+$/ };

/**
 * As SnakeYAML: strips the sign and the prefix. Java's `Integer.valueOf`, which accepts another sign, reads the rest.
 * A number that JavaScript can't hold exactly stays text.
 */
function taggedInteger(digits: string): number | string | undefined {
  const isNegative = digits.startsWith('-');
  const rest = digits.replace(/^[-+]/, '');
  if (rest === '0') return 0;
  const [radix, body] = prefixOf(rest);
  const parts = radix === 10 && body.includes(':') ? sexagesimalParts(body) : [body];
  if (!parts.every((part) => DIGITS[radix].test(part))) return undefined;
  const number = parts.reduce((sum, part) => sum * 60 + Number.parseInt(part, radix), 0);
  if (isNegative && (number < 0 || (parts.length === 1 && /^[-+]/.test(body)))) return undefined;
  return Number.isSafeInteger(number) ? (isNegative ? -number : number) : digits;
}

/** As Java's `split`, which drops empty parts at the end. */
function sexagesimalParts(digits: string): string[] {
  const text = digits.replace(/:+$/, '');
  return text === '' ? [] : text.split(':');
}

function prefixOf(digits: string): [radix: 2 | 8 | 10 | 16, rest: string] {
  if (digits.startsWith('0b')) return [2, digits.slice(2)];
  if (digits.startsWith('0x')) return [16, digits.slice(2)];
  return digits.startsWith('0') ? [8, digits.slice(1)] : [10, digits];
}

/** As Java's `Double.valueOf`: octal and binary numbers have no meaning here. */
function taggedFloat(text: string): number | undefined {
  const sign = text.startsWith('-') ? -1 : 1;
  const digits = text.replace(/^[-+]/, '');
  if (digits === '.inf') return sign * Number.POSITIVE_INFINITY;
  if (digits === '.nan') return Number.NaN;
  const parts = digits.includes(':') ? sexagesimalParts(digits) : [digits];
  if (!parts.every((part) => /^[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[-+]?[0-9]+)?[fd]?$/.test(part))) return undefined;
  return sign * parts.reduce((sum, part) => sum * 60 + Number(part.replace(/[fd]$/, '')), 0);
}
