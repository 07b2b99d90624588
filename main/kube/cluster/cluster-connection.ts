import { setTimeout as wait } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { ClusterProblem, ClusterState } from '../../common/fleet/fleet.ts';
import { failureOf, permissionProblem, RequestError } from '../errors.ts';
import type { ContextEntry } from '../kubeconfig/kubeconfig.ts';
import type { WatchEvent } from '../transport/client.ts';
import { ClusterClient, type RequestTimes } from '../transport/client.ts';
import { ANY_VERSION, aborted, follow, isSilence } from '../transport/follow.ts';
import { ClusterContents } from './cluster-contents.ts';
import type { ConfigMapObject } from './config-map.ts';
import { isIntegrationConfigMap } from './config-map.ts';
import { ConfigMapWriter } from './config-map-writer.ts';
import type { ConnectionUpdate } from './connection-update.ts';
import type { Discovery, Scope } from './discovery.ts';
import { discover, explainNothing, knownNamespaces, nothingHere } from './discovery.ts';
import { enqueue, whenIdle } from './listing-turns.ts';
import { pause, watchPause } from './pauses.ts';
import { PatchPermissions } from './permissions.ts';
import { followStatefulSets } from './workloads.ts';

/** Milliseconds, where they are not as usual. */
export type ConnectionTimes = Partial<RequestTimes>;

/** Milliseconds over which the clusters come back after a sleep. */
const WAKE_SPREAD = 2_000;
/** Milliseconds a watch must have lasted for its end to count as nothing special. */
const STEADY = 5_000;
/** Milliseconds between two updates in one state, at least: however fast somebody writes, views are told some times a second. */
const TELL_AGAIN = 250;
/** Attempts after which a refusal is believed although the same was allowed before. */
const STARTING_TRIES = 6;
/** Answers in a row that say the same of a cluster that was online before they are believed: a gateway that restarts says anything. */
const STABLE = 3;
/**
 * One context's connection: finds its integration ConfigMaps, then watches them; no polling at rest. What the network breaks is mended by
 * itself. Refused credentials, missing permissions and a wrong kubeconfig stop it until `connect` or `refresh` is called again.
 */
export class ClusterConnection {
  readonly #entry: ContextEntry;
  #namespaces: readonly string[];
  readonly #onUpdate: (update: ConnectionUpdate) => void;
  readonly #client: ClusterClient;
  readonly #contents: ClusterContents;
  /** Reads and writes single ConfigMaps while there is a connection. */
  readonly writer: ConfigMapWriter;
  #state: ClusterState = 'idle';
  #problem: ClusterProblem | null = null;
  #seenAt: string | null = null;
  /** What the last lists were answered, and how often in a row. */
  #refusals: { readonly state: ClusterState; readonly times: number } | null = null;
  #watchRefusals = 0;
  #cycle: AbortController | null = null;
  /** Ends what the run waits for: its watches, or a pause. */
  #woken: AbortController | null = null;
  /** Kept by `wake`: the machine sleeps, and nothing is tried by itself until then. */
  #asleep: PromiseWithResolvers<void> | null = null;
  #first: Promise<ConnectionUpdate> | null = null;
  #running: Promise<void> = Promise.resolve();
  #told: { readonly state: ClusterState; readonly at: number } | null = null;
  #telling: 'now' | NodeJS.Timeout | null = null;
  #closed = false;

