// Reads text into a source tree as kAudit does: YAML 1.1 by SnakeYAML. The second reader is in proof.ts.

import { Composer } from './compose.ts';
import { Unreadable, unprintable } from './reading/cursor.ts';
import * as strings from './strings.ts';
import type { Source } from './tree.ts';
import { MAX_MASKED } from './value.ts';

/** UTF-16 units. A ConfigMap holds at most 1 MiB. */
const MAX_LENGTH = 1_500_000;

/** kAudit can't read the text, or it exceeds a limit. */
export interface SourceFailure {
  readonly ok: false;
  readonly rule: Unreadable['rule'];
  readonly message: string;
  readonly offset: number;
}

type Parsed = Source | SourceFailure;

interface Known {
  readonly text: string;
  readonly parsed: Parsed;
}

/** Weak, so it lives for the current turn: one change asks for the same text ten times. */
const recent: WeakRef<Known>[] = [];
const RECENT = 8;
const held: Known[] = [];
let most = 0;

/** Keeps the newest trees from one turn to the next. For a thread that ends soon: a tree of 1 MiB takes 30 MB. */
export function holdSources(count: number): void {
  most = count;
  held.splice(count);
}

function hold(known: Known): void {
  const at = held.indexOf(known);
  if (at >= 0) held.splice(at, 1);
  held.unshift(known);
  if (held.length > most) held.pop();
}

/** Characters. Reading shorter texts is as fast as the look-up. */
const WORTH_KEEPING = 2_000;

/** Never throws; 1 MiB takes a few tenths of a second at most. */
export function parseSource(text: string): Parsed {
  if (text.length < WORTH_KEEPING) return parse(text);
  const at = recent.findIndex((reference) => reference.deref()?.text === text);
  const [reference] = at < 0 ? [] : recent.splice(at, 1);
  const known = reference?.deref() ?? { text, parsed: parse(text) };
  hold(known);
  recent.unshift(reference ?? new WeakRef(known));
  if (recent.length > RECENT) recent.pop();
  return known.parsed;
}

/** Why a text without masks can't be written. */
export function tooLong(text: string, most = MAX_LENGTH): string | undefined {
  return text.length > most ? strings.textCharactersConfigMapHoldsMost(text.length.toLocaleString('en')) : undefined;
}

function parse(text: string): Parsed {
  const message = tooLong(text, MAX_MASKED);
  if (message !== undefined) return { ok: false, rule: 'too-large', message, offset: 0 };
  try {
    const strange = unprintable(text);
    if (strange >= 0) throw new Unreadable(strangeCharacter(text, strange), strange);
    return { ok: true, text, root: new Composer(text).document() };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    const { rule, message, offset } = error;
    const hidden = rule === 'invalid-yaml' ? text.slice(0, offset).search(/[\u0085\u2028\u2029]/) : -1;
    if (hidden >= 0) return { ok: false, rule, message: hiddenBreak(text, hidden), offset: hidden };
    return { ok: false, rule, message: rule === 'invalid-yaml' ? strings.kAuditCantReadText(message) : message, offset };
  }
}

function nameAt(text: string, offset: number): string {
  return `U+${(text.codePointAt(offset) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

function strangeCharacter(text: string, offset: number): string {
  return strings.containsInvisibleCharacterWhichYaml(nameAt(text, offset));
}

function hiddenBreak(text: string, offset: number): string {
  return strings.kAuditCantReadTextInvisible(nameAt(text, offset));
}
