import type { Cluster } from '../../../main/common/fleet/fleet.ts';
import { typeTitle } from '../../../main/common/fleet/rows.ts';
import type { RolloutChange, RolloutTarget } from '../../../main/common/rollout/change.ts';
import * as strings from './strings.ts';

/** An integration that a change can apply to. */
export interface Candidate {
  readonly id: string;
  readonly target: RolloutTarget;
  readonly words: string;
  /** A preset whose older key it has. */
  readonly formerOf: readonly string[];
  /** Presets whose current key it has. */
  readonly presets: readonly string[];
  /** Targets that have an older key of a preset. */
  readonly older: number;
  /** Type and destination: equal ones can be chosen together. */
  readonly alike: string;
}

export function candidatesOf(clusters: readonly Cluster[]): readonly Candidate[] {
  return clusters
    .filter(({ state }) => state === 'online')
    .flatMap((cluster) =>
      cluster.configMaps.flatMap(({ ref, instance, integrations }) =>
        integrations.map(({ index, type, name, targets }): Candidate => {
          const hosts = targets.map(({ host, type: kind }) => host ?? kind ?? strings.noTarget).join(', ');
          const owners = targets.flatMap(({ key }) => key.owner ?? []);
          const former = owners.filter((owner) => owner.former);
          return {
            id: candidateId({ ref, integration: index }),
            target: { ref, integration: index },
            words: `${cluster.marks?.alias ?? ref.context} · ${instance} · ${typeTitle(type)}${name === undefined ? '' : ` (${name})`} → ${hosts}`,
            formerOf: former.map(({ preset }) => preset),
            presets: owners.filter((owner) => !owner.former).map(({ preset }) => preset),
            older: former.length,
            alike: JSON.stringify([type, hosts]),
          };
        }),
      ),
    );
}

export function candidateId({ ref, integration }: Pick<RolloutTarget, 'ref' | 'integration'>): string {
  return JSON.stringify([ref.context, ref.namespace, ref.name, integration]);
}

/** A copy goes to whole ConfigMaps, each once, and not to its own. */
export function targetsOf(chosen: readonly Candidate[], change: RolloutChange): readonly RolloutTarget[] {
  if (change.op !== 'insert') return chosen.map(({ target }) => target);
  const { ref: from } = change.from;
  const refs = new Map(chosen.map(({ target: { ref } }) => [JSON.stringify([ref.context, ref.namespace, ref.name]), ref]));
  refs.delete(JSON.stringify([from.context, from.namespace, from.name]));
  return [...refs.values()].map((ref) => ({ ref }));
}

/** "4 targets on 3 clusters have an older key of EU2". null: none has. */
export function olderWords(older: readonly Candidate[], preset: string): string | null {
  const targets = older.reduce((sum, candidate) => sum + candidate.older, 0);
  const clusters = new Set(older.map(({ target }) => target.ref.context)).size;
  if (targets === 0) return null;
  return strings.olderKey(targets, clusters, preset);
}
