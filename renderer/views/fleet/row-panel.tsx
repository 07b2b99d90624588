import {
  lazy,
  type ReactNode,
  type RefObject,
  Suspense,
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useSyncExternalStore,
} from 'react';
import { referenceKey } from '../../../main/common/reference.ts';
import { FailureBoundary } from '../../components/failure-boundary.tsx';
import { useApp, useRoute } from '../../state/app.tsx';
import type { PanelPlace } from '../../state/router.ts';
import { routeOf } from './row-line.tsx';
import * as strings from './strings.ts';
import type { TableRow } from './table-rows.ts';

// Lazy: it is an editor.
const Panel = lazy(async () => ({ default: (await import('../panel/panel.tsx')).Panel }));

/** Below that the table would have no room for one line each. */
const NARROW = '(max-width: 75rem)';

/** Milliseconds until a closing dialog has returned the focus. */
const AFTER_DIALOG = 60;

export interface RowPanel {
  /** The address says what it shows. undefined: it is closed. */
  readonly place: PanelPlace | undefined;
  readonly row: TableRow | undefined;
  /** Opens it, or the row's page where there is no space next to the table. false: unsaved edits keep it. */
  open(row: TableRow): boolean;
  close(): void;
  /** Whether the key was for the panel. */
  hearsEscape(target: EventTarget | null): boolean;
}

/** The panel of one row, in the address like a view. A click on a row opens it. */
export function useRowPanel(view: RefObject<HTMLElement | null>, rows: readonly TableRow[], moveTo: (id: string) => void): RowPanel {
  const { router } = useApp();
  const { route } = useRoute();
  const narrow = useNarrow();
  const place = route.view === 'home' ? route.panel : undefined;
  const row = place && rows.find((each) => shows(place, each));

  // The pressed row stays where it is, although the lines above it may break in another way.
  const held = useRef<{ readonly id: string; readonly top: number } | null>(null);
  const hold = (id: string | undefined) => {
    const top = id === undefined ? undefined : lineOf(id)?.getBoundingClientRect().top;
    held.current = id === undefined || top === undefined ? null : { id, top };
  };
  const isOpen = place !== undefined;
  /** Closed by its own key or button, so that the row gets the focus wherever it is. */
  const returns = useRef(false);
  useLayoutEffect(() => {
    const { current } = held;
    held.current = null;
    const top = current === null ? undefined : lineOf(current.id)?.getBoundingClientRect().top;
    if (current !== null && top !== undefined && top !== current.top) window.scrollBy(0, top - current.top);
  }, [isOpen]);

  const open = (next: TableRow): boolean => {
    hold(next.id);
    router.navigate(narrow ? routeOf(next) : { view: 'home', panel: placeOf(next) });
    return router.snapshot().blocked === null;
  };
  const close = () => {
    hold(row?.id);
    returns.current = true;
    router.navigate({ view: 'home' });
  };

  useEffect(() => {
    // Too narrow for two: the edits continue on the page.
    if (narrow && place)
      router.navigate({
        view: 'configMap',
        ref: place.ref,
        ...(place.integration === undefined ? {} : { integration: place.integration }),
      });
  }, [narrow, place, router]);

  const last = useRef<string | undefined>(undefined);
  useEffect(() => {
    last.current = row?.id ?? last.current;
    const { current } = last;
    if (current === undefined) return undefined;
    const back = () => {
      if (document.activeElement === null || document.activeElement === document.body) moveTo(current);
    };
    if (!isOpen && returns.current) moveTo(current);
    else back();
    returns.current = false;
    const later = setTimeout(back, AFTER_DIALOG);
    return () => clearTimeout(later);
  }, [isOpen, row?.id, moveTo]);

  const now = useRef({ rows, open });
  useEffect(() => {
    now.current = { rows, open };
  });
  useEffect(() => {
    const element = view.current;
    const press = (event: MouseEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      if (!(event.target instanceof Element) || event.target.closest('a,button,input')) return;
      const id = event.target.closest<HTMLElement>('.line-row')?.dataset.line;
      const pressed = now.current.rows.find((each) => each.id === id);
      // Selecting text opens nothing.
      if (pressed === undefined || document.getSelection()?.isCollapsed === false) return;
      if (now.current.open(pressed)) moveTo(pressed.id);
    };
    element?.addEventListener('click', press);
    return () => element?.removeEventListener('click', press);
  }, [view, moveTo]);

  const hearsEscape = useCallback((target: EventTarget | null) => {
    if (!(target instanceof HTMLElement) || document.querySelector('.overlay, .popover') !== null) return false;
    return target.closest('.search, .group-by') === null;
  }, []);
  return { place, row, open, close, hearsEscape };
}

export function RowPanelView({ panel, rollOut }: { readonly panel: RowPanel; readonly rollOut: (preset: string) => void }): ReactNode {
  const { place, row, close } = panel;
  if (place === undefined) return null;
  return (
    <FailureBoundary key={referenceKey(place.ref)}>
      <Suspense
        fallback={
          <aside className="panel" aria-label={strings.panel}>
            <p className="panel-body" role="status">
              {strings.opening}
            </p>
          </aside>
        }
      >
        <Panel place={place} row={row} close={close} rollOut={rollOut} />
      </Suspense>
    </FailureBoundary>
  );
}

function useNarrow(): boolean {
  const query = useMemo(() => window.matchMedia(NARROW), []);
  const subscribe = useCallback(
    (listener: () => void) => {
      query.addEventListener('change', listener);
      return () => query.removeEventListener('change', listener);
    },
    [query],
  );
  return useSyncExternalStore(subscribe, () => query.matches);
}

/** Focuses the panel. */
export function enterPanel(): void {
  document.querySelector<HTMLElement>('.panel h2')?.focus();
}

/** Whether the panel is loaded and has something to test. */
export function panelTests(): boolean {
  return document.querySelector('.panel [data-shortcut="t"]') !== null;
}

function lineOf(id: string): HTMLElement | null {
  return document.querySelector(`[data-line="${CSS.escape(id)}"]`);
}

function placeOf({ configMap: { ref }, integration, target }: TableRow): PanelPlace {
  if (integration === undefined) return { ref };
  return { ref, integration: integration.index, ...(target ? { target: integration.targets.indexOf(target) } : {}) };
}

/** A row of several contexts is found through any of them. */
function shows({ ref, integration, target = 0 }: PanelPlace, row: TableRow): boolean {
  const { context, namespace, name } = row.configMap.ref;
  if (namespace !== ref.namespace || name !== ref.name || row.integration?.index !== integration) return false;
  if (context !== ref.context && !row.others.includes(ref.context)) return false;
  return (placeOf(row).target ?? 0) === target;
}
