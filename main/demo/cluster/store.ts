import type { KubernetesObject, Resource } from './objects.ts';

// What a demo cluster holds: its objects, one version that goes up with every change, and the newest changes for those who watch.

/** Changes per resource that can still be watched from. A real API server keeps about as many. */
const MAX_HISTORY = 1000;
/** A cluster in use is far from its first version; and so `resourceVersion=1` is too old, as it is there. */
const FIRST_VERSION = 184_210;

export interface Change {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly version: number;
  /** As it is after the change; a deleted one carries the version of its deletion. */
  readonly object: KubernetesObject;
  readonly before?: KubernetesObject;
}

interface Shelf {
  readonly objects: Map<string, KubernetesObject>;
  readonly history: Change[];
  readonly listeners: Set<(change: Change) => void>;
  /** Changes up to this version are forgotten. */
  forgotten: number;
}

export class Store {
  #version = FIRST_VERSION;
  readonly #shelves = new Map<string, Shelf>();

  /** The version of the newest change. */
  get version(): number {
    return this.#version;
  }

  get(resource: Resource, namespace: string | undefined, name: string): KubernetesObject | undefined {
    return this.#shelf(resource).objects.get(keyOf(namespace, name));
  }

  /** Ordered by namespace and name. */
  list(resource: Resource, namespace: string | undefined): readonly KubernetesObject[] {
    return [...this.#shelf(resource).objects]
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([, object]) => object)
      .filter((object) => namespace === undefined || object.metadata.namespace === namespace);
  }

  /** Adds or replaces an object and gives it its new version. */
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

  /** The changes after that version; undefined where some of them are forgotten. */
  changesSince(resource: Resource, version: number): readonly Change[] | undefined {
    const { history, forgotten } = this.#shelf(resource);
    return version < forgotten ? undefined : history.filter((change) => change.version > version);
  }

  /** Calls the listener with every change until the returned function is called. */
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

/** The same separator as etcd has, and so the same order. */
function keyOf(namespace: string | undefined, name: string): string {
  return `${namespace ?? ''}/${name}`;
}
