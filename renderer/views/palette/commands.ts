import type { Fleet } from '../../../main/common/fleet/fleet.ts';
import { typeTitle } from '../../../main/common/fleet/rows.ts';
import type { Client } from '../../client/client.ts';
import { pressButton } from '../../state/keys.ts';
import type { Route } from '../../state/router.ts';
import * as strings from './strings.ts';

// Every action from everywhere, as a list of words.

export interface Command {
  readonly id: string;
  readonly words: string;
  /** Its group, or its target. */
  readonly hint: string;
  readonly run: () => unknown;
}

export interface CommandTools {
  readonly client: Client;
  readonly navigate: (route: Route) => void;
  readonly showShortcuts: () => void;
  /** Presses the current view's button with these words, as soon as it is there. */
  readonly press: (words: string) => void;
}

/** Milliseconds for a view to come up. */
const PATIENCE = 5000;

const PLACES = [
  ['home', strings.fleet],
  ['drift', strings.drift],
  ['presets', strings.presets],
  ['rollouts', strings.rollouts],
  ['settings', strings.settings],
  ['about', strings.about],
] as const;
const THEMES = [
  ['light', strings.lightTheme],
  ['dark', strings.darkTheme],
  ['system', strings.systemTheme],
] as const;

export function commandsOf(fleet: Fleet, { client, navigate, showShortcuts, press }: CommandTools): readonly Command[] {
  const name = (context: string) => fleet.clusters.find((cluster) => cluster.context === context)?.marks?.alias ?? context;
  const open = fleet.clusters.flatMap(({ configMaps }) =>
    configMaps.flatMap(({ ref, instance, integrations }): Command[] => {
      const id = JSON.stringify([ref.context, ref.namespace, ref.name]);
      const hint = name(ref.context);
      const text: Command = { id, words: strings.openInstance(instance), hint, run: () => navigate({ view: 'configMap', ref }) };
      const entries = integrations.map(
        ({ index, type, name: own }): Command => ({
          id: `${id}:${index}`,
          words: strings.openInstanceTypeTitle(instance, typeTitle(type), own === undefined ? '' : ` ${own}`),
          hint,
          run: () => navigate({ view: 'configMap', ref, integration: index }),
        }),
      );
      return entries.length === 0 ? [text] : entries;
    }),
  );
  const clusters = fleet.clusters.map(({ context, state, server }): Command => {
    const connected = state === 'online' || state === 'connecting';
    return {
      id: `cluster:${context}`,
      words: `${connected ? strings.disconnect : strings.connect} ${name(context)}`,
      hint: server,
      run: () => client.request(connected ? 'cluster.disconnect' : 'cluster.connect', { context }),
    };
  });
  const testing = fleet.testAll !== null;
  return [
    ...PLACES.map(
      ([view, words]): Command => ({ id: view, words: strings.goTo(words), hint: strings.view, run: () => navigate({ view }) }),
    ),
    testing
      ? { id: 'cancel', words: strings.cancelTests, hint: strings.delivery, run: () => client.request('delivery.cancel', {}) }
      : {
          id: 'test',
          words: strings.testAll,
          hint: strings.delivery,
          // The fleet asks before it tests many, and shows their progress and results.
          run: () => {
            navigate({ view: 'home' });
            press(strings.testAll);
          },
        },
    { id: 'refresh', words: strings.refresh, hint: strings.fleet, run: () => client.request('fleet.refresh', {}) },
    { id: 'keys', words: strings.showKeyboardShortcuts, hint: '?', run: showShortcuts },
    ...clusters,
    ...open,
    ...THEMES.map(
      ([theme, words]): Command => ({
        id: `theme:${theme}`,
        words,
        hint: strings.settings,
        run: () => client.request('settings.update', { settings: { theme } }),
      }),
    ),
  ];
}

/**
 * What the view behind the palette offers: buttons with their own key, and those of its `data-commands` groups.
 * They come first, because they are about what is on screen.
 */
export function viewCommands(page: Document): readonly Command[] {
  const buttons = page.querySelectorAll<HTMLButtonElement>('main :is([data-commands] button, button[data-shortcut]):not(:disabled)');
  const seen = new Set<string>();
  return [...buttons].flatMap((button, index): Command[] => {
    const words = (button.getAttribute('aria-label') ?? nameOf(button)).trim();
    if (words === '' || seen.has(words)) return [];
    seen.add(words);
    const hint = button.closest<HTMLElement>('[data-commands]')?.dataset.commands || (button.dataset.shortcut ?? strings.view);
    return [{ id: `view:${index}`, words, hint, run: () => pressWhenFree(page, button) }];
  });
}

/** Gives up after `PATIENCE`: an unsaved edit may keep the view from changing. */
export function pressWhenShown(page: Document, words: string): void {
  const until = performance.now() + PATIENCE;
  const press = () => {
    const buttons = [...page.querySelectorAll<HTMLButtonElement>('main [data-commands] button:not(:disabled)')];
    const button = buttons.find((each) => nameOf(each).trim() === words);
    if (button) pressWhenFree(page, button);
    else if (performance.now() < until) setTimeout(press, 20);
  };
  press();
}

/** Its text without what screen readers skip, such as its key. */
function nameOf(button: HTMLElement): string {
  return [...button.childNodes]
    .filter((node) => !(node instanceof Element && node.getAttribute('aria-hidden') === 'true'))
    .map(({ textContent }) => textContent ?? '')
    .join('');
}

/** Whatever covers the view must be gone: nothing under it can get the focus. */
function pressWhenFree(page: Document, button: HTMLElement): void {
  const press = () => {
    if (page.querySelector('.overlay')) setTimeout(press, 20);
    else if (button.isConnected) pressButton(button);
  };
  setTimeout(press, 20);
}

/** Those that contain every word; the ones that begin with it first. */
export function findCommands(commands: readonly Command[], query: string, most: number): readonly Command[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const text = ({ words: own, hint }: Command) => `${own} ${hint}`.toLowerCase();
  const found = commands.filter((command) => words.every((word) => text(command).includes(word)));
  const [first = ''] = words;
  const starts = (command: Command) => (text(command).startsWith(first) ? 0 : 1);
  return found.toSorted((one, other) => starts(one) - starts(other)).slice(0, most);
}
