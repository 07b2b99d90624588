import { AppError } from '../common/errors.ts';
import type { KeptRevision } from '../common/history/revision.ts';
import { packed, type SealedBytes } from '../common/history/sealed.ts';
import type { ConfigMapRef } from '../common/reference.ts';
import { HistoryStore, type HistoryStoreOptions } from './history-store.ts';
import { MOST, type PlacedSecrets, RunKeys } from './run-keys.ts';
import * as strings from './strings.ts';

/** `text` is raw. */
export interface Observed {
  readonly ref: ConfigMapRef;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly text: string | null;
  readonly writer?: { readonly manager: string; readonly at: string };
}

export type TextOwner = ConfigMapRef & { readonly server: string; readonly uid: string };

export interface Changed {
  readonly content: SealedBytes;
  readonly changes: readonly string[];
}

/** `change`: null if the texts are the same. `learnt`: the earlier version showed that more of the text is secret. */
export interface Compared {
  readonly change: Changed | null;
  readonly learnt: boolean;
}

export interface HistoryOptions extends HistoryStoreOptions {
  /** Called when a ConfigMap's history showed that more of its text is secret. */
  onLearnt?(ref: ConfigMapRef): void;
  /** An HMAC under the installation's key. */
  digest(secret: string): string;
  readonly texts: {
    placedSecrets(of: TextOwner, text: string, most: number): Promise<PlacedSecrets>;
    seal(of: TextOwner, text: string): Promise<SealedBytes>;
    changed(of: TextOwner, before: SealedBytes, text: string): Promise<Compared>;
  };
}

/** Milliseconds. Rewrites of one manager within it count as one run. */
const RUN = 10 * 60_000;
/** Rewrites in a row kept one by one. */
const SINGLE = 3;
const MAX_CHANGES = 100;

export class History {
  readonly #options: HistoryOptions;
  readonly #store: HistoryStore;
  readonly runKeys: RunKeys;
  #last: Promise<unknown> = Promise.resolve();
  #seeing: Promise<unknown> = Promise.resolve();
  /** This program's writes under way. The watch's reports about them wait. */
  readonly #holds = new Map<string, Set<Promise<void>>>();

  constructor(options: HistoryOptions) {
    this.#options = options;
    this.#store = new HistoryStore(options);
    this.runKeys = new RunKeys((secret) => options.digest(secret));
  }

  get problem(): string | undefined {
    return this.#store.problem;
  }

