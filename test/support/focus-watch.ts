import type { BrowserContext, Page } from 'playwright-core';

const FOCUS_LOST = 'The focus fell to the page after';

/**
 * After each action the focus has to be on something: on the page itself, the keyboard starts again from the top. What
 * is found is an error in the page's console. `now`: the page is open already.
 */
export async function watchFocus(page: BrowserContext | Page, now?: Page): Promise<void> {
  await page.addInitScript(watch, FOCUS_LOST);
  await now?.evaluate(watch, FOCUS_LOST);
}

/** `errors`: what the page's console calls so. */
export function expectFocus(errors: readonly string[]): void {
  const lost = errors.filter((error) => error.startsWith(FOCUS_LOST));
  if (lost.length > 0) throw new Error(lost.join('\n'));
}

function watch(words: string): void {
  // Milliseconds. The page's own net takes 450 at most after what had the focus is gone.
  const patience = 1_000;
  const focusable =
    'a[href], button, input, select, textarea, label, summary, [contenteditable], [tabindex], [role="option"], [role="menuitem"], [role="tab"]';
  let acted: string | null = null;
  let lostAt: number | null = null;
  const nameOf = (element: Element) =>
    `${element.tagName.toLowerCase()} “${(element.getAttribute('aria-label') ?? element.textContent ?? '').trim().slice(0, 60)}”`;
  const note = (what: string, element: Element | null) => {
    acted = element === null ? null : `${what} on ${nameOf(element)}, at ${location.hash}`;
    lostAt = null;
  };
  addEventListener('pointerdown', ({ target }) => note('a press', target instanceof Element ? target.closest(focusable) : null), true);
  addEventListener('keydown', ({ key }) => note(key, document.activeElement === document.body ? null : document.activeElement), true);
  // No event tells that what had the focus left the page.
  setInterval(() => {
    const { activeElement } = document;
    const isLost = document.hasFocus() && (activeElement === null || activeElement === document.body);
    if (acted === null || !isLost) {
      lostAt = null;
      return;
    }
    lostAt ??= performance.now();
    if (performance.now() - lostAt < patience) return;
    console.error(`${words} ${acted}`);
    acted = null;
  }, 50);
}
