import * as z from 'zod';
import type { UnsettledChange } from '../common/fleet/fleet.ts';
import type { ConfigMapRef } from '../common/reference.ts';
import { referenceKey } from '../common/reference.ts';
import { configMapRefSchema } from '../common/reference-schema.ts';
import type { ApplyOutcome } from '../kube/cluster/apply.ts';
import type { RawConfigMap } from '../kube/cluster/config-map.ts';
import type { ConfigMapWriter } from '../kube/cluster/config-map-writer.ts';
import type { Fingerprinter } from '../secrets/fingerprint.ts';
import type { JsonFile } from '../settings/json-file.ts';
import type { Store } from './store.ts';

const digest = z.string().regex(/^[0-9a-f]{64}$/);
// SECURITY: digests only, because the texts hold keys.
const entrySchema = z.strictObject({
  ref: configMapRefSchema,
  since: z.iso.datetime(),
  uid: z.string().max(256),
  version: z.string().max(256),
  before: digest,
  mine: digest,
  ended: z.enum(['saved', 'not-saved', 'changed-by-others']).optional(),
});
type Entry = z.output<typeof entrySchema>;
type Ended = NonNullable<Entry['ended']>;

const MOST = 200;
/** Milliseconds: first and longest pause between checks. */
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 15_000;
/** Milliseconds after which a sent change can no longer arrive. */
const LATE = 45_000;

export interface UnsettledOptions {
  readonly store: Store;
  readonly file: JsonFile;
  readonly fingerprinter: Fingerprinter;
  /** Throws if the context isn't connected. */
  readonly writer: (context: string) => ConfigMapWriter;
  readonly late?: number;
  readonly firstPause?: number;
}

/** Changes with an unknown outcome. Each is on disk before it is sent. Asks clusters until the outcome is known. */
export class Unsettled {
  readonly #options: UnsettledOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #sending = new Set<string>();
  readonly #turns = new Map<string, Promise<void>>();
  #timer: NodeJS.Timeout | undefined;
  readonly #firstPause: number;
  #pause: number;
  #asking = false;
  #online = '';
  readonly #unsubscribe: () => void;

  constructor(options: UnsettledOptions) {
    this.#options = options;
    this.#firstPause = options.firstPause ?? FIRST_PAUSE;
    this.#pause = this.#firstPause;
    for (const item of options.file.read()) {
      const { success, data } = entrySchema.safeParse(item);
      if (success) this.#entries.set(referenceKey(data.ref), data);
    }
    this.#show();
    this.#unsubscribe = options.store.subscribe(() => this.#clustersChanged());
    this.#schedule();
  }

