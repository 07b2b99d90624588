import type { ArrivalsOf } from '../fleet/arrival.ts';
import { presetArrival, silentPresets } from '../fleet/arrival.ts';
import type { ShownView } from '../fleet/shown-view.ts';
import { shortName } from '../plain-text.ts';

// Presets that are silent for longer than their own samples of at least a week say is usual.

/** A preset whose arrivals are unknown for a while is no news when they are known again. */
export function silenceSince(
  known: ReadonlySet<string>,
  fleet: ArrivalsOf,
  now: number,
): { readonly silent: ReadonlySet<string>; readonly message: { title: string; body: string; view: ShownView } | undefined } {
  const unusual = silentPresets(fleet, now).filter(({ words }) => words.unusual === true);
  const unknown = (fleet.presets ?? []).filter((preset) => known.has(preset.id) && presetArrival(fleet, preset, now)?.state === 'unknown');
  const silent = new Set([...unusual.map(({ preset }) => preset.id), ...unknown.map(({ id }) => id)]);
  return { silent, message: messageOf(unusual.filter(({ preset }) => !known.has(preset.id))) };
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
