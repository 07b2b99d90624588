import * as z from 'zod';
import { editSchema } from '../common/api.ts';
import { AppError } from '../common/errors.ts';
import { packed, type SealedBytes } from '../common/history/sealed.ts';
import type { Edit } from '../common/integration/reading/integration.ts';
import type { ConfigMapRef } from '../common/reference.ts';
import { referenceKey } from '../common/reference.ts';
import { configMapRefSchema } from '../common/reference-schema.ts';
import type { DraftReply, KeptDraft } from '../common/replies.ts';
import type { PresetStore } from '../presets/preset-store.ts';
import type { JsonFile } from '../settings/json-file.ts';
import type { TextWork } from '../texts/text-work.ts';
import type { Clusters } from './clusters.ts';
import { type ConfigMaps, missing } from './config-maps.ts';
import * as strings from './strings.ts';

const MOST = 50;
const digest = z.string().regex(/^[0-9a-f]{64}$/);
const sealedSchema = z.strictObject({
  text: z.string().max(2_000_000),
  holes: z.array(z.strictObject({ at: z.number().int().min(0), digest })).max(100_000),
  valid: z.boolean().optional(),
});
// SECURITY: texts with digests for keys, and edits without keys.
const entrySchema = z.strictObject({
  ref: configMapRefSchema,
  uid: z.string().max(256),
  savedAt: z.iso.datetime(),
  before: sealedSchema,
  mine: sealedSchema,
  /** null: they hold a secret, and only the text is kept. */
  edits: z.array(editSchema).max(1000).nullable(),
  presets: z.array(z.strictObject({ digest, preset: z.string().max(64) })).max(1000),
  lostKeys: z.number().int().min(0),
});
type Read = z.output<typeof entrySchema>;

interface Entry extends Omit<Read, 'before' | 'mine'> {
  readonly before: SealedBytes;
  readonly mine: SealedBytes;
}

export interface DraftsOptions {
  readonly file: JsonFile;
  readonly configMaps: Pick<ConfigMaps, 'draft' | 'fetch'>;
  readonly clusters: Pick<Clusters, 'owner'>;
  readonly texts: TextWork;
  readonly presets: Pick<PresetStore, 'list'>;
}

/** Keeps unapplied edits across restarts without keys, and rebases them on the cluster's current version. */
export class Drafts {
  readonly #options: DraftsOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #newest = new Map<string, symbol>();
  readonly #saving = new Set<Promise<unknown>>();

  constructor(options: DraftsOptions) {
    this.#options = options;
    for (const item of options.file.read()) {
      const { success, data } = entrySchema.safeParse(item);
      if (!success) continue;
      const { before, mine, ...entry } = data;
      this.#entries.set(referenceKey(entry.ref), { ...entry, before: packed(before), mine: packed(mine) });
    }
  }

  /** Replaces the kept edits. Throws AppError `document` if they can't be made. */
  save(ref: ConfigMapRef, base: string, edits: readonly Edit[]): Promise<KeptDraft> {
    const saving = this.#save(ref, base, edits).finally(() => this.#saving.delete(saving));
    this.#saving.add(saving);
    return saving;
  }

  /** Waits for edits that are being saved: a page sends its last ones while it closes. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#saving);
  }

  async #save(ref: ConfigMapRef, base: string, edits: readonly Edit[]): Promise<KeptDraft> {
    if (edits.length === 0) {
      this.discard(ref);
      return { lostKeys: 0 };
    }
    const key = referenceKey(ref);
    const turn = Symbol();
    this.#newest.set(key, turn);
    const result = await this.#options.configMaps.draft(ref, base, edits);
    if (!result.ok) throw new AppError('document', strings.changeWasntKept(result.reason), { about: `${ref.namespace}/${ref.name}` });
    const { draft } = result;
    const { clusters, texts } = this.#options;
    const kept = await texts.run('kept', clusters.owner(draft.base), draft.base.text ?? '', draft.text, edits, draft.presetKeys);
    const { before, mine, keyless, presets, lostKeys } = kept;
    const entry: Entry = {
      ref,
      uid: draft.base.uid,
      savedAt: new Date().toISOString(),
      before,
      mine,
      edits: keyless ? [...edits] : null,
      presets: [...presets],
      lostKeys,
    };
    if (this.#newest.get(key) !== turn) return { lostKeys };
    this.#newest.delete(key);
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    for (const oldest of [...this.#entries.keys()].slice(0, Math.max(0, this.#entries.size - MOST))) this.#entries.delete(oldest);
    if (!this.#write()) {
      const message = strings.unsavedChangesWontSurviveRestart;
      throw new AppError('settings', message, { retry: true });
    }
    return { lostKeys };
  }

  /** Throws the errors of fetching the ConfigMap. */
  async get(ref: ConfigMapRef): Promise<DraftReply> {
    const entry = this.#entries.get(referenceKey(ref));
    if (entry === undefined) return { outcome: 'none' };
    const { configMaps, clusters, texts, presets } = this.#options;
    const live = await configMaps.fetch(ref);
    if (live === null) throw missing(ref);
    const { resourceVersion: base } = live;
    const { savedAt, lostKeys } = entry;
    const known = new Set(presets.list().map(({ id }) => id));
    const kept = { ...entry, presets: entry.presets.filter(({ preset }) => known.has(preset)) };
    const { older, mine, isOpen, merged } = await texts.run('reopened', clusters.owner(live), live.text ?? '', kept);
    const conflict = (reason: string): DraftReply => ({ outcome: 'conflict', base, savedAt, reason, mine });
    if (live.uid !== entry.uid) return conflict(strings.someoneDeletedRecreatedConfigMap);
    if (!isOpen) return conflict(strings.draftHoldsKey);
    if (!older && entry.edits !== null) return { outcome: 'draft', base, edits: entry.edits, savedAt, older, lostKeys };
    if (merged === null) return conflict(strings.someoneElseChangedSameFields);
    // `binaryData` still waits to be moved, though its text is the same.
    if (merged.isSame && live.binary === undefined) {
      // It was applied, or someone else did the same.
      if (this.#entries.get(referenceKey(ref)) === entry) this.discard(ref);
      return { outcome: 'none' };
    }
    return { outcome: 'draft', base, edits: [{ op: 'text', text: merged.text }, ...merged.presets], savedAt, older, lostKeys };
  }

  discard(ref: ConfigMapRef): void {
    this.#newest.delete(referenceKey(ref));
    if (this.#entries.delete(referenceKey(ref))) this.#write();
  }

  #write(): boolean {
    const entries = [...this.#entries.values()].flatMap((entry, index) => [Buffer.from(index === 0 ? '' : ','), ...partsOf(entry)]);
    return this.#options.file.writeParts([Buffer.from('['), ...entries, Buffer.from(']')]);
  }
}

/** JSON as `entrySchema` has it. */
function partsOf({ before, mine, ...entry }: Entry): readonly Uint8Array[] {
  return [Buffer.from(`${JSON.stringify(entry).slice(0, -1)},"before":`), before, Buffer.from(',"mine":'), mine, Buffer.from('}')];
}
