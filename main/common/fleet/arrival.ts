import { sameName } from '../arrivals/arrivals.ts';
import type { ArrivalWords } from '../arrivals/words.ts';
import { arrivalWords } from '../arrivals/words.ts';
import type { PresetView } from '../coralogix/preset.ts';
import { plural, shortName } from '../plain-text.ts';
import type { ConfigMapRef } from '../reference.ts';
import { referenceKey } from '../reference.ts';
import type { Cluster, Fleet, IntegrationSummary, TargetSummary } from './fleet.ts';
import { clusterIdentity } from './identity.ts';
import type { HealthRow } from './rows.ts';
import * as strings from './strings.ts';

// Which arrivals belong to which part of the fleet, for a row, the panel and the tray.

/** The parts of the state that it needs. Without arrivals it says nothing. */
export type ArrivalsOf = Partial<Pick<Fleet, 'presets' | 'arrivals'>>;

export interface ShownArrival extends ArrivalWords {
  /** The preset's id. */
  readonly preset: string;
  /** Whose entries they are: "of this integration", or "all integrations of … together". */
  readonly of: string;
  /** The same in few words. */
  readonly ofShort: string;
}

/** An integration's place. Its cluster is the same through each of its contexts. */
export interface IntegrationPlace {
  readonly cluster: Pick<Cluster, 'server' | 'context'>;
  readonly ref: ConfigMapRef;
}

/** Names an integration to a preset, by what stays when entries move. */
export function integrationId({ cluster, ref }: IntegrationPlace, { type, name }: Pick<IntegrationSummary, 'type' | 'name'>): string {
  return `${clusterIdentity(cluster)} ${ref.namespace}/${ref.name} ${type ?? ''} ${name ?? ''}`.slice(0, 2000);
}

/** Arrivals of these targets. Of several presets, the worst; undefined: none is watched. */
export function arrivalOf(
  { presets = [], arrivals = [] }: ArrivalsOf,
  place: IntegrationPlace,
  integration: Pick<IntegrationSummary, 'type' | 'name'>,
  targets: readonly Pick<TargetSummary, 'key'>[],
  now: number,
  zone?: string,
): ShownArrival | undefined {
  const owners = new Set(targets.flatMap(({ key }) => key.owner?.preset ?? []));
  const id = integrationId(place, integration);
  const shown = presets
    .filter((preset) => owners.has(preset.id) && isWatched(preset))
    .flatMap((preset): readonly ShownArrival[] => {
      const names = preset.arrivals?.names ?? [];
      const own = names.filter((name) => name.integration === id);
      const meant = own.length > 0 ? own : names.filter((name) => name.integration === undefined);
      // All of them are another integration's.
      if (names.length > 0 && meant.length === 0) return [];
      const isOwn = own.length > 0;
      const of = isOwn ? strings.ofThisIntegration : strings.allIntegrationsTogether(preset.name);
      const ofShort = isOwn ? strings.thisIntegration : strings.allOf(shortName(preset.name, 24));
      return [{ ...wordsOf({ arrivals }, preset, meant, now, zone), preset: preset.id, of, ofShort }];
    });
  return ORDER.flatMap((state) => shown.find((one) => one.state === state) ?? [])[0];
}

/** The same for a row of the tray. */
export function rowArrival(
  fleet: ArrivalsOf & Pick<Fleet, 'clusters'>,
  row: HealthRow,
  now: number,
  zone?: string,
): ShownArrival | undefined {
  if (row.kind !== 'integration' || (fleet.arrivals ?? []).length === 0) return undefined;
  const key = referenceKey(row.ref);
  const cluster = fleet.clusters.find(({ context }) => context === row.context);
  const integration = cluster?.configMaps
    .find(({ ref }) => referenceKey(ref) === key)
    ?.integrations.find(({ index }) => index === row.integration);
  return cluster && integration && arrivalOf(fleet, { cluster, ref: row.ref }, integration, integration.targets, now, zone);
}

/** All entries of a preset; undefined: it isn't watched. */
export function presetArrival(fleet: ArrivalsOf, preset: PresetView, now: number, zone?: string): ArrivalWords | undefined {
  return isWatched(preset) ? wordsOf(fleet, preset, preset.arrivals?.names ?? [], now, zone) : undefined;
}

/** Watched presets that are silent. */
export function silentPresets(fleet: ArrivalsOf, now: number): readonly { readonly preset: PresetView; readonly words: ArrivalWords }[] {
  return (fleet.presets ?? []).flatMap((preset) => {
    const words = presetArrival(fleet, preset, now);
    return words?.state === 'silent' ? [{ preset, words }] : [];
  });
}

/** "2 presets silent for 6 h", the shortest of their silences; undefined: none is silent. */
export function silenceSummary(fleet: ArrivalsOf, now: number): string | undefined {
  const silent = silentPresets(fleet, now).flatMap(({ words }) => words.silentFor ?? []);
  if (silent.length === 0) return undefined;
  return strings.silentH(plural(silent.length, 'preset'), Math.min(...silent));
}

/** Switched on, with a key and with names. */
export function isWatched({ arrivals, readBackKey }: PresetView): boolean {
  return arrivals?.watched === true && arrivals.names.length > 0 && readBackKey !== undefined;
}

const ORDER = ['silent', 'unknown', 'arriving'] as const;

function wordsOf(
  { arrivals = [] }: Pick<ArrivalsOf, 'arrivals'>,
  preset: PresetView,
  names: NonNullable<PresetView['arrivals']>['names'],
  now: number,
  zone: string | undefined,
): ArrivalWords {
  const found = arrivals.find((one) => one.preset === preset.id);
  const known = found?.known?.names.filter((name) => names.some((one) => sameName(one, name))) ?? [];
  return arrivalWords(found, known, now, zone);
}
