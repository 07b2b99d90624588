// Makes `restore` and `undo`. Merges sealed texts, then puts each secret back where it may go.

import { randomBytes } from 'node:crypto';
import type { KeyOwner } from '../common/coralogix/preset.ts';
import { keyPairs, type Neighbour, neighbours, pairText } from '../common/history/beside.ts';
import type { KeptRevision, MissingKey } from '../common/history/revision.ts';
import type { Digest, KnownSecret } from '../common/history/sealed.ts';
import { filled, opened, seal, Words } from '../common/history/sealed.ts';
import { mergeChosen } from '../common/integration/choices.ts';
import { mergeDocuments } from '../common/integration/document.ts';
import { placeWords } from '../common/integration/place-words.ts';
import type { GivenKey, UndoChoice } from '../common/integration/reading/integration.ts';
import type { MergeConflict, Path, Value } from '../common/yaml/value.ts';
import { shortFingerprint } from '../secrets/fingerprint.ts';
import type { RunKeys, Standing } from './run-keys.ts';
import { standingIn } from './run-keys.ts';

export interface PresetKey {
  readonly key: string;
  readonly domain: string;
  readonly preset: string;
}

export interface TakeBackOptions {
  readonly revision: KeptRevision;
  readonly previous: KeptRevision | undefined;
  readonly undo: boolean;
  readonly text: string;
  readonly keys: readonly GivenKey[];
  readonly choices?: readonly UndoChoice[] | undefined;
  readonly digest: Digest;
  readonly standing: Standing;
  readonly runKeys: Pick<RunKeys, 'presetKey'>;
  ownerOfDigest(digest: string): KeyOwner | undefined;
  /** May unlock the keychain. */
  usePreset(id: string): Promise<PresetKey>;
  isOwnUrl(url: string, domain: string): boolean;
}

export type TakenBack =
  | { readonly ok: true; readonly text: string; readonly presetKeys: readonly PresetKey[]; readonly notes: readonly string[] }
  | {
      readonly ok: false;
      readonly reason: string;
      readonly missing?: readonly MissingKey[];
      readonly conflicts?: readonly MergeConflict[];
    };

/** Replaces a key in a comment that is no longer known. */
const LOST = '<key>';

export async function takeBack(options: TakeBackOptions): Promise<TakenBack> {
  const { revision, previous, undo, text, digest, choices = [] } = options;
  if (undo && previous === undefined)
    return { ok: false, reason: 'This is the first known version, so there’s nothing before it to restore.' };
  const words = new Words(randomBytes(8).toString('hex'));
  const wanted = opened(revision.content, words.wordFor);
  if (!undo || previous === undefined) return withKeys(wanted, words, options);
  const live = opened(seal(text, digest), words.wordFor);
  const mine = opened(previous.content, words.wordFor);
  const secrets = [...standingIn(text, digest).secrets].sort(([, one], [, other]) => other.value.length - one.value.length);
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
  if (!merge.ok && 'reason' in merge) return merge;
  if (!merge.ok) {
    const places = merge.conflicts.map(({ path }) => placeWords(wanted, path));
    const conflicts = merge.conflicts.map((conflict) => shownConflict(conflict, words));
    return { ok: false, reason: `These places have changed since: ${[...new Set(places)].join('; ')}. Nothing was undone.`, conflicts };
  }
  return withKeys(merge.text, words, options);
}

