import { keyElsewhere } from '../coralogix/key-elsewhere.ts';
import type { KeyOwner } from '../coralogix/preset.ts';
import type { DeliveryOutcome, DeliveryReport } from '../delivery/delivery.ts';
import { assertNever } from '../errors.ts';
import type { IntegrationState } from '../integration/reading/integration.ts';
import type { ConfigMapRef } from '../reference.ts';
import { referenceKey } from '../reference.ts';
import { ageWords } from './age.ts';
import type { Cluster, ConfigMapSummary, Fleet, IntegrationSummary, TargetSummary } from './fleet.ts';
import { objectIdentities } from './identity.ts';
import * as strings from './strings.ts';

/** From worst to best: the icon shows the first that applies. */
export const HEALTHS = ['failing', 'attention', 'unknown', 'paused', 'ok'] as const;
export type Health = (typeof HEALTHS)[number];

export interface TestArguments {
  readonly ref: ConfigMapRef;
  readonly base: string;
  readonly integration: number;
  readonly target?: number;
}

export interface TargetRow {
  readonly label: string;
  readonly stopped: boolean;
  readonly test: TestArguments | undefined;
  /** undefined: untested in this configuration. */
  readonly report: DeliveryReport | undefined;
}

interface RowBase {
  readonly id: string;
  readonly context: string;
  readonly health: Health;
  readonly problem: string | undefined;
}

export interface ClusterRow extends RowBase {
  readonly kind: 'cluster';
  readonly state: Cluster['state'];
  readonly fix: string | undefined;
}

export interface DocumentRow extends RowBase {
  readonly kind: 'document';
  readonly ref: ConfigMapRef;
  readonly instance: string;
  readonly state: ConfigMapSummary['state'];
}

export interface IntegrationRow extends RowBase {
  readonly kind: 'integration';
  readonly ref: ConfigMapRef;
  readonly instance: string;
  readonly integration: number;
  readonly title: string;
  readonly state: IntegrationState;
  readonly delivery: DeliveryOutcome | 'untested' | 'not-testable';
  readonly report: DeliveryReport | undefined;
  readonly targets: readonly TargetRow[];
  /** The preset whose older key it has. */
  readonly olderKeyOf: KeyOwner | undefined;
}

export type HealthRow = ClusterRow | DocumentRow | IntegrationRow;

export function typeTitle(type: string | undefined): string {
  if (type === 'detections') return 'Detections';
  if (type === 'selections') return strings.policyFindings;
  if (type === 'activity') return strings.rawActivity;
  return type ?? strings.integrationWithoutType;
}

let newest: { readonly clusters: Fleet['clusters']; readonly reports: Fleet['reports']; readonly rows: readonly HealthRow[] } | undefined;

export function healthRows({ clusters, reports }: Pick<Fleet, 'clusters' | 'reports'>): readonly HealthRow[] {
  // Icon, tooltip, menu and notifications use the same state.
  if (newest?.clusters !== clusters || newest.reports !== reports) newest = { clusters, reports, rows: rowsOf(clusters, reports) };
  return newest.rows;
}

function rowsOf(clusters: Fleet['clusters'], all: Fleet['reports']): readonly HealthRow[] {
  // Indexed once: hundreds of clusters have thousands of reports. Two contexts of one server reach the same ConfigMap,
  // so a test through one of them counts for the other.
  const identity = objectIdentities(clusters);
  const key = (ref: ConfigMapRef, hash: string) => `${hash} ${identity(ref)}`;
  const newestOf = new Map<string, DeliveryReport>();
  for (const report of all) {
    const { subject } = report;
    if (subject.kind !== 'integration') continue;
    const own = key(subject.ref, subject.hash);
    // The newest is the first.
    if (!newestOf.has(own)) newestOf.set(own, report);
  }
  const reports: Reports = (ref, hash) => newestOf.get(key(ref, hash));
  return clusters.filter((cluster) => cluster.watched || cluster.state === 'online').flatMap((cluster) => clusterRows(reports, cluster));
}

/** Milliseconds for which a passed delivery test counts. */
export const PASS_FADES = 24 * 60 * 60_000;

