// Whether kAudit's own entries arrive in Coralogix. main/arrivals asks; the window and the tray show.

const HOUR = 3_600_000;
/** How many hours are counted; the last one is still running. */
export const HOURS = 24;

/** Under which names Coralogix keeps an entry. */
export interface EntryName {
  readonly application: string;
  readonly subsystem: string;
}

/** Milliseconds since 1970, in whole UTC hours: from the first to the end of the last. */
export interface HourWindow {
  readonly from: number;
  readonly to: number;
}

/** The running hour and the 23 before it. `now`: milliseconds since 1970, by Coralogix's clock. */
export function hoursUntil(now: number): HourWindow {
  const running = Math.floor(now / HOUR) * HOUR;
  return { from: running - (HOURS - 1) * HOUR, to: running + HOUR };
}

export interface NameArrivals extends EntryName {
  /** The newest entry that is known, ISO 8601; null: none in these hours, nor seen before. */
  readonly last: string | null;
  /** 24 of them, the oldest first. */
  readonly hours: readonly { readonly at: string; readonly count: number }[];
}

export type ArrivalsReply =
  | {
      readonly outcome: 'known';
      readonly names: readonly NameArrivals[];
      readonly askedAt: string;
      /** Coralogix cut the result: the counts are the least that there is. */
      readonly warning?: string;
    }
  /** Switched off, no read-back key, no names, not answered, or not yet. */
  | { readonly outcome: 'not-askable'; readonly reason: string };

export interface DiscoverReply {
  /** What arrived in the last 24 hours, the likely ones first. */
  readonly names: readonly (EntryName & { readonly last: string; readonly count: number; readonly likely: boolean })[];
  readonly warning?: string;
}

/** What own samples of at least a week say. */
export interface Habit {
  /** The longest time without an entry, in hours. */
  readonly gap: number;
  /** Entries on the weekday of the last answer; absent: no such whole day was seen. */
  readonly usual?: { readonly day: string; readonly count: number };
}

export interface KnownName extends EntryName {
  readonly last: string | null;
  /** By the hour, the oldest first. */
  readonly counts: readonly number[];
  readonly habit?: Habit;
}

/** The state's part about one preset. */
export interface PresetArrivals {
  /** The preset's id. */
  readonly preset: string;
  /** The newest answer of this run; absent: none yet. */
  readonly known?: {
    readonly askedAt: string;
    /** When the first hour begins, ISO 8601. */
    readonly from: string;
    readonly names: readonly KnownName[];
    /** Milliseconds that Coralogix's clock is ahead of this computer's. */
    readonly ahead: number;
    readonly warning?: string;
  };
  /** Why the last question was not answered. */
  readonly problem?: string;
}

export function sameName(one: EntryName, other: EntryName): boolean {
  return one.application === other.application && one.subsystem === other.subsystem;
}

/** The hours as the contract has them. */
export function replyOf({ known, problem }: PresetArrivals): ArrivalsReply {
  if (problem !== undefined || known === undefined) return { outcome: 'not-askable', reason: problem ?? 'It is being asked. Look again.' };
  const from = Date.parse(known.from);
  const names = known.names.map(({ application, subsystem, last, counts }) => ({
    application,
    subsystem,
    last,
    hours: counts.map((count, index) => ({ at: new Date(from + index * HOUR).toISOString(), count })),
  }));
  return { outcome: 'known', names, askedAt: known.askedAt, ...(known.warning === undefined ? {} : { warning: known.warning }) };
}
