// Makes `restore` and `undo`. Merges sealed texts, then puts each secret back where it may go.

import { randomBytes } from 'node:crypto';
import { isOwnUrl } from '../common/coralogix/own-url.ts';
import { keyPairs, type Neighbour, neighbours, pairText } from '../common/history/beside.ts';
import type { Refusal } from '../common/history/refusal.ts';
import type { MissingKey } from '../common/history/revision.ts';
import type { KnownSecret, SealedText, Sealing } from '../common/history/sealed.ts';
import { filled, LOST, opened, seal, Words, withSecrets } from '../common/history/sealed.ts';
import { mergeChosen } from '../common/integration/choices.ts';
import { mergeDocuments } from '../common/integration/document.ts';
import { placeWords } from '../common/integration/place-words.ts';
import type { GivenKey, UndoChoice } from '../common/integration/reading/integration.ts';
import type { MergeConflict, Path, Value } from '../common/yaml/value.ts';
import { shortFingerprint } from '../secrets/fingerprint.ts';
import type { PlacedSecrets } from './run-keys.ts';
import { secretsIn } from './run-keys.ts';
import * as strings from './strings.ts';

export interface PresetKey {
  readonly key: string;
  readonly domain: string;
  readonly preset: string;
}

export interface TakeBack<Sealed> {
  readonly revision: Sealed;
  /** For an undo: the version before. */
  readonly previous?: Sealed | undefined;
  readonly text: string;
  readonly choices?: readonly UndoChoice[] | undefined;
}

export type Wanted =
  | {
      readonly ok: true;
      /** With a word in each secret's place. */
      readonly text: string;
      readonly nonce: string;
      readonly digests: string;
      /** Of keys that the live text doesn't have. */
      readonly absent: readonly string[];
    }
  | { readonly ok: false; readonly reason: string; readonly conflicts?: Refusal['conflicts'] & {} };

export interface KeySources {
  readonly keys: readonly GivenKey[];
  readonly seen: PlacedSecrets;
  readonly given: ReadonlyMap<string, PresetKey>;
  /** By digest: from the keychain, and seen in this run. */
  readonly presets: ReadonlyMap<string, PresetKey>;
  readonly earlier: ReadonlyMap<string, { readonly key: string; readonly domains: ReadonlySet<string> }>;
}

export type TakenBack =
  | { readonly ok: true; readonly text: string; readonly presetKeys: readonly PresetKey[]; readonly notes: readonly string[] }
  | { readonly ok: false; readonly reason: string; readonly missing?: readonly MissingKey[] };

/** The wanted text, without keys. */
export function wantedText({ revision, previous, text, choices = [] }: TakeBack<SealedText>, sealing: Sealing): Wanted {
  const words = new Words(randomBytes(8).toString('hex'));
  const wanted = opened(revision, words.wordFor);
  const { secrets: current } = secretsIn(text, sealing);
  const made = (worded: string): Wanted => {
    const needed = new Set(words.in(worded).map((place) => place.digest));
    const absent = [...needed].filter((own) => !current.has(own));
    return { ok: true, text: worded, nonce: words.nonce, digests: words.digests, absent };
  };
  if (previous === undefined) return made(wanted);
  const live = opened(seal(text, sealing), words.wordFor);
  const mine = opened(previous, words.wordFor);
  const secrets = [...current].sort(([, one], [, other]) => other.value.length - one.value.length);
  // SECURITY: a key behind a mask in a choice becomes a word here, so a conflict can't show it.
  const worded = (value: Value): Value => {
    if (Array.isArray(value)) return value.map((item: Value) => worded(item));
    if (typeof value === 'object' && value !== null)
      return Object.fromEntries(Object.entries(value).map(([name, item]: [string, Value]) => [name, worded(item)]));
    const whole = secrets.find(([, secret]) => secret.value === String(value));
    if (whole !== undefined) return words.wordFor(whole[0]);
    if (typeof value !== 'string') return value;
    return secrets.reduce(
      (result, [own, secret]) => (secret.value === '' ? result : result.replaceAll(secret.value, words.wordFor(own))),
      value,
    );
  };
  const chosen = choices.map((choice) => ('value' in choice ? { ...choice, value: worded(choice.value) } : choice));
  const merge = chosen.length === 0 ? mergeDocuments(wanted, mine, live) : mergeChosen(wanted, mine, live, chosen);
  if (merge.ok) return made(merge.text);
  if ('reason' in merge) return merge;
  const before = opened(revision, (own) => `key-${shortFingerprint(own)}`);
  const conflicts = merge.conflicts.map((conflict) => ({ ...shownConflict(conflict, words), words: placeWords(before, conflict.path) }));
  const places = new Set(conflicts.map((conflict) => conflict.words));
  return { ok: false, reason: strings.thesePlacesChangedSinceNothing([...places].join('; ')), conflicts };
}

