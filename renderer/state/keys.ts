import { useEffect, useRef } from 'react';
import * as strings from './strings.ts';

// Single keys work only while nothing is typed and nothing covers the page.

/** Whether the key goes to a field, or to an open dialog or list. */
export function isTyping(event: KeyboardEvent): boolean {
  const target = event.target instanceof Element ? event.target : null;
  if (
    target?.closest(
      'input:not([type="checkbox"]), textarea, select, [contenteditable], [role="dialog"], [role="alertdialog"], [role="listbox"], [role="menu"], [aria-haspopup="listbox"]',
    )
  )
    return true;
  return document.querySelector('.overlay') !== null;
}

/** Calls with each key that has no Ctrl, Alt or Meta. true: it was handled, and nothing else gets it. */
export function useKeys(listener: (key: string, event: KeyboardEvent) => boolean): void {
  const current = useRef(listener);
  current.current = listener;
  useEffect(() => {
    const hear = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      if (current.current(event.key, event)) event.preventDefault();
    };
    document.addEventListener('keydown', hear);
    return () => document.removeEventListener('keydown', hear);
  }, []);
}

/** Like a key press: the first choice of what opens gets the focus. */
export function pressButton(button: HTMLElement): void {
  button.focus();
  if (button.ariaHasPopup === 'true' || button.ariaHasPopup === 'menu')
    button.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown', bubbles: true, cancelable: true }));
  else button.click();
}

/** A key presses the button of the view that names it as `data-shortcut`. */
export function useShortcuts(): void {
  useKeys((key, event) => {
    if (key.length !== 1 || isTyping(event)) return false;
    const button = document.querySelector<HTMLElement>(`main [data-shortcut="${CSS.escape(key)}"]:not(:disabled)`);
    if (button) pressButton(button);
    return button !== null;
  });
}

/** Some fields make their edit on blur. */
export function commitTyped(): void {
  const { activeElement } = document;
  if (!(activeElement instanceof HTMLElement) || activeElement === document.body) return;
  activeElement.blur();
  activeElement.focus({ preventScroll: true });
}

/** As printed on the keyboard. */
export const COMMAND_KEY = typeof navigator === 'object' && /Mac/.test(navigator.platform) ? '⌘' : strings.ctrl;

/** Ctrl, or Command on a Mac, with another key, whatever has the focus. */
export function useCommandKey(key: string, run: () => void): void {
  const current = useRef(run);
  current.current = run;
  useEffect(() => {
    const hear = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== key.toLowerCase() || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
      event.preventDefault();
      current.current();
    };
    document.addEventListener('keydown', hear);
    return () => document.removeEventListener('keydown', hear);
  }, [key]);
}

/** Milliseconds for others to say where the focus goes. */
const PATIENCE = 150;
/** The same on a page that changes all the time. */
const MOST_PATIENCE = 450;

/** The keyboard continues at the view's heading. */
export function focusHeading(): void {
  const head = document.querySelector<HTMLElement>('main h1') ?? document.querySelector<HTMLElement>('main');
  if (!head) return;
  head.tabIndex = -1;
  head.focus({ preventScroll: true });
}

/** Milliseconds in which a reloaded view gets its heading. */
const RELOADING = 5000;

/** After a reload the keyboard continues at the view's heading, unless someone was faster. */
export function useFocusAfterReload(ready: boolean): void {
  useEffect(() => {
    const [loaded] = performance.getEntriesByType('navigation');
    if (!ready || !(loaded instanceof PerformanceNavigationTiming) || loaded.type !== 'reload') return undefined;
    const until = performance.now() + RELOADING;
    let frame = requestAnimationFrame(function look(now) {
      if (document.activeElement !== document.body) return;
      if (document.querySelector('main h1')) focusHeading();
      else if (now < until) frame = requestAnimationFrame(look);
    });
    return () => cancelAnimationFrame(frame);
  }, [ready]);
}

/** When what had the focus leaves the page or is disabled, the keyboard continues at the view's heading. */
export function useFocusNet(): void {
  useEffect(() => {
    let had = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const note = () => {
      had = true;
    };
    let since: number | undefined;
    const look = () => {
      clearTimeout(timer);
      if (!had || document.activeElement !== document.body) {
        since = undefined;
        return;
      }
      since ??= performance.now();
      const left = Math.max(0, since + MOST_PATIENCE - performance.now());
      timer = setTimeout(
        () => {
          since = undefined;
          if (document.activeElement !== document.body || document.querySelector('.overlay')) return;
          focusHeading();
        },
        Math.min(PATIENCE, left),
      );
    };
    const observer = new MutationObserver(look);
    observer.observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ['disabled', 'hidden', 'inert'] });
    document.addEventListener('focusin', note);
    return () => {
      clearTimeout(timer);
      observer.disconnect();
      document.removeEventListener('focusin', note);
    };
  }, []);
}
