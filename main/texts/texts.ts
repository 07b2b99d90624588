import { randomBytes } from 'node:crypto';
import type { ConfigMapSummary } from '../common/fleet/fleet.ts';
import type { SummaryInput } from '../common/fleet/summary.ts';
import { summariseConfigMap } from '../common/fleet/summary.ts';
import type { Digest, SealedText } from '../common/history/sealed.ts';
import { isSameSealed, opened, seal, Words } from '../common/history/sealed.ts';
import type { Choice } from '../common/integration/choices.ts';
import { mergeChosen } from '../common/integration/choices.ts';
import type { BinaryText } from '../common/integration/diagnostics/binary-data.ts';
import { changesBetween, diffDocuments, editDocument, mergeDocuments, readDocument } from '../common/integration/document.ts';
import type { DocumentDiff, Edit, Problem, TargetEdit } from '../common/integration/reading/integration.ts';
import { editTargets } from '../common/integration/targets.ts';
import type { RolloutChange } from '../common/rollout/change.ts';
import type { ChangePlace } from '../common/rollout/edits.ts';
import { tooLong } from '../common/yaml/source.ts';
import type { DocumentEdit, EditResult } from '../common/yaml/value.ts';
import type { PlacedSecrets } from '../history/run-keys.ts';
import { secretsIn } from '../history/run-keys.ts';
import { type KeySources, type TakeBack, type TakenBack, type Wanted, wantedText, withKeys } from '../history/take-back.ts';
import { Masking } from '../masking/masking.ts';
import type { MaskOwner } from '../masking/owner.ts';
import { replaceMasks } from '../masking/places.ts';
import { hideSecrets } from '../masking/replace.ts';
import { type Fingerprinter, shortFingerprint } from '../secrets/fingerprint.ts';
import { type DriftSays, driftSays } from './drift-says.ts';
import { type KeptText, keptText, type PresetKey, presetEdits } from './kept-text.ts';
import { checkKeyRelease, type Place, strayPresetKey, testedTarget } from './key-release.ts';
import { MaskedView, type Owners, type PresetFacts } from './masked-view.ts';
import { withPreset } from './preset-edit.ts';
import { type ChangeFacts, changeIn, copiedEntry } from './rollout-change.ts';
import { type TargetKey, targetKey } from './target-key.ts';

/** Raw: the text before the changes, with them, and the current one. */
export interface ThreeTexts {
  readonly base: string;
  readonly mine: string;
  readonly theirs: string;
}

export type Merged =
  /** `changes`: what others have changed since. */
  | { readonly ok: true; readonly text: string; readonly changes: readonly string[] }
  | { readonly ok: false; readonly why: 'choice'; readonly reason: string }
  | { readonly ok: false; readonly why: 'overlap' }
  /** The preset's key would be next to this host. */
  | { readonly ok: false; readonly why: 'stray'; readonly host: string };

/** Edits that need nothing but the text. */
export type TextEdit = DocumentEdit | TargetEdit | Extract<Edit, { op: 'text' }>;

/**
 * What can take long on a text. Operations are synchronous and depend only on their arguments and on the masks given
 * out before, so they run here or in a thread (text-work.ts). Arguments and results are plain data.
 */
export class Texts {
  readonly masking = new Masking();
  readonly #fingerprinter: Fingerprinter;
  readonly #view: MaskedView;
  readonly #digest: Digest;

  constructor(fingerprinter: Fingerprinter) {
    this.#fingerprinter = fingerprinter;
    this.#digest = remembering((secret) => fingerprinter.digest(secret));
    this.#view = new MaskedView(this.masking, this.#digest);
  }

  /** The text as views see it. */
  shown(owner: MaskOwner, text: string, presets: PresetFacts, binary?: BinaryText) {
    return this.#view.read(owner, text, presets, binary);
  }

  /** What edits made of a text, and the difference. `more`: what else they change. */
  preview(owner: MaskOwner, before: string, after: string, presets: PresetFacts, more: readonly string[] = []) {
    const masked = this.#view.text(owner, before);
    const shown = this.#view.read(owner, after, presets);
    const { lines, changes } = diffDocuments(masked, shown.text);
    return { ...shown, diff: { lines, changes: [...more, ...changes] } };
  }

  /** The raw text that an edit of a masked one makes of a raw one. */
  edited(owner: MaskOwner, text: string, edit: TextEdit): EditResult {
    if (edit.op === 'text') {
      const raw = this.masking.unmaskText(owner, edit.text, text);
      const reason = raw.ok ? tooLong(raw.text) : undefined;
      return reason === undefined ? raw : { ok: false, reason };
    }
    if (edit.op === 'duplicate' || edit.op === 'addTarget' || edit.op === 'moveTarget') return editTargets(text, edit);
    // SECURITY: a mask that is set back must be this path's own.
    const resolved = this.masking.unmaskEdits(owner, [edit], text);
    return resolved.ok ? editDocument(text, resolved.edits) : resolved;
  }

