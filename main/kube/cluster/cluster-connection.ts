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
import * as strings from './strings.ts';
import { followStatefulSets } from './workloads.ts';

export type ConnectionTimes = Partial<RequestTimes>;

/** Milliseconds over which clusters reconnect after a sleep, to avoid a burst. */
const WAKE_SPREAD = 2_000;
/** Milliseconds of a connection after which earlier failures no longer count. */
const STEADY = 5_000;
/** Least milliseconds between two updates in one state, however fast someone writes. */
const TELL_AGAIN = 250;
/** Attempts before a refusal of what was allowed before is believed. */
const STARTING_TRIES = 6;
/** Equal refusals in a row before they are believed: a restarting gateway may say anything. */
const STABLE = 3;
/**
 * Finds and watches a context's ConfigMaps, without polling. Retries network failures; refused credentials, missing
 * permissions and a wrong kubeconfig wait for `connect` or `refresh`.
 */
export class ClusterConnection {
  readonly #entry: ContextEntry;
  #namespaces: readonly string[];
  readonly #onUpdate: (update: ConnectionUpdate) => void;
  readonly #client: ClusterClient;
  readonly #contents: ClusterContents;
  readonly writer: ConfigMapWriter;
  #state: ClusterState = 'idle';
  #problem: ClusterProblem | null = null;
  #seenAt: string | null = null;
  #refusals: { readonly state: ClusterState; readonly times: number } | null = null;
  #watchRefusals = 0;
  #cycle: AbortController | null = null;
  #woken: AbortController | null = null;
  #asleep: PromiseWithResolvers<void> | null = null;
  #first: Promise<ConnectionUpdate> | null = null;
  #running: Promise<void> = Promise.resolve();
  #reported: { readonly state: ClusterState; readonly at: number } | null = null;
  #telling: 'now' | NodeJS.Timeout | null = null;
  #closed = false;

