import { ChevronDown, ChevronRight, LockKeyhole, Pin, Plug, Tag, UserCog } from 'lucide-react';
import { memo, type ReactNode } from 'react';
import type { SharedCause } from '../../../main/common/fleet/causes.ts';
import type { Cluster, Workload } from '../../../main/common/fleet/fleet.ts';
import { notRunning } from '../../../main/common/fleet/rows.ts';
import { plural } from '../../../main/common/plain-text.ts';
import { Badge } from '../../components/badge.tsx';
import { useAction, useApp } from '../../state/app.tsx';
import { Age } from '../age.tsx';
import { ProductionFlag } from '../cluster-name.tsx';
import { CLUSTER_LOOK, STEP_WORDS } from '../words.ts';
import type { Line } from './lines.ts';
import { Marked } from './marked.tsx';
import * as strings from './strings.ts';
import type { TableRow } from './table-rows.ts';

export interface ClusterTools {
  readonly fold: (id: string) => void;
  readonly mark: (context: string) => void;
  readonly details: (context: string) => void;
}

/** A cluster's head: its name, what applies to all of it, and its actions. */
export const ClusterLine = memo(function ClusterLine({
  line,
  span,
  tools,
}: {
  readonly line: Extract<Line, { kind: 'cluster' }>;
  readonly span: number;
  readonly tools: ClusterTools;
}): ReactNode {
  const { cluster, rows, sameAs, open } = line;
  const { context, state, problem, marks } = cluster;
  return (
    <th scope="rowgroup" colSpan={span} className="head-cell">
      {rows.length > 0 ? <Fold line={line} label={context} tools={tools} /> : <span className="fold-space" />}
      <button
        type="button"
        className="text-button cluster-name"
        aria-label={strings.aliasDetails(marks?.alias ?? context)}
        title={`${context} · ${cluster.server}`}
        onClick={() => tools.details(context)}
      >
        <Marked text={marks?.alias ?? context} max={44} />
      </button>
      {marks?.production === true && <ProductionFlag />}
      <Marks cluster={cluster} />
      <span className="facts">
        {state !== 'online' && <Badge plain look={CLUSTER_LOOK[state]} />}
        {problem && problem.step !== 'parse' ? (
          <span title={`${problem.message}\n${problem.fix}`}>
            <span>{`${STEP_WORDS[problem.step]}: ${problem.message} `}</span>
            <span className="quiet">{firstLine(problem.fix)}</span>
          </span>
        ) : (
          <ClusterWords cluster={cluster} rows={rows} sameAs={sameAs} />
        )}
        {cluster.seenAt !== null && state !== 'online' && (
          <span className="quiet">
            {strings.seen}
            <Age of={cluster.seenAt} />
            {rows.length > 0 && strings.mayBeOutOfDate}
          </span>
        )}
      </span>
      <span className="line-actions">
        {problem && problem.step !== 'parse' && (
          <button type="button" className="button button-quiet button-small" onClick={() => tools.details(context)}>
            {strings.whatDo}
            <span className="for-screen-readers">{`: ${context}`}</span>
          </button>
        )}
        <StopWatching cluster={cluster} />
        <button
          type="button"
          className="button button-quiet button-icon"
          aria-label={strings.marksOf(context)}
          title={strings.aliasGroupProductionPinnedHidden}
          onClick={() => tools.mark(context)}
        >
          <Tag className="icon" aria-hidden="true" />
        </button>
        <ConnectButton cluster={cluster} />
      </span>
      {!open && <span className="for-screen-readers">{strings.collapsed}</span>}
    </th>
  );
});

function firstLine(text: string): string {
  return text.split('\n')[0] ?? '';
}

export function Fold({
  line,
  label,
  tools,
}: {
  readonly line: { readonly id: string; readonly open: boolean };
  readonly label: string;
  readonly tools: Pick<ClusterTools, 'fold'>;
}): ReactNode {
  const Mark = line.open ? ChevronDown : ChevronRight;
  return (
    <button
      type="button"
      className="fold"
      aria-expanded={line.open}
      aria-label={`${line.open ? strings.collapse : strings.expand} ${label}`}
      onClick={() => tools.fold(line.id)}
    >
      <Mark className="icon" aria-hidden="true" />
    </button>
  );
}

