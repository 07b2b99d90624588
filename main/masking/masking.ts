import { editDocument } from '../common/integration/document.ts';
import { lastingSecrets } from '../common/integration/secrets/secret-scan.ts';
import { isSecretName } from '../common/integration/secrets/secret-words.ts';
import { plainValue } from '../common/yaml/reading/plain-value.ts';
import { parseSource } from '../common/yaml/source.ts';
import type { DocumentEdit, Path, Value } from '../common/yaml/value.ts';
import { currentMasks } from './current-masks.ts';
import { ENTER_AGAIN, type MaskPair, matchMasks, samePath, where } from './match.ts';
import { learn, type MaskMemory, type OwnMasks, type Served } from './memory.ts';
import { type MaskOwner, ownerKey } from './owner.ts';
import { Fragments, looksMasked, maskPlaces, masksIn, newMask, replaceMasks } from './places.ts';
import { type MaskedSecret, replaceSecrets } from './replace.ts';
import { crossed, entriesOf, masksOf, rangeOf, reshaped, restoredSource, rootOf, strayed, urlAfter, urlsBeside } from './source.ts';
import * as strings from './strings.ts';
import { mapScalars, sameTree, stringsOf } from './value-walk.ts';

export interface MaskedText {
  readonly text: string;
  readonly secrets: readonly MaskedSecret[];
}

export type UnmaskedText = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly reason: string };
export type UnmaskedEdits =
  | { readonly ok: true; readonly edits: readonly DocumentEdit[] }
  | { readonly ok: false; readonly reason: string };

interface Masked {
  readonly masked: string;
  readonly secrets: readonly MaskedSecret[];
  readonly served: Served;
}

const RECENT = 4;

/** Texts per ConfigMap whose masks become keys again: the newest ones. */
const KEPT = 30;

/**
 * Masks secrets and restores them. A mask is random per session, and the same for one secret in one ConfigMap, so diffs
 * of masked texts are minimal. Only masks that main issued are restored.
 */
