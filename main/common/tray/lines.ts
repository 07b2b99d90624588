import { failureWords } from '../delivery/failure-words.ts';
import { assertNever } from '../errors.ts';
import type { ArrivalsOf } from '../fleet/arrival.ts';
import { rowArrival } from '../fleet/arrival.ts';
import type { Cluster, ConfigMapSummary, Fleet } from '../fleet/fleet.ts';
import { clusterIdentity, objectIdentity } from '../fleet/identity.ts';
import type { ClusterRow, DocumentRow, Health, IntegrationRow } from '../fleet/rows.ts';
import { healthAt, healthRows } from '../fleet/rows.ts';
import { shortName, shortSentence } from '../plain-text.ts';
import { subjectOf } from './outages.ts';
import * as strings from './strings.ts';

// The fleet as lines, before they become a menu: one for each server's ConfigMap and each lost cluster, however many
// contexts they have. No line contains an age, which would change without an event.

/** Like the health of the icon, but what someone stopped comes before what is untested. */
const ORDER: readonly Health[] = ['failing', 'attention', 'paused', 'unknown', 'ok'];

/** How the tray shows one integration, or a document without one. */
export interface LinePart {
  readonly row: IntegrationRow | DocumentRow;
  readonly health: Health;
  /** "failed: key refused (401)", "stopped", "untested". */
  readonly words: string;
  /** The same for many: "Key refused (401)", "Stopped". */
  readonly cause: string;
  /** When its entries were last seen, if it is watched. */
  readonly arrival?: string;
}

export interface Line {
  /** Stays the same while the line has the same subject. */
  readonly id: string;
  readonly context: string;
  /** "prod-us / invoices". */
  readonly place: string;
  readonly health: Health;
  readonly words: string;
  readonly cause: string;
  readonly cluster: Cluster;
  /** The cluster's own row; undefined: the line is a ConfigMap's. */
  readonly row: ClusterRow | undefined;
  readonly parts: readonly LinePart[];
}

interface Group {
  cluster: Cluster;
  row: ClusterRow | undefined;
  readonly rows: Map<string, IntegrationRow | DocumentRow>;
  readonly contexts: string[];
}

/** Problems first, then in the order of `rank`, then in the kubeconfig's. `now`: milliseconds since 1970. */
export function linesOf(
  fleet: Pick<Fleet, 'clusters' | 'reports'> & ArrivalsOf,
  now: number,
  rank: (context: string) => number,
): readonly Line[] {
  const clusters = new Map(fleet.clusters.map((cluster) => [cluster.context, cluster]));
  const groups = new Map<string, Group>();
  for (const row of healthRows(fleet)) {
    const cluster = clusters.get(row.context);
    if (cluster === undefined) continue;
    const id = row.kind === 'cluster' ? `cluster ${clusterIdentity(cluster)} ${row.state}` : configMapId(cluster, row);
    const group: Group = groups.get(id) ?? { cluster, row: undefined, rows: new Map(), contexts: [] };
    groups.set(id, group);
    if (!group.contexts.includes(row.context)) group.contexts.push(row.context);
    if (row.kind === 'cluster') group.row ??= row;
    // The connected context knows best.
    else if (group.cluster === cluster || (group.cluster.state !== 'online' && cluster.state === 'online')) {
      if (group.cluster !== cluster) group.rows.clear();
      group.cluster = cluster;
      group.rows.set(row.id, row);
    }
  }
  return [...groups]
    .map(([id, { cluster, row, rows, contexts }]): Line => {
      const base = { id, context: cluster.context, cluster };
      if (row !== undefined) {
        const others = contexts.length > 1 ? ` +${contexts.length - 1}` : '';
        const words = clusterWords(cluster, now);
        return {
          ...base,
          row,
          place: `${nameOf(cluster)}${others}`,
          health: row.health,
          words: words.exact,
          cause: words.cause,
          parts: [],
        };
      }
      const parts = [...rows.values()].map((each): LinePart => {
        const arrival = rowArrival(fleet, each, now);
        return arrival === undefined ? tell(each, now) : { ...tell(each, now), arrival: `${arrival.short}, ${arrival.ofShort}` };
      });
      const [first] = [...rows.values()];
      return { ...base, row, place: first === undefined ? nameOf(cluster) : placeOf(first, cluster), parts, ...worstOf(parts) };
    })
    .toSorted((one, other) => ORDER.indexOf(one.health) - ORDER.indexOf(other.health) || rank(one.context) - rank(other.context));
}

export function isProblem({ health }: { readonly health: Health }): boolean {
  return health === 'failing' || health === 'attention';
}

