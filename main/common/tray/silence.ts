import type { ArrivalsOf } from '../fleet/arrival.ts';
import { presetArrival, silentPresets } from '../fleet/arrival.ts';
import type { ShownView } from '../fleet/fleet.ts';
import { shortName } from '../plain-text.ts';
import * as strings from './strings.ts';

// Presets that are silent for longer than usual, by their own samples of at least a week.

/**
 * Milliseconds. Presets are queried one after the other, so those that fall silent for one reason become known over a
 * whole round of queries. The message waits for a round without news, but not forever.
 */
const GATHER = 5 * 60_000;
const LONGEST = 15 * 60_000;

/** Presets by id. */
export interface KnownSilence {
  /** Silent for longer than usual. */
  readonly silent: ReadonlySet<string>;
  /** Their entries arrived at some check of this run: only their silence is news. */
  readonly seen: ReadonlySet<string>;
  /** Not reported yet, with their start. */
  readonly waiting: ReadonlyMap<string, number>;
}

export const noSilence: KnownSilence = { silent: new Set(), seen: new Set(), waiting: new Map() };

/** A preset whose arrivals are unknown for a while isn't news when they are known again. `now`: milliseconds. */
export function silenceSince(
  known: KnownSilence,
  fleet: ArrivalsOf,
  now: number,
): {
  readonly known: KnownSilence;
  readonly message: { title: string; body: string; view: ShownView } | undefined;
  /** Milliseconds until the message; undefined: none waits. */
  readonly wait: number | undefined;
} {
  const states = new Map((fleet.presets ?? []).map((preset) => [preset.id, presetArrival(fleet, preset, now)?.state]));
  const seen = new Set([...states.keys()].filter((id) => known.seen.has(id) || states.get(id) === 'arriving'));
  const unusual = silentPresets(fleet, now).filter(({ words }) => words.unusual === true);
  const unknown = [...states.keys()].filter((id) => known.silent.has(id) && states.get(id) === 'unknown');
  const silent = new Set([...unusual.map(({ preset }) => preset.id), ...unknown]);
  const isNews = (id: string) => known.waiting.has(id) || (seen.has(id) && !known.silent.has(id));
  // A clock that was set back must not delay a message.
  const waiting = new Map([...silent].filter(isNews).map((id) => [id, Math.min(known.waiting.get(id) ?? now, now)]));
  const news = unusual.filter(({ preset }) => waiting.has(preset.id));
  const since = news.map(({ preset }) => waiting.get(preset.id) ?? now);
  const wait = news.length === 0 ? undefined : Math.min(Math.max(...since) + GATHER, Math.min(...since) + LONGEST) - now;
  if (wait === undefined || wait > 0) return { known: { silent, seen, waiting }, message: undefined, wait };
  for (const { preset } of news) waiting.delete(preset.id);
  return { known: { silent, seen, waiting }, message: messageOf(news), wait: undefined };
}

/** One for all: a team that stops sending has many presets. */
function messageOf(silent: ReturnType<typeof silentPresets>): { title: string; body: string; view: ShownView } | undefined {
  const [first] = silent;
  if (first === undefined) return undefined;
  const view = { view: 'presets' } as const;
  const names = silent.map(({ preset }) => shortName(preset.name, 40));
  if (silent.length === 1) return { title: strings.noEntriesLongerThanUsual(names[0]), body: first.words.sentence, view };
  const more = names.length > 3 ? strings.andMorePart(names.length - 3) : '';
  return { title: strings.presetsNoEntriesLongerThan(silent.length), body: `${names.slice(0, 3).join(', ')}${more}`, view };
}