function Marks({ cluster }: { readonly cluster: Cluster }): ReactNode {
  const { alias, group, pinned, readOnly, hidden } = cluster.marks ?? {};
  return (
    <>
      {pinned === true && (
        <span className="flag">
          <Pin className="icon" aria-hidden="true" />
          {strings.pinned}
        </span>
      )}
      {readOnly === true && (
        <span className="flag" title={strings.markedClusterKAuditTrayNever}>
          <LockKeyhole className="icon" aria-hidden="true" />
          {strings.markedReadOnly}
        </span>
      )}
      {hidden === true && <span className="flag">{strings.hidden}</span>}
      {group !== undefined && (
        <span className="flag">
          <Marked text={group} max={24} />
        </span>
      )}
      {alias !== undefined && <Marked text={cluster.context} max={40} className="code quiet" />}
    </>
  );
}

/** What applies to all its ConfigMaps. */
function ClusterWords({
  cluster,
  rows,
  sameAs,
}: {
  readonly cluster: Cluster;
  readonly rows: readonly TableRow[];
  readonly sameAs: string | undefined;
}): ReactNode {
  if (sameAs !== undefined) return <span>{strings.sameConfigMaps(sameAs)}</span>;
  if (cluster.state === 'online' && cluster.configMaps.length === 0)
    return <span title={strings.kAuditIsntDeployedNamespaceCant}>{strings.noKAuditIntegrationConfigMapHere}</span>;
  const maps = [...new Set(rows.map(({ configMap }) => configMap))];
  if (maps.length === 0) return null;
  const readOnly = maps.filter((map) => map.readOnly).length;
  const managers = [...new Set(maps.flatMap(({ managed }) => managed ?? []).map(({ by }) => by))];
  const advice = maps.find(({ managed }) => managed)?.managed?.advice;
  return (
    <>
      <span>{plural(maps.length, 'instance')}</span>
      <Workloads workloads={maps.flatMap(({ workload }) => workload ?? [])} />
      {readOnly > 0 && (
        <span title={strings.canReadConfigMapButNot}>
          <LockKeyhole className="icon" aria-hidden="true" />
          {readOnly === maps.length ? strings.readOnlyLabel : strings.readOnly(readOnly)}
        </span>
      )}
      {managers.length > 0 && (
        <span title={advice}>
          <UserCog className="icon" aria-hidden="true" />
          {strings.managedBy(managers.join(', '))}
        </span>
      )}
    </>
  );
}

/** Whether the kAudit that reads the ConfigMaps runs. */
function Workloads({ workloads }: { readonly workloads: readonly Workload[] }): ReactNode {
  if (workloads.length === 0) return null;
  const waiting = workloads.filter((workload) => notRunning(workload) !== undefined);
  const [first] = waiting;
  if (first === undefined) return <span>{strings.kAuditReady}</span>;
  const word = first.wanted === 0 ? strings.kAuditScaled0 : strings.kAuditNotReady(first.ready, first.wanted);
  return (
    <span title={waiting.map(notRunning).join('\n')}>
      <Badge
        plain
        look={{ tone: 'warn', icon: 'warning', word: waiting.length > 1 ? strings.kAuditNotReadyPlaces(waiting.length) : word }}
      />
    </span>
  );
}

function isConnected({ state }: Cluster): boolean {
  return state === 'online' || state === 'connecting';
}

function StopWatching({ cluster }: { readonly cluster: Cluster }): ReactNode {
  const { client } = useApp();
  const action = useAction();
  const { context, state, watched } = cluster;
  if (isConnected(cluster) || !watched || state === 'idle') return null;
  return (
    <button
      type="button"
      className="button button-quiet button-small"
      aria-label={strings.stopWatching(context)}
      onClick={() => void action.run(() => client.request('cluster.disconnect', { context }))}
    >
      {strings.stopWatchingLabel}
    </button>
  );
}