/** A pass proves nothing after `PASS_FADES`. `now`: milliseconds since 1970. */
export function healthAt(row: HealthRow, now: number): Health {
  if (row.health !== 'ok' || row.kind !== 'integration' || row.report === undefined) return row.health;
  return now - Date.parse(row.report.startedAt) > PASS_FADES ? 'unknown' : 'ok';
}

export function worstState(fleet: Pick<Fleet, 'clusters' | 'reports' | 'unsettled'>, now: number): Health {
  const unsettled = fleet.unsettled.some(({ ended }) => ended !== 'saved') ? (['attention'] as const) : [];
  return worstOf([...healthRows(fleet).map((row) => healthAt(row, now)), ...unsettled]) ?? 'unknown';
}

/** Without the cluster: "active, delivery passed 5 minutes ago". `now`: milliseconds since 1970. */
export function rowWords(row: HealthRow, now: number): string {
  if (row.kind === 'cluster') return row.problem ?? clusterWords(row.state);
  if (row.kind === 'document') return row.problem ?? (row.state === 'empty' ? strings.noIntegrationsYet : 'invalid');
  // A running or failed test matters most to the user; a problem of the text comes next.
  if (row.delivery === 'running' || row.delivery === 'failed') return `${row.state}, ${deliveryWords(row, now)}`;
  return row.problem === undefined ? `${row.state}, ${deliveryWords(row, now)}` : `${row.state}, ${row.problem}`;
}

/** The newest of each target. */
type Reports = (ref: ConfigMapRef, hash: string) => DeliveryReport | undefined;

function clusterRows(reports: Reports, cluster: Cluster): readonly HealthRow[] {
  const known = cluster.configMaps.flatMap((configMap) => configMapRows(reports, configMap));
  // Unreadable documents have their own rows.
  const listed = cluster.problem === null || cluster.problem.step === 'parse';
  if (cluster.state === 'online' && listed && known.length > 0) return known;
  const row: ClusterRow = {
    kind: 'cluster',
    id: `cluster:${cluster.context}`,
    context: cluster.context,
    state: cluster.state,
    health: clusterHealth(cluster),
    problem: cluster.problem?.message,
    fix: cluster.problem?.fix,
  };
  return [row, ...known];
}

function clusterHealth(cluster: Cluster): Health {
  if (cluster.problem !== null) return 'attention';
  switch (cluster.state) {
    case 'idle':
    case 'connecting':
    case 'online':
      return 'unknown';
    case 'needs-sign-in':
    case 'forbidden':
    case 'unreachable':
    case 'misconfigured':
      return 'attention';
    default:
      return assertNever(cluster.state);
  }
}

function clusterWords(state: Cluster['state']): string {
  switch (state) {
    case 'idle':
      return strings.notConnected;
    case 'connecting':
      return strings.connecting;
    case 'online':
      return strings.noIntegrationConfigMapFound;
    case 'needs-sign-in':
      return 'needs sign-in';
    case 'forbidden':
    case 'unreachable':
    case 'misconfigured':
      return state;
    default:
      return assertNever(state);
  }
}

function configMapRows(reports: Reports, configMap: ConfigMapSummary): readonly HealthRow[] {
  const { ref, instance, state } = configMap;
  const integrations = configMap.integrations.map((integration) => integrationRow(reports, configMap, integration));
  const broken = configMap.problem !== undefined && configMap.problem.severity !== 'note';
  if (integrations.length > 0 && !broken && state !== 'invalid') return integrations;
  const failing = state === 'invalid' || configMap.problem?.severity === 'error';
  const row: DocumentRow = {
    kind: 'document',
    id: `document:${referenceKey(ref)}`,
    context: ref.context,
    ref,
    instance,
    state,
    health: failing ? 'failing' : 'attention',
    problem: configMap.problem?.message,
  };
  return [row, ...integrations];
}

