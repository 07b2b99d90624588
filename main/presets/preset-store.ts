import { randomUUID } from 'node:crypto';
import type { KeyInfo, KeyOwner, Preset, PresetView, RemovedPreset } from '../common/coralogix/preset.ts';
import { presetUrl } from '../common/coralogix/preset.ts';
import { AppError } from '../common/errors.ts';
import { KEYCHAIN_SERVICE, type KeyStore } from '../keychain/keychain.ts';
import type { Fingerprinter } from '../secrets/fingerprint.ts';
import { shortFingerprint } from '../secrets/fingerprint.ts';
import type { Redaction } from '../secrets/redaction.ts';
import type { StoredPreset } from '../settings/settings-file.ts';
import { MAX_PRESETS } from '../settings/settings-file.ts';
import type { SettingsStore } from '../settings/settings-store.ts';
import { type CheckedPreset, plain } from './checked.ts';
import { account, type Entry, entryText, nameFields, namesOf, readEntry, sameNames } from './entry.ts';
import { changedOutside, cleanKey, noKey, notTakenAlong, olderKey, otherDomain, otherNames } from './errors.ts';
import { displayCopy, exportedPresets, importedPresets } from './exchange.ts';
import { formerDigests, type Info, keyFields, nextInfo } from './key-info.ts';
import * as strings from './strings.ts';

export interface PresetStoreOptions {
  readonly settings: SettingsStore;
  readonly keychain: KeyStore;
  readonly fingerprinter: Fingerprinter;
  readonly redaction: Redaction;
  onChange(): void;
}

export interface PresetSaved {
  readonly preset: PresetView;
  readonly stored: 'keychain' | 'memory' | 'unchanged' | 'removed' | 'gone';
  /** The read-back key was lost: its entry was gone or broken. */
  readonly readBackLost?: true;
}

export interface UsablePreset {
  readonly preset: Preset;
  readonly key: string;
  /** The key that queries the same domain. Stays in main. */
  readonly readBackKey?: string;
  /** The only URL that gets the key (and its `api.`/`ingress.` twin). */
  readonly url: string;
}

type Trouble = Extract<KeyInfo['state'], 'gone' | 'changed' | 'renamed'>;

/**
 * A display copy in the settings; key and domain in the keychain. Errors are AppErrors `preset`, `keychain`,
 * `settings`, `not-found`.
 */
export class PresetStore {
  readonly #options: PresetStoreOptions;
  /** Keys in memory only: the settings get nothing of them. */
  readonly #inMemory = new Map<string, Info>();
  readonly #troubles = new Map<string, Trouble>();

  constructor(options: PresetStoreOptions) {
    this.#options = options;
  }

  list(): readonly PresetView[] {
    return this.#options.settings.presets().map((preset) => this.#view(preset));
  }

