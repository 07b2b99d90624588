import { ageWords } from './age.ts';
import type { Events } from './api.ts';
import type { Fleet } from './fleet.ts';
import type { DocumentRow, Health, IntegrationRow, TargetRow, TestArguments, TrayRow } from './tray.ts';
import { HEALTHS, rowWords, trayRows } from './tray.ts';

// The tray's tooltip and menu, as data: main/desktop/tray.ts makes Electron's menu of it.

/** What a click in the menu asks for. */
export type TrayAction =
  | { readonly do: 'open' }
  | { readonly do: 'show'; readonly view: Events['view.show'] }
  | ({ readonly do: 'test' } & TestArguments)
  | { readonly do: 'testAll' }
  | { readonly do: 'cancel' }
  | { readonly do: 'quit' };

export type MenuItem =
  | { readonly kind: 'separator' }
  | { readonly kind: 'text'; readonly label: string }
  | { readonly kind: 'action'; readonly label: string; readonly enabled: boolean; readonly action: TrayAction }
  | { readonly kind: 'submenu'; readonly label: string; readonly items: readonly MenuItem[] };

/** The menu's rows of clusters and integrations; the rest is in the window. */
const MAX_ROWS = 10;
/** Windows cuts a tooltip at 127 characters. */
const MAX_TOOLTIP = 127;

/** One line for the pointer on the icon. `now`: milliseconds since 1970. */
export function trayTooltip(fleet: Pick<Fleet, 'clusters' | 'reports' | 'testAll'>, now: number): string {
  const rows = trayRows(fleet);
  const lastTest = rows.flatMap((row) => (row.kind === 'integration' && row.report !== undefined ? [row.report.startedAt] : [])).sort();
  const newest = lastTest.at(-1);
  const parts = [
    summary(rows),
    ...(fleet.testAll === null ? [] : [`testing ${fleet.testAll.done} of ${fleet.testAll.total}`]),
    ...(newest === undefined ? [] : [`last test ${ageWords(newest, now)}`]),
  ];
  return cut(`kAudit Tray: ${parts.join(' · ')}`, MAX_TOOLTIP);
}

/** The tray's menu: Open · problems first, then the others · tests · settings · quit. `now`: milliseconds since 1970. */
export function trayMenu(fleet: Pick<Fleet, 'clusters' | 'reports' | 'testAll'>, now: number): readonly MenuItem[] {
  const rows = trayRows(fleet);
  const sorted = rows.toSorted((a, b) => Number(isProblem(b)) - Number(isProblem(a)) || problemOrder(a, b));
  const shown = sorted.slice(0, MAX_ROWS);
  const more = sorted.length - shown.length;
  const testable = rows.some(
    (row) => row.kind === 'integration' && row.targets.some(({ test, stopped }) => test !== undefined && !stopped),
  );
  return [
    action('Open kAudit Tray', { do: 'open' }),
    { kind: 'separator' },
    { kind: 'text', label: capital(summary(rows)) },
    ...shown.map((row) => rowItem(row, now)),
    ...(more > 0 ? [action(`… ${more} more in the window`, { do: 'open' })] : []),
    { kind: 'separator' },
    ...(fleet.testAll === null
      ? [action('Test all', { do: 'testAll' }, testable)]
      : [
          { kind: 'text', label: `Testing ${fleet.testAll.done} of ${fleet.testAll.total} …` } as const,
          action('Cancel tests', { do: 'cancel' }),
        ]),
    { kind: 'separator' },
    action('Settings', { do: 'show', view: { view: 'settings' } }),
    action('About', { do: 'show', view: { view: 'about' } }),
    action('Quit', { do: 'quit' }),
  ];
}

function isProblem(row: TrayRow): boolean {
  return row.health === 'failing' || row.health === 'attention';
}

/** Failing before attention; everything else keeps the kubeconfig's order. */
function problemOrder(a: TrayRow, b: TrayRow): number {
  return isProblem(a) ? HEALTHS.indexOf(a.health) - HEALTHS.indexOf(b.health) : 0;
}

function summary(rows: readonly TrayRow[]): string {
  if (rows.length === 0) return 'no cluster is watched';
  const failing = rows.filter((row) => row.health === 'failing').length;
  const attention = rows.filter((row) => row.health === 'attention').length;
  const integrations = rows.filter((row) => row.kind === 'integration').length;
  const clusters = new Set(rows.map((row) => row.context)).size;
  const counts = [
    ...(failing > 0 ? [`${failing} failing`] : []),
    ...(attention > 0 ? [`${attention} ${attention === 1 ? 'needs' : 'need'} attention`] : []),
    `${plural(integrations, 'integration')} on ${plural(clusters, 'cluster')}`,
  ];
  return counts.join(' · ');
}

// Shapes as on the icons; text, because emoji do not follow a menu's colour.
const MARKS: Readonly<Record<Health, string>> = { failing: '✕', attention: '!', unknown: '?', paused: '‖', ok: '✓' };

function rowItem(row: TrayRow, now: number): MenuItem {
  const place = shorten(row.kind === 'cluster' ? row.context : placeWords(row), 48);
  const what = row.kind === 'integration' ? ` · ${shorten(row.title, 32)}` : '';
  const label = `${MARKS[row.health]} ${place}${what}: ${cut(rowWords(row, now), 72)}`;
  if (row.kind === 'cluster') return action(label, { do: 'open' });
  const open = action('Open', { do: 'show', view: { view: 'configMap', ref: row.ref } });
  if (row.kind === 'document') return { kind: 'submenu', label, items: [open] };
  return { kind: 'submenu', label, items: [...row.targets.map((target) => testItem(target, row.targets.length)), open] };
}

/** The instance is named only where it tells more than the context. */
function placeWords(row: DocumentRow | IntegrationRow): string {
  return row.context === row.instance || row.context.includes(row.instance) ? row.context : `${row.context} / ${row.instance}`;
}

function testItem(target: TargetRow, count: number): MenuItem {
  const to = count > 1 ? ` to ${shorten(target.label, 48)}` : '';
  if (target.test === undefined) return { kind: 'text', label: `Delivery${to} cannot be tested from here` };
  if (target.report?.outcome === 'running') return { kind: 'text', label: `Testing delivery${to} …` };
  return action(`Test delivery${to}`, { do: 'test', ...target.test });
}

function action(label: string, what: TrayAction, enabled = true): MenuItem {
  return { kind: 'action', label, enabled, action: what };
}

/** A name, cut in the middle, where names differ least. */
function shorten(name: string, length: number): string {
  const characters = plainCharacters(name);
  if (characters.length <= length) return characters.join('');
  const head = Math.ceil((length - 1) / 2);
  return `${characters.slice(0, head).join('')}…${characters.slice(characters.length - (length - 1 - head)).join('')}`;
}

/** A sentence, cut at its end. */
function cut(sentence: string, length: number): string {
  const characters = plainCharacters(sentence);
  return characters.length <= length
    ? characters.join('')
    : `${characters
        .slice(0, length - 1)
        .join('')
        .trimEnd()}…`;
}

// SECURITY: names and messages come from files and clusters of others: no line breaks, no control or direction characters.
function plainCharacters(text: string): string[] {
  return [...text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ').trim()];
}

function plural(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
