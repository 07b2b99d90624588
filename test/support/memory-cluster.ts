import type { ConfigMapRef } from '../../main/common/reference.ts';
import type { Permissions } from '../../main/common/replies.ts';
import type { RawConfigMap } from '../../main/kube/cluster/config-map.ts';
import { RequestError } from '../../main/kube/errors.ts';
import type { Clusters } from '../../main/state/clusters.ts';
import type { ConfigMapsOptions } from '../../main/state/config-maps.ts';

/**
 * One ConfigMap, as an API server keeps it; the requests themselves are tested on a real one
 * (test/integration/kube/apply.test.ts).
 */
export class MemoryCluster {
  readonly #ref: ConfigMapRef;
  version = 1;
  text = '';
  /** What someone else writes just before the next write. */
  meanwhile: string | undefined;
  /** What a webhook returns. */
  refusal: RequestError | undefined;
  constructor(ref: ConfigMapRef) {
    this.#ref = ref;
  }

  /** What the services use of the connections. */
  get clusters(): Clusters {
    const clusters = {
      connection: () => ({ writer: this.writer }),
      isReadOnly: () => false,
      seen: () => undefined,
      server: () => 'https://one.example',
      owner: ({ ref, uid }: RawConfigMap) => ({ ...ref, uid, server: 'https://one.example' }),
      saveChoices: () => undefined,
    };
    return clusters as unknown as Clusters;
  }

  readonly writer = {
    get: async (): Promise<RawConfigMap> => this.live(),
    isEnding: async () => false,
    permissions: async (): Promise<Permissions> => ({ update: true, missing: null }),
    patchText: async (live: RawConfigMap, text: string, { dryRun }: { dryRun: boolean }) => {
      if (this.refusal !== undefined) throw this.refusal;
      if (this.meanwhile !== undefined) this.put(this.meanwhile);
      this.meanwhile = undefined;
      if (live.resourceVersion !== `${this.version}`) throw new RequestError(409, 'Conflict', '');
      if (!dryRun) this.put(text);
      return this.live();
    },
    translate: (error: unknown) => error,
  };

  /** The outcome of every write is known. */
  readonly unsettled: ConfigMapsOptions['unsettled'] = { sending: (_, write) => write(() => undefined) };

  put(text: string): void {
    this.text = text;
    this.version += 1;
  }

  live(): RawConfigMap {
    return { ref: this.#ref, uid: 'u', resourceVersion: `${this.version}`, text: this.text, managed: null };
  }
}
