import { randomBytes } from 'node:crypto';
import type { ConfigMapSummary } from '../common/fleet/fleet.ts';
import type { SummaryInput } from '../common/fleet/summary.ts';
import { summariseConfigMap } from '../common/fleet/summary.ts';
import type { Digest, SealedBytes } from '../common/history/sealed.ts';
import { isSameSealed, opened, packed, seal, unpacked, Words } from '../common/history/sealed.ts';
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
import type { Compared } from '../history/history.ts';
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
import { KnownSecrets } from './known-secrets.ts';
import { MaskedView, type Owners, type PresetFacts } from './masked-view.ts';
import { withPreset } from './preset-edit.ts';
import { type ChangeFacts, type ChangeInText, changeIn, copiedEntry } from './rollout-change.ts';
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
  readonly #known: KnownSecrets;

  constructor(fingerprinter: Fingerprinter) {
    this.#fingerprinter = fingerprinter;
    this.#digest = remembering((secret) => fingerprinter.digest(secret));
    this.#view = new MaskedView(this.masking, this.#digest);
    this.#known = new KnownSecrets(this.masking, fingerprinter, this.#digest);
  }

  /** The text as views see it. */
  shown(owner: MaskOwner, text: string, presets: PresetFacts, binary?: BinaryText) {
    return this.#view.read(owner, text, presets, binary);
  }

  /** What edits made of a text, and the difference. `more`: what else they change. */
  preview(owner: MaskOwner, before: string, after: string, presets: PresetFacts, more: readonly string[] = []) {
    for (const text of [before, after]) this.#known.sealing(owner, text);
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
    if (edit.op === 'duplicate' || edit.op === 'addTarget' || edit.op === 'moveTarget')
      return this.#known.told(owner, text, editTargets(text, edit));
    // SECURITY: a mask that is set back must be this path's own.
    const resolved = this.masking.unmaskEdits(owner, [edit], text);
    return resolved.ok ? this.#known.told(owner, text, editDocument(text, resolved.edits)) : resolved;
  }

  withPreset(
    owner: MaskOwner,
    text: string,
    place: { integration: number; target?: number | undefined },
    url: string,
    key: string,
  ): EditResult {
    return this.#known.told(owner, text, withPreset(text, place, url, key));
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
    for (const text of [base, mine, theirs]) this.#known.sealing(owner, text);
    const choices = this.choices(owner, mine, chosen);
    const merge = choices.length === 0 ? mergeDocuments(base, mine, theirs) : mergeChosen(base, mine, theirs, choices);
    if (!merge.ok)
      return 'reason' in merge
        ? { ok: false, why: 'choice', reason: this.#known.told(owner, theirs, merge).reason }
        : { ok: false, why: 'overlap' };
    // SECURITY: someone else may have set another URL where this edit left it alone.
    const stray = strayPresetKey({ base: { text: base }, presetKeys }, merge.text);
    if (stray !== undefined) return { ok: false, why: 'stray', host: stray.host };
    return { ok: true, text: merge.text, changes: changesBetween(this.#view.text(owner, base), this.#view.text(owner, theirs)) };
  }

  /** Masked texts, and where they disagree. */
  conflict(owner: MaskOwner, { base, mine, theirs }: ThreeTexts, overlap: boolean) {
    for (const text of [base, mine, theirs]) this.#known.sealing(owner, text);
    return {
      conflicts: overlap ? this.#view.conflicts(owner, base, mine, theirs) : [],
      base: this.#view.text(owner, base),
      mine: this.#view.text(owner, mine),
      theirs: this.#view.text(owner, theirs),
    };
  }

  /** What the fleet shows. `digests`: of the key of each target, by the target's hash. */
  summary(
    owner: MaskOwner,
    input: Omit<SummaryInput, 'masked'>,
  ): {
    readonly summary: ConfigMapSummary;
    readonly digests: readonly (readonly [hash: string, digest: string])[];
  } {
    const digests: [string, string][] = [];
    const text = input.text ?? '';
    const summary = summariseConfigMap(
      { ...input, masked: hideSecrets(text, this.#known.sealing(owner, text).known) },
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

  placedSecrets(owner: MaskOwner, text: string, most: number): PlacedSecrets {
    return secretsIn(text, this.#known.sealing(owner, text), most);
  }

  seal(owner: MaskOwner, text: string): SealedBytes {
    return packed(seal(text, this.#known.sealing(owner, text)));
  }

  /**
   * The text without its secrets, and what it changes of an earlier version, in sentences. With the masks of views,
   * whose texts are read already.
   */
  changed(owner: MaskOwner, packedBefore: SealedBytes, text: string): Compared {
    const before = unpacked(packedBefore);
    const sealing = this.#known.sealing(owner, text);
    const known = sealing.known.size;
    this.#known.sealing(owner, text, [before]);
    const learnt = sealing.known.size > known;
    const content = seal(text, sealing);
    const earlier = this.#known.again(owner, before);
    if (isSameSealed(earlier, content)) return { change: null, learnt };
    const secretOf = this.#known.secretOf(owner);
    const issued = this.masking.issued(owner);
    const name = (digest: string) => `key-${shortFingerprint(digest)}`;
    const word = (digest: string) => issued.get(secretOf(digest) ?? '') ?? name(digest);
    // Someone may have saved a mask as text: that one stays.
    const named = (found: string) => {
      const secret = this.masking.secretOf(owner, found);
      return secret === undefined ? found : name(this.#digest(secret));
    };
    const changes = changesBetween(opened(earlier, word), opened(content, word));
    return { change: { content: packed(content), changes: changes.map((sentence) => replaceMasks(sentence, named)) }, learnt };
  }

  /** A revision next to the live text, both masked. `seen`: secrets that this run saw. */
  revision(owner: MaskOwner, live: string, content: SealedBytes, seen: readonly string[]): { text: string; diff: DocumentDiff } {
    const revision = unpacked(content);
    this.masking.learn(
      owner,
      seen.map((value) => ({ value })),
    );
    this.#known.sealing(owner, live, [revision]);
    const before = this.#known.again(owner, revision);
    const secretOf = this.#known.secretOf(owner);
    const text = opened(before, (digest) => {
      const secret = secretOf(digest);
      return secret === undefined ? `key-${shortFingerprint(digest)}` : this.masking.maskOf(owner, secret);
    });
    return { text, diff: diffDocuments(text, this.#view.text(owner, live)) };
  }

  wanted(owner: MaskOwner, what: TakeBack<SealedBytes>): Wanted {
    const { text } = what;
    const revision = unpacked(what.revision);
    const previous = what.previous && unpacked(what.previous);
    const sealing = this.#known.sealing(owner, text, previous === undefined ? [revision] : [revision, previous]);
    const again = { revision: this.#known.again(owner, revision), previous: previous && this.#known.again(owner, previous) };
    return this.#known.told(owner, text, wantedText({ ...what, ...again }, sealing));
  }

  withKeys(owner: MaskOwner, wanted: Extract<Wanted, { ok: true }>, live: string, sources: KeySources): TakenBack {
    return this.#known.told(owner, live, withKeys(wanted, live, sources, this.#known.sealing(owner, live)));
  }

  testedTarget(owner: MaskOwner, text: string, place: Place) {
    return testedTarget(text, place, this.#known.sealing(owner, text).known);
  }

  keyRelease(base: string, presetKeys: readonly PresetKey[], place: Place, url: string, key: string) {
    return checkKeyRelease({ base: { text: base }, presetKeys }, place, url, key);
  }

  targetKey(text: string, place: Place): TargetKey {
    return targetKey(text, place);
  }

  change(owner: MaskOwner, text: string, place: ChangePlace, change: RolloutChange, facts: ChangeFacts): ChangeInText {
    const shown = opened(seal(text, this.#known.sealing(owner, text)), (digest) => `key-${shortFingerprint(digest)}`);
    return changeIn({ text, shown }, place, change, facts, this.#fingerprinter);
  }

  hidden(owner: MaskOwner, texts: readonly string[], words: string): string {
    return this.#known.hidden(owner, texts, words);
  }

  retold(owner: MaskOwner, text: string, sentences: readonly string[]): readonly string[] {
    return this.#known.retold(owner, text, sentences);
  }

  copied(owner: MaskOwner, text: string, integration: number, hasPreset: boolean) {
    return copiedEntry(text, integration, hasPreset, this.#known.sealing(owner, text).known);
  }

  driftSays(owner: MaskOwner, text: string, owners: Owners): readonly DriftSays[] {
    return driftSays(seal(text, this.#known.sealing(owner, text)), owners, this.#digest);
  }

  driftSaid(owner: MaskOwner, content: SealedBytes, owners: Owners): readonly DriftSays[] {
    return driftSays(this.#known.again(owner, unpacked(content)), owners, this.#digest);
  }

  /** What is kept of edits that are not applied. SECURITY: digests in place of keys. */
  kept(owner: MaskOwner, base: string, text: string, edits: readonly Edit[], presetKeys: readonly PresetKey[]): KeptText {
    this.#known.sealing(owner, text);
    return keptText(base, text, edits, presetKeys, this.#known.sealing(owner, base));
  }

  /** Kept texts on the current one: a text, masked, with presets in their places. */
  reopened(owner: MaskOwner, live: string, { presets, ...texts }: Pick<KeptText, 'before' | 'mine' | 'presets'>) {
    const kept = { before: unpacked(texts.before), mine: unpacked(texts.mine) };
    const theirs = seal(live, this.#known.sealing(owner, live, [kept.before]));
    const [before, own] = [this.#known.again(owner, kept.before), this.#known.again(owner, kept.mine)];
    // What was typed as a name may be a key by now.
    const isOpen = own === kept.mine;
    const masks = new Map(this.masking.mask(owner, live).secrets.map(({ value, mask }) => [this.#digest(value), mask]));
    const older = !isSameSealed(theirs, before);
    const mine = opened(own, (digest) => masks.get(digest) ?? '');
    const words = new Words(randomBytes(8).toString('hex'));
    const [base, edited, now] = [before, own, theirs].map((text) => opened(text, words.wordFor)) as [string, string, string];
    const merge = mergeDocuments(base, edited, now);
    if (!merge.ok || !isOpen) return { older, mine, isOpen, merged: null };
    // A mask where the cluster still has that key; nothing where it is a preset's, or no longer known.
    const text = words.replaced(merge.text, (digest) => masks.get(digest) ?? '');
    return { older, mine, isOpen, merged: { text, isSame: merge.text === now, presets: presetEdits(merge.text, words, presets) } };
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