  constructor(
    entry: ContextEntry,
    options: {
      /** Where kAudit is looked for besides: `namespace`, or `namespace/name` of one ConfigMap. */
      namespaces: readonly string[];
      signInAllowed?: boolean;
      /** Others than usual. */
      times?: ConnectionTimes | undefined;
      onUpdate(update: ConnectionUpdate): void;
    },
  ) {
    this.#entry = entry;
    this.#namespaces = options.namespaces;
    this.#onUpdate = (update) => options.onUpdate(update);
    this.#client = new ClusterClient(entry, options.times);
    this.allowSignIn(options.signInAllowed === true);
    this.#contents = new ClusterContents(entry.context, this.#client);
    this.writer = new ConfigMapWriter(entry, this.#client, () => !this.#closed && this.#state !== 'idle');
  }

  /** Contacts the cluster. Resolves when it is online or has failed; never rejects. */
  connect(): Promise<ConnectionUpdate> {
    return this.#start(true);
  }

  /** Asks everything anew, permissions too. SECURITY: one click refreshes all clusters, and must not open a login for each. */
  refresh(): Promise<ConnectionUpdate> {
    return this.#start(false);
  }

  /** Whether the context's plugin may run when nobody has just asked for it. */
  allowSignIn(allowed: boolean): void {
    this.#client.setUnattended(allowed ? 'renew' : 'kept');
  }

  /** Looks for kAudit in these places from now on; does nothing when it does already. Asks nobody for anything: a connection that was refused its credentials stays as it is. */
  lookInto(namespaces: readonly string[]): void {
    const same = isDeepStrictEqual(namespaces, this.#namespaces);
    this.#namespaces = namespaces;
    if (same) return;
    if (this.#state === 'forbidden') void this.#start(false);
    else this.#woken?.abort();
  }

  /** The machine goes to sleep: watches end, and no attempt is made by itself before `wake`. Somebody who asks is answered all the same. */
  suspend(): void {
    this.#asleep ??= Promise.withResolvers();
    this.#woken?.abort();
  }

  /**
   * The machine slept or changed its network: what is open may be dead without a sign. Lists again over new connections, or ends the pause before the
   * next attempt. Does nothing where nothing is tried by itself.
   */
  wake(): void {
    this.#asleep?.resolve();
    this.#asleep = null;
    this.#client.reconnect();
    this.#woken?.abort();
  }

  /** Ends everything: connections, watches, a running plugin. No update comes after it. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#state = 'idle';
    if (this.#telling !== 'now') clearTimeout(this.#telling ?? undefined);
    this.#cycle?.abort();
    await this.#client.close();
    await this.#running;
  }

  /** `attended`: somebody is there who can be asked to sign in at the first attempt. */
  #start(attended: boolean): Promise<ConnectionUpdate> {
    if (this.#closed) return Promise.resolve(this.#update());
    // A first attempt on its way is as good as a new one, and may have a login open.
    if (this.#first !== null) return this.#first;
    this.#cycle?.abort();
    const cycle = new AbortController();
    this.#cycle = cycle;
    const first = Promise.withResolvers<void>();
    if (this.#state !== 'online') this.#set('connecting', this.#problem);
    this.#announce();
    const before = this.#running;
    this.#running = before.then(() => this.#run(cycle.signal, attended, first.resolve)).finally(first.resolve);
    this.#first = first.promise.then(() => {
      this.#first = null;
      return this.#update();
    });
    return this.#first;
  }

  async #run(signal: AbortSignal, attended: boolean, attempted: () => void): Promise<void> {
    let isAwaited = attended;
    let failures = 0;
    let hadAll = false;
    let wasOnline = false;
    while (!signal.aborted) {
      const woken = new AbortController();
      this.#woken = woken;
      const either = AbortSignal.any([signal, woken.signal]);
      const attempt = (): Promise<Discovery | null> => this.#attempt(signal);
      const found = await (isAwaited ? this.#client.attended(attempt) : attempt());
      if (signal.aborted) return;
      // Somebody may wait for it.
      this.#announce(true);
      attempted();
      isAwaited = false;
      const all = found?.scopes.some(({ namespace }) => namespace === null) === true;
      // An API server that has just started refuses what it allows a moment later, until it has read its roles.
      const starting = (this.#state === 'forbidden' && wasOnline) || (this.#state === 'online' && hadAll && !all);
      if (this.#state === 'unreachable' || this.#mayPass() || (starting && failures < STARTING_TRIES)) {
        failures += 1;
        // What did not answer may be dead, or busy with something else than answers: the next attempt is made over a new connection.
        this.#client.reconnect();
      } else if (this.#state !== 'online' || found === null) {
        return;
      } else {
        wasOnline = true;
        hadAll = all;
        await whenIdle(signal);
        const started = Date.now();
        await this.#watchAll(found, either);
        failures = Date.now() - started > STEADY ? 0 : failures + 1;
      }
      if (woken.signal.aborted) failures = 0;
      // After a sleep all clusters wake at once: they come back within seconds, and not in one burst.
      const milliseconds = woken.signal.aborted ? WAKE_SPREAD * Math.random() : pause(failures);
      await wait(milliseconds, undefined, { signal: woken.signal.aborted ? signal : either, ref: false }).catch(() => undefined);
      if (this.#asleep === null) continue;
      await Promise.race([this.#asleep.promise, aborted(signal)]);
      await wait(WAKE_SPREAD * Math.random(), undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  /** Whether what was answered may be another answer the next time, and asking bothers nobody. */
  #mayPass(): boolean {
    if (this.#refusals === null) return false;
    // SECURITY: credentials that are refused are not offered for ever, and no plugin is started for it again and again.
    return this.#state === 'needs-sign-in' ? this.#seenAt !== null && this.#entry.auth === 'static' : this.#state === 'misconfigured';
  }

  /** Lists everything. Answers with what to watch; null when it failed. */
  async #attempt(signal: AbortSignal): Promise<Discovery | null> {
    if (this.#entry.problem !== null) {
      this.#set('misconfigured', this.#entry.problem);
      return null;
    }
    // Starting a process holds everything up for a while: first come those that need none.
    if (this.#entry.auth === 'exec') await whenIdle(signal);
    return enqueue(signal, () => this.#list(signal));
  }

  async #list(signal: AbortSignal): Promise<Discovery | null> {
    try {
      const permitted = new PatchPermissions(this.#client);
      // At once, since most clusters are far away: one after the other takes twice as long.
      const [found] = await Promise.all([
        discover(this.#client, this.#entry, this.#namespaces, signal),
        permitted.askForNamespaces(knownNamespaces(this.#namespaces), signal),
      ]);
      const { scopes, configMaps, forbidden } = found;
      if (forbidden !== null) {
        this.#contents.clear();
        this.#set('forbidden', forbidden);
        return null;
      }
      await permitted.askFor(configMaps, signal);
      const problem = configMaps.length === 0 ? await explainNothing(this.#client, scopes, signal) : null;
      signal.throwIfAborted();
      this.#contents.replace(configMaps, permitted);
      this.#seen();
      this.#refusals = null;
      this.#set('online', problem);
      return found;
    } catch (error) {
      if (signal.aborted) return null;
      const { state, problem } = failureOf(error, this.#entry);
      // A file that is missing or a plugin that fails is certain at once.
      const answered = error instanceof RequestError;
      this.#refusals = answered ? { state, times: this.#refusals?.state === state ? this.#refusals.times + 1 : 1 } : null;
      const isDoubted = this.#refusals !== null && this.#refusals.times < STABLE && this.#seenAt !== null;
      // What is shown stays, as what was last seen.
      this.#set(isDoubted ? 'unreachable' : state, problem);
      return null;
    }
  }

  /** Follows all scopes until one of them can go on only after a new list. */
  async #watchAll({ scopes, namespaces }: Discovery, signal: AbortSignal): Promise<void> {
    const ended = new AbortController();
    const both = AbortSignal.any([signal, ended.signal]);
    const watches: Promise<void>[] = [];
    let isOver = false;
    for (const scope of scopes) {
      if (isOver) break;
      // One after the other: where the cluster speaks HTTP/2, the first one's connection carries the others.
      await new Promise<void>((opened) => {
        const watch = this.#watch(scope, namespaces, both, opened).finally(() => {
          isOver = true;
          ended.abort();
          opened();
        });
        watches.push(watch);
      });
    }
    const listed = new Set(scopes.flatMap(({ namespace }) => namespace ?? []));
    const sets = followStatefulSets(this.#client, [...listed], both, (found) => {
      this.#contents.setWorkloads(found);
      this.#announce();
    });
    // ConfigMaps that nobody may watch leave nothing to wait for.
    await Promise.race(watches.length === 0 ? [aborted(signal)] : watches);
    ended.abort();
    // Nothing of the old watches may come after the new list.
    await Promise.all([...watches, sets]);
  }

  async #watch(scope: Scope, covered: ReadonlySet<string>, signal: AbortSignal, opened: () => void): Promise<void> {
    // A watch that began with all that there is, and has not told of the ConfigMap that was there a moment ago: it is gone.
    let told = scope.resourceVersion !== ANY_VERSION;
    const onEvent = async (event: WatchEvent): Promise<boolean> => {
      if (event.type === 'BOOKMARK') {
        // What is shown is still true; nothing of it changed.
        if (told) this.#seen();
        return told;
      }
      told = true;
      if (scope.namespace === null) {
        // A namespace where kAudit was not known to be: list and watch it too.
        const object = event.object as ConfigMapObject;
        return !isIntegrationConfigMap(object) || covered.has(object.metadata?.namespace ?? '');
      }
      if (await this.#contents.take(event, scope.namespace, signal)) this.#changed(scope.namespace);
      return true;
    };
    try {
      await follow(this.#client, scope, signal, { opened, onEvent });
    } catch (error) {
      // Every watch here may be over the same dead connection.
      if (isSilence(error)) this.#client.reconnect();
      if (signal.aborted || !(error instanceof RequestError && error.forbidden)) return;
      // May list, may not watch: what is shown stays until it is refreshed, or the watch is allowed.
      this.#set('online', permissionProblem('watch', scope.namespace === null ? ['all namespaces'] : [scope.namespace], error.user));
      this.#announce();
      await wait(watchPause(this.#watchRefusals++), undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  #changed(namespace: string): void {
    this.#seen();
    if (this.#contents.isEmpty) this.#set('online', nothingHere([namespace]));
    else if (this.#problem?.step === 'configmap' || this.#problem?.step === 'namespace') this.#set('online', null);
    this.#announce();
  }

  #set(state: ClusterState, problem: ClusterProblem | null): void {
    this.#state = state;
    this.#problem = problem;
  }

  #seen(): void {
    this.#seenAt = new Date().toISOString();
  }

  #update(): ConnectionUpdate {
    return { state: this.#state, problem: this.#problem, configMaps: this.#contents.configMaps(), seenAt: this.#seenAt };
  }

  /** Once per turn of the event loop, however many events a chunk of a watch held, and not again before its time, unless `atOnce`. Another state is told at once. */
  #announce(atOnce = false): void {
    if (this.#telling === 'now' || this.#closed) return;
    const left = !atOnce && this.#told?.state === this.#state ? this.#told.at + TELL_AGAIN - performance.now() : 0;
    if (left > 0) {
      this.#telling ??= setTimeout(() => this.#tell(), left).unref();
      return;
    }
    clearTimeout(this.#telling ?? undefined);
    this.#telling = 'now';
    queueMicrotask(() => this.#tell());
  }

  #tell(): void {
    this.#telling = null;
    if (this.#closed) return;
    this.#told = { state: this.#state, at: performance.now() };
    this.#onUpdate(this.#update());
  }
}
