import { randomBytes } from 'node:crypto';
import { editDocument, valueAt } from '../common/integration/document.ts';
import { repeatedForms, secretScalars } from '../common/integration/secrets/secret-scan.ts';
import { isSecretName } from '../common/integration/secrets/secret-words.ts';
import type { ConfigMapRef } from '../common/reference.ts';
import { referenceKey } from '../common/reference.ts';
import { plainValue } from '../common/yaml/reading/plain-value.ts';
import type { DocumentEdit, Path, Value } from '../common/yaml/value.ts';
import type { Fingerprinter } from '../secrets/fingerprint.ts';
import { ENTER_ANEW, type MaskPair, matchMasks, type ServedMask, samePath, where } from './match.ts';
import { fragmentsOf, looksMasked, maskOf, maskPlaces, masksIn, possibleFragments, replaceMasks } from './places.ts';
import {
  crossed,
  entriesOf,
  type MaskOrigin,
  quoteOf,
  rangeOf,
  reshaped,
  restoredSource,
  servedMasks,
  strayed,
  urlAfter,
  urlsBeside,
} from './source.ts';
import { standingMasks } from './standing.ts';
import { mapScalars, type Scalar, stringsOf } from './value-walk.ts';

/**
 * Whose masks they are. SECURITY: the cluster's address and the object's own id too, so that no key gets into a ConfigMap that only has the same
 * name, in a cluster that only has the same context.
 */
export interface MaskOwner extends ConfigMapRef {
  readonly server: string;
  readonly uid: string;
}

function ownerKey({ server, uid, ...ref }: MaskOwner): string {
  return JSON.stringify([server, uid, referenceKey(ref)]);
}

/** A secret that was masked. `value` stays in main. */
export interface MaskedSecret {
  readonly path: Path | null;
  readonly mask: string;
  readonly fingerprint: string;
  readonly value: string;
}

export interface MaskedText {
  readonly text: string;
  readonly secrets: readonly MaskedSecret[];
}

export type UnmaskedText = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly reason: string };
export type UnmaskedEdits =
  | { readonly ok: true; readonly edits: readonly DocumentEdit[] }
  | { readonly ok: false; readonly reason: string };

interface Served {
  readonly text: string;
  readonly masks: readonly ServedMask[];
}

/** Stands for no secret, and so is taken back nowhere. */
const BLANK = maskOf(Buffer.alloc(32));

/** The text with every secret hidden, for reading only: of the ConfigMaps of a whole fleet nothing is remembered that nobody opened. */
export function hideSecrets(text: string): string {
  return replaceSecrets(text, () => BLANK).masked;
}

/** Texts per ConfigMap whose masks are taken back: the newest ones. */
const KEPT = 30;

/**
 * Masks the secrets of ConfigMaps' texts and puts them back. A mask is random per session, the same for the same secret of the same ConfigMap
 * (so that a diff of two masked texts shows only what changed), and taken back only where main itself served it.
 */
export class Masking {
  readonly #fingerprinter: Fingerprinter;
  /** Masks by ConfigMap and secret, and the other way round. */
  readonly #masks = new Map<string, string>();
  readonly #issued = new Map<string, { readonly owner: string; readonly value: string }>();
  readonly #fragments = new Set<string>();
  /** What is a secret in some text of a ConfigMap is one in all of them. */
  readonly #known = new Map<string, Set<string>>();
  /** Newest first. */
  readonly #served = new Map<string, readonly Served[]>();

  constructor(fingerprinter: Fingerprinter) {
    this.#fingerprinter = fingerprinter;
  }

  /** The text as views may see it. */
  mask(owner: MaskOwner, text: string): MaskedText {
    const { masked, secrets, origins } = this.#masked(owner, text);
    const key = ownerKey(owner);
    const before = this.#served.get(key) ?? [];
    const same = before.find((served) => served.text === masked);
    // The same masked text can stand for two raw ones that differ in quotes only: the newer one counts.
    const served = secrets.length === 0 ? undefined : { text: masked, masks: servedMasks(masked, origins) };
    if (served) this.#served.set(key, [served, ...before.filter((other) => other !== same)].slice(0, KEPT));
    return { text: masked, secrets };
  }

  /** What stands for a secret in this ConfigMap's texts, also for one that stands in none of them now. */
  maskOf(owner: MaskOwner, secret: string): string {
    return this.#maskFor(owner, secret);
  }

