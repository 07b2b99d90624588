// The text of a document as a tree of source ranges, read as kAudit reads it: YAML 1.1, as SnakeYAML takes it. The yaml package is the second
// reader, in proof.ts.

import { Composer } from './compose.ts';
import { Unreadable, unprintable } from './reading/cursor.ts';
import type { Source } from './tree.ts';

/** UTF-16 units. A ConfigMap holds at most 1 MiB in all, so a longer text cannot come from one, nor get into one. */
export const MAX_LENGTH = 1_500_000;

/** A text that is not read: kAudit cannot read it, or it is beyond a limit. */
export interface SourceFailure {
  readonly ok: false;
  readonly rule: Unreadable['rule'];
  readonly message: string;
  readonly offset: number;
}

type Parsed = Source | SourceFailure;

/** Texts that were read last. Held weakly: one is there for the rest of the turn in which it is read, as one change asks for it ten times. */
const recent: WeakRef<{ readonly text: string; readonly parsed: Parsed }>[] = [];
const RECENT = 8;
/** Characters. Shorter ones are read as fast as they are found. */
const WORTH_KEEPING = 2_000;

/** Reads a text into its tree of source ranges. Never throws; 1 MiB takes at most a few tenths of a second whatever it holds. */
export function parseSource(text: string): Parsed {
  if (text.length < WORTH_KEEPING) return parse(text);
  for (const reference of recent) {
    const known = reference.deref();
    if (known?.text === text) return known.parsed;
  }
  const parsed = parse(text);
  recent.unshift(new WeakRef({ text, parsed }));
  if (recent.length > RECENT) recent.pop();
  return parsed;
}

function parse(text: string): Parsed {
  if (text.length > MAX_LENGTH)
    return {
      ok: false,
      rule: 'too-large',
      message: `The text has ${text.length.toLocaleString('en')} characters; a ConfigMap holds at most 1 MiB. Shorten it.`,
      offset: 0,
    };
  try {
    const strange = unprintable(text);
    if (strange >= 0) throw new Unreadable(strangeCharacter(text, strange), strange);
    return { ok: true, text, root: new Composer(text).document() };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    const { rule, message, offset } = error;
    const hidden = rule === 'invalid-yaml' ? text.slice(0, offset).search(/[\u0085\u2028\u2029]/) : -1;
    if (hidden >= 0) return { ok: false, rule, message: hiddenBreak(text, hidden), offset: hidden };
    return { ok: false, rule, message: rule === 'invalid-yaml' ? `kAudit cannot read this text. ${message}` : message, offset };
  }
}

function nameAt(text: string, offset: number): string {
  return `U+${(text.codePointAt(offset) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

function strangeCharacter(text: string, offset: number): string {
  return `It holds the invisible character ${nameAt(text, offset)}, which YAML forbids. Remove it.`;
}

function hiddenBreak(text: string, offset: number): string {
  return `kAudit cannot read this text. The invisible character ${nameAt(text, offset)} ends the line for its reader, so the rest of it stands where it makes no sense. Replace it with a blank.`;
}
