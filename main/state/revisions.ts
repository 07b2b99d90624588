import { isOwnUrl } from '../common/coralogix/own-url.ts';
import { AppError } from '../common/errors.ts';
import type { Refusal } from '../common/history/refusal.ts';
import type { Revision } from '../common/history/revision.ts';
import { viewOf } from '../common/history/revision.ts';
import { opened } from '../common/history/sealed.ts';
import { placeWords } from '../common/integration/place-words.ts';
import type { DocumentDiff, HistoryEdit } from '../common/integration/reading/integration.ts';
import type { ConfigMapRef } from '../common/reference.ts';
import type { History } from '../history/history.ts';
import { takeBack } from '../history/take-back.ts';
import type { RawConfigMap } from '../kube/cluster/config-map.ts';
import type { PresetStore } from '../presets/preset-store.ts';
import type { Fingerprinter } from '../secrets/fingerprint.ts';
import { shortFingerprint } from '../secrets/fingerprint.ts';
import type { TextWork } from '../texts/text-work.ts';
import type { Clusters } from './clusters.ts';
import type { Draft } from './draft.ts';
import * as strings from './strings.ts';

export interface RevisionsOptions {
  readonly clusters: Pick<Clusters, 'connection' | 'seen' | 'server'>;
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
    const { history } = this.#options;
    const live = await this.#live(ref);
    await history.settled();
    const revisions = (await history.list(this.#server(ref), live)).map(viewOf);
    return { revisions, ...(history.problem === undefined ? {} : { problem: history.problem }) };
  }

  /** SECURITY: its masks aren't served ones, so no edit can turn them back into keys. */
  async view(ref: ConfigMapRef, id: string): Promise<{ readonly text: string; readonly diff: DocumentDiff }> {
    const { history, texts } = this.#options;
    // The watch can be a moment behind what was just written.
    const live = await this.#live(ref, true);
    const { revision } = await history.find(this.#server(ref), live, id);
    const owner = { ...ref, uid: live.uid, server: this.#server(ref) };
    const { secrets } = await history.standing(this.#server(ref), live);
    const known = new Map([...secrets].map(([digest, { value }]) => [digest, value]));
    return texts.run('revision', owner, live.text ?? '', revision.content, known);
  }

  async step(ref: ConfigMapRef, base: RawConfigMap, text: string, edit: HistoryEdit): Promise<HistoryStep> {
    const { history, presets, fingerprinter } = this.#options;
    const server = this.#server(ref);
    // A recreated object has a new uid and its own history.
    const { revision, previous, later } = await history.find(server, base, edit.revision);
    const result = await takeBack({
      revision,
      previous,
      undo: edit.op === 'undo',
      text,
      keys: edit.keys ?? [],
      ...(edit.op === 'undo' ? { choices: edit.choices } : {}),
      digest: (secret) => fingerprinter.digest(secret),
      standing: await history.standing(server, base),
      runKeys: history.runKeys,
      ownerOfDigest: (digest) => presets.ownerOfDigest(digest),
      usePreset: async (id) => {
        const { preset, key } = await presets.use(id);
        return { key, domain: preset.domain, preset: id };
      },
      isOwnUrl,
    });
    if (!result.ok) {
      const { reason, missing, conflicts } = result;
      const before = opened(revision.content, (digest) => `key-${shortFingerprint(digest)}`);
      const places = conflicts?.map((conflict) => ({ ...conflict, words: placeWords(before, conflict.path) }));
      const writer = places && base.writer ? { writer: base.writer } : {};
      return { ok: false, reason, ...(missing && { missing }), ...(places && { conflicts: places }), ...writer };
    }
    const lost =
      edit.op === 'restore'
        ? later.filter(({ by }) => !by.ours).flatMap(({ by, changes }) => changes.map((one) => `${by.manager}: ${one}`))
        : [];
    return { ok: true, text: result.text, presetKeys: result.presetKeys, notes: [...lost, ...result.notes] };
  }

  /** For the rest of this run the key can return next to its own domain. */
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
