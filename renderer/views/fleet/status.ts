import type { Cluster } from '../../../main/common/fleet/fleet.ts';
import { notRunning, PASS_FADES } from '../../../main/common/fleet/rows.ts';
import { plural } from '../../../main/common/plain-text.ts';
import type { nouns } from '../../../main/common/strings.ts';
import type { BadgeIcon, Tone } from '../../components/badge.tsx';
import * as strings from './strings.ts';
import type { TableRow } from './table-rows.ts';

// The one sentence on whether audit data is delivered, and the numbers next to it.

export type RowFilter = 'failing' | 'attention' | 'older-key' | 'untested' | 'stopped' | 'clusters';

export interface Chip {
  readonly filter: RowFilter;
  readonly tone: Tone;
  readonly icon: BadgeIcon;
  readonly words: string;
}

export interface Status {
  readonly sentence: string;
  readonly chips: readonly Chip[];
}

export function isShownBy(filter: RowFilter, row: TableRow): boolean {
  switch (filter) {
    case 'failing':
      return row.health === 'failing';
    case 'attention':
      return row.health === 'attention' && !hasOlderKey(row);
    case 'older-key':
      return hasOlderKey(row);
    case 'untested':
      return row.health !== 'paused' && row.test !== undefined && row.report === undefined;
    case 'stopped':
      return row.health === 'paused';
    case 'clusters':
      return false;
  }
}

function hasOlderKey(row: TableRow): boolean {
  return row.preset?.former === true && row.state !== 'stopped';
}

/** `now`: milliseconds since 1970. */
export function statusOf(clusters: readonly Cluster[], rows: readonly TableRow[], now: number): Status {
  const integrations = rows.filter(({ integration }) => integration !== undefined);
  const noun = integrations.every(({ integration }) => (integration?.targets.length ?? 0) < 2) ? 'activeIntegration' : 'activeTarget';
  const active = integrations.filter(({ health, test }) => health !== 'paused' && test !== undefined);
  const passed = active.filter(
    ({ report, configMap }) =>
      report?.outcome === 'passed' &&
      now - Date.parse(report.startedAt) <= PASS_FADES &&
      // Nothing is sent if kAudit doesn't run, whatever a test from here says.
      notRunning(configMap.workload) === undefined,
  ).length;
  const tested = active.filter(({ report }) => report !== undefined).length;
  const broken = clusters.filter((cluster) => cluster.marks?.hidden !== true && isBroken(cluster));

  const chips: Chip[] = [];
  const chip = (filter: RowFilter, tone: Tone, icon: BadgeIcon, words: (count: number) => string) => {
    const count = filter === 'clusters' ? broken.length : rows.filter((row) => isShownBy(filter, row)).length;
    if (count > 0) chips.push({ filter, tone, icon, words: words(count) });
  };
  chip('failing', 'bad', 'cross', (count) => strings.countFailing(count));
  chip('attention', 'warn', 'warning', (count) => strings.toCheck(count));
  chip('older-key', 'warn', 'key', (count) => strings.onAnOlderKey(count));
  chip('untested', 'quiet', 'circle', (count) => strings.countUntested(count));
  chip('stopped', 'quiet', 'pause', (count) => strings.countStopped(count));
  chip('clusters', 'bad', 'alert', (count) => strings.countWordsUnreachable(plural(count, 'cluster')));
  return { sentence: sentenceOf(clusters, active.length, passed, tested, noun), chips };
}

/** Its integrations can't be seen, or the shown ones are outdated. */
export function isBroken({ state, problem }: Cluster): boolean {
  if (problem !== null && problem.step !== 'parse') return true;
  return state === 'unreachable' || state === 'forbidden' || state === 'misconfigured' || state === 'needs-sign-in';
}

function sentenceOf(clusters: readonly Cluster[], active: number, passed: number, tested: number, noun: keyof typeof nouns): string {
  if (active === 0) {
    if (clusters.some(({ state }) => state === 'connecting')) return strings.connecting;
    return clusters.some(({ state }) => state === 'online') ? strings.noActiveTargetCanTested : strings.noClustersConnected;
  }
  if (tested === 0) return strings.noneTestedYet(plural(active, noun));
  if (passed === active) return active === 1 ? strings.theOneDelivers(noun) : strings.allDeliver(plural(active, noun));
  return strings.passedOfAll(passed, plural(active, noun));
}