function configMapId(cluster: Cluster, { ref, context }: IntegrationRow | DocumentRow): string {
  const uid = cluster.configMaps.find(({ ref: other }) => other.namespace === ref.namespace && other.name === ref.name)?.uid ?? context;
  return `configMap ${subjectOf(cluster, ref)} ${objectIdentity(cluster, { ref, uid })}`;
}

function nameOf({ marks, context }: Cluster): string {
  return marks?.alias ?? context;
}

/** The instance is named only if it says more than the context. */
function placeOf({ context, instance }: Pick<ConfigMapSummary, 'instance'> & { readonly context: string }, cluster: Cluster): string {
  return context.includes(instance) ? nameOf(cluster) : `${nameOf(cluster)} / ${instance}`;
}

function worstOf(parts: readonly LinePart[]): Pick<Line, 'health' | 'words' | 'cause'> {
  const health = ORDER.find((each) => parts.some((one) => one.health === each)) ?? 'unknown';
  const worst = parts.filter((one) => one.health === health);
  const [first] = worst;
  if (first === undefined) return { health, words: strings.nothingKnown, cause: strings.nothingKnownLabel };
  const { words, cause } = first;
  if (parts.length === 1) return { health, words, cause };
  if (!isProblem({ health })) return { health, words: `${worst.filter((one) => one.words === words).length} ${words}`, cause };
  return { health, words: worst.length === parts.length ? words : strings.countOfTotal(worst.length, parts.length, words), cause };
}

function tell(row: IntegrationRow | DocumentRow, now: number): LinePart {
  const health = healthAt(row, now);
  if (row.kind === 'document') {
    const words =
      row.state === 'invalid' ? strings.invalidYaml : row.state === 'empty' ? strings.noIntegrationsYet : brief(row.problem ?? 'error');
    return { row, health, words, cause: capital(words) };
  }
  switch (health) {
    case 'failing': {
      const cause =
        row.delivery === 'failed' && row.report !== undefined
          ? (failureWords(row.report) ?? brief(row.report.summary))
          : brief(row.problem ?? 'error');
      return { row, health, words: strings.failedCause(cause), cause: capital(cause) };
    }
    case 'attention':
      return { row, health, words: brief(row.problem ?? row.state), cause: capital(brief(row.problem ?? row.state)) };
    case 'paused':
      return { row, health, words: 'stopped', cause: 'Stopped' };
    case 'unknown':
      return row.delivery === 'running'
        ? { row, health, words: strings.testing, cause: 'Testing' }
        : { row, health, words: 'untested', cause: 'Untested' };
    case 'ok':
      return row.delivery === 'passed'
        ? { row, health, words: 'passed', cause: 'Passed' }
        : { row, health, words: strings.cantTested, cause: strings.cantBeTested };
    default:
      return assertNever(health);
  }
}

/** A sentence's first words: the window has the rest. */
function brief(sentence: string): string {
  const [first = ''] = sentence.split(/[.;:](?:\s|$)| (?:by|from) \S+\./u, 1);
  return shortSentence(first, 32);
}

function clusterWords(cluster: Cluster, now: number): { readonly exact: string; readonly cause: string } {
  const same = (words: string) => ({ exact: words, cause: capital(words) });
  switch (cluster.state) {
    case 'unreachable':
      return {
        exact: cluster.seenAt === null ? 'unreachable' : strings.unreachableSince(timeWords(cluster.seenAt, now)),
        cause: 'Unreachable',
      };
    case 'needs-sign-in':
      return same('needs sign-in');
    case 'forbidden':
      return same(strings.accessRefused);
    case 'misconfigured':
      return same(strings.kubeconfigCantUsed);
    case 'connecting':
      return same(strings.connecting);
    case 'idle':
      return same(strings.notConnected);
    case 'online':
      return same(
        cluster.problem === null || cluster.problem.step === 'configmap' ? strings.noConfigMapFound : brief(cluster.problem.message),
      );
    default:
      return assertNever(cluster.state);
  }
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** "09:10", or "30 Sep" on another day. */
export function timeWords(iso: string, now: number): string {
  const then = new Date(iso);
  if (then.toDateString() !== new Date(now).toDateString()) return `${then.getDate()} ${MONTHS[then.getMonth()]}`;
  return `${String(then.getHours()).padStart(2, '0')}:${String(then.getMinutes()).padStart(2, '0')}`;
}

/** Longest row, in characters. */
export const LABEL = 48;

/** "prod-us / invoices · failed: key refused", with room for a mark before it. */
export function labelOf(place: string, words: string): string {
  const room = LABEL - 2;
  const short = shortSentence(words, place === '' ? room : room - 3 - Math.min([...place].length, 12));
  return place === '' ? short : `${shortName(place, room - 3 - [...short].length)} · ${short}`;
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
