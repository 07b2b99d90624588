import { createContext, useCallback, useContext, useDeferredValue, useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import type { AppError } from '../../main/common/errors.ts';
import type { Fleet } from '../../main/common/fleet/fleet.ts';
import { asAppError, type Client } from '../client/client.ts';
import { notify } from '../components/toast.tsx';
import type { FleetSnapshot, FleetStore } from './fleet-store.ts';
import type { Router, RouterSnapshot } from './router.ts';
import * as strings from './strings.ts';

export interface App {
  readonly client: Client;
  readonly store: FleetStore;
  readonly router: Router;
}

export const AppContext = createContext<App | null>(null);

export function useApp(): App {
  const app = useContext(AppContext);
  if (!app) throw new Error(strings.viewsNeedAppContextAroundThem);
  return app;
}

export function useFleetSnapshot(): FleetSnapshot {
  const { store } = useApp();
  return useSyncExternalStore(store.subscribe, store.snapshot);
}

export function useFleet(): Fleet {
  const { fleet } = useFleetSnapshot();
  if (!fleet) throw new Error(strings.shownBeforeFirstStateArrived);
  return fleet;
}

/** Milliseconds between two states of a view of all clusters. */
const CALM = 100;

/**
 * For a view of all clusters: a new state at most ten times a second, drawn after what the user does. It may be older
 * than `useFleet`.
 */
export function useCalmFleet(): Fleet {
  const { store } = useApp();
  const calm = useMemo(() => calmed(store), [store]);
  const fleet = useDeferredValue(useSyncExternalStore(calm.subscribe, calm.fleet));
  useEffect(() => calm.drawn(fleet), [calm, fleet]);
  if (!fleet) throw new Error(strings.shownBeforeFirstStateArrived);
  return fleet;
}

/** The next state comes when the one before is drawn: otherwise, on a slow machine, none would ever be. */
function calmed(store: FleetStore) {
  let shown = store.snapshot().fleet;
  let since = 0;
  let isDrawn = true;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let tell = () => {};
  const show = () => {
    timer = undefined;
    shown = store.snapshot().fleet;
    since = performance.now();
    isDrawn = false;
    tell();
  };
  const schedule = () => {
    if (isDrawn && store.snapshot().fleet !== shown) timer ??= setTimeout(show, since + CALM - performance.now());
  };
  return {
    subscribe: (listener: () => void) => {
      tell = listener;
      const unsubscribe = store.subscribe(schedule);
      schedule();
      return () => {
        unsubscribe();
        clearTimeout(timer);
        timer = undefined;
      };
    },
    fleet: () => shown,
    drawn: (fleet: Fleet | null) => {
      if (fleet !== shown) return;
      isDrawn = true;
      schedule();
    },
  };
}

export function useRoute(): RouterSnapshot {
  const { router } = useApp();
  return useSyncExternalStore(router.subscribe, router.snapshot);
}

export function useFleetPart<Part>(part: (fleet: Fleet) => Part): Part | undefined {
  const { store } = useApp();
  return useSyncExternalStore(store.subscribe, () => {
    const { fleet } = store.snapshot();
    return fleet === null ? undefined : part(fleet);
  });
}

const TICK = 15_000;
let time = Date.now();
const ticking = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

/** One clock for all: hundreds of cards show ages. */
function onTick(listener: () => void): () => void {
  ticking.add(listener);
  if (timer === undefined) {
    time = Date.now();
    timer = setInterval(() => {
      time = Date.now();
      for (const each of ticking) each();
    }, TICK);
  }
  return () => {
    ticking.delete(listener);
    if (ticking.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** Derives a text or number from the time (milliseconds since 1970) every 15 seconds; renders again when it changes. */
export function useTime<Value extends string | number | boolean | null>(of: (now: number) => Value): Value {
  return useSyncExternalStore(onTick, () => of(time));
}

export function useNow(): number {
  return useTime((now) => now);
}

export interface Action {
  readonly busy: boolean;
  /** Shows a failure as a message with a retry. undefined: it failed. */
  run<Value>(work: () => Promise<Value>): Promise<Value | undefined>;
}

export function useAction(): Action {
  const [running, setRunning] = useState(0);
  const run = useCallback(async <Value,>(work: () => Promise<Value>): Promise<Value | undefined> => {
    setRunning((count) => count + 1);
    try {
      return await work();
    } catch (thrown) {
      showError(asAppError(thrown), () => void run(work));
      return undefined;
    } finally {
      setRunning((count) => count - 1);
    }
  }, []);
  return { busy: running > 0, run };
}

export function showError(error: AppError, retry?: () => void): void {
  notify({
    tone: 'bad',
    title: error.message,
    ...(error.about === undefined ? {} : { detail: error.about }),
    ...(error.retry && retry ? { action: { label: strings.tryAgain, run: retry } } : {}),
  });
}
