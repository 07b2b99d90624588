import { keyPairs, neighbours } from '../common/history/beside.ts';
import type { Digest, KnownSecret, Sealing } from '../common/history/sealed.ts';
import { spellings } from '../common/history/sealed.ts';

export interface PlacedSecret extends KnownSecret {
  readonly besides: ReadonlySet<string>;
}

export interface PlacedSecrets {
  readonly secrets: ReadonlyMap<string, PlacedSecret>;
  readonly pairs: ReadonlySet<string>;
}

/** `most`: the number of secrets to find, the last ones. */
export function secretsIn(text: string, sealing: Sealing, most = Number.POSITIVE_INFINITY): PlacedSecrets {
  const secrets = new Map<string, { value: string; sources: string[]; besides: Set<string> }>();
  const all = spellings(text, sealing);
  const last = new Set<string>();
  for (let index = all.length - 1; index >= 0 && last.size < most; index--) last.add(all[index]?.digest ?? '');
  // In the order of the spellings.
  const beside = neighbours(text, sealing, last);
  for (const [index, { digest: own, value, source }] of all.filter((one) => last.has(one.digest)).entries()) {
    const known = secrets.get(own) ?? { value, sources: [], besides: new Set<string>() };
    if (!known.sources.includes(source)) known.sources.push(source);
    known.besides.add(beside[index]?.beside ?? '');
    secrets.set(own, known);
  }
  return { secrets, pairs: keyPairs(text, sealing.digest) };
}

/** Secrets of one ConfigMap that are remembered. */
export const MOST = 200;

/** The keys seen in each ConfigMap during this run, so that a replaced key can come back. Memory only. */
export class RunKeys {
  readonly #digest: Digest;
  /** SECURITY: by server and uid: a key comes back only to its own ConfigMap. */
  readonly #seen = new Map<string, { secrets: Map<string, PlacedSecret>; pairs: Set<string> }>();
  readonly #presetKeys = new Map<string, { readonly key: string; readonly domains: Set<string> }>();

  constructor(digest: Digest) {
    this.#digest = digest;
  }

  saw(place: string, { secrets, pairs }: PlacedSecrets): void {
    const known = this.#seen.get(place) ?? { secrets: new Map<string, PlacedSecret>(), pairs: new Set<string>() };
    for (const [digest, placed] of secrets) {
      const before = known.secrets.get(digest);
      known.secrets.delete(digest);
      known.secrets.set(digest, {
        value: placed.value,
        sources: [...new Set([...(before?.sources ?? []), ...placed.sources])],
        besides: new Set([...(before?.besides ?? []), ...placed.besides]),
      });
    }
    for (const pair of pairs) known.pairs.add(pair);
    for (const oldest of [...known.secrets.keys()].slice(0, Math.max(0, known.secrets.size - MOST))) known.secrets.delete(oldest);
    this.#seen.set(place, known);
  }

  sawPreset(key: string, domain: string): void {
    const digest = this.#digest(key);
    const known = this.#presetKeys.get(digest) ?? { key, domains: new Set<string>() };
    known.domains.add(domain);
    this.#presetKeys.set(digest, known);
  }

  of(place: string): PlacedSecrets {
    return this.#seen.get(place) ?? { secrets: new Map(), pairs: new Set() };
  }

  /** By digest. */
  get presetKeys(): ReadonlyMap<string, { readonly key: string; readonly domains: ReadonlySet<string> }> {
    return this.#presetKeys;
  }
}