  withPreset(text: string, place: { integration: number; target?: number | undefined }, url: string, key: string): EditResult {
    return withPreset(text, place, url, key);
  }

  /** Why a text can't be written. */
  refusal(owner: MaskOwner, base: string, text: string, presetKeys: readonly PresetKey[], presets: PresetFacts) {
    const isInvalid = readDocument(this.#view.text(owner, text)).state === 'invalid';
    const invalid: readonly Problem[] | undefined = isInvalid ? this.#view.read(owner, text, presets).problems : undefined;
    return { invalid, stray: strayPresetKey({ base: { text: base }, presetKeys }, text) };
  }

  /** Where a text would put a preset's key next to a URL that isn't its own. */
  stray(base: string, text: string, presetKeys: readonly PresetKey[]) {
    return strayPresetKey({ base: { text: base }, presetKeys }, text);
  }

  /** `chosen`: how conflicts are decided. */
  merged(owner: MaskOwner, { base, mine, theirs }: ThreeTexts, presetKeys: readonly PresetKey[], chosen: readonly Choice[]): Merged {
    const choices = this.choices(owner, mine, chosen);
    const merge = choices.length === 0 ? mergeDocuments(base, mine, theirs) : mergeChosen(base, mine, theirs, choices);
    if (!merge.ok) return 'reason' in merge ? { ok: false, why: 'choice', reason: merge.reason } : { ok: false, why: 'overlap' };
    // SECURITY: someone else may have set another URL where this edit left it alone.
    const stray = strayPresetKey({ base: { text: base }, presetKeys }, merge.text);
    if (stray !== undefined) return { ok: false, why: 'stray', host: stray.host };
    return { ok: true, text: merge.text, changes: changesBetween(this.#view.text(owner, base), this.#view.text(owner, theirs)) };
  }

  /** Masked texts, and where they disagree. */
  conflict(owner: MaskOwner, { base, mine, theirs }: ThreeTexts, overlap: boolean) {
    return {
      conflicts: overlap ? this.#view.conflicts(owner, base, mine, theirs) : [],
      base: this.#view.text(owner, base),
      mine: this.#view.text(owner, mine),
      theirs: this.#view.text(owner, theirs),
    };
  }

  /** What the fleet shows. `digests`: of the key of each target, by the target's hash. */
  summary(input: Omit<SummaryInput, 'masked'>): {
    readonly summary: ConfigMapSummary;
    readonly digests: readonly (readonly [hash: string, digest: string])[];
  } {
    const digests: [string, string][] = [];
    const summary = summariseConfigMap(
      { ...input, masked: hideSecrets(input.text ?? '') },
      {
        fingerprint: (secret) => this.#fingerprinter.fingerprint(secret),
        hash: (parts) => this.#fingerprinter.hash(parts),
        owner: (secret, hash) => {
          digests.push([hash, this.#digest(secret)]);
          return undefined;
        },
      },
    );
    return { summary, digests };
  }

  placedSecrets(text: string, most: number): PlacedSecrets {
    return secretsIn(text, this.#digest, most);
  }

  seal(text: string): SealedText {
    return seal(text, this.#digest);
  }

  /**
   * What changed from one revision to the next, in sentences. With the masks of views, whose texts are read already. A
   * key that only another version knows stays as it is on both sides: otherwise it would look like a change.
   */
  changes(owner: MaskOwner, before: SealedText, after: SealedText): readonly string[] {
    const name = (digest: string) => `key-${shortFingerprint(digest)}`;
    const masks = new Map<string, string>();
    const digests = new Map<string, string>();
    const holes = new Set([...before.holes, ...after.holes].map(({ digest }) => digest));
    for (const [value, mask] of this.masking.issued(owner)) {
      const digest = this.#digest(value);
      if (!holes.has(digest)) continue;
      masks.set(digest, mask);
      digests.set(mask, digest);
    }
    const word = (digest: string) => masks.get(digest) ?? name(digest);
    // Someone may have saved a mask as text: that one stays.
    const named = (mask: string) => {
      const digest = digests.get(mask);
      return digest === undefined ? mask : name(digest);
    };
    return changesBetween(opened(before, word), opened(after, word)).map((sentence) => replaceMasks(sentence, named));
  }

  /** A revision next to the live text, both masked. `known`: secrets that this run saw, by their digests. */
  revision(owner: MaskOwner, live: string, revision: SealedText, known: ReadonlyMap<string, string>): { text: string; diff: DocumentDiff } {
    const masked = this.masking.mask(owner, live);
    const masks = new Map(masked.secrets.map(({ value, mask }) => [this.#digest(value), mask]));
    for (const [digest, value] of known) if (!masks.has(digest)) masks.set(digest, this.masking.maskOf(owner, value));
    const text = opened(revision, (digest) => masks.get(digest) ?? `key-${shortFingerprint(digest)}`);
    return { text, diff: diffDocuments(text, masked.text) };
  }

  wanted(what: TakeBack): Wanted {
    return wantedText(what, this.#digest);
  }

  withKeys(wanted: Extract<Wanted, { ok: true }>, live: string, sources: KeySources): TakenBack {
    return withKeys(wanted, live, sources, this.#digest);
  }

  testedTarget(text: string, place: Place) {
    return testedTarget(text, place);
  }

  keyRelease(base: string, presetKeys: readonly PresetKey[], place: Place, url: string, key: string) {
    return checkKeyRelease({ base: { text: base }, presetKeys }, place, url, key);
  }

  targetKey(text: string, place: Place): TargetKey {
    return targetKey(text, place);
  }

  change(text: string, place: ChangePlace, change: RolloutChange, facts: ChangeFacts) {
    return changeIn(text, place, change, facts, this.#fingerprinter);
  }

  copied(text: string, integration: number, hasPreset: boolean) {
    return copiedEntry(text, integration, hasPreset);
  }

  driftSays(text: string, owners: Owners): readonly DriftSays[] {
    return driftSays(text, owners, this.#fingerprinter);
  }

  driftSaid(content: SealedText, owners: Owners): readonly DriftSays[] {
    return driftSays(
      opened(content, (digest) => this.#fingerprinter.fingerprint(digest)),
      owners,
      this.#fingerprinter,
    );
  }

  /** What is kept of edits that are not applied. SECURITY: digests in place of keys. */
  kept(base: string, text: string, edits: readonly Edit[], presetKeys: readonly PresetKey[]): KeptText {
    return keptText(base, text, edits, presetKeys, this.#digest);
  }

  /** Kept texts on the current one: a text, masked, with presets in their places. */
  reopened(owner: MaskOwner, live: string, kept: Pick<KeptText, 'before' | 'mine' | 'presets'>) {
    const theirs = seal(live, this.#digest);
    const masks = new Map(this.masking.mask(owner, live).secrets.map(({ value, mask }) => [this.#digest(value), mask]));
    const older = !isSameSealed(theirs, kept.before);
    const mine = opened(kept.mine, (own) => masks.get(own) ?? '');
    const words = new Words(randomBytes(8).toString('hex'));
    const [before, own, now] = [kept.before, kept.mine, theirs].map((text) => opened(text, words.wordFor)) as [string, string, string];
    const merge = mergeDocuments(before, own, now);
    if (!merge.ok) return { older, mine, merged: null };
    // A mask where the cluster still has that key; nothing where it is a preset's, or no longer known.
    let text = '';
    let cursor = 0;
    for (const { digest, start, end } of words.in(merge.text)) {
      text += merge.text.slice(cursor, start) + (masks.get(digest) ?? '');
      cursor = end;
    }
    text += merge.text.slice(cursor);
    return { older, mine, merged: { text, isSame: merge.text === now, presets: presetEdits(merge.text, words, kept.presets) } };
  }

  /** A typed mask means only the key of its own place; a choice with another mask decides nothing. */
  choices(owner: MaskOwner, text: string, choices: readonly Choice[], side: 'mine' | 'theirs' = 'mine'): readonly Choice[] {
    return choices.flatMap((choice): Choice[] => {
      if (!('value' in choice)) return [choice];
      const edit = { op: 'set' as const, path: choice.path, value: choice.value };
      const resolved = this.masking.unmaskEdits(owner, [edit], text);
      if (!resolved.ok) return [];
      const [own] = resolved.edits;
      return own?.op === 'set' ? [{ path: choice.path, value: own.value }] : [{ path: choice.path, take: side }];
    });
  }
}

/** As many keys as fit into a text. One change asks for each ten times. */
const DIGESTS = 100_000;

function remembering(digest: Digest): Digest {
  const known = new Map<string, string>();
  return (secret) => {
    const before = known.get(secret);
    if (before !== undefined) return before;
    if (known.size === DIGESTS) known.clear();
    const made = digest(secret);
    known.set(secret, made);
    return made;
  };
}
