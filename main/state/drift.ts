import type { DriftGroup, DriftInput, DriftOdd } from '../common/fleet/drift.ts';
import { driftOf } from '../common/fleet/drift.ts';
import { opened, type SealedText, seal } from '../common/history/sealed.ts';
import { readDocument } from '../common/integration/document.ts';
import { destinationOf } from '../common/integration/reading/destination.ts';
import type { DocumentReading, Integration } from '../common/integration/reading/integration.ts';
import { isSecretName, isSecretShaped } from '../common/integration/secrets/secret-words.ts';
import type { History } from '../history/history.ts';
import type { PresetStore } from '../presets/preset-store.ts';
import type { Fingerprinter } from '../secrets/fingerprint.ts';
import type { Clusters } from './clusters.ts';
import type { Store } from './store.ts';
import * as strings from './strings.ts';

export interface DriftOptions {
  readonly store: Pick<Store, 'snapshot'>;
  readonly clusters: Pick<Clusters, 'seen' | 'server'>;
  readonly presets: Pick<PresetStore, 'ownerOf' | 'list'>;
  readonly fingerprinter: Fingerprinter;
  readonly history: Pick<History, 'list'>;
}

const MAX_SHOWN = 200;

/** Compares what watches have seen. Contacts no cluster. */
export class Drift {
  readonly #options: DriftOptions;

  constructor(options: DriftOptions) {
    this.#options = options;
  }

  async compare(): Promise<readonly DriftGroup[]> {
    const groups = driftOf(this.#inputs());
    return Promise.all(
      groups.map(async (group) => ({
        ...group,
        odd: await Promise.all(
          group.odd.map(async (odd) => {
            const since = await this.#since(odd);
            const differs = odd.differs.map((one) => {
              const time = since.get(one.field);
              return time === undefined ? one : { ...one, since: time };
            });
            return { ...odd, differs };
          }),
        ),
      })),
    );
  }

  #inputs(): readonly DriftInput[] {
    const { store, clusters } = this.#options;
    return store.snapshot().clusters.flatMap(({ configMaps }) =>
      configMaps.flatMap(({ ref }) => {
        const reading = readDocument(clusters.seen(ref)?.text ?? '');
        return reading.integrations.map(
          (integration): DriftInput => ({
            ref,
            integration: integration.index,
            type: integration.type ?? strings.noType,
            says: this.#says(reading, integration),
          }),
        );
      }),
    );
  }

  /** SECURITY: known fields only, keys as fingerprints, nothing that looks like a key. */
  #says(reading: DocumentReading, integration: Integration): Readonly<Record<string, string>> {
    const said: Record<string, string> = {};
    const add = (name: string, value: unknown) => {
      if (isSecretName(name) || value === undefined || value === null) return;
      const text = typeof value === 'string' ? value : JSON.stringify(value);
      said[name] = isSecretShaped(text) ? `key ${this.#options.fingerprinter.fingerprint(text)}` : text.slice(0, MAX_SHOWN);
    };
    add('state', integration.state);
    for (const field of [...integration.filter, ...integration.fields]) add(field.name, field.value);
    for (const target of integration.targets) {
      const { key, host, targetType } = destinationOf(reading, target);
      const at = integration.targets.length > 1 ? strings.targetValue((target.index ?? 0) + 1) : '';
      add(`${at}target-type`, targetType);
      add(strings.sendsTo(at), host);
      add(`${at}rate-limit`, target.fields.findLast(({ name }) => name === 'rate-limit')?.value);
      if (key.kind === 'reference') said[`${at}credentials`] = strings.referenceName(key.name);
      else if (key.kind === 'inline') said[`${at}credentials`] = this.#keyWords(key.value);
    }
    return said;
  }

  #keyWords(key: string): string {
    const { presets, fingerprinter } = this.#options;
    const owner = presets.ownerOf(key);
    const name = presets.list().find(({ id }) => id === owner?.preset)?.name;
    const print = fingerprinter.fingerprint(key);
    if (name === undefined) return `key ${print}`;
    return owner?.former ? strings.olderKey(name, print) : strings.theKeyOf(name, print);
  }

  /** For each field the oldest consecutive revision with the same value. A field without one: as far as known. */
  async #since({ ref, integration, differs }: DriftOdd): Promise<ReadonlyMap<string, string>> {
    const { clusters, history, fingerprinter } = this.#options;
    const live = clusters.seen(ref);
    const known = new Map<string, string>();
    if (live === undefined) return known;
    const at = (content: SealedText) => {
      // The history holds no keys. A digest stands for each, in the live text too.
      const reading = readDocument(opened(content, (digest) => fingerprinter.fingerprint(digest)));
      const own = reading.integrations.find(({ index }) => index === integration);
      return own === undefined ? {} : this.#says(reading, own);
    };
    const now = at(seal(live.text ?? '', (secret) => fingerprinter.digest(secret)));
    const open = new Map(differs.map(({ field }): [string, string | undefined] => [field, undefined]));
    for (const { content, at: time } of await history.list(clusters.server(ref.context), live)) {
      if (open.size === 0) break;
      const then = at(content);
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
