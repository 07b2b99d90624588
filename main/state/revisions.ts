import { AppError } from '../common/errors.ts';
import type { Refusal } from '../common/history/refusal.ts';
import type { Revision } from '../common/history/revision.ts';
import { viewOf } from '../common/history/revision.ts';
import type { DocumentDiff, HistoryEdit } from '../common/integration/reading/integration.ts';
import type { ConfigMapRef } from '../common/reference.ts';
import type { History } from '../history/history.ts';
import type { KeySources, Wanted } from '../history/take-back.ts';
import type { RawConfigMap } from '../kube/cluster/config-map.ts';
import type { PresetStore } from '../presets/preset-store.ts';
import type { Fingerprinter } from '../secrets/fingerprint.ts';
import type { TextWork } from '../texts/text-work.ts';
import type { Clusters } from './clusters.ts';
import type { Draft } from './draft.ts';
import * as strings from './strings.ts';

export interface RevisionsOptions {
  readonly clusters: Pick<Clusters, 'connection' | 'owner' | 'seen' | 'server'>;
  readonly history: History;
  readonly texts: TextWork;
  readonly presets: PresetStore;
  readonly fingerprinter: Fingerprinter;
}

export type HistoryStep =
  | { readonly ok: true; readonly text: string; readonly presetKeys: Draft['presetKeys']; readonly notes: readonly string[] }
  | ({ readonly ok: false } & Omit<Refusal, 'outcome'>);

/** The history of seen ConfigMaps, and the edits `restore` and `undo`. */
export class Revisions {
  readonly #options: RevisionsOptions;

  constructor(options: RevisionsOptions) {
    this.#options = options;
  }

  async list(ref: ConfigMapRef): Promise<{ readonly revisions: readonly Revision[]; readonly problem?: string }> {
    const { clusters, history, texts } = this.#options;
    const live = await this.#live(ref);
    await history.settled();
    const kept = await history.list(this.#server(ref), live);
    // What a sentence named may have become a key since.
    const sentences = kept.flatMap(({ changes }) => changes);
    const told = await texts.run('retold', clusters.owner(live), live.text ?? '', sentences);
    const next = told.values();
    const revisions = kept.map((revision) => viewOf({ ...revision, changes: revision.changes.map(() => next.next().value ?? '') }));
    return { revisions, ...(history.problem === undefined ? {} : { problem: history.problem }) };
  }

  /** SECURITY: its masks aren't served ones, so no edit can turn them back into keys. */
  async view(ref: ConfigMapRef, id: string): Promise<{ readonly text: string; readonly diff: DocumentDiff }> {
    const { clusters, history, texts } = this.#options;
    // The watch can be a moment behind what was just written.
    const live = await this.#live(ref, true);
    const { revision } = await history.find(this.#server(ref), live, id);
    const { secrets } = await history.seenSecrets(this.#server(ref), live);
    const seen = Array.from(secrets.values(), ({ value }) => value);
    return texts.run('revision', clusters.owner(live), live.text ?? '', revision.content, seen);
  }

  async step(ref: ConfigMapRef, base: RawConfigMap, text: string, edit: HistoryEdit): Promise<HistoryStep> {
    const { clusters, history, texts } = this.#options;
    const server = this.#server(ref);
    // A recreated object has a new uid and its own history.
    const { revision, previous, later } = await history.find(server, base, edit.revision);
    const isUndo = edit.op === 'undo';
    if (isUndo && previous === undefined) return { ok: false, reason: strings.firstKnownVersion };
    const choices = isUndo ? edit.choices : undefined;
    const owner = clusters.owner(base);
    const wanted = await texts.run('wanted', owner, {
      revision: revision.content,
      previous: isUndo ? previous?.content : undefined,
      text,
      choices,
    });
    if (!wanted.ok) return wanted.conflicts && base.writer ? { ...wanted, writer: base.writer } : wanted;
    const sources = await this.#keySources(wanted, edit.keys ?? [], await history.seenSecrets(server, base));
    if ('failure' in sources) return { ok: false, reason: sources.failure };
    const result = await texts.run('withKeys', owner, wanted, text, sources);
    if (!result.ok) return result;
    const lost = isUndo
      ? []
      : later.filter(({ by }) => !by.ours).flatMap(({ by, changes }) => changes.map((one) => `${by.manager}: ${one}`));
    const notes = [...(await texts.run('retold', owner, text, lost)), ...result.notes];
    return { ok: true, text: result.text, presetKeys: result.presetKeys, notes };
  }

  /** May unlock the keychain. */
  async #keySources(
    { absent }: Pick<Extract<Wanted, { ok: true }>, 'absent'>,
    keys: KeySources['keys'],
    seen: KeySources['seen'],
  ): Promise<KeySources | { readonly failure: string }> {
    const { history, presets: store, fingerprinter } = this.#options;
    const use = async (id: string) => {
      const { preset, key } = await store.use(id);
      return { key, domain: preset.domain, preset: id };
    };
    const presets = new Map<string, Awaited<ReturnType<typeof use>>>();
    for (const digest of absent) {
      const owner = store.ownerOfDigest(digest);
      // Known keys don't need the keychain.
      if (owner === undefined || owner.former || seen.secrets.has(digest)) continue;
      try {
        const preset = await use(owner.preset);
        // SECURITY: the keychain's key may differ from the one in the settings.
        if (fingerprinter.digest(preset.key) === digest) presets.set(digest, preset);
      } catch (error) {
        return { failure: error instanceof Error ? error.message : String(error) };
      }
    }
    const given = new Map<string, Awaited<ReturnType<typeof use>>>();
    for (const key of keys) if ('preset' in key && !given.has(key.preset)) given.set(key.preset, await use(key.preset));
    return { keys, seen, given, presets, earlier: history.runKeys.presetKeys };
  }

  /** For the rest of this run, a restore can put the key back next to its own domain. */
  usedPreset(key: string, domain: string): void {
    this.#options.history.runKeys.sawPreset(key, domain);
  }

  async writing<Result>(base: RawConfigMap | undefined, work: () => Promise<Result>): Promise<Result> {
    const release = base === undefined ? undefined : this.#options.history.hold(this.#server(base.ref), base);
    try {
      return await work();
    } finally {
      release?.();
    }
  }

  /** Never fails: what was written is saved, with a history or without. */
  async saved(before: RawConfigMap, after: RawConfigMap, restored?: string): Promise<string | undefined> {
    try {
      return await this.#options.history.applied(this.#server(after.ref), before, after, restored);
    } catch {
      return undefined;
    }
  }

  async #live(ref: ConfigMapRef, fresh = false): Promise<RawConfigMap> {
    const seen = fresh ? undefined : this.#options.clusters.seen(ref);
    const live = seen ?? (await this.#options.clusters.connection(ref.context).writer.get(ref));
    if (live === null || live === undefined) {
      const about = `${ref.namespace}/${ref.name}`;
      throw new AppError('not-found', strings.theresNoConfigMapGoBack(about, ref.context), {
        about,
      });
    }
    return live;
  }

  #server(ref: ConfigMapRef): string {
    return this.#options.clusters.server(ref.context);
  }
}
