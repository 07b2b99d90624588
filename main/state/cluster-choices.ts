import type { Fingerprints } from '../common/fleet/summary.ts';
import type { ClusterChoice, ClusterMarks } from '../common/settings.ts';
import type { ContextEntry } from '../kube/kubeconfig/kubeconfig.ts';
import type { SettingsStore } from '../settings/settings-store.ts';

/** Milliseconds that choices are gathered before they are written: connecting a hundred clusters is one write, not a hundred. */
const GATHER = 500;

type Change = { readonly [Name in keyof Omit<ClusterChoice, 'context' | 'server'>]: ClusterChoice[Name] | undefined };

/**
 * What the user chose for each cluster. SECURITY: looked up by context name and server, so that a context that comes to mean another server is
 * neither contacted by itself nor allowed to run its plugin.
 */
export class ClusterChoices {
  readonly #settings: SettingsStore;
  readonly #fingerprints: Fingerprints;
  readonly #choices: Map<string, ClusterChoice>;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: { settings: SettingsStore; fingerprints: Fingerprints }) {
    this.#settings = options.settings;
    this.#fingerprints = options.fingerprints;
    this.#choices = new Map(options.settings.settings.clusters.map((choice) => [keyOf(choice), choice]));
  }

  isWatched(entry: ContextEntry): boolean {
    return this.#choices.get(keyOf(entry))?.watched === true;
  }

  marks(entry: ContextEntry): ClusterMarks {
    return this.#choices.get(keyOf(entry))?.marks ?? {};
  }

  /** Whether the user allowed exactly this sign-in to run by itself. */
  isSignInAllowed(entry: ContextEntry): boolean {
    const allowed = this.#choices.get(keyOf(entry))?.signIn;
    return allowed !== undefined && allowed === this.#signIn(entry);
  }

  watch(entry: ContextEntry, watched: boolean): void {
    if (this.isWatched(entry) !== watched) this.#change(entry, { watched: watched || undefined });
  }

  /** Throws AppError `settings`. */
  allowSignIn(entry: ContextEntry, allow: boolean): void {
    this.#change(entry, { signIn: allow ? this.#signIn(entry) : undefined });
    this.flush();
  }

  /** Replaces all marks. Throws AppError `settings`. */
  mark(entry: ContextEntry, marks: ClusterMarks): void {
    const set = Object.fromEntries(Object.entries(marks).filter(([, value]) => value !== undefined && value !== false));
    this.#change(entry, { marks: Object.keys(set).length === 0 ? undefined : set });
    this.flush();
  }

  /** Writes what was gathered. Throws AppError `settings`. */
  flush(): void {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#settings.update({ clusters: [...this.#choices.values()] });
  }

  #change(entry: ContextEntry, change: Partial<Change>): void {
    const key = keyOf(entry);
    const { context, server } = entry;
    const changed = { ...this.#choices.get(key), ...change, context, server };
    const choice = Object.fromEntries(Object.entries(changed).filter(([, value]) => value !== undefined)) as ClusterChoice;
    if (Object.keys(choice).length > 2) this.#choices.set(key, choice);
    else this.#choices.delete(key);
    this.#timer ??= setTimeout(() => {
      try {
        this.flush();
      } catch {
        // Nobody waits for this write, and the next one tells the same.
      }
    }, GATHER);
  }

  #signIn({ credentials, cluster }: ContextEntry): string | undefined {
    const spec = credentials?.exec;
    if (spec === undefined || cluster === null) return undefined;
    const { command, args, env } = spec;
    return this.#fingerprints.hash(['sign-in', command, JSON.stringify(args), JSON.stringify(env), cluster.server]);
  }
}

function keyOf({ context, server }: { readonly context: string; readonly server: string }): string {
  return JSON.stringify([context, server]);
}
