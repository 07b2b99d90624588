import type { DriftGroup, DriftInput, DriftOdd } from '../common/fleet/drift.ts';
import { driftOf } from '../common/fleet/drift.ts';
import type { History } from '../history/history.ts';
import type { PresetStore } from '../presets/preset-store.ts';
import type { DriftSays } from '../texts/drift-says.ts';
import type { Owners } from '../texts/masked-view.ts';
import type { TextWork } from '../texts/text-work.ts';
import type { Clusters } from './clusters.ts';
import type { Store } from './store.ts';

export interface DriftOptions {
  readonly store: Pick<Store, 'snapshot'>;
  readonly clusters: Pick<Clusters, 'owner' | 'seen' | 'server'>;
  readonly presets: Pick<PresetStore, 'owners'>;
  readonly texts: TextWork;
  readonly history: Pick<History, 'list'>;
}

/** Compares what watches have seen. Contacts no cluster. */
export class Drift {
  readonly #options: DriftOptions;

  constructor(options: DriftOptions) {
    this.#options = options;
  }

  async compare(): Promise<readonly DriftGroup[]> {
    const { store, clusters, presets, texts } = this.#options;
    const owners = presets.owners();
    const refs = store.snapshot().clusters.flatMap(({ configMaps }) => configMaps.map(({ ref }) => ref));
    const inputs = await Promise.all(
      refs.map(async (ref): Promise<readonly DriftInput[]> => {
        const live = clusters.seen(ref);
        const said = live === undefined ? [] : await texts.run('driftSays', clusters.owner(live), live.text ?? '', owners);
        return said.map((one) => ({ ref, ...one }));
      }),
    );
    const dated = async (odd: DriftOdd): Promise<DriftOdd> => {
      const since = await this.#since(odd, owners);
      const differs = odd.differs.map((one) => {
        const time = since.get(one.field);
        return time === undefined ? one : { ...one, since: time };
      });
      return { ...odd, differs };
    };
    return Promise.all(driftOf(inputs.flat()).map(async (group) => ({ ...group, odd: await Promise.all(group.odd.map(dated)) })));
  }

  /** For each field the time of the oldest consecutive revision with the same value; absent: unknown. */
  async #since({ ref, integration, differs }: DriftOdd, owners: Owners): Promise<ReadonlyMap<string, string>> {
    const { clusters, history, texts } = this.#options;
    const live = clusters.seen(ref);
    const known = new Map<string, string>();
    if (live === undefined) return known;
    const owner = clusters.owner(live);
    const own = (said: readonly DriftSays[]) => said.find((one) => one.integration === integration)?.says ?? {};
    const now = own(await texts.run('driftSays', owner, live.text ?? '', owners));
    const open = new Map(differs.map(({ field }): [string, string | undefined] => [field, undefined]));
    for (const { content, at: time } of await history.list(clusters.server(ref.context), live)) {
      if (open.size === 0) break;
      const then = own(await texts.run('driftSaid', owner, content, owners));
      for (const [field, since] of open) {
        if (then[field] === now[field]) {
          open.set(field, time);
          continue;
        }
        open.delete(field);
        if (since !== undefined) known.set(field, since);
      }
    }
    return known;
  }
}
