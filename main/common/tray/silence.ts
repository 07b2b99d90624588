import type { ArrivalsOf } from '../fleet/arrival.ts';
import { presetArrival, silentPresets } from '../fleet/arrival.ts';
import type { ShownView } from '../fleet/shown-view.ts';
import { shortName } from '../plain-text.ts';

// Presets that are silent for longer than their own samples of at least a week say is usual.

/** Presets by id. */
export interface KnownSilence {
  /** Silent for longer than usual. */
  readonly silent: ReadonlySet<string>;
  /** Whose entries arrived at some look of this run: only their silence is news. */
  readonly seen: ReadonlySet<string>;
}

export const noSilence: KnownSilence = { silent: new Set(), seen: new Set() };

/** A preset whose arrivals are unknown for a while isn't news when they are known again. */
export function silenceSince(
  known: KnownSilence,
  fleet: ArrivalsOf,
  now: number,
): { readonly known: KnownSilence; readonly message: { title: string; body: string; view: ShownView } | undefined } {
  const states = new Map((fleet.presets ?? []).map((preset) => [preset.id, presetArrival(fleet, preset, now)?.state]));
  const seen = new Set([...states.keys()].filter((id) => known.seen.has(id) || states.get(id) === 'arriving'));
  const unusual = silentPresets(fleet, now).filter(({ words }) => words.unusual === true);
  const unknown = [...states.keys()].filter((id) => known.silent.has(id) && states.get(id) === 'unknown');
  const silent = new Set([...unusual.map(({ preset }) => preset.id), ...unknown]);
  const news = unusual.filter(({ preset }) => seen.has(preset.id) && !known.silent.has(preset.id));
  return { known: { silent, seen }, message: messageOf(news) };
}

/** One for all: a team that stops sending has many presets. */
function messageOf(silent: ReturnType<typeof silentPresets>): { title: string; body: string; view: ShownView } | undefined {
  const [first] = silent;
  if (first === undefined) return undefined;
  const view = { view: 'presets' } as const;
  const names = silent.map(({ preset }) => shortName(preset.name, 40));
  if (silent.length === 1) return { title: `${names[0]}: no entries for longer than usual`, body: first.words.sentence, view };
  const more = names.length > 3 ? ` and ${names.length - 3} more` : '';
  return { title: `${silent.length} presets: no entries for longer than usual`, body: `${names.slice(0, 3).join(', ')}${more}`, view };
}
