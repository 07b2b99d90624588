import type { Edit } from '../../main/common/integration/reading/integration.ts';
import { type ConfigMapRef, referenceKey } from '../../main/common/reference.ts';

/** What the panel next to the table shows: one integration, or a ConfigMap without any. */
export interface PanelPlace {
  readonly ref: ConfigMapRef;
  readonly integration?: number;
  /** The target's position: which of the integration's rows. */
  readonly target?: number;
}

export type Route =
  | { readonly view: 'home'; readonly panel?: PanelPlace }
  | { readonly view: 'drift' | 'presets' | 'settings' | 'about' }
  /** `preset`: put its key wherever an older one is. Not part of the address. */
  | { readonly view: 'rollouts'; readonly preset?: string }
  | {
      readonly view: 'configMap';
      readonly ref: ConfigMapRef;
      readonly integration?: number;
      /** Initial edits, such as an offered fix. Not part of the address. */
      readonly edits?: readonly Edit[];
      /** Initial edit: stop or start the integration. Not part of the address. */
      readonly stopped?: boolean;
    };

export type EditorRoute = Extract<Route, { view: 'configMap' }>;

export function formatRoute(route: Route): string {
  if (route.view === 'home') return route.panel === undefined ? '#/' : `#/?panel=${formatPanel(route.panel)}`;
  if (route.view !== 'configMap') return `#/${route.view}`;
  return `#/configmap/${formatReference(route.ref)}${route.integration === undefined ? '' : `?integration=${route.integration}`}`;
}

function formatReference({ context, namespace, name }: ConfigMapRef): string {
  return [context, namespace, name].map(encodeURIComponent).join('/');
}

function formatPanel({ ref, integration, target }: PanelPlace): string {
  const row = integration === undefined ? '' : `/${integration}${target === undefined ? '' : `/${target}`}`;
  return `${formatReference(ref)}${row}`;
}

/** An unknown address opens the home screen. */
export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?');
  const [view, ...rest] = path.split('/');
  if (view === 'drift' || view === 'rollouts' || view === 'presets' || view === 'settings' || view === 'about') return { view };
  if (!view && query.startsWith('panel=')) return parsePanel(query.slice('panel='.length).split('/'));
  const ref = view === 'configmap' ? parseReference(rest) : undefined;
  if (ref === undefined) return { view: 'home' };
  const integration = /^integration=(\d{1,6})$/.exec(query)?.[1];
  return { view: 'configMap', ref, ...(integration === undefined ? {} : { integration: Number(integration) }) };
}

function parseReference(parts: readonly string[]): ConfigMapRef | undefined {
  const [context, namespace, name] = parts.map(decode);
  return parts.length === 3 && context && namespace && name ? { context, namespace, name } : undefined;
}

function parsePanel(parts: readonly string[]): Route {
  const ref = parseReference(parts.slice(0, 3));
  const row = parts.slice(3);
  if (ref === undefined || row.length > 2 || !row.every((part) => /^\d{1,6}$/.test(part))) return { view: 'home' };
  const [integration, target] = row.map(Number);
  const place = { ref, ...(integration === undefined ? {} : { integration }), ...(target === undefined ? {} : { target }) };
  return { view: 'home', panel: place };
}

function decode(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}

/** The ConfigMap that the page or the panel edits. */
function documentOf(route: Route): string | undefined {
  const ref = route.view === 'configMap' ? route.ref : route.view === 'home' ? route.panel?.ref : undefined;
  return ref && referenceKey(ref);
}

/** Moving within the open ConfigMap, or between its page and its panel, keeps unsaved edits. */
function isWithin(document: string | undefined, there: Route): boolean {
  if (there.view === 'configMap' && (there.edits !== undefined || there.stopped !== undefined)) return false;
  return document !== undefined && document === documentOf(there);
}

export interface RouterSnapshot {
  readonly route: Route;
  /** The requested view while there are unsaved edits. */
  readonly blocked: Route | null;
  /** The edits are being applied: leaving waits for the end, without a question before. */
  readonly applying: boolean;
}

/** Keeps the view in the address for reload and the back button, and asks before it leaves unsaved edits. */
export class Router {
  readonly #window: Window;
  readonly #listeners = new Set<() => void>();
  #snapshot: RouterSnapshot;
  #unsaved: (() => boolean) | null = null;

  constructor(window: Window) {
    this.#window = window;
    this.#snapshot = { route: parseRoute(window.location.hash), blocked: null, applying: false };
    window.addEventListener('hashchange', () => this.#followAddress());
    window.addEventListener('beforeunload', (event) => {
      if (this.#unsaved?.()) event.preventDefault();
    });
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly snapshot = (): RouterSnapshot => this.#snapshot;

  readonly navigate = (route: Route): void => {
    if (isWithin(documentOf(this.#snapshot.route), route)) this.#show(route);
    else if (this.#unsaved?.()) this.#set({ ...this.#snapshot, blocked: route });
    else this.#go(route);
  };

  /** Whether the shown view continues that ConfigMap's edits. */
  goesOnWith(ref: ConfigMapRef): boolean {
    return isWithin(referenceKey(ref), this.#snapshot.route);
  }

  readonly decide = (leave: boolean): void => {
    const { blocked } = this.#snapshot;
    if (leave && blocked) this.#go(blocked);
    else this.#set({ ...this.#snapshot, blocked: null });
  };

  /** Leaving asks while `unsaved` is true, until the returned function is called. */
  guard(unsaved: () => boolean): () => void {
    this.#unsaved = unsaved;
    return () => {
      if (this.#unsaved === unsaved) this.#unsaved = null;
    };
  }

  applies(applying: boolean): void {
    if (applying !== this.#snapshot.applying) this.#set({ ...this.#snapshot, applying });
  }

  /** The edits are in the cluster, or discarded: there is nothing left to ask. */
  settled(): void {
    const { blocked } = this.#snapshot;
    if (blocked) this.#go(blocked);
  }

  #go(route: Route): void {
    this.#unsaved = null;
    this.#show(route);
  }

  #show(route: Route): void {
    const hash = formatRoute(route);
    const { route: here } = this.#snapshot;
    // From row to row, the back button closes the panel.
    const moves = here.view === 'home' && here.panel !== undefined && route.view === 'home' && route.panel !== undefined;
    if (moves) this.#window.history.replaceState(null, '', hash);
    else if (this.#window.location.hash !== hash) this.#window.history.pushState(null, '', hash);
    this.#set({ ...this.#snapshot, route, blocked: null });
  }

  #followAddress(): void {
    const { hash } = this.#window.location;
    const here = formatRoute(this.#snapshot.route);
    if (hash === here) return;
    const route = parseRoute(hash);
    if (this.#unsaved?.() && !isWithin(documentOf(this.#snapshot.route), route)) this.#window.history.pushState(null, '', here);
    this.navigate(route);
  }

  #set(snapshot: RouterSnapshot): void {
    this.#snapshot = snapshot;
    for (const listener of this.#listeners) listener();
  }
}
