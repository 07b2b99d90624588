import { isDeepStrictEqual } from 'node:util';
import type { ConfigMapSummary, Fleet, TargetSummary } from '../common/fleet/fleet.ts';
import type { PresetStore } from '../presets/preset-store.ts';

/** Which preset's key each target has. Full digests stay in main. */
export class KeyOwners {
  readonly #presets: Pick<PresetStore, 'ownerOfDigest'>;
  #digests = new Map<string, string>();

  constructor(presets: Pick<PresetStore, 'ownerOfDigest'>) {
    this.#presets = presets;
  }

  /** Adds the owners of its keys to a summary. `digests`: of each target's key, by the target's hash. */
  owned(summary: ConfigMapSummary, digests: readonly (readonly [hash: string, digest: string])[]): ConfigMapSummary {
    for (const [hash, digest] of digests) this.#digests.set(hash, digest);
    return this.#refreshedConfigMap(summary, new Map());
  }

  /** The state after presets changed. Unchanged parts stay the same objects. */
  refreshed(fleet: Fleet): Fleet {
    const present = new Map<string, string>();
    const clusters = fleet.clusters.map((cluster) =>
      changed(cluster, 'configMaps', (configMap) => this.#refreshedConfigMap(configMap, present)),
    );
    this.#digests = present;
    return clusters.every((cluster, index) => cluster === fleet.clusters[index]) ? fleet : { ...fleet, clusters };
  }

  #refreshedConfigMap(configMap: ConfigMapSummary, present: Map<string, string>): ConfigMapSummary {
    return changed(configMap, 'integrations', (integration) =>
      changed(integration, 'targets', (target) => this.#refreshed(target, present)),
    );
  }

  #refreshed(target: TargetSummary, present: Map<string, string>): TargetSummary {
    const digest = this.#digests.get(target.hash);
    if (digest === undefined) return target;
    present.set(target.hash, digest);
    const owner = this.#presets.ownerOfDigest(digest);
    const { owner: before, ...key } = target.key;
    if (isDeepStrictEqual(owner, before)) return target;
    return { ...target, key: owner === undefined ? key : { ...key, owner } };
  }
}

function changed<Name extends string, Item, Parent extends Readonly<Record<Name, readonly Item[]>>>(
  parent: Parent,
  name: Name,
  change: (item: Parent[Name][number]) => Item,
): Parent {
  const before = parent[name];
  const after = before.map(change);
  return after.every((item, index) => item === before[index]) ? parent : { ...parent, [name]: after };
}
