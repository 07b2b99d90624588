import { isDeepStrictEqual } from 'node:util';
import type { ArrivalsReply, DiscoverReply, EntryName, PresetArrivals, ReplyWarning } from '../common/arrivals/arrivals.ts';
import { replyOf } from '../common/arrivals/arrivals.ts';
import { habitOf } from '../common/arrivals/habit.ts';
import { hoursQuery, MOST_NAMES, namesQuery } from '../common/arrivals/query.ts';
import type { CountedName } from '../common/arrivals/reply.ts';
import { countHours, foundNames, readLines } from '../common/arrivals/reply.ts';
import type { PresetView } from '../common/coralogix/preset.ts';
import { AppError } from '../common/errors.ts';
import type { Redaction } from '../secrets/redaction.ts';
import type { Store } from '../state/store.ts';
import type { Asked, AskingParts } from './asking.ts';
import { Asking, LEFT_ALONE } from './asking.ts';
import { likelyFirst } from './likely.ts';
import { Pace } from './pace.ts';
import type { ArrivalSamples } from './samples.ts';
import * as strings from './strings.ts';

/** Milliseconds between two queries for one preset. */
const EVERY = 300_000;
/** Milliseconds: the longest pause after failed queries. */
const LONGEST = 3_600_000;

export interface ArrivalsOptions extends AskingParts {
  readonly store: Store;
  readonly samples: ArrivalSamples;
  readonly redaction: Redaction;
}

interface Entry {
  /** Domain, key and names. If they change, the next look asks again. */
  readonly question: string;
  view: PresetArrivals;
  /** When it may be asked again, in milliseconds since 1970. */
  nextAt: number;
  /** When it was asked last, in milliseconds since 1970. */
  askedAt: number;
  failures: number;
  running?: { readonly cancel: AbortController; readonly done: Promise<void> };
}

/**
 * Whether entries of a preset arrive. Queries Coralogix only while someone looks, and keeps the result in the state.
 */
export class Arrivals {
  readonly #options: ArrivalsOptions;
  readonly #pace: Pace;
  readonly #asking: Asking;
  readonly #entries = new Map<string, Entry>();
  /** With the id that the caller gave. */
  #networkSince = Number.NEGATIVE_INFINITY;
  readonly #discovering = new Map<AbortController, string | undefined>();

  constructor(options: ArrivalsOptions) {
    this.#options = options;
    this.#pace = new Pace(options.clock);
    this.#asking = new Asking(options, this.#pace);
    options.store.update((fleet) => ({ ...fleet, arrivals: [] }));
  }

  async get(id: string): Promise<ArrivalsReply> {
    const preset = this.#preset(id);
    const reason = whyNot(preset);
    if (reason !== undefined) return { outcome: 'not-askable', reason };
    const entry = this.#entry(preset);
    const free = this.#pace.free;
    const running = this.#begin(preset, entry);
    // A check doesn't wait for its turn: the state shows the result later.
    if (free) await running;
    else if (running !== undefined && entry.view.known === undefined && entry.view.problem === undefined)
      return { outcome: 'not-askable', reason: strings.waitingKAuditTraySendsMost };
    return replyOf(entry.view);
  }

  /** The tray was drawn, or the user opened its menu: only the menu lets an unused keychain prompt. */
  look(read = false): void {
    const { state } = this.#options.store.snapshot().keychain;
    const isOpen = state === 'available' || state === 'memory';
    if (!isOpen && !(read && state === 'unknown')) return;
    for (const preset of this.#options.presets.list()) {
      if (whyNot(preset) !== undefined) continue;
      void this.#begin(preset, this.#entry(preset));
      // SECURITY: one prompt. The others follow when the keychain is open and the tray is drawn again.
      if (!isOpen) return;
    }
  }