/** SECURITY: the only place where keys come back, each only to its present place or its preset's domain. */
async function withKeys(text: string, words: Words, options: TakeBackOptions): Promise<TakenBack> {
  const { digest, standing } = options;
  const places = words.in(text);
  const live = standingIn(options.text, digest);
  const presets = await presetsOf(
    places.map((place) => place.digest),
    options,
  );
  if (presets.failure !== undefined) return { ok: false, reason: presets.failure };

  const known = places.map(({ digest: own }): KnownSecret | undefined => {
    const found = live.secrets.get(own) ?? standing.secrets.get(own);
    const preset = presets.keys.get(own)?.[0]?.key ?? options.runKeys.presetKey(own)?.key;
    return found ?? (preset === undefined ? undefined : { value: preset, sources: [] });
  });
  // Only to see what each key would be next to. This text isn't used.
  const draft = filled(
    text,
    words,
    known.map((secret, index) => secret ?? { value: text.slice(places[index]?.start, places[index]?.end), sources: [] }),
    digest,
  );
  if (draft === undefined) return { ok: false, reason: UNPROVED };
  const around = neighbours(draft, digest);

  const secrets: KnownSecret[] = [];
  const missing: MissingKey[] = [];
  const notes: string[] = [];
  const used: PresetKey[] = [];
  const typed = new Set<string>();
  for (const [index, { digest: own }] of places.entries()) {
    const place = around[index];
    const secret = known[index];
    if (place === undefined) return { ok: false, reason: UNPROVED };
    const mayStay = live.secrets.get(own)?.besides.has(place.beside) || standing.secrets.get(own)?.besides.has(place.beside);
    const owners = [...(presets.keys.get(own) ?? [])].filter(({ domain }) => isOwn(place, domain, options));
    const earlier = [...(options.runKeys.presetKey(own)?.domains ?? [])].filter((domain) => isOwn(place, domain, options));
    if (secret !== undefined && (mayStay || owners.length > 0 || earlier.length > 0)) {
      secrets.push(secret);
      const [owner] = owners;
      if (owner !== undefined) used.push(owner);
      continue;
    }
    const given = place.path === null ? undefined : options.keys.find(({ path }) => samePath(path, place.path));
    if (given !== undefined && 'key' in given) {
      secrets.push({ value: given.key, sources: [] });
      typed.add(digest(given.key));
    } else if (given !== undefined && 'preset' in given) {
      const preset = await options.usePreset(given.preset);
      if (!isOwn(place, preset.domain, options)) {
        const reason = `The preset’s key belongs to ${preset.domain}, so it can’t go to ${placeWords(draft, place.path ?? [])}. Choose the right preset.`;
        return { ok: false, reason };
      }
      secrets.push({ value: preset.key, sources: [] });
      used.push(preset);
    } else if (place.path === null) {
      secrets.push({ value: LOST, sources: [] });
      notes.push(`The key in the comment at line ${place.line} is no longer known, so ${LOST} replaces it.`);
    } else {
      secrets.push({ value: LOST, sources: [] });
      missing.push({ path: place.path, words: placeWords(draft, place.path), fingerprint: shortFingerprint(own) });
    }
  }
  if (missing.length > 0) {
    const named = missing.map(({ words: where, fingerprint }) => `${where} (key ${fingerprint})`).join('; ');
    return { ok: false, reason: `kAudit Tray no longer has the key for: ${named}. Choose a preset for it, or enter it.`, missing };
  }
  const result = filled(text, words, secrets, digest);
  if (result === undefined) return { ok: false, reason: UNPROVED };
  // SECURITY: follows references and aliases too, so no key gets a new URL.
  const pairs = new Set([...live.pairs, ...standing.pairs]);
  for (const pair of keyPairs(result, digest)) {
    const own = pair.slice(0, pair.indexOf(' '));
    const url = pair.slice(pair.indexOf(' ') + 1);
    const preset = [...used, ...(presets.keys.get(own) ?? [])].some(
      ({ key, domain }) => digest(key) === own && options.isOwnUrl(url, domain),
    );
    const earlier = [...(options.runKeys.presetKey(own)?.domains ?? [])].some((domain) => options.isOwnUrl(url, domain));
    if (!pairs.has(pairText(own, url)) && !preset && !earlier && !typed.has(own))
      return { ok: false, reason: 'A key would go to a new address, so nothing was restored.' };
  }
  return { ok: true, text: result, presetKeys: used, notes };
}

const UNPROVED = 'It isn’t certain that each key returns to its own place, so nothing was restored. Make the change in the text.';

function isOwn(place: Neighbour, domain: string, { isOwnUrl }: TakeBackOptions): boolean {
  return place.url !== undefined && place.path?.at(-1) === 'http-api-token' && isOwnUrl(place.url, domain);
}

async function presetsOf(digests: readonly string[], options: TakeBackOptions) {
  const keys = new Map<string, readonly PresetKey[]>();
  const live = standingIn(options.text, options.digest);
  for (const digest of new Set(digests)) {
    const owner = options.ownerOfDigest(digest);
    // Known keys don't need the keychain.
    if (owner === undefined || owner.former || live.secrets.has(digest) || options.standing.secrets.has(digest)) continue;
    try {
      const preset = await options.usePreset(owner.preset);
      // SECURITY: the keychain's key may differ from the one in the settings.
      if (options.digest(preset.key) === digest) keys.set(digest, [preset]);
    } catch (error) {
      return { keys, failure: error instanceof Error ? error.message : String(error) };
    }
  }
  return { keys, failure: undefined };
}

function shownConflict(conflict: MergeConflict, words: Words): MergeConflict {
  const shown = (value: MergeConflict['base']): MergeConflict['base'] => {
    if (value === undefined) return undefined;
    const text = JSON.stringify(value);
    let result = text;
    for (const { digest, start, end } of [...words.in(text)].reverse())
      result = `${result.slice(0, start)}key-${shortFingerprint(digest)}${result.slice(end)}`;
    return JSON.parse(result) as MergeConflict['base'];
  };
  return { path: conflict.path, base: shown(conflict.base), mine: shown(conflict.mine), theirs: shown(conflict.theirs) };
}

function samePath(one: Path, other: Path | null): boolean {
  return other !== null && one.length === other.length && one.every((step, index) => step === other[index]);
}
