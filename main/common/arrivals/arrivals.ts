// Whether kAudit's own entries arrive in Coralogix. main/arrivals queries; the window and the tray show.

import * as strings from './strings.ts';

const HOUR = 3_600_000;
/** Includes the current hour, which isn't over. */
export const HOURS = 24;

export interface EntryName {
  readonly application: string;
  readonly subsystem: string;
}

/** Milliseconds since 1970, in whole UTC hours. */
export interface HourWindow {
  readonly from: number;
  readonly to: number;
}

/** The current hour and the 23 before it. `now`: milliseconds since 1970, by Coralogix's clock. */
export function hoursUntil(now: number): HourWindow {
  const running = Math.floor(now / HOUR) * HOUR;
  return { from: running - (HOURS - 1) * HOUR, to: running + HOUR };
}

export interface NameArrivals extends EntryName {
  /** ISO 8601; null: none in these hours and none known from before. */
  readonly last: string | null;
  /** 24 counts, oldest first. */
  readonly hours: readonly { readonly at: string; readonly count: number }[];
}

export type ArrivalsReply =
  | {
      readonly outcome: 'known';
      readonly names: readonly NameArrivals[];
      readonly askedAt: string;
      /** Coralogix truncated the result, so the counts are minimums, or they are doubtful. */
      readonly warning?: string;
    }
  /** Switched off, no read-back key, no names, or no response yet. */
  | { readonly outcome: 'not-askable'; readonly reason: string };

export interface DiscoverReply {
  readonly names: readonly (EntryName & { readonly last: string; readonly count: number; readonly likely: boolean })[];
  readonly warning?: string;
}

/** Based on our own samples of at least a week. */
export interface Habit {
  /** Hours. */
  readonly gap: number;
  /** By weekday of the last response; absent: no full day of that weekday is known. */
  readonly usual?: { readonly day: string; readonly count: number };
}

export interface KnownName extends EntryName {
  readonly last: string | null;
  /** By hour, oldest first. */
  readonly counts: readonly number[];
  readonly habit?: Habit;
}

/** What Coralogix says about a result that it returned. */
export interface ReplyWarning {
  /** true: the counts are minimums. false: they may be wrong. */
  readonly cut: boolean;
  readonly sentence: string;
}

export interface PresetArrivals {
  readonly preset: string;
  /** Newest response of this run. */
  readonly known?: {
    readonly askedAt: string;
    /** ISO 8601. */
    readonly from: string;
    readonly names: readonly KnownName[];
    /** Milliseconds that Coralogix's clock is ahead of this computer's. */
    readonly ahead: number;
    readonly warning?: ReplyWarning;
  };
  readonly problem?: string;
}

export function sameName(one: EntryName, other: EntryName): boolean {
  return one.application === other.application && one.subsystem === other.subsystem;
}

export function replyOf({ known, problem }: PresetArrivals): ArrivalsReply {
  if (problem !== undefined || known === undefined) return { outcome: 'not-askable', reason: problem ?? strings.queryRunningCheckAgain };
  const from = Date.parse(known.from);
  const names = known.names.map(({ application, subsystem, last, counts }) => ({
    application,
    subsystem,
    last,
    hours: counts.map((count, index) => ({ at: new Date(from + index * HOUR).toISOString(), count })),
  }));
  return { outcome: 'known', names, askedAt: known.askedAt, ...(known.warning && { warning: known.warning.sentence }) };
}
