import type { KubernetesObject, Resource } from './objects.ts';

// Objects, one rising version, and recent changes for watches.

/** Per resource. A real API server keeps about as many. */
const MAX_HISTORY = 1000;
/** High, as in a used cluster, so `resourceVersion=1` is too old. */
const FIRST_VERSION = 184_210;

export interface Change {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly version: number;
  readonly object: KubernetesObject;
  readonly before?: KubernetesObject;
}

interface Shelf {
  readonly objects: Map<string, KubernetesObject>;
  readonly history: Change[];
  readonly listeners: Set<(change: Change) => void>;
  forgotten: number;
}

export class Store {
  #version = FIRST_VERSION;
  readonly #shelves = new Map<string, Shelf>();

  get version(): number {
    return this.#version;
  }

  get(resource: Resource, namespace: string | undefined, name: string): KubernetesObject | undefined {
    return this.#shelf(resource).objects.get(keyOf(namespace, name));
  }

  list(resource: Resource, namespace: string | undefined): readonly KubernetesObject[] {
    return [...this.#shelf(resource).objects]
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([, object]) => object)
      .filter((object) => namespace === undefined || object.metadata.namespace === namespace);
  }

  put(resource: Resource, object: KubernetesObject): KubernetesObject {
    const { name, namespace } = object.metadata;
    const before = this.get(resource, namespace, name);
    const stored = this.#versioned(object);
    this.#shelf(resource).objects.set(keyOf(namespace, name), stored);
    this.#tell(resource, { type: before ? 'MODIFIED' : 'ADDED', version: this.#version, object: stored, ...(before ? { before } : {}) });
    return stored;
  }

  remove(resource: Resource, object: KubernetesObject): void {
    this.#shelf(resource).objects.delete(keyOf(object.metadata.namespace, object.metadata.name));
    this.#tell(resource, { type: 'DELETED', object: this.#versioned(object), version: this.#version, before: object });
  }

  changesSince(resource: Resource, version: number): readonly Change[] | undefined {
    const { history, forgotten } = this.#shelf(resource);
    return version < forgotten ? undefined : history.filter((change) => change.version > version);
  }

  listen(resource: Resource, listener: (change: Change) => void): () => void {
    const { listeners } = this.#shelf(resource);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  #versioned(object: KubernetesObject): KubernetesObject {
    this.#version += 1;
    return { ...object, metadata: { ...object.metadata, resourceVersion: String(this.#version) } };
  }

  #tell(resource: Resource, change: Change): void {
    const shelf = this.#shelf(resource);
    shelf.history.push(change);
    if (shelf.history.length > MAX_HISTORY) shelf.forgotten = shelf.history.shift()?.version ?? 0;
    for (const listener of shelf.listeners) listener(change);
  }

  #shelf(resource: Resource): Shelf {
    const known = this.#shelves.get(resource.name);
    if (known) return known;
    const shelf: Shelf = { objects: new Map(), history: [], listeners: new Set(), forgotten: FIRST_VERSION };
    this.#shelves.set(resource.name, shelf);
    return shelf;
  }
}

/** etcd's separator, which gives etcd's order. */
function keyOf(namespace: string | undefined, name: string): string {
  return `${namespace ?? ''}/${name}`;
}
