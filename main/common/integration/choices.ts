// A merge with decided conflicts: for each place, one side's value or a new one.

import { matchItems } from '../yaml/comparing/match.ts';
import type { DocumentEdit, EditResult, MergeResult, Path, Value } from '../yaml/value.ts';
import { editDocument, mergeDocuments, valueAt } from './document.ts';
import * as strings from './strings.ts';

export type Choice = { readonly path: Path; readonly take: 'mine' | 'theirs' } | { readonly path: Path; readonly value: Value };

/** Returns a reason if a choice can't be made. Undecided conflicts stay conflicts. */
export function mergeChosen(
  base: string,
  mine: string,
  theirs: string,
  choices: readonly Choice[],
): MergeResult | { readonly ok: false; readonly reason: string } {
  let [own, other] = [mine, theirs];
  for (const choice of choices) {
    // A side equal to the base has changed nothing, so the other side wins.
    if ('value' in choice || choice.take === 'mine') {
      const back = restated(base, other, choice.path, valueAt(base, choice.path));
      if (!back.ok) return back;
      other = back.text;
    }
    if ('value' in choice || choice.take === 'theirs') {
      const next = restated(base, own, choice.path, 'value' in choice ? choice.value : valueAt(base, choice.path));
      if (!next.ok) return next;
      own = next.text;
    }
  }
  return mergeDocuments(base, own, other);
}

function restated(base: string, text: string, path: Path, value: Value | undefined): EditResult {
  if (path.length === 0) return { ok: true, text: base };
  const [old, now] = [valueAt(base, []), valueAt(text, [])];
  const own = pathIn(old, now, path);
  if (own === undefined) {
    if (value === undefined) return { ok: true, text };
    const [index] = path;
    if (path.length === 1 && typeof index === 'number') {
      const last = Array.isArray(now) ? now.length : 0;
      return editDocument(text, [{ op: 'insert', index: Math.min(index, last), value }]);
    }
    return {
      ok: false,
      reason: strings.oneSideRemovedPartBelongs,
    };
  }
  const stands = valueAt(text, own) !== undefined;
  if (value === undefined && !stands) return { ok: true, text };
  const edit: DocumentEdit = value === undefined ? { op: 'remove', path: own } : { op: 'set', path: own, value };
  return editDocument(text, [edit]);
}

function pathIn(base: Value | undefined, side: Value | undefined, path: Path): Path | undefined {
  const result: (string | number)[] = [];
  let [old, now] = [base, side];
  for (const step of path) {
    if (Array.isArray(old) && typeof step === 'number') {
      if (!Array.isArray(now)) return undefined;
      const position = matchItems(old, now).indexOf(step);
      if (position < 0) return undefined;
      [old, now] = [old[step], now[position]];
      result.push(position);
    } else {
      if (typeof now !== 'object' || now === null) return undefined;
      old = (old as Readonly<Record<string, Value>> | null | undefined)?.[step];
      now = (now as Readonly<Record<string, Value>>)[step];
      result.push(step);
    }
  }
  return result;
}
