import type { Workload } from '../../common/fleet/fleet.ts';
import type { ConfigMapRef } from '../../common/reference.ts';
import { notKubernetes } from '../errors.ts';
import type { ClusterClient, WatchEvent } from '../transport/client.ts';
import type { ConfigMapObject, RawConfigMap } from './config-map.ts';
import { isIntegrationConfigMap, keyOf, toRawConfigMap } from './config-map.ts';
import { MAX_FOUND } from './discovery.ts';
import { PatchPermissions } from './permissions.ts';
import { statefulSetOf, workloadOf } from './stateful-set.ts';
import type { StatefulSets } from './workloads.ts';
import { UNKNOWN } from './workloads.ts';

export type SeenConfigMap = RawConfigMap & { readonly readOnly: boolean; readonly workload: Workload | null | undefined };

export class ClusterContents {
  readonly #context: string;
  readonly #configMaps = new Map<string, RawConfigMap>();
  #permitted: PatchPermissions;
  #statefulSets: StatefulSets = UNKNOWN;

  constructor(context: string, client: ClusterClient) {
    this.#context = context;
    this.#permitted = new PatchPermissions(client);
  }

  get isEmpty(): boolean {
    return this.#configMaps.size === 0;
  }

  configMaps(): SeenConfigMap[] {
    return [...this.#configMaps.values()]
      .map((configMap) => ({
        ...configMap,
        readOnly: this.#permitted.isReadOnly(configMap),
        workload: this.#workload(configMap.ref),
      }))
      .sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
  }

  replace(configMaps: readonly RawConfigMap[], permitted: PatchPermissions): void {
    this.#permitted = permitted;
    this.#configMaps.clear();
    for (const configMap of configMaps) this.#configMaps.set(keyOf(configMap), configMap);
  }

  clear(): void {
    this.#configMaps.clear();
  }

  setWorkloads(sets: StatefulSets): void {
    this.#statefulSets = sets;
  }

  /** Returns whether it concerned an integration ConfigMap. Throws a RequestError. */
  async take({ type, object }: WatchEvent, namespace: string, signal: AbortSignal): Promise<boolean> {
    const configMap = toRawConfigMap(this.#context, object as ConfigMapObject);
    // SECURITY: a server may report anything, endlessly.
    if (configMap.ref.namespace !== namespace) throw notKubernetes();
    const key = keyOf(configMap);
    const had = this.#configMaps.has(key);
    if (type === 'DELETED' || !isIntegrationConfigMap(object as ConfigMapObject)) {
      this.#configMaps.delete(key);
      this.#permitted.forget(configMap);
      return had;
    }
    if (!had && this.#configMaps.size >= MAX_FOUND) throw notKubernetes();
    await this.#permitted.askFor([configMap], signal);
    this.#configMaps.set(key, configMap);
    return true;
  }

  #workload({ namespace, name }: ConfigMapRef): Workload | null | undefined {
    const sets = this.#statefulSets(namespace);
    if (sets === undefined) return undefined;
    const set = statefulSetOf(sets, name);
    return set === undefined ? null : workloadOf(set);
  }
}