  /** The existing names, for the user's selection. The preset may be switched off. `query`: for `cancelDiscover`. */
  async discover(id: string, query?: string): Promise<DiscoverReply> {
    const { redaction } = this.#options;
    const preset = this.#preset(id);
    if (preset.readBackKey === undefined) throw this.#failed(preset, noReadBackKey(preset));
    const cancel = new AbortController();
    this.#discovering.set(cancel, query);
    try {
      const asked = await this.#asking.ask(preset, namesQuery(), cancel.signal, true);
      if ('problem' in asked) throw this.#failed(preset, asked.problem);
      const read = readLines(asked.response);
      if ('problem' in read) throw this.#failed(preset, read.problem);
      const found = foundNames(read.rows);
      if ('problem' in found) throw this.#failed(preset, found.problem);
      // SECURITY: anyone who logs there chooses these names. One that contains a key must not be shown.
      const safe = found.filter(
        ({ application, subsystem }) => redaction.redact(application) === application && redaction.redact(subsystem) === subsystem,
      );
      const full = read.rows.length >= MOST_NAMES ? strings.listShowsFirstNamesOnly(MOST_NAMES) : undefined;
      const warning = read.warning?.sentence ?? full;
      return { names: likelyFirst(safe, preset), ...(warning === undefined ? {} : { warning: redaction.redact(warning) }) };
    } catch (error) {
      if (cancel.signal.aborted) throw new AppError('cancelled', strings.queryCoralogixCancelledRunAgain, { about: preset.name });
      throw error;
    } finally {
      this.#discovering.delete(cancel);
    }
  }

  cancelDiscover(query: string): void {
    for (const [cancel, id] of this.#discovering) if (id === query) cancel.abort();
  }

  /** Forgets presets that are gone, switched off or changed, and ends their queries. */
  presetsChanged(): void {
    const watched = new Map(
      this.#options.presets.list().flatMap((preset) => (whyNot(preset) === undefined ? [[preset.id, questionOf(preset)] as const] : [])),
    );
    for (const [id, entry] of this.#entries) {
      if (watched.get(id) === entry.question) continue;
      entry.running?.cancel.abort();
      this.#entries.delete(id);
    }
    this.#options.samples.keepOnly(
      this.#options.presets.list().map(({ id, domain, arrivals }) => ({ preset: id, domain, names: arrivals?.names ?? [] })),
    );
    this.#show();
  }

