import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { AppError } from '../common/errors.ts';
import type { KeyInfo, Preset, PresetView, presetSchema } from '../common/preset.ts';
import { presetUrl } from '../common/preset.ts';
import type { StoredPreset } from '../settings/settings-file.ts';
import { MAX_REPLACED_KEYS } from '../settings/settings-file.ts';
import type { SettingsStore } from '../settings/settings-store.ts';
import type { Fingerprinter } from './fingerprint.ts';
import { shortFingerprint } from './fingerprint.ts';
import type { KeyStore } from './keychain.ts';
import type { Redaction } from './redaction.ts';

/** A preset that the contract's schema has checked. */
export type CheckedPreset = z.output<typeof presetSchema>;

export interface PresetStoreOptions {
  readonly settings: SettingsStore;
  readonly keychain: KeyStore;
  readonly fingerprinter: Fingerprinter;
  readonly redaction: Redaction;
  /** Called after every change of the list. */
  onChange(): void;
}

export interface PresetSaved {
  readonly preset: PresetView;
  readonly stored: 'keychain' | 'memory' | 'unchanged';
}

/** A preset ready for use. `key` stays in main. */
export interface UsablePreset {
  readonly preset: Preset;
  readonly key: string;
  /** The key that queries, of the same domain. It too stays in main. */
  readonly readBackKey?: string;
  /** The only URL that the key may be sent to (and its `api.`/`ingress.` twin). */
  readonly url: string;
}

/** What one entry of the keychain holds: the key, and what it is for. */
const entrySchema = z.object({
  version: z.literal(1),
  name: z.string(),
  domain: z.string().min(1),
  key: z.string().min(1),
  setAt: z.iso.datetime(),
  readBackKey: z.string().min(1).optional(),
});
type Entry = z.output<typeof entrySchema>;

/** Presets: a display copy in the settings, the key and its domain in the keychain. Errors are AppErrors `preset`, `keychain`, `settings`, `not-found`. */
export class PresetStore {
  readonly #options: PresetStoreOptions;
  /** What is known of keys that this run's memory holds: nothing of them is written to the settings. */
  readonly #inMemory = new Map<string, NonNullable<StoredPreset['key']>>();

  constructor(options: PresetStoreOptions) {
    this.#options = options;
  }

  /** Never asks the keychain. */
  list(): readonly PresetView[] {
    return this.#options.settings.presets().map((preset) => this.#view(preset));
  }