  /** `apply` calls `onSend` with each text just before it goes out. One change per ConfigMap at a time. */
  async sending<Stop>(
    ref: ConfigMapRef,
    apply: (onSend: (live: RawConfigMap, text: string) => void) => Promise<ApplyOutcome<Stop>>,
  ): Promise<ApplyOutcome<Stop>> {
    const key = referenceKey(ref);
    const before = this.#turns.get(key);
    const turn = Promise.withResolvers<void>();
    this.#turns.set(key, turn.promise);
    await before;
    try {
      const applied = await apply((live, text) => this.#begin(live, text));
      if (applied.outcome === 'unknown') this.#keep(ref, applied.others);
      else this.#end(ref);
      return applied;
    } catch (error) {
      this.#end(ref);
      throw error;
    } finally {
      turn.resolve();
      if (this.#turns.get(key) === turn.promise) this.#turns.delete(key);
    }
  }

  dismiss(ref: ConfigMapRef): void {
    const key = referenceKey(ref);
    if (this.#sending.has(key) || !this.#entries.delete(key)) return;
    this.#write();
    this.#show();
  }

  close(): void {
    this.#unsubscribe();
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #begin(live: RawConfigMap, mine: string): void {
    const { ref, uid, resourceVersion } = live;
    const key = referenceKey(ref);
    this.#sending.add(key);
    this.#entries.delete(key);
    this.#entries.set(key, {
      ref,
      since: new Date().toISOString(),
      uid,
      version: resourceVersion,
      before: this.#digest(live),
      mine: this.#digest({ text: mine }),
    });
    for (const oldest of [...this.#entries.keys()].slice(0, Math.max(0, this.#entries.size - MOST))) this.#entries.delete(oldest);
    this.#write();
  }

  #end(ref: ConfigMapRef): void {
    const key = referenceKey(ref);
    if (!this.#sending.delete(key)) return;
    this.#entries.delete(key);
    this.#write();
    this.#show();
  }

  /** `others`: someone else wrote since, so the outcome stays unknown. */
  #keep(ref: ConfigMapRef, others: boolean): void {
    const key = referenceKey(ref);
    this.#sending.delete(key);
    const entry = this.#entries.get(key);
    if (entry !== undefined && others) this.#entries.set(key, { ...entry, ended: 'changed-by-others' });
    this.#write();
    this.#show();
    this.#pause = this.#firstPause;
    this.#schedule();
  }

  #open(): Entry[] {
    return [...this.#entries].filter(([key, { ended }]) => ended === undefined && !this.#sending.has(key)).map(([, entry]) => entry);
  }

  #clustersChanged(): void {
    const waiting = new Set(this.#open().map(({ ref }) => ref.context));
    if (waiting.size === 0) return;
    const { clusters } = this.#options.store.snapshot();
    const online = clusters.flatMap(({ context, state }) => (state === 'online' && waiting.has(context) ? [context] : [])).join('\n');
    if (online === this.#online) return;
    this.#online = online;
    this.#pause = this.#firstPause;
    this.#schedule(0);
  }

  #schedule(milliseconds = this.#pause): void {
    clearTimeout(this.#timer);
    this.#timer = this.#open().length === 0 ? undefined : setTimeout(() => void this.#ask(), milliseconds).unref();
  }

  async #ask(): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    await Promise.all(this.#open().map((entry) => this.#askAbout(entry)));
    this.#asking = false;
    this.#pause = Math.min(LONGEST_PAUSE, this.#pause * 2);
    if (this.#timer !== undefined) this.#schedule();
  }

  async #askAbout(entry: Entry): Promise<void> {
    let now: RawConfigMap | null;
    try {
      now = await this.#options.writer(entry.ref.context).get(entry.ref, { alone: true });
    } catch {
      return;
    }
    const ended = this.#verdict(entry, now);
    const key = referenceKey(entry.ref);
    // It may have been sent again or dismissed since.
    if (ended === undefined || this.#entries.get(key) !== entry || this.#sending.has(key)) return;
    this.#entries.set(key, { ...entry, ended });
    this.#write();
    this.#show();
  }

  #verdict({ uid, version, before, mine, since }: Entry, now: RawConfigMap | null): Ended | undefined {
    if (now === null || now.uid !== uid) return 'changed-by-others';
    const text = this.#digest(now);
    if (text === mine) return 'saved';
    if (now.resourceVersion === version) return Date.now() - Date.parse(since) > (this.#options.late ?? LATE) ? 'not-saved' : undefined;
    // Its version is gone, so it can no longer arrive.
    return text === before ? 'not-saved' : 'changed-by-others';
  }

  /** The same text in `binaryData` is different content. */
  #digest({ text, binary }: Pick<RawConfigMap, 'text' | 'binary'>): string {
    return this.#options.fingerprinter.digest(`${binary === undefined ? '' : `${binary}\0`}${text ?? ''}`);
  }

  #write(): void {
    this.#options.file.write([...this.#entries.values()]);
  }

  #show(): void {
    const unsettled = [...this.#entries]
      .filter(([key]) => !this.#sending.has(key))
      .map(([, { ref, since, ended }]): UnsettledChange => ({ ref, since, ...(ended && { ended }) }));
    this.#options.store.update((fleet) => (unsettled.length === 0 && fleet.unsettled.length === 0 ? fleet : { ...fleet, unsettled }));
  }
}