  /** The network is back: failed queries run again at the next check, unless a 429 forbids it. */
  networkReturned(): void {
    this.#networkSince = this.#options.clock.now();
    for (const entry of this.#entries.values()) if (entry.failures > 0) this.#askSoon(entry);
  }

  /** Ends all queries: the machine goes to sleep, or the program quits. */
  cancel(): void {
    for (const { running } of this.#entries.values()) running?.cancel.abort();
    for (const cancel of this.#discovering.keys()) cancel.abort();
  }

  close(): void {
    this.cancel();
    this.#pace.close();
    this.#options.samples.close();
  }

  /** SECURITY: a response may quote whatever was sent. */
  #failed({ name }: Pick<PresetView, 'name'>, message: string): AppError {
    return new AppError('delivery', this.#options.redaction.redact(message), { about: name, retry: true });
  }

  #preset(id: string): PresetView {
    const preset = this.#options.presets.list().find((candidate) => candidate.id === id);
    if (preset === undefined) throw new AppError('not-found', strings.presetNoLongerExistsChoose);
    return preset;
  }

  #entry(preset: PresetView): Entry {
    const question = questionOf(preset);
    const before = this.#entries.get(preset.id);
    if (before?.question === question) return before;
    before?.running?.cancel.abort();
    const entry: Entry = { question, view: { preset: preset.id }, nextAt: 0, askedAt: 0, failures: 0 };
    this.#entries.set(preset.id, entry);
    return entry;
  }

  /** Queries if it is due, or returns the running query. undefined: it isn't due. */
  #begin(preset: PresetView, entry: Entry): Promise<void> | undefined {
    const { clock, store } = this.#options;
    if (entry.running !== undefined) return entry.running.done;
    const held = this.#asking.heldUntil(preset.domain);
    if (clock.now() < held && entry.view.known === undefined) this.#put(entry, { ...entry.view, problem: LEFT_ALONE });
    // After the clock was set back, the age of the result is unknown.
    const next = clock.now() < entry.askedAt ? 0 : entry.nextAt;
    if (clock.now() < Math.max(next, held)) return undefined;
    const { state } = store.snapshot().keychain;
    // SECURITY: someone who closed the keychain's prompt doesn't get another one every five minutes.
    if (state === 'refused' || state === 'waiting') {
      this.#put(entry, {
        ...entry.view,
        problem: strings.keychainLockedReadBackKey,
      });
      return undefined;
    }
    const cancel = new AbortController();
    entry.askedAt = clock.now();
    const done = this.#ask(preset, entry, cancel.signal).finally(() => {
      delete entry.running;
    });
    entry.running = { cancel, done };
    return done;
  }

  async #ask(preset: PresetView, entry: Entry, signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    const names = preset.arrivals?.names ?? [];
    let problem: string;
    try {
      const asked = await this.#asking.ask(preset, hoursQuery(names), signal);
      if ('problem' in asked) {
        problem = asked.problem;
      } else {
        const read = readLines(asked.response);
        const counted = 'problem' in read ? read : countHours(read.rows, uniqueNames(names), asked.window);
        if (!('problem' in counted)) {
          const warning = 'warning' in read ? read.warning : undefined;
          entry.failures = 0;
          entry.nextAt = clock.now() + EVERY;
          this.#put(entry, this.#viewOf(preset, asked, counted, warning));
          return;
        }
        problem = counted.problem;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof AppError)) throw error;
      problem = error.message;
    }
    entry.failures += 1;
    entry.nextAt = clock.now() + Math.min(EVERY * 2 ** (entry.failures - 1), LONGEST);
    // It started before the network returned.
    if (entry.askedAt < this.#networkSince) this.#askSoon(entry);
    this.#put(entry, { ...entry.view, problem });
  }

  #askSoon(entry: Entry): void {
    entry.failures = 0;
    entry.nextAt = 0;
  }

  #viewOf(
    preset: PresetView,
    { window, ahead }: Asked,
    counted: readonly CountedName[],
    warning: ReplyWarning | undefined,
  ): PresetArrivals {
    const { samples, clock } = this.#options;
    const place = { preset: preset.id, domain: preset.domain };
    // Such counts are no samples.
    if (warning === undefined) samples.add(place, window.from, counted);
    const names = counted.map(({ application, subsystem, last, counts }) => {
      const kept = samples.find(place, { application, subsystem });
      const newest = last ?? kept?.last ?? null;
      const habit = kept === undefined ? undefined : habitOf(kept.samples, clock.now() + ahead);
      return {
        application,
        subsystem,
        last: newest === null ? null : new Date(newest).toISOString(),
        counts,
        ...(habit === undefined ? {} : { habit }),
      };
    });
    const askedAt = new Date(clock.now()).toISOString();
    const from = new Date(window.from).toISOString();
    return { preset: preset.id, known: { askedAt, from, names, ahead, ...(warning === undefined ? {} : { warning }) } };
  }

  #put(entry: Entry, view: PresetArrivals): void {
    // An equal view must not redraw the tray, because drawing the tray asks again.
    if (isDeepStrictEqual(view, entry.view)) return;
    entry.view = this.#options.redaction.redactValue(view) as PresetArrivals;
    this.#show();
  }

  #show(): void {
    const views = [...this.#entries.values()].map(({ view }) => view);
    this.#options.store.update((fleet) => {
      const before = fleet.arrivals ?? [];
      const same = before.length === views.length && before.every((view, index) => view === views[index]);
      return same ? fleet : { ...fleet, arrivals: views };
    });
  }
}

/** Why there is no query for a preset; undefined: there is one. */
function whyNot(preset: PresetView): string | undefined {
  const { name, arrivals, readBackKey } = preset;
  if (arrivals?.watched !== true) return strings.arrivalsSwitchedOffSwitchThem(name);
  if (readBackKey === undefined) return noReadBackKey(preset);
  if (arrivals.names.length === 0) return strings.noNamesSelectedFindThem(name);
  return undefined;
}

function noReadBackKey({ name }: Pick<PresetView, 'name'>): string {
  return strings.presetNoReadBackKey(name);
}

function questionOf({ domain, arrivals, readBackKey }: PresetView): string {
  return JSON.stringify([domain, readBackKey?.fingerprint, readBackKey?.setAt, uniqueNames(arrivals?.names ?? [])]);
}

/** Two integrations may be mapped to the same entries. */
function uniqueNames(names: readonly EntryName[]): readonly EntryName[] {
  const byKey = new Map(names.map(({ application, subsystem }) => [JSON.stringify([application, subsystem]), { application, subsystem }]));
  return [...byKey.values()];
}
