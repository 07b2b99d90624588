// The demo's entries in Coralogix. They depend only on the time, so they continue.

const MINUTE = 60_000;

export interface Traffic {
  readonly domain: string;
  readonly application: string;
  readonly subsystem: string;
  /** Per hour by day; a third of it at night. */
  readonly hourly: number;
  /** Milliseconds since 1970. */
  readonly until?: number;
}

/** `from` inclusive, `to` exclusive, milliseconds since 1970; whole seconds, oldest first. */
export function entriesOf({ hourly, subsystem, until }: Traffic, from: number, to: number): readonly number[] {
  const end = Math.min(to, until ?? to);
  const entries: number[] = [];
  for (let minute = Math.floor(from / MINUTE); minute * MINUTE < end; minute += 1) {
    const hour = Math.floor(minute / 60) % 24;
    const rate = (hourly / 60) * (hour >= 6 && hour < 20 ? 1 : 1 / 3);
    const count = Math.floor(rate + chance(minute, subsystem));
    for (let index = 0; index < count; index += 1) {
      const time = minute * MINUTE + Math.floor((index * 60) / count) * 1000;
      if (time >= from && time < end) entries.push(time);
    }
  }
  return entries;
}

/** From 0 to 1, constant per minute. */
function chance(minute: number, salt: string): number {
  let hash = 2166136261;
  for (const character of `${minute} ${salt}`) hash = Math.imul(hash ^ character.charCodeAt(0), 16777619);
  return ((hash >>> 8) % 1000) / 1000;
}
