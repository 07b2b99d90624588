import type { Edit } from '../../main/common/integration/reading/integration.ts';
import { type ConfigMapRef, referenceKey } from '../../main/common/reference.ts';

export type Route =
  | { readonly view: 'home' | 'drift' | 'presets' | 'settings' | 'about' }
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
  if (route.view === 'home') return '#/';
  if (route.view !== 'configMap') return `#/${route.view}`;
  const { context, namespace, name } = route.ref;
  const path = [context, namespace, name].map(encodeURIComponent).join('/');
  return `#/configmap/${path}${route.integration === undefined ? '' : `?integration=${route.integration}`}`;
}

/** An unknown address opens the home screen. */
export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?');
  const [view, ...rest] = path.split('/');
  if (view === 'drift' || view === 'rollouts' || view === 'presets' || view === 'settings' || view === 'about') return { view };
  if (view !== 'configmap' || rest.length !== 3) return { view: 'home' };
  const [context, namespace, name] = rest.map(decode);
  if (!context || !namespace || !name) return { view: 'home' };
  const integration = /^integration=(\d{1,6})$/.exec(query)?.[1];
  const ref = { context, namespace, name };
  return { view: 'configMap', ref, ...(integration === undefined ? {} : { integration: Number(integration) }) };
}

function decode(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}

/** Moving within the open ConfigMap keeps unsaved edits. */
function isWithin(here: Route, there: Route): boolean {
  if (here.view !== 'configMap' || there.view !== 'configMap') return false;
  return referenceKey(here.ref) === referenceKey(there.ref) && there.edits === undefined && there.stopped === undefined;
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
    if (isWithin(this.#snapshot.route, route)) this.#show(route);
    else if (this.#unsaved?.()) this.#set({ ...this.#snapshot, blocked: route });
    else this.#go(route);
  };

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
    if (this.#window.location.hash !== hash) this.#window.history.pushState(null, '', hash);
    this.#set({ ...this.#snapshot, route, blocked: null });
  }

  #followAddress(): void {
    const { hash } = this.#window.location;
    const here = formatRoute(this.#snapshot.route);
    if (hash === here) return;
    const route = parseRoute(hash);
    if (this.#unsaved?.() && !isWithin(this.#snapshot.route, route)) this.#window.history.pushState(null, '', here);
    this.navigate(route);
  }

  #set(snapshot: RouterSnapshot): void {
    this.#snapshot = snapshot;
    for (const listener of this.#listeners) listener();
  }
}