  seen(server: string, observed: Observed): void {
    this.#saw(server, observed);
    const held = [...(this.#holds.get(placeText(server, observed)) ?? [])];
    // Failures become a problem.
    void Promise.allSettled(held)
      .then(() => this.#enqueue(() => this.#seen(server, observed)))
      .catch(() => undefined);
  }

  hold(server: string, observed: Pick<Observed, 'ref' | 'uid'>): () => void {
    const key = placeText(server, observed);
    const { promise, resolve } = Promise.withResolvers<void>();
    const holds = this.#holds.get(key) ?? new Set();
    this.#holds.set(key, holds.add(promise));
    return () => {
      holds.delete(promise);
      if (holds.size === 0) this.#holds.delete(key);
      resolve();
    };
  }

  applied(server: string, before: Observed, after: Observed, restored?: string): Promise<string | undefined> {
    this.#saw(server, before);
    this.#saw(server, after);
    return this.#enqueue(async () => {
      const place = placeOf(server, after);
      // An undo needs the text right before it, whatever the watch has reported.
      await this.#seen(server, before, true);
      const [newest] = await this.#store.list(place, 1);
      const changed = await this.#changed(server, after, newest?.content);
      if (changed === null) return newest?.id;
      const by = { manager: after.writer?.manager ?? 'kaudit-tray', ours: true };
      const revision = { at: new Date().toISOString(), by, resourceVersion: after.resourceVersion, ...changed };
      const kept = await this.#store.put(place, { ...revision, ...(restored === undefined ? {} : { restored }) });
      return kept.id;
    });
  }

  list(server: string, observed: Pick<Observed, 'ref' | 'uid'>): Promise<readonly KeptRevision[]> {
    return this.#enqueue(() => this.#store.list(placeOf(server, observed)));
  }

  /** A revision with its neighbours. Throws AppError `not-found`. */
  async find(server: string, observed: Pick<Observed, 'ref' | 'uid'>, id: string) {
    const all = await this.list(server, observed);
    const index = all.findIndex((revision) => revision.id === id);
    const revision = all[index];
    if (revision === undefined) {
      const { name } = observed.ref;
      throw new AppError('not-found', strings.versionNoLongerHistoryChoose(name), { about: name });
    }
    return { revision, previous: all[index + 1], later: all.slice(0, index) };
  }

  async seenSecrets(server: string, observed: Pick<Observed, 'ref' | 'uid'>): Promise<PlacedSecrets> {
    await this.#seeing;
    return this.runKeys.of(placeText(server, observed));
  }

  async settled(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    await Promise.allSettled([this.#last, this.#seeing]);
  }

  async #seen(server: string, observed: Observed, ordered = false): Promise<void> {
    const place = placeOf(server, observed);
    const [newest] = await this.#store.list(place, 1);
    if (!ordered && newest !== undefined && isOlder(observed.resourceVersion, newest.resourceVersion)) return;
    const at = observed.writer?.at ?? new Date().toISOString();
    const by = { manager: observed.writer?.manager ?? 'unknown', ours: false };
    const seen = { at, by, resourceVersion: observed.resourceVersion };
    if (newest === undefined) {
      const content = await this.#options.texts.seal(ownerOf(server, observed), observed.text ?? '');
      const again = await this.#store.hadOther(place);
      const changes = [again ? strings.someoneDeletedRecreatedConfigMapSo : strings.firstVersionKAuditTrayFound];
      await this.#store.put(place, { ...seen, content, changes });
      return;
    }
    const changed = await this.#changed(server, observed, newest.content);
    if (changed === null) return;
    const revision = { ...seen, ...changed };
    const isSame = (one: KeptRevision) => !one.by.ours && one.by.manager === by.manager;
    // Rarely more than the newest: each can be a long text.
    const mayBeRun = isSame(newest) && Date.parse(at) - Date.parse(newest.at) < RUN;
    const recent = mayBeRun ? await this.#store.list(place, SINGLE + 1) : [];
    const isRun = recent.length > SINGLE && recent.slice(0, SINGLE).every(isSame);
    if (!isRun) {
      await this.#store.put(place, revision);
      return;
    }
    // A controller that writes every minute must not push out what people did.
    const changes = (await this.#changed(server, observed, recent[1]?.content))?.changes ?? [];
    await this.#store.put(place, { ...revision, id: newest.id, changes, rewrites: (newest.rewrites ?? 1) + 1 });
  }

  /** In order: what was seen last is kept longest. */
  #saw(server: string, observed: Observed): void {
    const placed = this.#options.texts.placedSecrets(ownerOf(server, observed), observed.text ?? '', MOST);
    this.#seeing = Promise.all([placed, this.#seeing]).then(
      ([found]) => this.runKeys.saw(placeText(server, observed), found),
      () => undefined,
    );
  }

  async #changed(server: string, observed: Observed, before: SealedBytes | undefined): Promise<Changed | null> {
    const { texts, onLearnt } = this.#options;
    const { change, learnt } = await texts.changed(ownerOf(server, observed), before ?? NOTHING, observed.text ?? '');
    if (learnt) onLearnt?.(observed.ref);
    if (change === null) return null;
    return { content: change.content, changes: change.changes.slice(0, MAX_CHANGES).map((one) => one.slice(0, 2000)) };
  }

  #enqueue<Result>(work: () => Promise<Result>): Promise<Result> {
    const next = this.#last.then(work);
    this.#last = next.catch((error: unknown) => {
      this.#options.onProblem(strings.historyCantSaved(error instanceof Error ? error.message : String(error)));
    });
    return next;
  }
}

const NOTHING = packed({ text: '', holes: [], valid: true });

/** Watch events can arrive after our own later write. API servers count versions in whole numbers. */
function isOlder(version: string, than: string): boolean {
  return /^\d{1,18}$/.test(version) && /^\d{1,18}$/.test(than) && BigInt(version) < BigInt(than);
}

function ownerOf(server: string, { ref, uid }: Pick<Observed, 'ref' | 'uid'>): TextOwner {
  return { ...ref, server, uid };
}

function placeOf(server: string, { ref, uid }: Pick<Observed, 'ref' | 'uid'>) {
  return { server, namespace: ref.namespace, name: ref.name, uid };
}

function placeText(server: string, { ref, uid }: Pick<Observed, 'ref' | 'uid'>): string {
  return JSON.stringify([server, ref.namespace, ref.name, uid]);
}