export class Masking {
  readonly #owned = new Map<string, OwnMasks>();
  /** By mask. */
  readonly #issued = new Map<string, { readonly owner: string; readonly value: string }>();
  readonly #fragments = new Fragments();
  /** A preview's text is applied next, and merged if someone was faster. A mask always means the same key. */
  readonly #restored: {
    readonly key: string;
    readonly text: string;
    readonly edited: string;
    readonly result: UnmaskedText;
  }[] = [];
  /** In the order in which they were issued. */
  readonly #masks: string[] = [];
  /** One change asks for the same text several times. `known`, `size`: what was known then. */
  readonly #recent: {
    readonly key: string;
    readonly text: string;
    readonly known: Set<string>;
    readonly size: number;
    readonly result: Masked;
  }[] = [];

  /** What is remembered of these ConfigMaps, of all of them where none is named. */
  memory(owners: readonly string[] = [...this.#owned.keys()]): MaskMemory {
    return new Map(
      owners.flatMap((key) => {
        const own = this.#owned.get(key);
        return own === undefined ? [] : [[key, own]];
      }),
    );
  }

  /** Continues with what another instance remembers. */
  remember(memory: MaskMemory): void {
    for (const [key, own] of memory) {
      this.#owned.set(key, own);
      for (const [value, mask] of own.masks) this.#issue(mask, key, value);
    }
  }

  /** The text as views may see it. */
  mask(owner: MaskOwner, text: string): MaskedText {
    const { masked, secrets, served } = this.#masked(owner, text);
    const own = this.#own(owner);
    // Two raw texts that differ in quotes only can have the same masked text: the newer one counts.
    if (secrets.length > 0) own.served = [served, ...own.served.filter((other) => other.text !== masked)].slice(0, KEPT);
    return { text: masked, secrets };
  }

  /** The masks of one ConfigMap, by their secrets. */
  issued(owner: MaskOwner): ReadonlyMap<string, string> {
    return this.#own(owner).masks;
  }

  /** undefined: not a mask of this ConfigMap. */
  secretOf(owner: MaskOwner, mask: string): string | undefined {
    const issued = this.#issued.get(mask);
    return issued?.owner === ownerKey(owner) ? issued.value : undefined;
  }

  maskOf(owner: MaskOwner, secret: string): string {
    return this.#maskFor(ownerKey(owner), this.#own(owner), secret);
  }

  /** What is secret in all texts of one ConfigMap. Grows. */
  known(owner: MaskOwner): Pick<OwnMasks, 'secrets' | 'known'> {
    return this.#own(owner);
  }

  learn(owner: MaskOwner, found: readonly { readonly value: string }[]): void {
    learn(this.#own(owner), found);
  }

  /**
   * Restores the secrets of an edited text. Each mask must be where one served text had it, in an entry that moved as a
   * whole, or (in comments and invalid YAML) after the same field name. `edited`: the raw text that was edited; by
   * default the one served last.
   */
  unmaskText(owner: MaskOwner, text: string, edited?: string): UnmaskedText {
    const key = ownerKey(owner);
    const before = this.#restored.find((one) => one.text === text && one.edited === edited && one.key === key);
    if (before !== undefined) return before.result;
    const result = this.#unmasked(owner, text, edited);
    if (result.ok && edited !== undefined) this.#restored.unshift({ key, text, edited, result });
    if (this.#restored.length > RECENT) this.#restored.pop();
    return result;
  }

  #unmasked(owner: MaskOwner, text: string, edited: string | undefined): UnmaskedText {
    const places = maskPlaces(text);
    const key = ownerKey(owner);
    const foreign = places.find((place) => this.#issued.get(place.mask)?.owner !== key);
    if (foreign) return { ok: false, reason: this.#foreignReason(foreign.mask, where(foreign)) };
    if (this.#holdsPieces(text)) {
      return {
        ok: false,
        reason: strings.textContainsPartMaskedKey(ENTER_AGAIN),
      };
    }
    if (places.length === 0) return { ok: true, text };

    const entryAt = entriesOf(text);
    let reason: string | undefined;
    const versions = this.#own(owner).served;
    // Also one that was served long ago: each new edit of a draft makes the earlier ones again.
    const before = edited === undefined ? undefined : this.#masked(owner, edited);
    const own = before === undefined ? versions[0] : before.secrets.length === 0 ? undefined : before.served;
    for (const served of own ? [own, ...versions.filter((other) => other.text !== own.text)] : versions) {
      const match = matchMasks(places, masksOf(served), entryAt);
      const stays = match.ok && !strayed(text, match.pairs, served) && (served === own || !crossed(text, match.pairs, served));
      if (match.ok && stays) return this.#restore(text, match.pairs);
      reason ??= match.ok ? strings.maskedKeyTextNextUrl(ENTER_AGAIN) : match.reason;
    }
    return { ok: false, reason: reason ?? strings.maskedKeyTextBelongsVersion(ENTER_AGAIN) };
  }

  /** Resolves masks in edits of `text`. An edit that sets a mask on its own path is dropped: the bytes stay. */
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

    const now = edit.op === 'set' ? this.#masked(owner, text).masked : '';
    const current = currentMasks(now, text);
    const uses = new Map<string, number>();
    for (const mask of masked.flatMap(({ masks }) => masks)) uses.set(mask, (uses.get(mask) ?? 0) + 1);
    const values = new Map<string, Value>();
    for (const found of masked) {
      const at = strings.atEntryOf(Number(found.path[0] ?? 0) + 1, String(found.path.at(-1)));
      if (found.isName || found.cut) return { ok: false, reason: strings.theresPartMaskedKey(at, ENTER_AGAIN) };
      for (const mask of found.masks) {
        if (this.#issued.get(mask)?.owner !== ownerKey(owner)) return { ok: false, reason: this.#foreignReason(mask, at) };
        // SECURITY: with other characters next to its mask, a key would become a value that isn't compared with it.
        if (found.text !== mask && (current.isWhole(mask) || isKeyField(found.path)))
          return {
            ok: false,
            reason: strings.theresOtherTextNextMasked(at, ENTER_AGAIN),
          };
        const allowed =
          current.isAt(mask, found.path) ||
          (edit.op === 'set' &&
            (this.#wasReplacedAt(owner, mask, found.path, current.places(mask).length, () => urlAfter(edit, found.path, current.beside)) ||
              (uses.get(mask) === 1 && reshaped(edit, found.path, current.places(mask), current.beside))));
        if (!allowed) {
          return {
            ok: false,
            reason: strings.maskedKeyMovedCopiedThere(at, ENTER_AGAIN),
          };
        }
      }
      const own = current.textAt(found.path) === found.text;
      if (own && samePath(found.path, start)) return { ok: true, edits: [] };
      const plain = this.#substitute(found.text);
      const unchanged = own ? current.raw(found.path) : undefined;
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

  #masked(owner: MaskOwner, text: string): Masked {
    const key = ownerKey(owner);
    const own = this.#own(owner);
    const { known } = own;
    const before = this.#recent.find((one) => one.text === text && one.key === key && one.known === known && one.size === known.size);
    if (before !== undefined) return before.result;
    const { masked, secrets, origins } = replaceSecrets(text, (secret) => this.#maskFor(key, own, secret), known);
    learn(own, parseSource(text).ok ? secrets : lastingSecrets(text, known));
    const result: Masked = { masked, secrets, served: { text: masked, origins } };
    this.#recent.unshift({ key, text, known, size: known.size, result });
    if (this.#recent.length > RECENT) this.#recent.pop();
    return result;
  }

  #maskFor(owner: string, { masks }: OwnMasks, value: string): string {
    const before = masks.get(value);
    if (before !== undefined) return before;
    const mask = newMask();
    masks.set(value, mask);
    this.#issue(mask, owner, value);
    return mask;
  }

  /** Masks issued here, from that position on. */
  issuedFrom(position: number): readonly string[] {
    return this.#masks.slice(position);
  }

  /** SECURITY: masks that another instance issued. Here neither they nor their pieces mean anything. */
  foreign(masks: readonly string[]): void {
    for (const mask of masks) if (!this.#issued.has(mask)) this.#know(mask, '', '');
  }

  #issue(mask: string, owner: string, value: string): void {
    this.#masks.push(mask);
    this.#know(mask, owner, value);
  }

  #know(mask: string, owner: string, value: string): void {
    this.#issued.set(mask, { owner, value });
    this.#fragments.add(mask);
  }

  #own(owner: MaskOwner): OwnMasks {
    const key = ownerKey(owner);
    const known = this.#owned.get(key);
    if (known !== undefined) return known;
    const own: OwnMasks = { masks: new Map(), secrets: new Set(), known: new Set(), served: [] };
    this.#owned.set(key, own);
    return own;
  }

  #restore(text: string, pairs: readonly MaskPair[]): UnmaskedText {
    let result = '';
    let cursor = 0;
    for (const { place, served } of pairs) {
      const range = rangeOf(text, place, served);
      if (range === undefined) {
        const reason = strings.maskedKeyOtherCharactersNext(where(place), ENTER_AGAIN);
        return { ok: false, reason };
      }
      result += text.slice(cursor, range.start) + restoredSource(place, served);
      cursor = range.end;
    }
    result += text.slice(cursor);
    return this.#isProved(text, result, pairs)
      ? { ok: true, text: result }
      : { ok: false, reason: strings.maskedKeyCantReturnText(ENTER_AGAIN) };
  }

  /** With its masks replaced, the masked text must have the result's value. */
  #isProved(text: string, result: string, pairs: readonly MaskPair[]): boolean {
    const before = rootOf(text);
    if (before === undefined) return true;
    const after = rootOf(result);
    if (after === undefined) return false;
    const fromComments = new Set(pairs.filter(({ served }) => served.path === null).map(({ place }) => place.mask));
    const isOpen = (words: string) => fromComments.size > 0 && masksIn(words).some(({ mask }) => fromComments.has(mask));
    return sameTree(before, after, (masked, restored) => isOpen(masked) || this.#substitute(masked) === restored, isOpen);
  }

  #substitute(text: string): string {
    return replaceMasks(text, (mask) => this.#issued.get(mask)?.value ?? mask);
  }

  /**
   * Whether a served text had the mask at that path, and one place is missing now. SECURITY: paths shift, so the URL
   * next to it must be the same.
   */
  #wasReplacedAt(owner: MaskOwner, mask: string, path: Path, present: number, url: () => string): boolean {
    const served = this.#own(owner).served;
    return served.some((version) => {
      const { text } = version;
      const same = masksOf(version).filter((candidate) => candidate.mask === mask);
      return same.length > present && same.some((candidate) => samePath(candidate.path, path)) && urlsBeside(text)(path) === url();
    });
  }

  #holdsPieces(text: string): boolean {
    const rest = replaceMasks(text, (mask) => (this.#issued.has(mask) ? ' ' : mask));
    return looksMasked(rest) || this.#fragments.isIn(rest);
  }

  #foreignReason(mask: string, at: string): string {
    return this.#issued.has(mask)
      ? strings.maskedKeyBelongsAnotherConfigMap(at, ENTER_AGAIN)
      : strings.maskedKeyIsntKnownEarlier(at, ENTER_AGAIN);
  }
}

function isKeyField(path: Path): boolean {
  return path.some((step) => typeof step === 'string' && isSecretName(step));
}
