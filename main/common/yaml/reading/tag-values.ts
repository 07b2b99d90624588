// Applies tags. kAudit's reader knows those of YAML 1.1 and refuses others.

import { Unreadable } from './cursor.ts';
import { isDate, isInteger, plainValue } from './plain-value.ts';

const CORE = 'tag:yaml.org,2002:';
const KNOWN = {
  map: new Set(['map', 'set', 'omap', 'pairs']),
  list: new Set(['seq', 'set', 'omap', 'pairs']),
  value: new Set(['str', 'null', 'bool', 'int', 'float', 'binary', 'timestamp']),
};

/** `tag`: expanded. Throws if kAudit's reader refuses it. */
export function checkTag(tag: string | undefined, kind: 'map' | 'list' | 'value', offset: number): void {
  if (tag === undefined || tag === '!') return;
  if (tag.startsWith(CORE) && KNOWN[kind].has(tag.slice(CORE.length))) return;
  throw new Unreadable(`kAudit's reader does not know the tag (!) of this ${kind}. Remove it.`, offset);
}

export function scalarValue(text: string, isPlain: boolean, tag: string | undefined, offset: number): string | number | boolean | null {
  if (tag === undefined || tag === '!') {
    if (/^[-+]?\._+$/.test(text) && (isPlain || tag === '!'))
      throw new Unreadable("kAudit's reader takes this for a number and cannot read it. Put it in quotes.", offset);
    return isPlain || tag === '!' ? plainValue(text) : text;
  }
  const name = tag.slice(CORE.length);
  if (name === 'null') return null;
  const digits = text.replaceAll('_', '');
  const plain = plainValue(name === 'int' || name === 'float' ? digits : text);
  if (name === 'bool') return typeof plain === 'boolean' ? plain : null;
  if (name === 'timestamp' && !isDate(text))
    throw new Unreadable('This is no date, and its tag says that it is one. Remove the tag.', offset);
  if (name !== 'int' && name !== 'float') return text;
  if (name === 'int' ? !isInteger(digits) : typeof plain !== 'number')
    throw new Unreadable('This is no number, and its tag says that it is one. Remove the tag.', offset);
  return plain;
}