  /**
   * Creates (no id) or changes a preset. Without a key its key stays; with another domain it has to be given again. The same goes for the
   * key that queries; null removes it.
   */
  async save(checked: CheckedPreset, givenKey?: string, givenReadBackKey?: string | null): Promise<PresetSaved> {
    const before = checked.id === undefined ? undefined : this.#find(checked.id);
    const info = before && this.#info(before);
    const key = givenKey === undefined ? undefined : cleanKey(givenKey, checked.name);
    const readBackKey = typeof givenReadBackKey === 'string' ? cleanKey(givenReadBackKey, checked.name) : givenReadBackKey;
    if (before && info && before.domain !== checked.domain) {
      // SECURITY: a key must not silently follow its preset to another host.
      if (key === undefined) throw notTakenAlong('The key', before, checked);
      if (info.readBack && readBackKey === undefined) throw notTakenAlong('The key that reads back', before, checked);
    }
    const preset: Preset = plain({ ...checked, id: before?.id ?? randomUUID() });
    const unchanged: StoredPreset = before?.key === undefined ? preset : { ...preset, key: before.key };
    if (key === undefined && (readBackKey === undefined || (readBackKey === null && !info?.readBack))) {
      this.#put(unchanged);
      return { preset: this.#viewOf(preset.id), stored: 'unchanged' };
    }

    const entry = await this.#nextEntry(preset, info, key, readBackKey);
    const next = this.#nextInfo(info, entry);
    const stored = await this.#options.keychain.write(account(preset.id), JSON.stringify(entry));
    if (stored === 'memory') {
      this.#inMemory.set(preset.id, next);
      this.#put(unchanged);
    } else {
      this.#inMemory.delete(preset.id);
      this.#put({ ...preset, key: next });
    }
    return { preset: this.#viewOf(preset.id), stored };
  }

  /** Removes a preset and its key. When the keychain refuses, both stay. */
  async remove(id: string): Promise<void> {
    const preset = this.#find(id);
    if (this.#info(preset)) await this.#options.keychain.remove(account(id));
    this.#inMemory.delete(id);
    this.#options.settings.savePresets(this.#options.settings.presets().filter((other) => other.id !== id));
    this.#options.onChange();
  }

  /** Fetches the key: the only call here that can unlock the keychain. */
  async use(id: string): Promise<UsablePreset> {
    const { key: _, ...preset } = this.#find(id);
    const entry = await this.#entry(preset);
    // SECURITY: the settings are a plain file. Whoever changes the domain there must not get the key sent to that domain.
    if (entry.domain !== preset.domain) {
      throw new AppError(
        'preset',
        `The key of "${preset.name}" belongs to ${entry.domain}, but the settings say ${preset.domain}. Nothing was sent. If the new domain is right, edit the preset and enter its key again.`,
        { about: preset.name },
      );
    }
    return {
      preset,
      key: entry.key,
      url: presetUrl({ domain: entry.domain, endpoint: preset.endpoint }),
      ...(entry.readBackKey === undefined ? {} : { readBackKey: entry.readBackKey }),
    };
  }

  /** The id of the preset that has this key. Asks no keychain: compares whole HMACs. */
  ownerOf(secret: string): string | undefined {
    const digest = this.#options.fingerprinter.digest(secret);
    return this.#options.settings.presets().find((preset) => this.#info(preset)?.digest === digest)?.id;
  }

  /** The id of a preset that had this key before it got its present one. */
  formerOwnerOf(secret: string): string | undefined {
    const digest = this.#options.fingerprinter.digest(secret);
    return this.#options.settings.presets().find((preset) => this.#info(preset)?.replaced?.includes(digest))?.id;
  }

  /** What the keychain holds of a preset. */
  async #entry(preset: Preset): Promise<Entry> {
    const text = await this.#options.keychain.read(account(preset.id));
    if (text === null) {
      throw new AppError('preset', `The preset "${preset.name}" has no key in the keychain. Edit the preset and enter its key.`, {
        about: preset.name,
      });
    }
    const entry = readEntry(text, preset.name);
    this.#options.redaction.add(entry.key);
    if (entry.readBackKey !== undefined) this.#options.redaction.add(entry.readBackKey);
    return entry;
  }

  /** The entry with the keys that are given now; those that are not come out of the keychain. */
  async #nextEntry(
    preset: Preset,
    info: StoredPreset['key'],
    key: string | undefined,
    readBackKey: string | null | undefined,
  ): Promise<Entry> {
    const { redaction } = this.#options;
    if (key !== undefined) redaction.add(key);
    if (typeof readBackKey === 'string') redaction.add(readBackKey);
    const keeps = key === undefined || (readBackKey === undefined && info?.readBack !== undefined);
    const kept = keeps
      ? await this.#entry(preset).catch((error: unknown) => {
          // The way out of an entry that is gone or broken is to enter the key: then nothing is left to be kept.
          if (key !== undefined && error instanceof AppError && error.code === 'preset') return undefined;
          throw error;
        })
      : undefined;
    // SECURITY: what is kept goes on belonging to the domain that the keychain says, whatever the settings' copy says.
    if (kept && kept.domain !== preset.domain) throw notTakenAlong('The key', { name: preset.name, domain: kept.domain }, preset);
    const { key: keptKey = '', readBackKey: keptReadBackKey } = kept ?? {};
    const nextReadBackKey = readBackKey === undefined ? keptReadBackKey : (readBackKey ?? undefined);
    return {
      version: 1,
      name: preset.name,
      domain: preset.domain,
      key: key ?? keptKey,
      setAt: key === undefined ? (kept?.setAt ?? '') : new Date().toISOString(),
      ...(nextReadBackKey === undefined ? {} : { readBackKey: nextReadBackKey }),
    };
  }

  #nextInfo(info: StoredPreset['key'], entry: Entry): NonNullable<StoredPreset['key']> {
    const digest = this.#options.fingerprinter.digest(entry.key);
    const replaced = info ? [info.digest, ...(info.replaced ?? [])] : [];
    const others = [...new Set(replaced)].filter((old) => old !== digest).slice(0, MAX_REPLACED_KEYS);
    const readBackDigest = entry.readBackKey === undefined ? undefined : this.#options.fingerprinter.digest(entry.readBackKey);
    const readBack = readBackDigest === undefined ? undefined : { setAt: new Date().toISOString(), digest: readBackDigest };
    return {
      setAt: entry.setAt,
      digest,
      ...(others.length > 0 ? { replaced: others } : {}),
      ...(readBack === undefined ? {} : { readBack: info?.readBack?.digest === readBack.digest ? info.readBack : readBack }),
    };
  }

  #put(preset: StoredPreset): void {
    const { settings, onChange } = this.#options;
    const presets = settings.presets();
    const there = presets.some((other) => other.id === preset.id);
    settings.savePresets(there ? presets.map((other) => (other.id === preset.id ? preset : other)) : [...presets, preset]);
    onChange();
  }

  #find(id: string): StoredPreset {
    const preset = this.#options.settings.presets().find((candidate) => candidate.id === id);
    if (!preset) throw new AppError('not-found', 'This preset does not exist any more. Choose another one.');
    return preset;
  }

  #viewOf(id: string): PresetView {
    return this.#view(this.#find(id));
  }

  #info(preset: StoredPreset): StoredPreset['key'] {
    return this.#inMemory.get(preset.id) ?? preset.key;
  }

  #view(stored: StoredPreset): PresetView {
    const { key: _, ...preset } = stored;
    const info = this.#info(stored);
    return {
      ...preset,
      key: this.#keyInfo(stored.id, info),
      ...(info?.readBack === undefined ? {} : { readBackKey: this.#keyInfo(stored.id, info.readBack) }),
    };
  }

  #keyInfo(id: string, info: { readonly setAt: string; readonly digest: string } | undefined): KeyInfo {
    if (!info) return { state: 'missing' };
    const state = this.#options.keychain.inMemory(account(id)) ? 'memory' : 'keychain';
    return { state, setAt: info.setAt, fingerprint: shortFingerprint(info.digest) };
  }
}