  constructor(
    entry: ContextEntry,
    options: {
      /** More places to search: `namespace`, or `namespace/name` of one ConfigMap. */
      namespaces: readonly string[];
      signInAllowed?: boolean;
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

  /** Resolves when the cluster is online or has failed; never rejects. */
  connect(): Promise<ConnectionUpdate> {
    return this.#start(true);
  }

  /** Lists everything again. SECURITY: one click refreshes all clusters and mustn't open logins. */
  refresh(): Promise<ConnectionUpdate> {
    return this.#start(false);
  }

  allowSignIn(allowed: boolean): void {
    this.#client.setUnattended(allowed ? 'renew' : 'kept');
  }

  /** Searches these places from now on. A connection with refused credentials stays as it is. */
  lookInto(namespaces: readonly string[]): void {
    const same = isDeepStrictEqual(namespaces, this.#namespaces);
    this.#namespaces = namespaces;
    if (same) return;
    if (this.#state === 'forbidden') void this.#start(false);
    else this.#woken?.abort();
  }

  /** The machine goes to sleep: watches end, and no automatic attempt follows before `wake`. Requests still work. */
  suspend(): void {
    this.#asleep ??= Promise.withResolvers();
    this.#woken?.abort();
  }

  /**
   * The machine slept or changed its network: connections may be silently dead. Lists over new connections, or ends the
   * pause before the next attempt. Does nothing if no attempt is due.
   */
  wake(): void {
    this.#asleep?.resolve();
    this.#asleep = null;
    this.#client.reconnect();
    this.#woken?.abort();
  }

  /** Ends connections, watches and a running plugin. No update follows. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#state = 'idle';
    if (this.#telling !== 'now') clearTimeout(this.#telling ?? undefined);
    this.#cycle?.abort();
    await this.#client.close();
    await this.#running;
  }

  #start(attended: boolean): Promise<ConnectionUpdate> {
    if (this.#closed) return Promise.resolve(this.#update());
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
      this.#announce(true);
      attempted();
      isAwaited = false;
      const all = found?.scopes.some(({ namespace }) => namespace === null) === true;
      // An API server that has just started refuses everything until it has read its roles.
      const starting = (this.#state === 'forbidden' && wasOnline) || (this.#state === 'online' && hadAll && !all);
      if (this.#state === 'unreachable' || this.#mayPass() || (starting && failures < STARTING_TRIES)) {
        failures += 1;
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
      const milliseconds = woken.signal.aborted ? WAKE_SPREAD * Math.random() : pause(failures);
      await wait(milliseconds, undefined, { signal: woken.signal.aborted ? signal : either, ref: false }).catch(() => undefined);
      if (this.#asleep === null) continue;
      await Promise.race([this.#asleep.promise, aborted(signal)]);
      await wait(WAKE_SPREAD * Math.random(), undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  #mayPass(): boolean {
    if (this.#refusals === null) return false;
    // SECURITY: refused credentials aren't offered forever, and no plugin is started repeatedly because of them.
    return this.#state === 'needs-sign-in' ? this.#seenAt !== null && this.#entry.auth === 'static' : this.#state === 'misconfigured';
  }

  /** null on failure. */
  async #attempt(signal: AbortSignal): Promise<Discovery | null> {
    if (this.#entry.problem !== null) {
      this.#set('misconfigured', this.#entry.problem);
      return null;
    }
    // Starting a process is slow: clusters without a plugin come first.
    if (this.#entry.auth === 'exec') await whenIdle(signal);
    return enqueue(signal, () => this.#list(signal));
  }

  async #list(signal: AbortSignal): Promise<Discovery | null> {
    try {
      const permitted = new PatchPermissions(this.#client);
      // In parallel: one by one takes twice as long over a slow link.
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
      const responded = error instanceof RequestError;
      this.#refusals = responded ? { state, times: this.#refusals?.state === state ? this.#refusals.times + 1 : 1 } : null;
      const isDoubted = this.#refusals !== null && this.#refusals.times < STABLE && this.#seenAt !== null;
      this.#set(isDoubted ? 'unreachable' : state, problem);
      return null;
    }
  }

  async #watchAll({ scopes, namespaces }: Discovery, signal: AbortSignal): Promise<void> {
    const ended = new AbortController();
    const both = AbortSignal.any([signal, ended.signal]);
    const watches: Promise<void>[] = [];
    let isOver = false;
    for (const scope of scopes) {
      if (isOver) break;
      // One by one: over HTTP/2, the first one's connection carries the others.
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
    await Promise.race(watches.length === 0 ? [aborted(signal)] : watches);
    ended.abort();
    // No event of an old watch may follow the new list.
    await Promise.all([...watches, sets]);
  }

  async #watch(scope: Scope, covered: ReadonlySet<string>, signal: AbortSignal, opened: () => void): Promise<void> {
    // A watch from ANY_VERSION first reports the known ConfigMap. A bookmark before that means that it was deleted.
    let known = scope.resourceVersion !== ANY_VERSION;
    const onEvent = async (event: WatchEvent): Promise<boolean> => {
      if (event.type === 'BOOKMARK') {
        if (known) this.#seen();
        return known;
      }
      known = true;
      if (scope.namespace === null) {
        const object = event.object as ConfigMapObject;
        return !isIntegrationConfigMap(object) || covered.has(object.metadata?.namespace ?? '');
      }
      if (await this.#contents.take(event, scope.namespace, signal)) this.#changed(scope.namespace);
      return true;
    };
    try {
      await follow(this.#client, scope, signal, { opened, onEvent });
    } catch (error) {
      if (isSilence(error)) this.#client.reconnect();
      if (signal.aborted || !(error instanceof RequestError && error.forbidden)) return;
      this.#set('online', permissionProblem('watch', scope.namespace === null ? [strings.allNamespaces] : [scope.namespace], error.user));
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

  /** Once per turn of the event loop and at most every TELL_AGAIN ms, unless `atOnce` or the state changed. */
  #announce(atOnce = false): void {
    if (this.#telling === 'now' || this.#closed) return;
    const left = !atOnce && this.#reported?.state === this.#state ? this.#reported.at + TELL_AGAIN - performance.now() : 0;
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
    this.#reported = { state: this.#state, at: performance.now() };
    this.#onUpdate(this.#update());
  }
}
