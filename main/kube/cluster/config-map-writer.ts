import * as z from 'zod';
import { AppError } from '../../common/errors.ts';
import type { ClusterFacts } from '../../common/fleet/cluster-facts.ts';
import { INTEGRATION_KEY } from '../../common/integration/reading/integration.ts';
import type { ConfigMapRef } from '../../common/reference.ts';
import type { Permissions, PrincipalsReply } from '../../common/replies.ts';
import { RequestError, toAppError } from '../errors.ts';
import type { ContextEntry } from '../kubeconfig/kubeconfig.ts';
import type { ClusterClient } from '../transport/client.ts';
import { readClusterFacts } from './cluster-facts.ts';
import type { ConfigMapObject, RawConfigMap } from './config-map.ts';
import { FIELD_MANAGER, toRawConfigMap } from './config-map.ts';
import { permissionsFor, readPrincipals } from './permissions.ts';
import { checked, optional } from './response.ts';
import * as strings from './strings.ts';

const endingSchema = z.object({ status: optional(z.object({ phase: optional(z.string().max(64)) })) });

export class ConfigMapWriter {
  readonly #entry: ContextEntry;
  readonly #client: ClusterClient;
  readonly #isConnected: () => boolean;

  constructor(entry: ContextEntry, client: ClusterClient, isConnected: () => boolean) {
    this.#entry = entry;
    this.#client = client;
    this.#isConnected = isConnected;
  }

  /**
   * One ConfigMap as the API server has it now; null: none. `alone`: no user waits, so no sign-in may open. Throws an
   * AppError.
   */
  async get(ref: ConfigMapRef, { alone = false }: { readonly alone?: boolean } = {}): Promise<RawConfigMap | null> {
    const path = this.#path(ref);
    const ask = () => this.#client.request<ConfigMapObject>('GET', path);
    try {
      return toRawConfigMap(ref.context, await (alone ? ask() : this.#client.attended(ask)), ref);
    } catch (error) {
      if (error instanceof RequestError && error.status === 404 && error.isStatus) return null;
      throw this.translate(error, ref);
    }
  }

  /** Whether a namespace is being deleted or is gone; false where that isn't known. */
  async isEnding(namespace: string): Promise<boolean> {
    try {
      const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}`;
      return checked(endingSchema, await this.#client.request('GET', path)).status?.phase === 'Terminating';
    } catch (error) {
      return error instanceof RequestError && error.status === 404 && error.isStatus;
    }
  }

  /** What may be done with a ConfigMap, asked of the API server. Throws an AppError. */
  async permissions(ref: ConfigMapRef): Promise<Permissions> {
    this.#path(ref);
    try {
      return await this.#client.attended(() => permissionsFor(this.#client, ref));
    } catch (error) {
      throw this.translate(error, ref);
    }
  }

  /** Throws an AppError. */
  async facts(ref: ConfigMapRef): Promise<ClusterFacts> {
    this.#path(ref);
    try {
      return await readClusterFacts(this.#client, ref);
    } catch (error) {
      throw this.translate(error, ref);
    }
  }

  /** Asks for no sign-in. Throws an AppError. */
  async principals(ref: ConfigMapRef): Promise<PrincipalsReply> {
    this.#path(ref);
    try {
      return await readPrincipals(this.#client, ref.namespace);
    } catch (error) {
      throw this.translate(error, ref);
    }
  }

  /** Replaces the text of exactly the object that was read; otherwise 409. Throws untranslated errors. */
  async patchText(live: RawConfigMap, text: string, options: { dryRun: boolean }): Promise<RawConfigMap> {
    const { ref, uid, resourceVersion } = live;
    const moved = live.binary === undefined ? {} : { binaryData: { [INTEGRATION_KEY]: null } };
    const body = { metadata: { uid, resourceVersion }, data: { [INTEGRATION_KEY]: text }, ...moved };
    const query = { fieldManager: FIELD_MANAGER, dryRun: options.dryRun ? 'All' : undefined };
    const contentType = 'application/merge-patch+json';
    const path = this.#path(ref);
    const send = () => this.#client.request<ConfigMapObject>('PATCH', path, { query, body, contentType });
    return toRawConfigMap(ref.context, await this.#client.attended(send), ref);
  }

  translate(error: unknown, ref: ConfigMapRef): AppError {
    return toAppError(error, this.#entry, strings.nameInNamespace(ref.name, ref.namespace));
  }

  #path(ref: ConfigMapRef): string {
    if (ref.context !== this.#entry.context) throw new Error(strings.configMapBelongsConnectionAnotherCluster);
    if (!this.#isConnected()) {
      throw new AppError('not-connected', strings.notConnectedConnectThenTry(ref.context), {
        about: ref.context,
        retry: true,
      });
    }
    return `/api/v1/namespaces/${encodeURIComponent(ref.namespace)}/configmaps/${encodeURIComponent(ref.name)}`;
  }
}