function account(id: string): string {
  return `preset:${id}`;
}

function plain(checked: CheckedPreset & { id: string }): Preset {
  const { team, ...rest } = checked;
  return team === undefined ? rest : { ...rest, team };
}

function notTakenAlong(what: string, from: { readonly name: string; readonly domain: string }, to: { readonly domain: string }): AppError {
  return new AppError(
    'preset',
    `${what} of "${from.name}" is for ${from.domain} and is not taken along to ${to.domain}. Enter one of ${to.domain}.`,
    { about: from.name },
  );
}

/** As people paste keys: with blanks around, or with the `Bearer ` of a curl line. What cannot stand in a header is no key. */
function cleanKey(text: string, preset: string): string {
  const key = text.trim().replace(/^bearer(\s+|$)/i, '');
  if (/^[\x21-\x7e]+$/.test(key)) return key;
  const reason = key === '' ? 'is empty' : 'has blanks or characters that no key has';
  throw new AppError('preset', `The key for "${preset}" ${reason}. Copy it again from Coralogix.`, {
    about: preset,
  });
}

function readEntry(text: string, preset: string): Entry {
  try {
    return entrySchema.parse(JSON.parse(text));
  } catch {
    // SECURITY: the parser's own message would quote the entry.
    throw new AppError(
      'preset',
      `The keychain's entry of "${preset}" was changed by something else. Edit the preset and enter its key again.`,
      {
        about: preset,
      },
    );
  }
}
