import type { DriftGroup, DriftInput, DriftOdd } from '../common/fleet/drift.ts';
import { driftOf } from '../common/fleet/drift.ts';
import type { SealedText } from '../common/history/sealed.ts';
import type { History } from '../history/history.ts';
import type { PresetStore } from '../presets/preset-store.ts';
import type { Owners } from '../texts/masked-view.ts';
import type { TextWork } from '../texts/text-work.ts';
import type { Clusters } from './clusters.ts';
import type { Store } from './store.ts';

export interface DriftOptions {
  readonly store: Pick<Store, 'snapshot'>;
  readonly clusters: Pick<Clusters, 'seen' | 'server'>;
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
        const said = await texts.run('driftSays', clusters.seen(ref)?.text ?? '', owners);
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
    // The history contains digests in place of keys. So does the live text here.
    const at = async (content: SealedText) => {
      const said = await texts.run('driftSaid', content, owners);
      return said.find((one) => one.integration === integration)?.says ?? {};
    };
    const now = await at(await texts.run('seal', live.text ?? ''));
    const open = new Map(differs.map(({ field }): [string, string | undefined] => [field, undefined]));
    for (const { content, at: time } of await history.list(clusters.server(ref.context), live)) {
      if (open.size === 0) break;
      const then = await at(content);
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