/** The same button before and after, so that it keeps the focus. */
function ConnectButton({ cluster }: { readonly cluster: Cluster }): ReactNode {
  const { client } = useApp();
  const action = useAction();
  const { context, state, auth } = cluster;
  const connected = isConnected(cluster);
  const signsIn = state === 'needs-sign-in' && (auth === 'exec' || auth === 'oidc');
  const word = connected ? strings.disconnect : state === 'idle' ? strings.connect : signsIn ? strings.signIn : strings.tryAgain;
  const change = () => action.run(() => client.request(connected ? 'cluster.disconnect' : 'cluster.connect', { context }));
  return (
    <button
      type="button"
      className={`button button-small connect ${connected ? 'button-quiet' : ''}`}
      aria-disabled={action.busy && !connected}
      aria-label={`${word} ${context}`}
      onClick={action.busy && !connected ? undefined : () => void change()}
    >
      {word}
    </button>
  );
}

/** A cause of many clusters that have nothing else to show. */
export function CauseLine({
  line,
  span,
  tools,
}: {
  readonly line: { readonly id: string; readonly cause: SharedCause; readonly open: boolean };
  readonly span: number;
  readonly tools: Pick<ClusterTools, 'fold'>;
}): ReactNode {
  const { cause, open } = line;
  return (
    <th scope="rowgroup" colSpan={span} className="head-cell">
      <Fold line={line} label={cause.message} tools={tools} />
      <span className="tone-text-bad">{cause.message}</span>
      <span className="facts">
        <span title={cause.fix}>{cause.fix}</span>
      </span>
      <span className="line-actions">
        <button type="button" className="button button-small" onClick={() => tools.fold(line.id)}>
          {open ? strings.hideThem : strings.showClusters(cause.contexts.length)}
        </button>
      </span>
    </th>
  );
}

export function GroupLine({
  line,
  span,
  tools,
}: {
  readonly line: Extract<Line, { kind: 'group' }>;
  readonly span: number;
  readonly tools: Pick<ClusterTools, 'fold'>;
}): ReactNode {
  return (
    <th scope="rowgroup" colSpan={span} className="head-cell">
      <Fold line={line} label={line.title} tools={tools} />
      <h2 className="group-name">
        <Marked text={line.title} max={90} /> <span className="count">{line.count}</span>
      </h2>
    </th>
  );
}

export function IdleLine({
  line,
  span,
  tools,
}: {
  readonly line: Extract<Line, { kind: 'idle' }>;
  readonly span: number;
  readonly tools: Pick<ClusterTools, 'fold'>;
}): ReactNode {
  const { client } = useApp();
  const connecting = useAction();
  // SECURITY: clusters that may ask for a sign-in are connected one by one.
  const contexts = line.clusters.filter(({ auth }) => auth === 'static').map(({ context }) => context);
  return (
    <th scope="rowgroup" colSpan={span} className="head-cell">
      <Fold line={line} label={strings.clustersArentConnected} tools={tools} />
      <h2 className="group-name">
        {strings.notConnected}
        <span className="count">{line.clusters.length}</span>
      </h2>
      {!line.open && (
        <span className="facts">
          <span>
            {line.clusters
              .slice(0, 5)
              .map(({ context, marks }) => marks?.alias ?? context)
              .join(', ')}
          </span>
        </span>
      )}
      {contexts.length > 1 && (
        <span className="line-actions">
          <button
            type="button"
            className="button button-small"
            aria-disabled={connecting.busy}
            onClick={() => {
              if (!connecting.busy) void connecting.run(() => client.request('cluster.connectAll', { contexts }));
            }}
          >
            <Plug className="icon" aria-hidden="true" />
            {strings.connectWithoutSignIn(contexts.length)}
          </button>
        </span>
      )}
    </th>
  );
}
