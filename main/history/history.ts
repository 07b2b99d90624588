import { AppError } from '../common/errors.ts';
import type { KeptRevision } from '../common/history/revision.ts';
import { isSameSealed, type SealedText } from '../common/history/sealed.ts';
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

export interface HistoryOptions extends HistoryStoreOptions {
  /** An HMAC under the installation's key. */
  digest(secret: string): string;
  readonly texts: {
    placedSecrets(text: string, most: number): Promise<PlacedSecrets>;
    seal(text: string): Promise<SealedText>;
    changes(of: ConfigMapRef & { server: string; uid: string }, before: SealedText, after: SealedText): Promise<readonly string[]>;
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
      const content = await this.#options.texts.seal(after.text ?? '');
      if (newest !== undefined && isSameSealed(newest.content, content)) return newest.id;
      const by = { manager: after.writer?.manager ?? 'kaudit-tray', ours: true };
      const revision = { at: new Date().toISOString(), by, resourceVersion: after.resourceVersion, content };
      const changes = await this.#changes(server, after, newest?.content, content);
      const kept = await this.#store.put(place, { ...revision, changes, ...(restored === undefined ? {} : { restored }) });
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
    const content = await this.#options.texts.seal(observed.text ?? '');
    if (newest !== undefined && isSameSealed(newest.content, content)) return;
    if (!ordered && newest !== undefined && isOlder(observed.resourceVersion, newest.resourceVersion)) return;
    const at = observed.writer?.at ?? new Date().toISOString();
    const by = { manager: observed.writer?.manager ?? 'unknown', ours: false };
    const revision = { at, by, resourceVersion: observed.resourceVersion, content };
    if (newest === undefined) {
      const again = await this.#store.hadOther(place);
      const changes = [again ? strings.someoneDeletedRecreatedConfigMapSo : strings.firstVersionKAuditTrayFound];
      await this.#store.put(place, { ...revision, changes });
      return;
    }
    const isSame = (one: KeptRevision) => !one.by.ours && one.by.manager === by.manager;
    // Rarely more than the newest: each can be a long text.
    const mayBeRun = isSame(newest) && Date.parse(at) - Date.parse(newest.at) < RUN;
    const recent = mayBeRun ? await this.#store.list(place, SINGLE + 1) : [];
    const isRun = recent.length > SINGLE && recent.slice(0, SINGLE).every(isSame);
    if (!isRun) {
      await this.#store.put(place, { ...revision, changes: await this.#changes(server, observed, newest.content, content) });
      return;
    }
    // A controller that writes every minute must not push out what people did.
    const changes = await this.#changes(server, observed, recent[1]?.content, content);
    await this.#store.put(place, { ...revision, id: newest.id, changes, rewrites: (newest.rewrites ?? 1) + 1 });
  }

  /** In order: what was seen last is kept longest. */
  #saw(server: string, observed: Observed): void {
    const placed = this.#options.texts.placedSecrets(observed.text ?? '', MOST);
    this.#seeing = Promise.all([placed, this.#seeing]).then(
      ([found]) => this.runKeys.saw(placeText(server, observed), found),
      () => undefined,
    );
  }

  async #changes(
    server: string,
    { ref, uid }: Pick<Observed, 'ref' | 'uid'>,
    before: SealedText | undefined,
    after: SealedText,
  ): Promise<readonly string[]> {
    const changes = await this.#options.texts.changes({ ...ref, server, uid }, before ?? { text: '', holes: [] }, after);
    return changes.slice(0, MAX_CHANGES).map((change) => change.slice(0, 2000));
  }

  #enqueue<Result>(work: () => Promise<Result>): Promise<Result> {
    const next = this.#last.then(work);
    this.#last = next.catch((error: unknown) => {
      this.#options.onProblem(strings.historyCantSaved(error instanceof Error ? error.message : String(error)));
    });
    return next;
  }
}

/** Watch events can arrive after our own later write. API servers count versions in whole numbers. */
function isOlder(version: string, than: string): boolean {
  return /^\d{1,18}$/.test(version) && /^\d{1,18}$/.test(than) && BigInt(version) < BigInt(than);
}

function placeOf(server: string, { ref, uid }: Pick<Observed, 'ref' | 'uid'>) {
  return { server, namespace: ref.namespace, name: ref.name, uid };
}

function placeText(server: string, { ref, uid }: Pick<Observed, 'ref' | 'uid'>): string {
  return JSON.stringify([server, ref.namespace, ref.name, uid]);
}
