import { isDeepStrictEqual } from 'node:util';
import { AppError } from '../common/errors.ts';
import type { Cluster, ConfigMapSummary, Fleet } from '../common/fleet/fleet.ts';
import type { Fingerprints, SummaryInput } from '../common/fleet/summary.ts';
import { unreadable } from '../common/fleet/summary.ts';
import type { ConfigMapRef } from '../common/reference.ts';
import { referenceKey } from '../common/reference.ts';
import type { ClusterMarks } from '../common/settings.ts';
import type { ConnectionTimes } from '../kube/cluster/cluster-connection.ts';
import { ClusterConnection } from '../kube/cluster/cluster-connection.ts';
import type { SeenConfigMap } from '../kube/cluster/cluster-contents.ts';
import type { RawConfigMap } from '../kube/cluster/config-map.ts';
import { instanceName } from '../kube/cluster/config-map.ts';
import type { ConnectionUpdate } from '../kube/cluster/connection-update.ts';
import type { ContextEntry, KubeconfigMemory } from '../kube/kubeconfig/kubeconfig.ts';
import { kubeconfigPaths, readKubeconfig, watchKubeconfig } from '../kube/kubeconfig/kubeconfig.ts';
import type { MaskOwner } from '../masking/owner.ts';
import type { SettingsStore } from '../settings/settings-store.ts';
import { ClusterChoices } from './cluster-choices.ts';
import { isSame, withWorkload } from './seen.ts';
import type { Store } from './store.ts';
import * as strings from './strings.ts';

export interface ClustersOptions {
  readonly store: Store;
  readonly settings: SettingsStore;
  readonly fingerprints: Pick<Fingerprints, 'hash'>;
  readonly kubeconfig: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly times?: ConnectionTimes;
  /** A long text takes a while. */
  summarise(owner: MaskOwner, input: Omit<SummaryInput, 'masked'>): ConfigMapSummary | Promise<ConfigMapSummary>;
  /** Called with each ConfigMap that is new or has changed. */
  onSeen?(configMap: RawConfigMap): void;
}