  /**
   * Puts the secrets back into a masked text that was edited. Each mask must stand where it stood in one text that was served, or in an entry
   * that moved as a whole, or (commented out or in again, or in invalid YAML) once behind the same field name. `edited` is the raw text that it was
   * made of; without it, that is the text that was served last.
   */
  unmaskText(owner: MaskOwner, text: string, edited?: string): UnmaskedText {
    const places = maskPlaces(text);
    const foreign = places.find((place) => this.#issued.get(place.mask)?.owner !== ownerKey(owner));
    if (foreign) return { ok: false, reason: this.#foreignReason(foreign.mask, where(foreign)) };
    if (this.#holdsPieces(text)) {
      return {
        ok: false,
        reason: `The text holds a piece of a masked key: it was cut. Undo that, or replace the whole mask. ${ENTER_ANEW}`,
      };
    }
    if (places.length === 0) return { ok: true, text };

    const entryAt = entriesOf(text);
    let reason: string | undefined;
    const versions = this.#served.get(ownerKey(owner)) ?? [];
    const before = edited === undefined ? versions[0]?.text : this.#masked(owner, edited).masked;
    const own = versions.find((served) => served.text === before);
    for (const served of own ? [own, ...versions.filter((other) => other !== own)] : versions) {
      const match = matchMasks(places, served.masks, entryAt);
      const stays = match.ok && !strayed(text, match.pairs, served) && (served === own || !crossed(text, match.pairs, served));
      if (match.ok && stays) return this.#restore(text, match.pairs);
      reason ??= match.ok ? `A masked key in the text stands beside the URL of another key. ${ENTER_ANEW}` : match.reason;
    }
    return { ok: false, reason: reason ?? `A masked key in the text belongs to a version that is not known any more. ${ENTER_ANEW}` };
  }

  /**
   * Resolves the masks in the values of edits. `text` is the raw text that the edits are for. A mask that is set on its own path is no change:
   * that edit disappears, so that the bytes stay.
   */
  unmaskEdits(owner: MaskOwner, edits: readonly DocumentEdit[], text: string): UnmaskedEdits {
    const resolved: DocumentEdit[] = [];
    let current = text;
    for (const [index, edit] of edits.entries()) {
      const step = this.#unmaskEdit(owner, edit, current);
      if (!step.ok) return step;
      resolved.push(...step.edits);
      if (index === edits.length - 1) break;
      const next = editDocument(current, step.edits);
      if (!next.ok) return next;
      current = next.text;
    }
    return { ok: true, edits: resolved };
  }

  #unmaskEdit(owner: MaskOwner, edit: DocumentEdit, text: string): UnmaskedEdits {
    if (edit.op !== 'set' && edit.op !== 'insert') return { ok: true, edits: [edit] };
    const start: Path = edit.op === 'set' ? edit.path : [edit.index];
    const masked = stringsOf(edit.value, start)
      .map((found) => ({ ...found, masks: [...new Set(masksIn(found.text).map(({ mask }) => mask))], cut: this.#holdsPieces(found.text) }))
      .filter(({ masks, cut }) => masks.length > 0 || cut);
    if (masked.length === 0) return { ok: true, edits: [edit] };

    // In an inserted entry no mask can be at its own place.
    const now = edit.op === 'set' ? this.#masked(owner, text).masked : '';
    const standing = standingMasks(now, text);
    const uses = new Map<string, number>();
    for (const mask of masked.flatMap(({ masks }) => masks)) uses.set(mask, (uses.get(mask) ?? 0) + 1);
    const values = new Map<string, Value>();
    for (const found of masked) {
      const at = `at entry ${Number(found.path[0] ?? 0) + 1} of "${String(found.path.at(-1))}"`;
      if (found.isName || found.cut) return { ok: false, reason: `A piece of a masked key stands ${at}. ${ENTER_ANEW}` };
      for (const mask of found.masks) {
        if (this.#issued.get(mask)?.owner !== ownerKey(owner)) return { ok: false, reason: this.#foreignReason(mask, at) };
        // SECURITY: a word or a blank beside a key's mask would make another value of it, which nobody compares with the key.
        if (found.text !== mask && (standing.isWhole(mask) || isKeyField(found.path)))
          return { ok: false, reason: `Something stands beside the masked key ${at}: a key's field holds the key alone. ${ENTER_ANEW}` };
        const allowed =
          standing.isAt(mask, found.path) ||
          (edit.op === 'set' &&
            (this.#wasReplacedAt(owner, mask, found.path, standing.places(mask).length, () =>
              urlAfter(edit, found.path, standing.beside),
            ) ||
              (uses.get(mask) === 1 && reshaped(edit, found.path, standing.places(mask), standing.beside))));
        if (!allowed) {
          return {
            ok: false,
            reason: `The masked key ${at} was moved or copied there: a mask stands for its key only where it was. ${ENTER_ANEW}`,
          };
        }
      }
      const own = standing.textAt(found.path) === found.text;
      if (own && samePath(found.path, start)) return { ok: true, edits: [] };
      const plain = this.#substitute(found.text);
      // As it stands, so that a key of digits only stays the number that it was.
      const unchanged = own ? standing.raw(found.path) : undefined;
      values.set(
        JSON.stringify(found.path),
        unchanged !== undefined && (unchanged === plain || Object.is(unchanged, plainValue(plain))) ? unchanged : plain,
      );
    }
    return {
      ok: true,
      edits: [{ ...edit, value: mapScalars(edit.value, (scalar, path) => values.get(JSON.stringify(path)) ?? scalar, start) }],
    };
  }

  #masked(owner: MaskOwner, text: string): { masked: string; secrets: MaskedSecret[]; origins: readonly MaskOrigin[] } {
    const key = ownerKey(owner);
    const known = this.#known.get(key) ?? new Set<string>();
    this.#known.set(key, known);
    const { masked, secrets, origins } = replaceSecrets(text, (secret) => this.#maskFor(owner, secret), known);
    for (const { value } of secrets) for (const form of repeatedForms(value)) known.add(form);
    return {
      masked,
      origins,
      secrets: secrets.map((secret) => ({ ...secret, fingerprint: this.#fingerprinter.fingerprint(secret.value) })),
    };
  }

  #maskFor(owner: MaskOwner, value: string): string {
    const key = JSON.stringify([ownerKey(owner), value]);
    const known = this.#masks.get(key);
    if (known !== undefined) return known;
    // SECURITY: random, never made from the secret: nothing can be learnt from a mask, and none can be guessed.
    const mask = maskOf(randomBytes(32));
    this.#masks.set(key, mask);
    this.#issued.set(mask, { owner: ownerKey(owner), value });
    for (const fragment of fragmentsOf(mask)) this.#fragments.add(fragment);
    return mask;
  }

  #restore(text: string, pairs: readonly MaskPair[]): UnmaskedText {
    let result = '';
    let cursor = 0;
    for (const { place, served } of pairs) {
      const range = rangeOf(text, place, served);
      if (range === undefined) {
        const reason = `The masked key ${where(place)} has other characters beside it, or its lines do not fit there. ${ENTER_ANEW}`;
        return { ok: false, reason };
      }
      result += text.slice(cursor, range.start) + restoredSource(place, served);
      cursor = range.end;
    }
    result += text.slice(cursor);
    return this.#isProved(text, result, pairs)
      ? { ok: true, text: result }
      : { ok: false, reason: `A masked key cannot be put back into the text as it is now: it would read differently. ${ENTER_ANEW}` };
  }

  /** Reads both texts: the masked one with its masks replaced must say what the result says. */
  #isProved(text: string, result: string, pairs: readonly MaskPair[]): boolean {
    const before = valueAt(text, []);
    // No YAML: there is nothing to compare, and nothing of it can be applied.
    if (before === undefined) return true;
    const after = valueAt(result, []);
    if (after === undefined) return false;
    // What comes out of a comment was never read as a value, so its escapes are not known.
    const fromComments = new Set(pairs.filter(({ served }) => served.path === null).map(({ place }) => place.mask));
    // Digits without quotes read as a number, which forgets leading zeros.
    const leaf = (scalar: Scalar, substitute: boolean): Value =>
      String(plainValue(typeof scalar === 'string' && substitute ? this.#substitute(scalar) : String(scalar)));
    const open = new Set(
      stringsOf(before, [])
        .filter((found) => masksIn(found.text).some(({ mask }) => fromComments.has(mask)))
        .map((found) => JSON.stringify(found.path)),
    );
    const normal = (value: Value, substitute: boolean) =>
      JSON.stringify(
        mapScalars(value, (scalar, path) => (open.size > 0 && open.has(JSON.stringify(path)) ? '' : leaf(scalar, substitute))),
      );
    return normal(before, true) === normal(after, false);
  }

  #substitute(text: string): string {
    return replaceMasks(text, (mask) => this.#issued.get(mask)?.value ?? mask);
  }

  /**
   * Whether the mask stood at that path in a served text, and there is one place less of it now: the user wants it back. SECURITY: positions move with
   * the targets before them, so the URL beside it must be the one that it stood beside then.
   */
  #wasReplacedAt(owner: MaskOwner, mask: string, path: Path, present: number, url: () => string): boolean {
    const served = this.#served.get(ownerKey(owner)) ?? [];
    return served.some(({ text, masks }) => {
      const same = masks.filter((candidate) => candidate.mask === mask);
      return same.length > present && same.some((candidate) => samePath(candidate.path, path)) && urlsBeside(text)(path) === url();
    });
  }

  /** Whether there is something of a mask in it beside whole, known masks. */
  #holdsPieces(text: string): boolean {
    const rest = replaceMasks(text, (mask) => (this.#issued.has(mask) ? ' ' : mask));
    if (looksMasked(rest)) return true;
    for (const fragment of possibleFragments(rest)) if (this.#fragments.has(fragment)) return true;
    return false;
  }

  #foreignReason(mask: string, at: string): string {
    return this.#issued.has(mask)
      ? `The masked key ${at} belongs to another ConfigMap. ${ENTER_ANEW}`
      : `The masked key ${at} is not known: it is from another run of this program. ${ENTER_ANEW}`;
  }
}

function isKeyField(path: Path): boolean {
  return path.some((step) => typeof step === 'string' && isSecretName(step));
}

function replaceSecrets(
  text: string,
  maskFor: (secret: string) => string,
  known?: ReadonlySet<string>,
): { masked: string; secrets: Omit<MaskedSecret, 'fingerprint'>[]; origins: MaskOrigin[] } {
  const secrets: Omit<MaskedSecret, 'fingerprint'>[] = [];
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
