import type { Fleet } from '../fleet/fleet.ts';
import { clusterIdentity } from '../fleet/identity.ts';
import type { Health } from '../fleet/rows.ts';
import { worstState } from '../fleet/rows.ts';
import { plural, shortName } from '../plain-text.ts';
import type { Line } from './lines.ts';
import { timeWords } from './lines.ts';
import * as strings from './strings.ts';

/** "2 of 10 failed · 1 cluster unreachable · tested 10:42". `now`: milliseconds since 1970. */
export function summarise(
  fleet: Pick<Fleet, 'clusters' | 'reports' | 'unsettled'>,
  lines: readonly Line[],
  now: number,
): { readonly health: Health; readonly words: string } {
  const health = worstState(fleet, now);
  // The number of integrations in an unreadable text is unknown: it counts as one.
  const counted = lines.flatMap(({ parts }) => parts).filter(({ row }) => row.kind === 'integration' || row.state === 'invalid');
  const connecting = lines.filter(({ row }) => row?.state === 'connecting').length;
  const clusters = new Set(lines.map(({ cluster }) => clusterIdentity(cluster))).size;
  const [first] = lines;
  const alone =
    first !== undefined && lines.every(({ context }) => context === first.context)
      ? `${shortName(first.cluster.marks?.alias ?? first.context, 20)}: `
      : '';
  const parts = [
    ...countWords(counted),
    ...clusterWords(lines.filter(({ row }) => row?.health === 'attention')),
    ...(connecting === 0 ? [] : [strings.connectingTo(plural(connecting, 'cluster'))]),
    ...(fleet.unsettled.length === 0 ? [] : [strings.toCheck(plural(fleet.unsettled.length, 'change'))]),
  ];
  if (parts.length === 0)
    return { health, words: lines.length === 0 ? strings.noClustersWatched : strings.noIntegrations(plural(clusters, 'cluster')) };
  const tested = counted
    .flatMap(({ row }) => (row.kind === 'integration' && row.report !== undefined ? [row.report.startedAt] : []))
    .sort();
  const newest = tested.at(-1);
  const words = [...parts, ...(newest === undefined ? [] : [strings.testedTimeWords(timeWords(newest, now))])].join(' · ');
  return { health, words: alone + (alone === '' ? words.charAt(0).toUpperCase() + words.slice(1) : words) };
}

function countWords(counted: Line['parts']): readonly string[] {
  const total = counted.length;
  if (total === 0) return [];
  const count = (health: Health) => counted.filter((part) => part.health === health).length;
  const failed = count('failing');
  const attention = count('attention');
  const untested = counted.filter(({ words }) => words === 'untested').length;
  const stopped = count('paused');
  const rest = stopped === 0 ? [] : [strings.countStopped(stopped)];
  if (failed > 0) return [strings.ofFailed(failed, total)];
  if (attention > 0) return [strings.ofAttention(attention, total)];
  if (untested > 0) return [strings.ofUntested(untested, total), ...rest];
  if (stopped === total) return [strings.ofStopped(stopped, total)];
  const passed = counted.filter(({ words }) => words === 'passed').length;
  const untestable = count('ok') - passed;
  return [
    ...(passed > 0 || untestable === 0 ? [strings.ofPassed(passed, total)] : []),
    ...(untestable > 0 ? [strings.countCantBeTested(untestable)] : []),
    ...rest,
  ];
}

function clusterWords(lines: readonly Line[]): readonly string[] {
  if (lines.length === 0) return [];
  const clusters = plural(new Set(lines.map(({ cluster }) => clusterIdentity(cluster))).size, 'cluster');
  if (lines.every(({ cluster }) => cluster.state === 'unreachable')) return [strings.pluralUnreachable(clusters)];
  return [strings.clustersWordsAttention(clusters, clusters.startsWith('1 ') ? 'needs' : 'need')];
}
