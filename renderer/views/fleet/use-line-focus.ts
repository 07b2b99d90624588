import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { Line } from './lines.ts';

export interface LineFocus {
  /** The line that has or last had the focus; null: none. It stays in the page. */
  readonly active: string | null;
  /** The same at this moment: keys that come before the page is drawn each start from the previous line. */
  readonly current: () => string | null;
  readonly moveTo: (id: string) => void;
}

/**
 * A line that moves takes the focus along. If the line or its button is gone, the line in its place gets it. Only
 * `moveTo` scrolls: what the user looks at stays in view.
 */
export function useLineFocus(view: RefObject<HTMLElement | null>, lines: readonly Line[]): LineFocus {
  const [active, drawActive] = useState<string | null>(null);
  const latest = useRef<string | null>(null);
  const setActive = useCallback((id: string | null) => {
    latest.current = id;
    drawActive(id);
  }, []);
  const current = useCallback(() => latest.current, []);
  const noted = useRef<{ readonly id: string; readonly index: number; readonly element: EventTarget | null } | null>(null);
  const wanted = useRef<{ readonly id: string; readonly scroll: boolean } | null>(null);
  const drawn = useRef(lines);
  useLayoutEffect(() => {
    drawn.current = lines;
  }, [lines]);

  useEffect(() => {
    const element = view.current;
    const note = ({ target }: FocusEvent) => {
      const id = (target instanceof Element && target.closest<HTMLElement>('[data-line]')?.dataset.line) || null;
      noted.current = id === null ? null : { id, index: drawn.current.findIndex((line) => line.id === id), element: target };
      setActive(id);
    };
    const leave = ({ target }: FocusEvent) => {
      // An element that is removed from the page loses the focus too; the user left only one that still exists.
      queueMicrotask(() => {
        if (target instanceof Element && target.isConnected && document.activeElement === document.body) noted.current = null;
      });
    };
    // Whoever works elsewhere, in the panel for one, gets the focus back there. A dialog of a line returns it here.
    const elsewhere = ({ target }: FocusEvent) => {
      if (target instanceof Element && !element?.contains(target) && target.closest('.overlay, .popover') === null) noted.current = null;
    };
    element?.addEventListener('focusin', note);
    element?.addEventListener('focusout', leave);
    document.addEventListener('focusin', elsewhere);
    return () => {
      document.removeEventListener('focusin', elsewhere);
      element?.removeEventListener('focusin', note);
      element?.removeEventListener('focusout', leave);
    };
  }, [view, setActive]);

  useLayoutEffect(() => {
    if (wanted.current !== null && focusLine(wanted.current.id, wanted.current.scroll)) wanted.current = null;
    const restore = () => {
      if (noted.current === null || document.activeElement !== document.body) return;
      const { id, index, element } = noted.current;
      if (element instanceof HTMLElement && element.isConnected) {
        element.focus({ preventScroll: true });
        if (document.activeElement === element) return;
      }
      const line = lines.find((each) => each.id === id) ?? lines[Math.min(Math.max(index, 0), lines.length - 1)];
      if (line === undefined || focusLine(line.id, false)) return;
      wanted.current = { id: line.id, scroll: false };
      setActive(line.id);
    };
    restore();
    // A closing dialog returns the focus to its button, and leaves the page inert for a moment.
    const later = setTimeout(restore, 50);
    return () => clearTimeout(later);
  });

  const moveTo = useCallback(
    (id: string) => {
      wanted.current = focusLine(id, true) ? null : { id, scroll: true };
      if (wanted.current !== null) setActive(id);
    },
    [setActive],
  );
  return { active, current, moveTo };
}

/** false: the line isn't in the page. */
function focusLine(id: string, scroll: boolean): boolean {
  const line = document.querySelector<HTMLElement>(`[data-line="${CSS.escape(id)}"]`);
  if (!line) return false;
  const place =
    line.querySelector<HTMLElement>('.row-link') ??
    (line.hasAttribute('tabindex') ? line : line.querySelector<HTMLElement>('button')) ??
    line;
  place.focus({ preventScroll: true });
  if (scroll) line.scrollIntoView({ block: 'nearest' });
  return true;
}