export class Clusters {
  readonly #options: ClustersOptions;
  readonly #choices: ClusterChoices;
  #entries: ReadonlyMap<string, ContextEntry> = new Map();
  /** Each file as last read. Holds credentials. */
  readonly #lastGood: KubeconfigMemory = new Map();
  readonly #connections = new Map<string, ClusterConnection>();
  /** Raw ConfigMaps with keys; they stay here. */
  readonly #seen = new Map<string, ReadonlyMap<string, SeenConfigMap>>();
  /** Of long texts; null while one is being read. */
  readonly #summaries = new Map<string, { readonly of: SeenConfigMap; summary: ConfigMapSummary | null }>();
  readonly #updates = new Map<string, ConnectionUpdate>();
  #stopWatching: () => void = () => undefined;
  #watched: readonly string[] = [];
  #reading: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: ClustersOptions) {
    this.#options = options;
    const { settings, fingerprints } = options;
    this.#choices = new ClusterChoices({ settings, fingerprints });
  }

  /** Returns once contexts are listed. After `mayConnect`, connects watched clusters that can't prompt. */
  async start(mayConnect: Promise<void> = Promise.resolve()): Promise<void> {
    await this.#read();
    void mayConnect.then(() => this.#connectWatched());
  }

  async refresh(): Promise<void> {
    await this.#read();
    await Promise.all([...this.#connections.values()].map((connection) => connection.refresh()));
  }

  /** Returns when it is online or has failed. */
  async connect(context: string): Promise<Cluster['state']> {
    this.#choices.watch(this.#entry(context), true);
    return (await this.#connect(context)).state;
  }

  suspend(): void {
    for (const connection of this.#connections.values()) connection.suspend();
  }

  wake(): void {
    for (const connection of this.#connections.values()) connection.wake();
  }

  async disconnect(context: string): Promise<void> {
    const entry = this.#entry(context);
    this.#choices.watch(entry, false);
    await this.#drop(context);
    this.#update(context, () => this.#idle(entry));
  }

  allowSignIn(context: string, allow: boolean): void {
    const entry = this.#entry(context);
    if (allow && entry.credentials?.exec === undefined) {
      throw new AppError('not-found', strings.noCredentialPluginSoTheres(context), { about: context });
    }
    this.#choices.allowSignIn(entry, allow);
    this.#connections.get(context)?.allowSignIn(allow);
    this.#update(context, (cluster) => ({ ...cluster, ...this.#chosen(entry) }));
  }

  mark(context: string, marks: ClusterMarks): void {
    const entry = this.#entry(context);
    this.#choices.mark(entry, marks);
    this.#update(context, (cluster) => ({ ...cluster, ...this.#chosen(entry) }));
  }

  isReadOnly(context: string): boolean {
    return this.#choices.marks(this.#entry(context)).readOnly === true;
  }

  /** Throws `not-found` or `not-connected`. */
  connection(context: string): ClusterConnection {
    this.#entry(context);
    const connection = this.#connections.get(context);
    if (connection === undefined) {
      throw new AppError('not-connected', strings.clusterIsntConnectedConnectFirst(context), { about: context });
    }
    return connection;
  }

  /** A ConfigMap's secrets and masks belong to this object in this cluster. */
  owner({ ref, uid }: Pick<RawConfigMap, 'ref' | 'uid'>): MaskOwner {
    return { ...ref, uid, server: this.server(ref.context) };
  }

  server(context: string): string {
    return serverOf(this.#entry(context));
  }

  /** Before a change is sent: only if the next start contacts its cluster can it find out how the change ended. */
  saveChoices(): void {
    this.#choices.save();
  }

  seen(ref: ConfigMapRef): RawConfigMap | undefined {
    return this.#seen.get(ref.context)?.get(referenceKey(ref));
  }

  async settingsChanged(): Promise<void> {
    await this.#read();
    this.#connectWatched();
    for (const connection of this.#connections.values()) connection.lookInto(this.#options.settings.settings.namespaces);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#stopWatching();
    await Promise.all([...this.#connections.keys()].map((context) => this.#drop(context)));
    this.#choices.flush();
  }

  #entry(context: string): ContextEntry {
    const entry = this.#entries.get(context);
    if (entry === undefined) {
      throw new AppError('not-found', strings.theresNoContextKubeconfigFiles(context), {
        about: context,
      });
    }
    return entry;
  }

  /** A call during a read starts another read after it. */
  #read(): Promise<void> {
    this.#reading = this.#reading.then(() => this.#readNow());
    return this.#reading;
  }

  async #readNow(): Promise<void> {
    const { kubeconfig, environment, home, settings, store } = this.#options;
    const added = settings.settings.kubeconfigFiles;
    const paths = kubeconfigPaths({ flags: kubeconfig, environment, home, added });
    if (paths.join('\n') !== this.#watched.join('\n')) {
      this.#stopWatching();
      this.#watched = paths;
      this.#stopWatching = await watchKubeconfig(paths, () => void this.#read().then(() => this.#connectWatched()));
    }
    // Starts watching before it reads, so no change is missed.
    const reading = await readKubeconfig(paths, { required: [...kubeconfig, ...added], environment, lastGood: this.#lastGood });
    if (this.#closed) {
      this.#stopWatching();
      return;
    }
    const before = this.#entries;
    this.#entries = new Map(reading.contexts.map((entry) => [entry.context, entry]));
    // Ends connections whose context is gone or means another server or user.
    for (const context of [...this.#connections.keys()]) {
      const entry = this.#entries.get(context);
      if (entry === undefined || JSON.stringify(entry) !== JSON.stringify(before.get(context))) await this.#drop(context);
    }
    store.update((fleet) => {
      const known = new Map(fleet.clusters.map((cluster) => [cluster.context, cluster]));
      const clusters = reading.contexts.map((entry) => {
        const shown = known.get(entry.context);
        if (shown !== undefined && this.#connections.has(entry.context)) return shown;
        return same(shown, this.#idle(entry));
      });
      const files = same(fleet.files, reading.files);
      const changed =
        files !== fleet.files ||
        clusters.length !== fleet.clusters.length ||
        clusters.some((cluster, index) => cluster !== fleet.clusters[index]);
      // Unchanged parts aren't sent to views again.
      return changed ? { ...fleet, files, clusters } : fleet;
    });
  }

  #connectWatched(): void {
    if (this.#closed) return;
    for (const entry of this.#entries.values()) {
      // SECURITY: connects on its own only to what the user watches, and only if it can't start a login or may do so.
      const mayConnect = entry.auth === 'static' || this.#choices.isSignInAllowed(entry);
      if (mayConnect && entry.problem === null && this.#choices.isWatched(entry) && !this.#connections.has(entry.context)) {
        // Choices of older versions are bound to the first route found.
        this.#choices.watch(entry, true);
        void this.#connect(entry.context);
      }
    }
  }

  async #connect(context: string): Promise<ConnectionUpdate> {
    const entry = this.#entry(context);
    const dropped = this.#drop(context);
    const connection: ClusterConnection = new ClusterConnection(entry, {
      namespaces: this.#options.settings.settings.namespaces,
      signInAllowed: this.#choices.isSignInAllowed(entry),
      times: this.#options.times,
      onUpdate: (update) => {
        if (this.#connections.get(context) === connection) this.#show(entry, update);
      },
    });
    this.#connections.set(context, connection);
    this.#update(context, (cluster) => ({ ...cluster, watched: true, state: 'connecting', problem: null }));
    // Registered before any wait, so that a quick disconnect finds it.
    await dropped;
    const update = await connection.connect();
    if (this.#connections.get(context) === connection) this.#show(entry, update);
    return update;
  }

  async #drop(context: string): Promise<void> {
    const connection = this.#connections.get(context);
    this.#connections.delete(context);
    for (const key of this.#seen.get(context)?.keys() ?? []) this.#summaries.delete(key);
    this.#seen.delete(context);
    this.#updates.delete(context);
    await connection?.close();
  }

  #show(entry: ContextEntry, update: ConnectionUpdate): void {
    const before = this.#seen.get(entry.context);
    this.#updates.set(entry.context, update);
    this.#seen.set(entry.context, new Map(update.configMaps.map((configMap) => [referenceKey(configMap.ref), configMap])));
    for (const configMap of update.configMaps) {
      const known = before?.get(referenceKey(configMap.ref));
      if (known?.uid !== configMap.uid || known.resourceVersion !== configMap.resourceVersion) this.#options.onSeen?.(configMap);
    }
    this.#update(entry.context, (cluster) => {
      const known = new Map(cluster.configMaps.map((summary) => [referenceKey(summary.ref), summary]));
      const configMaps = update.configMaps.flatMap((configMap) => {
        const key = referenceKey(configMap.ref);
        const summary = this.#summary(entry, configMap, before?.get(key), known.get(key));
        return summary === undefined ? [] : [withWorkload(summary, configMap.workload)];
      });
      const problem = update.problem ?? unreadable(configMaps);
      return { ...cluster, state: update.state, problem, seenAt: update.seenAt, configMaps };
    });
  }

  /** undefined: still being read; shown when done. */
  #summary(
    entry: ContextEntry,
    configMap: SeenConfigMap,
    seen: SeenConfigMap | undefined,
    known: ConfigMapSummary | undefined,
  ): ConfigMapSummary | undefined {
    // Only what changed is read again: an edit costs one document, however many the cluster has.
    if (known !== undefined && seen !== undefined && isSame(seen, configMap) && known.resourceVersion === configMap.resourceVersion)
      return known;
    const { ref, uid, resourceVersion, text, binary, managed, readOnly } = configMap;
    const instance = instanceName(ref.name);
    const input = { ref, uid, resourceVersion, text, managed, readOnly, instance, ...(binary && { binary }) };
    const key = referenceKey(ref);
    const last = this.#summaries.get(key);
    // The connection makes new objects with each update: the version counts.
    if (last !== undefined && isSame(last.of, configMap)) return last.summary ?? known;
    const summary = this.#options.summarise({ ...ref, uid, server: serverOf(entry) }, input);
    if (!(summary instanceof Promise)) return summary;
    const own: { of: SeenConfigMap; summary: ConfigMapSummary | null } = { of: configMap, summary: null };
    this.#summaries.set(key, own);
    const isCurrent = () => this.#summaries.get(key) === own;
    void summary.then(
      (found) => {
        own.summary = found;
        const update = this.#updates.get(entry.context);
        if (update !== undefined && isCurrent()) this.#show(entry, update);
      },
      () => isCurrent() && this.#summaries.delete(key),
    );
    return known;
  }

  /** As if it were new: more of it is known to be secret. */
  reread(ref: ConfigMapRef): void {
    const update = this.#updates.get(ref.context);
    const seen = new Map(this.#seen.get(ref.context));
    if (update === undefined || !seen.delete(referenceKey(ref))) return;
    this.#seen.set(ref.context, seen);
    this.#summaries.delete(referenceKey(ref));
    this.#show(this.#entry(ref.context), update);
  }

  #update(context: string, change: (cluster: Cluster) => Cluster): void {
    this.#options.store.update((fleet: Fleet) => ({
      ...fleet,
      clusters: fleet.clusters.map((cluster) => (cluster.context === context ? change(cluster) : cluster)),
    }));
  }

  #idle(entry: ContextEntry): Cluster {
    return {
      context: entry.context,
      server: entry.server,
      user: entry.user,
      file: entry.file,
      auth: entry.auth,
      state: entry.problem === null ? 'idle' : 'misconfigured',
      problem: entry.problem,
      configMaps: [],
      seenAt: null,
      ...this.#chosen(entry),
    };
  }

  #chosen(entry: ContextEntry): Pick<Cluster, 'watched' | 'marks' | 'signIn'> {
    const watched = this.#choices.isWatched(entry);
    const marks = this.#choices.marks(entry);
    if (entry.auth !== 'exec' || entry.problem !== null) return { watched, marks };
    return { watched, marks, signIn: this.#choices.isSignInAllowed(entry) ? 'allowed' : 'asks' };
  }
}

function same<Value>(before: Value | undefined, now: Value): Value {
  return before !== undefined && isDeepStrictEqual(before, now) ? before : now;
}

function serverOf(entry: ContextEntry): string {
  return entry.cluster?.server ?? entry.server;
}
