import type { Fingerprints } from '../common/fleet/summary.ts';
import type { ClusterChoice, ClusterMarks } from '../common/settings.ts';
import type { ContextEntry } from '../kube/kubeconfig/kubeconfig.ts';
import type { SettingsStore } from '../settings/settings-store.ts';

/** Milliseconds; connecting a hundred clusters is one write. */
const GATHER = 500;
/** Milliseconds until choices that couldn't be written are written again. */
const AGAIN = 60_000;

type Change = { readonly [Name in keyof Omit<ClusterChoice, 'context' | 'server'>]: ClusterChoice[Name] | undefined };

/**
 * SECURITY: choices are looked up by context name and server, and automatic contact or plugin runs are bound to the
 * whole route: whoever changes a cluster's proxy or authority would get the token.
 */
export class ClusterChoices {
  readonly #settings: SettingsStore;
  readonly #fingerprints: Pick<Fingerprints, 'hash'>;
  readonly #choices: Map<string, ClusterChoice>;
  #timer: NodeJS.Timeout | undefined;
  #again: NodeJS.Timeout | undefined;

  constructor(options: { settings: SettingsStore; fingerprints: Pick<Fingerprints, 'hash'> }) {
    this.#settings = options.settings;
    this.#fingerprints = options.fingerprints;
    this.#choices = new Map(options.settings.settings.clusters.map((choice) => [keyOf(choice), choice]));
  }

  isWatched(entry: ContextEntry): boolean {
    const choice = this.#choices.get(keyOf(entry));
    const way = this.#way(entry);
    return choice?.watched === true && (choice.way === undefined || way === undefined || choice.way === way);
  }

  marks(entry: ContextEntry): ClusterMarks {
    return this.#choices.get(keyOf(entry))?.marks ?? {};
  }

  isSignInAllowed(entry: ContextEntry): boolean {
    const allowed = this.#choices.get(keyOf(entry))?.signIn;
    return allowed !== undefined && allowed === this.#signIn(entry);
  }

  watch(entry: ContextEntry, watched: boolean): void {
    const choice = this.#choices.get(keyOf(entry));
    const way = watched ? this.#way(entry) : undefined;
    if ((choice?.watched === true) !== watched || choice?.way !== way) this.#change(entry, { watched: watched || undefined, way });
  }

  /** Throws AppError `settings`. */
  allowSignIn(entry: ContextEntry, allow: boolean): void {
    this.#change(entry, { signIn: allow ? this.#signIn(entry) : undefined });
    this.flush();
  }

  /** Throws AppError `settings`. */
  mark(entry: ContextEntry, marks: ClusterMarks): void {
    const set = Object.fromEntries(Object.entries(marks).filter(([, value]) => value !== undefined && value !== false));
    this.#change(entry, { marks: Object.keys(set).length === 0 ? undefined : set });
    this.flush();
  }

  /** Throws AppError `settings`. */
  flush(): void {
    if (this.#timer === undefined && this.#again === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    clearTimeout(this.#again);
    // A full disk has space again some time.
    this.#again = setTimeout(() => this.save(), AGAIN).unref();
    this.#settings.update({ clusters: [...this.#choices.values()] });
    clearTimeout(this.#again);
    this.#again = undefined;
  }

  /** As `flush`, for callers that can do without it. The settings report the problem. */
  save(): void {
    try {
      this.flush();
    } catch {
      // See above.
    }
  }

  #change(entry: ContextEntry, change: Partial<Change>): void {
    const key = keyOf(entry);
    const { context, server } = entry;
    const changed = { ...this.#choices.get(key), ...change, context, server };
    const choice = Object.fromEntries(Object.entries(changed).filter(([, value]) => value !== undefined)) as ClusterChoice;
    if (Object.keys(choice).length > 2) this.#choices.set(key, choice);
    else this.#choices.delete(key);
    this.#timer ??= setTimeout(() => this.save(), GATHER);
  }

  #signIn(entry: ContextEntry): string | undefined {
    const spec = entry.credentials?.exec;
    const way = this.#way(entry);
    if (spec === undefined || way === undefined) return undefined;
    const { command, args, env, apiVersion } = spec;
    return this.#fingerprints.hash(['sign-in', command, JSON.stringify(args), JSON.stringify(env), apiVersion, way]);
  }

  /** A hash of all that decides where a token goes and what a plugin gets. undefined: no cluster. */
  #way({ cluster, credentials }: ContextEntry): string | undefined {
    if (cluster === null) return undefined;
    const { server, caData, caFile, skipTlsVerify, tlsServerName, proxyUrl, execConfig } = cluster;
    const providesInfo = credentials?.exec?.provideClusterInfo === true;
    const parts = [server, caData, caFile, skipTlsVerify, tlsServerName, proxyUrl, providesInfo, execConfig];
    return this.#fingerprints.hash(['way', JSON.stringify(parts.map((part) => part ?? null))]);
  }
}

function keyOf({ context, server }: { readonly context: string; readonly server: string }): string {
  return JSON.stringify([context, server]);
}