/** SECURITY: the only place where keys come back, each only to its current place or its preset's domain. */
export function withKeys(wanted: Extract<Wanted, { ok: true }>, live: string, sources: KeySources, sealing: Sealing): TakenBack {
  const { digest } = sealing;
  const { text } = wanted;
  const words = new Words(wanted.nonce, wanted.digests);
  const { seen, presets, earlier } = sources;
  const now = secretsIn(live, sealing);
  const places = words.in(text);
  const known = places.map(({ digest: own }): KnownSecret | undefined => {
    const found = now.secrets.get(own) ?? seen.secrets.get(own);
    const preset = presets.get(own)?.key ?? earlier.get(own)?.key;
    return found ?? (preset === undefined ? undefined : { value: preset, sources: [] });
  });
  // Only to see what each key would be next to. This text isn't used.
  const drafted = known.map(
    (secret, index): KnownSecret => secret ?? { value: text.slice(places[index]?.start, places[index]?.end), sources: [] },
  );
  const draft = filled(text, words, drafted, withSecrets(sealing, drafted));
  if (draft === undefined) return { ok: false, reason: UNPROVED };
  const around = neighbours(draft, withSecrets(sealing, drafted));

  // SECURITY: what a refusal names places by.
  const named = words.replaced(text, (own) => `key-${shortFingerprint(own)}`);
  const secrets: KnownSecret[] = [];
  const missing: MissingKey[] = [];
  const notes: string[] = [];
  const used: PresetKey[] = [];
  const typed = new Set<string>();
  for (const [index, { digest: own }] of places.entries()) {
    const place = around[index];
    const secret = known[index];
    if (place === undefined) return { ok: false, reason: UNPROVED };
    const mayStay = now.secrets.get(own)?.besides.has(place.beside) || seen.secrets.get(own)?.besides.has(place.beside);
    const preset = presets.get(own);
    const isPresets = preset !== undefined && isOwn(place, preset.domain);
    const wasPresets = [...(earlier.get(own)?.domains ?? [])].some((domain) => isOwn(place, domain));
    if (secret !== undefined && (mayStay || isPresets || wasPresets)) {
      secrets.push(secret);
      if (isPresets) used.push(preset);
      continue;
    }
    const given = place.path === null ? undefined : sources.keys.find(({ path }) => samePath(path, place.path));
    if (given !== undefined && 'key' in given) {
      secrets.push({ value: given.key, sources: [] });
      typed.add(digest(given.key));
    } else if (given !== undefined && 'preset' in given) {
      const chosen = sources.given.get(given.preset);
      if (chosen === undefined) return { ok: false, reason: UNPROVED };
      if (!isOwn(place, chosen.domain)) {
        const reason = strings.presetsKeyBelongsSoCant(chosen.domain, placeWords(named, place.path ?? []));
        return { ok: false, reason };
      }
      secrets.push({ value: chosen.key, sources: [] });
      used.push(chosen);
    } else if (place.path === null) {
      secrets.push({ value: LOST, sources: [] });
      notes.push(strings.keyCommentLineNoLonger(place.line, LOST));
    } else {
      secrets.push({ value: LOST, sources: [] });
      missing.push({ path: place.path, words: placeWords(named, place.path), fingerprint: shortFingerprint(own) });
    }
  }
  if (missing.length > 0) {
    const open = missing.map(({ words: where, fingerprint }) => strings.whereKeyFingerprint(where, fingerprint));
    return { ok: false, reason: strings.kAuditTrayNoLongerKey(open.join('; ')), missing };
  }
  const result = filled(text, words, secrets, withSecrets(sealing, secrets));
  if (result === undefined) return { ok: false, reason: UNPROVED };
  // SECURITY: follows references and aliases too, so no key gets a new URL.
  const pairs = new Set([...now.pairs, ...seen.pairs]);
  for (const pair of keyPairs(result, digest)) {
    const own = pair.slice(0, pair.indexOf(' '));
    const url = pair.slice(pair.indexOf(' ') + 1);
    const isPresets = [...used, ...presets.values()].some(({ key, domain }) => digest(key) === own && isOwnUrl(url, domain));
    const wasPresets = [...(earlier.get(own)?.domains ?? [])].some((domain) => isOwnUrl(url, domain));
    if (!pairs.has(pairText(own, url)) && !isPresets && !wasPresets && !typed.has(own))
      return { ok: false, reason: strings.keyWouldGoNewAddress };
  }
  return { ok: true, text: result, presetKeys: used, notes };
}

const UNPROVED = strings.isntCertainEachKeyReturns;

function isOwn(place: Neighbour, domain: string): boolean {
  return place.url !== undefined && place.path?.at(-1) === 'http-api-token' && isOwnUrl(place.url, domain);
}

function shownConflict(conflict: MergeConflict, words: Words): MergeConflict {
  const shown = (value: MergeConflict['base']): MergeConflict['base'] => {
    if (value === undefined) return undefined;
    const text = words.replaced(JSON.stringify(value), (digest) => `key-${shortFingerprint(digest)}`);
    return JSON.parse(text) as MergeConflict['base'];
  };
  return { path: conflict.path, base: shown(conflict.base), mine: shown(conflict.mine), theirs: shown(conflict.theirs) };
}

function samePath(one: Path, other: Path | null): boolean {
  return other !== null && one.length === other.length && one.every((step, index) => step === other[index]);
}
