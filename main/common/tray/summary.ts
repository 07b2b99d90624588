import type { Fleet } from '../fleet/fleet.ts';
import { clusterIdentity } from '../fleet/identity.ts';
import type { Health } from '../fleet/rows.ts';
import { worstState } from '../fleet/rows.ts';
import { plural, shortName } from '../plain-text.ts';
import type { Line } from './lines.ts';
import { timeWords } from './lines.ts';

/** "2 of 10 failed · 1 cluster unreachable · tested 10:42". `now`: milliseconds since 1970. */
export function summarise(
  fleet: Pick<Fleet, 'clusters' | 'reports' | 'unsettled'>,
  lines: readonly Line[],
  now: number,
): { readonly health: Health; readonly words: string } {
  const health = worstState(fleet, now);
  // How many a text holds that can't be read is unknown: it counts as one.
  const counted = lines.flatMap(({ told }) => told).filter(({ row }) => row.kind === 'integration' || row.state === 'invalid');
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
    ...(connecting === 0 ? [] : [`connecting to ${plural(connecting, 'cluster')} …`]),
    ...(fleet.unsettled.length === 0 ? [] : [`${plural(fleet.unsettled.length, 'change')} to check`]),
  ];
  if (parts.length === 0)
    return { health, words: lines.length === 0 ? 'No clusters are watched' : `No integrations on ${plural(clusters, 'cluster')}` };
  const tested = counted
    .flatMap(({ row }) => (row.kind === 'integration' && row.report !== undefined ? [row.report.startedAt] : []))
    .sort();
  const newest = tested.at(-1);
  const words = [...parts, ...(newest === undefined ? [] : [`tested ${timeWords(newest, now)}`])].join(' · ');
  return { health, words: alone + (alone === '' ? words.charAt(0).toUpperCase() + words.slice(1) : words) };
}

function countWords(counted: Line['told']): readonly string[] {
  const total = counted.length;
  if (total === 0) return [];
  const count = (health: Health) => counted.filter((told) => told.health === health).length;
  const failed = count('failing');
  const attention = count('attention');
  const untested = counted.filter(({ words }) => words === 'untested').length;
  const stopped = count('paused');
  const rest = stopped === 0 ? [] : [`${stopped} stopped`];
  if (failed > 0) return [`${failed} of ${total} failed`];
  if (attention > 0) return [`${attention} of ${total} ${attention === 1 ? 'needs' : 'need'} attention`];
  if (untested > 0) return [`${untested} of ${total} untested`, ...rest];
  if (stopped === total) return [`${stopped} of ${total} stopped`];
  const passed = counted.filter(({ words }) => words === 'passed').length;
  const untestable = count('ok') - passed;
  return [
    ...(passed > 0 || untestable === 0 ? [`${passed} of ${total} passed`] : []),
    ...(untestable > 0 ? [`${untestable} can’t be tested`] : []),
    ...rest,
  ];
}

function clusterWords(lines: readonly Line[]): readonly string[] {
  if (lines.length === 0) return [];
  const clusters = plural(new Set(lines.map(({ cluster }) => clusterIdentity(cluster))).size, 'cluster');
  if (lines.every(({ cluster }) => cluster.state === 'unreachable')) return [`${clusters} unreachable`];
  return [`${clusters} ${clusters.startsWith('1 ') ? 'needs' : 'need'} attention`];
}
