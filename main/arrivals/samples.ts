import * as z from 'zod';
import type { Clock } from '../clock.ts';
import type { EntryName } from '../common/arrivals/arrivals.ts';
import { HOURS, sameName } from '../common/arrivals/arrivals.ts';
import type { Samples } from '../common/arrivals/habit.ts';
import { withHours } from '../common/arrivals/habit.ts';
import type { CountedName } from '../common/arrivals/reply.ts';
import type { JsonFile } from '../settings/json-file.ts';

/** Milliseconds until changes are written. */
const WRITE_DELAY = 60_000;

/** On another domain the same names belong to another team's entries. */
interface Place {
  readonly preset: string;
  readonly domain: string;
}

interface Kept extends EntryName, Place {
  /** Milliseconds since 1970; null: no entry was seen. */
  readonly last: number | null;
  readonly samples: Samples;
}

const hour = z.number().int().min(0).max(10_000_000);
const keptSchema = z.strictObject({
  preset: z.string().min(1).max(64),
  domain: z.string().min(1).max(253),
  application: z.string().min(1).max(200),
  subsystem: z.string().min(1).max(200),
  last: z.number().min(0).max(8.64e15).nullable(),
  samples: z.strictObject({ from: hour, counts: z.array(z.number().int().min(0).nullable()).max(1000) }),
});

/** Hourly counts of four weeks, in `arrivals.json` of the data folder. Names and counts only. */
export class ArrivalSamples {
  readonly #file: JsonFile;
  readonly #clock: Clock;
  #kept: readonly Kept[];
  #cancel: (() => void) | undefined;

  constructor(file: JsonFile, clock: Clock) {
    this.#file = file;
    this.#clock = clock;
    this.#kept = file.read().flatMap((item) => {
      const kept = keptSchema.safeParse(item);
      return kept.success ? [kept.data] : [];
    });
  }

  find(place: Place, name: EntryName): Pick<Kept, 'last' | 'samples'> | undefined {
    return this.#kept.find((kept) => isOf(kept, place) && sameName(kept, name));
  }

  /** Adds the hours that are over, not the current one. */
  add(place: Place, from: number, names: readonly CountedName[]): void {
    const added = names.map(({ application, subsystem, last, counts }): Kept => {
      const before = this.find(place, { application, subsystem });
      const newest = last === null ? (before?.last ?? null) : Math.max(last, before?.last ?? 0);
      const { preset, domain } = place;
      return {
        preset,
        domain,
        application,
        subsystem,
        last: newest,
        samples: withHours(before?.samples, from, counts.slice(0, HOURS - 1)),
      };
    });
    const others = this.#kept.filter((kept) => !isOf(kept, place) || !added.some((name) => sameName(name, kept)));
    this.#kept = [...others, ...added];
    this.#write();
  }

  /** Forgets everything else. */
  keepOnly(places: readonly (Place & { readonly names: readonly EntryName[] })[]): void {
    const kept = this.#kept.filter((one) => places.some((place) => isOf(one, place) && place.names.some((name) => sameName(name, one))));
    if (kept.length === this.#kept.length) return;
    this.#kept = kept;
    this.#write();
  }

  /** Writes pending changes. */
  close(): void {
    if (this.#cancel === undefined) return;
    this.#cancel();
    this.#file.write(this.#kept);
  }

  #write(): void {
    this.#cancel ??= this.#clock.after(WRITE_DELAY, () => {
      this.#cancel = undefined;
      this.#file.write(this.#kept);
    });
  }
}

function isOf(kept: Place, { preset, domain }: Place): boolean {
  return kept.preset === preset && kept.domain === domain;
}