function integrationRow(reports: Reports, configMap: ConfigMapSummary, integration: IntegrationSummary): IntegrationRow {
  const { ref, resourceVersion: base, instance } = configMap;
  const targets = integration.targets.map((target): TargetRow => {
    const place = { ref, base, integration: integration.index, ...(target.index === null ? {} : { target: target.index }) };
    return {
      label: target.host ?? target.type ?? strings.noTarget,
      stopped: target.stopped,
      test: isTestable(target) ? place : undefined,
      report: reports(ref, target.hash),
    };
  });
  const { delivery, report } = worstDelivery(targets);
  const { state } = integration;
  const waits = state === 'active' ? notRunning(configMap.workload) : undefined;
  const problem = integrationProblem(integration);
  const older = olderKeyOf(integration);
  const health = integrationHealth(integration, delivery);
  return {
    kind: 'integration',
    id: `integration:${referenceKey(ref)}:${integration.index}`,
    context: ref.context,
    ref,
    instance,
    integration: integration.index,
    title: integration.name === undefined ? typeTitle(integration.type) : `${typeTitle(integration.type)} (${integration.name})`,
    state,
    health: waits !== undefined && health !== 'failing' ? 'attention' : health,
    problem: problem?.message ?? waits ?? (older && strings.olderKeyPresetApplyPreset),
    delivery,
    report,
    targets,
    olderKeyOf: older,
  };
}

/** undefined: kAudit runs, or its state is unknown. */
export function notRunning(workload: ConfigMapSummary['workload']): string | undefined {
  if (!workload) return undefined;
  const { name, ready, wanted } = workload;
  if (wanted === 0) return strings.kAuditScaled0StatefulSetSo(name);
  return ready < wanted ? strings.kAuditNotReadyStatefulSet(ready, wanted, name) : undefined;
}

/** Other protocols need permissions that this program doesn't have. */
function isTestable(target: TargetSummary): boolean {
  return target.type === 'http-api' && target.host !== undefined;
}

const DELIVERY_ORDER = ['running', 'failed', 'cancelled', 'untested', 'passed'] as const;

function worstDelivery(targets: readonly TargetRow[]): Pick<IntegrationRow, 'delivery' | 'report'> {
  const active = targets.filter((target) => !target.stopped);
  const tested = (active.length > 0 ? active : targets).filter((target) => target.test !== undefined);
  for (const delivery of DELIVERY_ORDER) {
    const target = tested.find(({ report }) => (report?.outcome ?? 'untested') === delivery);
    if (target !== undefined) return { delivery, report: target.report };
  }
  return { delivery: 'not-testable', report: undefined };
}

export function integrationProblem({ problem, targets }: IntegrationSummary): IntegrationSummary['problem'] {
  if (problem !== undefined && problem.severity !== 'note') return problem;
  for (const { host, key } of targets) {
    const message = host && key.owner && keyElsewhere(`https://${host}/`, key.owner);
    if (message) return { severity: 'warning', message };
  }
  return undefined;
}

/** The earlier key works until someone revokes it. */
function olderKeyOf({ state, targets }: IntegrationSummary): KeyOwner | undefined {
  if (state === 'stopped') return undefined;
  return targets.find(({ stopped, key }) => !stopped && key.owner?.former === true)?.key.owner;
}

function integrationHealth(integration: IntegrationSummary, delivery: IntegrationRow['delivery']): Health {
  // Stopped on purpose: problems of its text or last test do no harm now.
  if (integration.state === 'stopped') return 'paused';
  if (delivery === 'failed' || integrationProblem(integration)?.severity === 'error') return 'failing';
  if (integration.state === 'incomplete' || integrationProblem(integration) !== undefined || olderKeyOf(integration) !== undefined)
    return 'attention';
  return delivery === 'passed' || delivery === 'not-testable' ? 'ok' : 'unknown';
}

function deliveryWords(row: IntegrationRow, now: number): string {
  const age = row.report === undefined ? '' : ` ${ageWords(row.report.startedAt, now)}`;
  switch (row.delivery) {
    case 'running':
      return strings.testing;
    case 'failed':
      return strings.deliveryFailed(age, row.report?.summary ?? '');
    case 'passed':
      return strings.deliveryPassed(age);
    case 'cancelled':
      return strings.deliveryTestCancelled(age);
    case 'untested':
      return strings.deliveryUntested;
    case 'not-testable':
      return strings.cantTested;
    default:
      return assertNever(row.delivery);
  }
}

function worstOf(healths: readonly Health[]): Health | undefined {
  return HEALTHS.find((health) => healths.includes(health));
}