  /**
   * Creates (no id) or changes a preset. Without a key the old one stays, except with a new domain; null removes it
   * with its entry. Likewise for the read-back key, where null removes only that. New names go to the keychain, too; if
   * that refuses, they don't change.
   */
  async save(checked: CheckedPreset, givenKey?: string | null, givenReadBackKey?: string | null): Promise<PresetSaved> {
    const before = checked.id === undefined ? undefined : this.#find(checked.id);
    const info = before && this.#info(before);
    if (givenKey === null) return this.#withoutKey(checked, before, info);
    const key = givenKey === undefined ? undefined : cleanKey(givenKey, checked.name);
    const readBackKey = typeof givenReadBackKey === 'string' ? cleanKey(givenReadBackKey, checked.name) : givenReadBackKey;
    if (before && info && before.domain !== checked.domain) {
      // SECURITY: a key must not silently follow its preset to another host.
      if (key === undefined) throw notTakenAlong(strings.theKey, before, checked);
      if (info.readBack && readBackKey === undefined) throw notTakenAlong(strings.readBackKey, before, checked);
    }
    const preset: Preset = plain({ ...checked, id: before?.id ?? randomUUID() }, before);
    const unchanged: StoredPreset = { ...preset, ...keyFields(before) };
    const keepsKeys = key === undefined && (readBackKey === undefined || (readBackKey === null && !info?.readBack));
    const entry = keepsKeys ? await this.#renamedEntry(before, preset, info) : await this.#nextEntry(preset, info, key, readBackKey);
    if (entry === undefined) {
      this.#put(unchanged);
      return { preset: this.#viewOf(preset.id), stored: 'unchanged' };
    }

    const next = nextInfo(this.#options.fingerprinter, info, entry, before?.former);
    const stored = await this.#options.keychain.write(account(preset.id), entryText(entry));
    this.#troubles.delete(preset.id);
    if (stored === 'memory') {
      this.#inMemory.set(preset.id, next);
      this.#put(unchanged);
    } else {
      this.#inMemory.delete(preset.id);
      this.#put({ ...preset, key: next });
    }
    return {
      preset: this.#viewOf(preset.id),
      stored: keepsKeys && stored === 'keychain' ? 'unchanged' : stored,
      ...(info?.readBack && givenReadBackKey === undefined && entry.readBackKey === undefined ? { readBackLost: true } : {}),
    };
  }

  /** Keeps the fingerprint: ConfigMaps may still have the key. If the keychain refuses, nothing changes. */
  async #withoutKey(checked: CheckedPreset, before: StoredPreset | undefined, info: Info | undefined): Promise<PresetSaved> {
    const preset: Preset = plain({ ...checked, id: before?.id ?? randomUUID() }, before);
    const found = before !== undefined && (await this.#removeEntry(before));
    const former = formerDigests(info, before?.former);
    this.#put({ ...preset, ...(former.length > 0 ? { former } : {}) });
    return { preset: this.#viewOf(preset.id), stored: info === undefined ? 'unchanged' : found ? 'removed' : 'gone' };
  }

  /** If the keychain refuses, nothing is removed; with `leaveEntry` the preset goes and its entry stays. */
  async remove(id: string, leaveEntry = false): Promise<RemovedPreset> {
    const preset = this.#find(id);
    const entry = { service: KEYCHAIN_SERVICE, account: account(id) };
    const hadKey = this.#info(preset) !== undefined;
    let found: boolean;
    try {
      found = await this.#removeEntry(preset, leaveEntry);
    } catch (error) {
      if (!(error instanceof AppError) || !(error.code === 'keychain' || error.code === 'cancelled')) throw error;
      return { outcome: 'keychain', reason: error.message, entry };
    }
    this.#options.settings.savePresets(this.#options.settings.presets().filter((other) => other.id !== id));
    this.#options.onChange();
    const left = leaveEntry && preset.key !== undefined ? entry : null;
    return { outcome: 'removed', left, ...(hadKey && !found && left === null ? { gone: true } : {}) };
  }

  async #removeEntry({ id, key }: StoredPreset, leave = false): Promise<boolean> {
    const { keychain } = this.#options;
    let found = keychain.inMemory(account(id));
    if (key === undefined || leave) keychain.forget(account(id));
    else found = await keychain.remove(account(id));
    this.#inMemory.delete(id);
    this.#troubles.delete(id);
    return found;
  }

  /** The only call here that can unlock the keychain. */
  async use(id: string): Promise<UsablePreset> {
    const stored = this.#find(id);
    const preset = displayCopy(stored);
    const entry = await this.#entry(preset, this.#info(stored));
    // SECURITY: the settings are a plain file. Whoever changes the domain there must not get the key.
    if (entry.domain !== preset.domain) {
      this.#trouble(id, 'changed');
      throw otherDomain(preset, entry.domain);
    }
    // SECURITY: nor may two presets swap names there, and so keys.
    const names = namesOf(entry);
    if (names !== undefined && !sameNames(names, preset)) {
      this.#trouble(id, 'renamed');
      throw otherNames(preset, names);
    }
    this.#trouble(id, undefined);
    return {
      preset,
      key: entry.key,
      url: presetUrl({ domain: entry.domain, endpoint: preset.endpoint }),
      ...(entry.readBackKey === undefined ? {} : { readBackKey: entry.readBackKey }),
    };
  }

  async useUnsaved(checked: CheckedPreset, givenKey?: string): Promise<Pick<UsablePreset, 'key' | 'url'>> {
    const url = presetUrl(checked);
    if (givenKey !== undefined) {
      const key = cleanKey(givenKey, checked.name);
      this.#options.redaction.add(key);
      return { key, url };
    }
    if (checked.id === undefined) throw new AppError('preset', strings.enterKeyFirst(checked.name), { about: checked.name });
    const { key, preset } = await this.use(checked.id);
    // SECURITY: a keychain key goes to its own domain only, whatever the form says.
    if (preset.domain !== checked.domain) throw notTakenAlong(strings.theKey, preset, checked);
    return { key, url };
  }

  async adopt(preset: CheckedPreset, key: string, domain: string): Promise<{ preset: PresetView; stored: 'keychain' | 'memory' }> {
    // SECURITY: adopting a key must not be a way to send it elsewhere.
    if (preset.domain !== domain) {
      throw new AppError('preset', strings.keyBelongsNotCreatePreset(domain, preset.domain), {
        about: preset.name,
      });
    }
    const { preset: saved, stored } = await this.save(preset, key);
    return { preset: saved, stored: stored === 'memory' ? 'memory' : 'keychain' };
  }

  exportText(): string {
    return exportedPresets(this.#options.settings.presets());
  }

  /** SECURITY: only adds presets, so that no key gets another domain. */
  importText(text: string): { added: number; known: number } {
    const { settings, onChange } = this.#options;
    const there = settings.presets();
    const { added, known } = importedPresets(text, there);
    if (there.length + added.length > MAX_PRESETS) throw new AppError('preset', strings.thereWouldMoreThanPresets(MAX_PRESETS));
    settings.savePresets([...there, ...added.map((preset) => plain({ ...preset, id: randomUUID() }))]);
    onChange();
    return { added: added.length, known };
  }

  /** The preset that has the key, else one that had it. Compares whole HMACs, without the keychain. */
  ownerOf(secret: string): KeyOwner | undefined {
    return this.ownerOfDigest(this.#options.fingerprinter.digest(secret));
  }

  ownerOfDigest = (digest: string): KeyOwner | undefined => this.owners().get(digest);

  /** By the whole digests of all keys that presets have, or had before. */
  owners(): ReadonlyMap<string, KeyOwner> {
    const presets = this.#options.settings.presets().map((preset) => ({ preset, info: this.#info(preset) }));
    const owner = ({ id, name, domain }: Preset, former: boolean): KeyOwner => ({ preset: id, name, domain, former });
    const former = presets.flatMap(({ preset, info }) =>
      [info?.replaced ?? [], preset.former ?? []].flat().map((own) => [own, owner(preset, true)] as const),
    );
    const present = presets.flatMap(({ preset, info }) => (info ? [[info.digest, owner(preset, false)] as const] : []));
    // Of two the first counts, and a current key before an earlier one.
    return new Map([...former.reverse(), ...present.reverse()]);
  }

  async #entry(preset: Preset, info: Info | undefined): Promise<Entry> {
    const text = info === undefined ? null : await this.#options.keychain.read(account(preset.id));
    if (text === null) {
      if (info !== undefined) this.#trouble(preset.id, 'gone');
      throw noKey(preset);
    }
    const entry = readEntry(text);
    // SECURITY: another key of the same region would send logs to another team.
    if (entry === undefined || !this.#isSaved(entry, info)) {
      this.#trouble(preset.id, 'changed');
      const older = entry !== undefined && info?.replaced?.includes(this.#options.fingerprinter.digest(entry.key));
      throw older ? olderKey(preset) : changedOutside(preset);
    }
    this.#options.redaction.add(entry.key);
    if (entry.readBackKey !== undefined) this.#options.redaction.add(entry.readBackKey);
    return entry;
  }

  #isSaved({ key, readBackKey }: Entry, info: Info | undefined): boolean {
    const { fingerprinter } = this.#options;
    const readBack = readBackKey === undefined ? undefined : fingerprinter.digest(readBackKey);
    return fingerprinter.digest(key) === info?.digest && readBack === info.readBack?.digest;
  }

  async #renamedEntry(before: Preset | undefined, preset: Preset, info: Info | undefined): Promise<Entry | undefined> {
    if (before === undefined || info === undefined) return undefined;
    if (sameNames(before, preset) && this.#troubles.get(preset.id) !== 'renamed') return undefined;
    const entry = await this.#entry(before, info).catch((error: unknown) => {
      if (error instanceof AppError && error.code === 'preset') return undefined;
      throw error;
    });
    // SECURITY: a rename doesn't bind a key to the settings' domain.
    return entry?.domain === preset.domain ? { ...entry, ...nameFields(preset) } : undefined;
  }

  async #nextEntry(
    preset: Preset,
    info: Info | undefined,
    key: string | undefined,
    readBackKey: string | null | undefined,
  ): Promise<Entry> {
    const { redaction } = this.#options;
    if (key !== undefined) redaction.add(key);
    if (typeof readBackKey === 'string') redaction.add(readBackKey);
    const keeps = key === undefined || (readBackKey === undefined && info?.readBack !== undefined);
    const kept = keeps
      ? await this.#entry(preset, info).catch((error: unknown) => {
          // Entering the key replaces a lost or broken entry.
          if (key !== undefined && error instanceof AppError && error.code === 'preset') return undefined;
          throw error;
        })
      : undefined;
    // SECURITY: a kept key stays with the keychain's domain.
    if (kept && kept.domain !== preset.domain) throw notTakenAlong(strings.theKey, { name: preset.name, domain: kept.domain }, preset);
    const { key: keptKey = '', readBackKey: keptReadBackKey } = kept ?? {};
    const nextReadBackKey = readBackKey === undefined ? keptReadBackKey : (readBackKey ?? undefined);
    return {
      version: 1,
      ...nameFields(preset),
      domain: preset.domain,
      key: key ?? keptKey,
      setAt: key === undefined ? (kept?.setAt ?? '') : new Date().toISOString(),
      ...(nextReadBackKey === undefined ? {} : { readBackKey: nextReadBackKey }),
    };
  }

  #trouble(id: string, trouble: Trouble | undefined): void {
    if (this.#troubles.get(id) === trouble) return;
    if (trouble === undefined) this.#troubles.delete(id);
    else this.#troubles.set(id, trouble);
    this.#options.onChange();
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
    if (!preset) throw new AppError('not-found', strings.presetNoLongerExistsChoose);
    return preset;
  }

  #viewOf(id: string): PresetView {
    return this.#view(this.#find(id));
  }

  #info(preset: StoredPreset): Info | undefined {
    return this.#inMemory.get(preset.id) ?? preset.key;
  }

  #view(stored: StoredPreset): PresetView {
    const info = this.#info(stored);
    return {
      ...displayCopy(stored),
      key: this.#keyInfo(stored.id, info),
      ...(info?.readBack === undefined ? {} : { readBackKey: this.#keyInfo(stored.id, info.readBack) }),
    };
  }

  #keyInfo(id: string, info: { readonly setAt: string; readonly digest: string } | undefined): KeyInfo {
    if (!info) return { state: 'missing' };
    const place = this.#options.keychain.inMemory(account(id)) ? 'memory' : 'keychain';
    const state = this.#troubles.get(id) ?? place;
    return { state, setAt: info.setAt, fingerprint: shortFingerprint(info.digest) };
  }
}
