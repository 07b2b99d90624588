import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import { editSchema } from '../common/api.ts';
import { AppError } from '../common/errors.ts';
import type { SealedText } from '../common/history/sealed.ts';
import { isSameSealed, opened, seal, spellings, Words } from '../common/history/sealed.ts';
import { mergeDocuments, readDocument } from '../common/integration/document.ts';
import { destinationOf } from '../common/integration/reading/destination.ts';
import type { Edit } from '../common/integration/reading/integration.ts';
import { secretScalars } from '../common/integration/secrets/secret-scan.ts';
import type { ConfigMapRef } from '../common/reference.ts';
import { configMapRefSchema, referenceKey } from '../common/reference.ts';
import type { DraftReply, KeptDraft } from '../common/replies.ts';
import type { Value } from '../common/yaml/value.ts';
import type { Masking } from '../masking/masking.ts';
import type { PresetStore } from '../presets/preset-store.ts';
import type { Fingerprinter } from '../secrets/fingerprint.ts';
import type { JsonFile } from '../settings/json-file.ts';
import type { ConfigMaps } from './config-maps.ts';
import type { MaskedView } from './masked-view.ts';

const MOST = 50;
const digest = z.string().regex(/^[0-9a-f]{64}$/);
const sealedSchema = z.strictObject({
  text: z.string().max(2_000_000),
  holes: z.array(z.strictObject({ at: z.number().int().min(0), digest })).max(100_000),
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
type Entry = z.output<typeof entrySchema>;

export interface DraftsOptions {
  readonly file: JsonFile;
  readonly configMaps: Pick<ConfigMaps, 'base' | 'draft' | 'get'>;
  readonly view: MaskedView;
  readonly masking: Masking;
  readonly presets: Pick<PresetStore, 'list'>;
  readonly fingerprinter: Fingerprinter;
}

/** Keeps unapplied edits across restarts without keys, and rebases them on the cluster's current version. */
export class Drafts {
  readonly #options: DraftsOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #newest = new Map<string, symbol>();

  constructor(options: DraftsOptions) {
    this.#options = options;
    for (const item of options.file.read()) {
      const { success, data } = entrySchema.safeParse(item);
      if (success) this.#entries.set(referenceKey(data.ref), data);
    }
  }

  /** Replaces the kept edits. Throws AppError `document` if they can't be made. */
  async save(ref: ConfigMapRef, base: string, edits: readonly Edit[]): Promise<KeptDraft> {
    if (edits.length === 0) {
      this.discard(ref);
      return { lostKeys: 0 };
    }
    const key = referenceKey(ref);
    const turn = Symbol();
    this.#newest.set(key, turn);
    const result = await this.#options.configMaps.draft(ref, base, edits);
    if (!result.ok) throw new AppError('document', `${result.reason} The change is not kept.`, { about: `${ref.namespace}/${ref.name}` });
    const { draft } = result;
    const before = draft.base.text ?? '';
    const known = new Set(spellings(before, this.#digest).map((spelling) => spelling.digest));
    const presets = draft.presetKeys.map(({ key, preset }) => ({ digest: this.#digest(key), preset }));
    for (const { digest: own } of presets) known.add(own);
    const mine = spellings(draft.text, this.#digest);
    const lostKeys = mine.filter((spelling) => !known.has(spelling.digest)).length;
    const values = [...mine, ...spellings(before, this.#digest)].map(({ value }) => value);
    const entry: Entry = {
      ref,
      uid: draft.base.uid,
      savedAt: new Date().toISOString(),
      before: plain(seal(before, this.#digest)),
      mine: plain(seal(draft.text, this.#digest)),
      edits: edits.every((edit) => isKeyless(edit, values)) ? [...edits] : null,
      presets,
      lostKeys,
    };
    if (this.#newest.get(key) !== turn) return { lostKeys };
    this.#newest.delete(key);
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    for (const oldest of [...this.#entries.keys()].slice(0, Math.max(0, this.#entries.size - MOST))) this.#entries.delete(oldest);
    if (!this.#write()) {
      const message = 'Your unsaved changes cannot be kept over a restart: the data folder cannot be written. Check its owner and space.';
      throw new AppError('settings', message, { retry: true });
    }
    return { lostKeys };
  }

  /** Throws the errors of fetching the ConfigMap. */
  async get(ref: ConfigMapRef): Promise<DraftReply> {
    const entry = this.#entries.get(referenceKey(ref));
    if (entry === undefined) return { outcome: 'none' };
    const { resourceVersion: base } = await this.#options.configMaps.get(ref);
    const live = this.#options.configMaps.base(ref, base);
    const { savedAt, lostKeys } = entry;
    const theirs = seal(live?.text ?? '', this.#digest);
    const masks = this.#masks(live);
    const conflict = (reason: string): DraftReply => {
      const mine = opened(entry.mine, (own) => masks.get(own) ?? '');
      return { outcome: 'conflict', base, savedAt, reason, mine };
    };
    if (live?.uid !== entry.uid) return conflict('The ConfigMap was deleted and made again since.');
    const older = !isSameSealed(theirs, entry.before);
    if (!older && entry.edits !== null) return { outcome: 'draft', base, edits: entry.edits, savedAt, older, lostKeys };

    const words = new Words(randomBytes(8).toString('hex'));
    const [before, mine, now] = [entry.before, entry.mine, theirs].map((text) => opened(text, words.wordFor)) as [string, string, string];
    const merge = mergeDocuments(before, mine, now);
    if (!merge.ok) return conflict('Someone else changed the same fields since.');
    if (merge.text === now) {
      this.discard(ref);
      return { outcome: 'none' };
    }
    const edits: Edit[] = [{ op: 'text', text: this.#masked(merge.text, words, masks) }, ...this.#presetEdits(merge.text, words, entry)];
    return { outcome: 'draft', base, edits, savedAt, older, lostKeys };
  }

  discard(ref: ConfigMapRef): void {
    this.#newest.delete(referenceKey(ref));
    if (this.#entries.delete(referenceKey(ref))) this.#write();
  }

  #masks(live: ReturnType<ConfigMaps['base']>): ReadonlyMap<string, string> {
    if (live === undefined) return new Map();
    const { masking, view } = this.#options;
    return new Map(masking.mask(view.owner(live), live.text ?? '').secrets.map(({ value, mask }) => [this.#digest(value), mask]));
  }

  /** A mask if the cluster still has the key; nothing for a preset's or an unknown key. */
  #masked(text: string, words: Words, masks: ReadonlyMap<string, string>): string {
    let result = '';
    let cursor = 0;
    for (const { digest: own, start, end } of words.in(text)) {
      result += text.slice(cursor, start) + (masks.get(own) ?? '');
      cursor = end;
    }
    return result + text.slice(cursor);
  }

  #presetEdits(text: string, words: Words, { presets }: Entry): readonly Edit[] {
    const known = new Set(this.#options.presets.list().map(({ id }) => id));
    const byWord = new Map(presets.filter(({ preset }) => known.has(preset)).map((one) => [words.wordFor(one.digest), one.preset]));
    const reading = readDocument(text);
    return reading.integrations.flatMap((integration) =>
      integration.targets.flatMap((target): Edit[] => {
        const { key } = destinationOf(reading, target);
        const preset = key.kind === 'none' ? undefined : byWord.get(key.value ?? '');
        if (preset === undefined) return [];
        return [{ op: 'preset', integration: integration.index, ...(target.index === null ? {} : { target: target.index }), preset }];
      }),
    );
  }

  readonly #digest = (secret: string): string => this.#options.fingerprinter.digest(secret);

  #write(): boolean {
    return this.#options.file.write([...this.#entries.values()]);
  }
}

/** SECURITY: whether an edit may be written as it is. `values`: all secrets before and after. */
function isKeyless(edit: Edit, values: readonly string[]): boolean {
  if (edit.op === 'text') return false;
  if (edit.op === 'restore') return edit.keys === undefined;
  // A value that was typed for a conflict may be anything.
  if (edit.op === 'undo') return edit.keys === undefined && edit.choices === undefined;
  if (edit.op !== 'set' && edit.op !== 'insert') return true;
  const path = edit.op === 'set' ? edit.path : [edit.index];
  // Builds a document with only this value to classify it. JSON is YAML.
  const whole = path.reduceRight<Value>((inner, part) => (typeof part === 'number' ? [inner] : { [part]: inner }), edit.value);
  if (secretScalars(JSON.stringify(whole)).length > 0) return false;
  const text = JSON.stringify(edit.value);
  return !values.some((value) => value !== '' && text.includes(JSON.stringify(value).slice(1, -1)));
}

function plain({ text, holes }: SealedText): Entry['mine'] {
  return { text, holes: [...holes] };
}
