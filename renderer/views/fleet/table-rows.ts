import { keyElsewhere, mismatchOf } from '../../../main/common/coralogix/key-elsewhere.ts';
import type { PresetView } from '../../../main/common/coralogix/preset.ts';
import type { DeliveryReport } from '../../../main/common/delivery/delivery.ts';
import { failureWords } from '../../../main/common/delivery/failure-words.ts';
import type { Cluster, ConfigMapSummary, Fleet, IntegrationSummary, TargetSummary } from '../../../main/common/fleet/fleet.ts';
import { objectIdentity } from '../../../main/common/fleet/identity.ts';
import { type Health, integrationProblem, notRunning, type TestArguments, typeTitle } from '../../../main/common/fleet/rows.ts';
import type { IntegrationState } from '../../../main/common/integration/reading/integration.ts';
import { type ConfigMapRef, referenceKey } from '../../../main/common/reference.ts';
import type { DocumentEdit } from '../../../main/common/yaml/value.ts';
import { PROBLEM_WORDS } from '../problem-words.ts';
import { targetTitle } from '../words.ts';
import * as strings from './strings.ts';

// One row for each target of each integration, however many contexts reach it.

/** The one fix for a row's problem. */
export type Fix =
  | { readonly kind: 'open'; readonly label: string; readonly edits?: readonly DocumentEdit[] }
  | { readonly kind: 'report'; readonly label: string; readonly report: string }
  | { readonly kind: 'preset'; readonly label: string; readonly preset: string };

export interface RowProblem {
  readonly tone: 'bad' | 'warn';
  readonly message: string;
  /** The same in a few words, if there are any. */
  readonly brief?: string;
  readonly fix?: Fix;
}

export interface TableRow {
  readonly id: string;
  readonly cluster: Cluster;
  /** Other contexts with the same ConfigMap. */
  readonly others: readonly string[];
  readonly configMap: ConfigMapSummary;
  /** Absent: the ConfigMap has no integration, or its text can't be read. */
  readonly integration?: IntegrationSummary;
  readonly target?: TargetSummary;
  /** "Detections", "Detections findings". */
  readonly what: string;
  /** Whether its name tells more than type, instance and destination do. */
  readonly named: boolean;
  /** The URL's host, or the target's type. */
  readonly where: string;
  readonly state: IntegrationState | 'none';
  readonly preset?: { readonly id: string; readonly name: string; readonly former: boolean };
  readonly test?: TestArguments;
  /** The newest report of exactly this configuration, through any of the contexts. */
  readonly report?: DeliveryReport;
  readonly problem?: RowProblem;
  readonly health: Health;
}

type State = Pick<Fleet, 'clusters' | 'reports' | 'presets'>;

interface Kept extends Omit<State, 'clusters'> {
  /** All contexts of each of its ConfigMaps. */
  readonly ways: string;
  readonly rows: readonly TableRow[];
}

/** Something changes all the time, and nearly always in one of a thousand clusters. */
const kept = new WeakMap<Cluster, Kept>();

/** The same rows again until something changes that they show. Most changes concern clusters without any. */
export function rowsKeeper(): (state: State) => readonly TableRow[] {
  let last: (State & { readonly rows: readonly TableRow[] }) | undefined;
  return ({ clusters: all, reports, presets }) => {
    const clusters = all.filter(({ configMaps }) => configMaps.length > 0);
    const isSameState =
      last !== undefined &&
      last.reports === reports &&
      last.presets === presets &&
      last.clusters.length === clusters.length &&
      clusters.every((cluster, index) => cluster === last?.clusters[index]);
    if (last !== undefined && isSameState) return last.rows;
    const rows = tableRows({ clusters, reports, presets }, last?.rows);
    last = { clusters, reports, presets, rows };
    return rows;
  };
}

/** Rows in the order of `clusters`. An unchanged row is the same object as in `before`, so it is not drawn again. */
export function tableRows({ clusters, reports, presets }: State, before: readonly TableRow[] = []): readonly TableRow[] {
  const waysOf = Map.groupBy(
    clusters.flatMap((cluster) => cluster.configMaps.map((configMap) => ({ cluster, configMap }))),
    ({ cluster, configMap }) => objectIdentity(cluster, configMap),
  );
  let lookups: { readonly newest: ReadonlyMap<string, DeliveryReport>; readonly presets: ReadonlyMap<string, PresetView> } | undefined;
  const known = new Map(before.map((row) => [row.id, row]));
  return clusters.flatMap((cluster) => {
    const maps = cluster.configMaps.map((configMap) => ({
      configMap,
      ways: (waysOf.get(objectIdentity(cluster, configMap)) ?? []).toSorted((one, other) => rank(one) - rank(other)),
    }));
    const ways = maps.map((map) => map.ways.map((way) => way.cluster.context).join(' ')).join('\n');
    const old = kept.get(cluster);
    if (old !== undefined && old.reports === reports && old.presets === presets && old.ways === ways) return old.rows;
    lookups ??= { newest: newestReports(reports), presets: new Map(presets.map((preset) => [preset.id, preset])) };
    const found = lookups;
    const rows = maps.flatMap((map) => {
      const [best, ...others] = map.ways;
      if (best?.cluster !== cluster) return [];
      const contexts = others.map((way) => way.cluster.context);
      const refs = map.ways.map((way) => way.configMap.ref);
      return rowsOf(cluster, map.configMap, contexts, refs, found.newest, found.presets).map((row) => {
        const same = known.get(row.id);
        return same !== undefined && isSame(same, row) ? same : row;
      });
    });
    kept.set(cluster, { reports, presets, ways, rows });
    return rows;
  });
}

/** The context with the most permissions. */
function rank({ cluster, configMap }: { readonly cluster: Cluster; readonly configMap: ConfigMapSummary }): number {
  return (cluster.marks?.hidden === true ? 4 : 0) + (cluster.state === 'online' ? 0 : 2) + (configMap.readOnly ? 1 : 0);
}

function isSame(one: TableRow, other: TableRow): boolean {
  return (
    one.cluster === other.cluster &&
    one.configMap === other.configMap &&
    one.report === other.report &&
    one.preset?.name === other.preset?.name &&
    one.others.join('\n') === other.others.join('\n')
  );
}

function newestReports(all: Fleet['reports']): ReadonlyMap<string, DeliveryReport> {
  const reports = new Map<string, DeliveryReport>();
  for (const report of all) {
    const { subject } = report;
    if (subject.kind !== 'integration') continue;
    const key = `${subject.hash} ${referenceKey(subject.ref)}`;
    // The newest is the first.
    if (!reports.has(key)) reports.set(key, report);
  }
  return reports;
}

function rowsOf(
  cluster: Cluster,
  configMap: ConfigMapSummary,
  others: readonly string[],
  refs: readonly ConfigMapRef[],
  reports: ReadonlyMap<string, DeliveryReport>,
  presets: ReadonlyMap<string, PresetView>,
): readonly TableRow[] {
  const { ref, resourceVersion: base, state, problem, workload } = configMap;
  const id = referenceKey(ref);
  const document: TableRow[] = [];
  if (configMap.integrations.length === 0 || state === 'invalid' || (problem !== undefined && problem.severity === 'error')) {
    const invalid = state === 'invalid' || problem?.severity === 'error';
    document.push({
      id,
      cluster,
      others,
      configMap,
      what: invalid ? strings.textCantRead : strings.noIntegrationsYet,
      named: false,
      where: '',
      state: 'none',
      health: invalid ? 'failing' : 'attention',
      problem: invalid
        ? {
            tone: 'bad',
            message: problem?.message ?? strings.textIsntListIntegrations,
            ...briefOf(problem?.rule),
            fix: { kind: 'open', label: strings.openText },
          }
        : {
            tone: 'warn',
            message: strings.kAuditSendsNothingConfigMap,
            brief: strings.sendsNothing,
            fix: { kind: 'open', label: strings.addIntegration },
          },
    });
  }
  const rows = configMap.integrations.flatMap((integration) => {
    const type = typeTitle(integration.type);
    const what = integration.name === undefined ? type : `${type} ${integration.name}`;
    const targets: readonly (TargetSummary | undefined)[] = integration.targets.length > 0 ? integration.targets : [undefined];
    return targets.map((target, position): TableRow => {
      const report = newest(refs.flatMap((each) => (target && reports.get(`${target.hash} ${referenceKey(each)}`)) ?? []));
      const preset = target?.key.owner && presets.get(target.key.owner.preset);
      const owner = preset && target?.key.owner && { id: preset.id, name: preset.name, former: target.key.owner.former === true };
      const own = target?.stopped && integration.targets.length > 1 ? 'stopped' : integration.state;
      const place = { ref, base, integration: integration.index, ...(target?.index == null ? {} : { target: target.index }) };
      const found = problemOf(integration, target, own, report, owner, workload);
      return {
        id: `${id}:${integration.index}:${position}`,
        cluster,
        others,
        configMap,
        integration,
        ...(target ? { target } : {}),
        what,
        named: integration.name !== undefined && saysMore(integration.name, integration, target, configMap),
        where: target === undefined ? strings.noTarget : (target.host ?? targetTitle(target.type, target.host)),
        state: own,
        ...(owner ? { preset: owner } : {}),
        ...(target?.type === 'http-api' && target.host !== undefined ? { test: place } : {}),
        ...(report ? { report } : {}),
        ...(found ? { problem: found } : {}),
        health: healthOf(own, found, target, report),
      };
    });
  });
  const alike = Map.groupBy(rows, looksOf);
  return [
    ...document,
    ...rows.map((row) => {
      const { integration } = row;
      const isAlone = alike.get(looksOf(row))?.every((one) => one.integration?.index === integration?.index) ?? true;
      return row.named || isAlone ? row : { ...row, named: integration?.name !== undefined };
    }),
  ];
}

/** The same for integrations that only their names tell apart. */
function looksOf({ integration, where }: TableRow): string {
  return `${integration?.type ?? ''} ${where}`;
}

/** "coralogix-det" of detections to Coralogix tells nothing more. */
function saysMore(name: string, { type }: IntegrationSummary, target: TargetSummary | undefined, { instance }: ConfigMapSummary): boolean {
  const wordsIn = (text: string | undefined) => text?.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  const known = ['coralogix', 'kaudit', ...[type, typeTitle(type), target?.type, target?.host, instance].flatMap(wordsIn)];
  return wordsIn(name).some((word) => !known.some((one) => one === word || (word.length > 2 && one.startsWith(word))));
}

function newest(reports: readonly DeliveryReport[]): DeliveryReport | undefined {
  return reports.toSorted((one, other) => other.startedAt.localeCompare(one.startedAt))[0];
}

function healthOf(
  state: IntegrationState,
  problem: RowProblem | undefined,
  target: TargetSummary | undefined,
  report: DeliveryReport | undefined,
): Health {
  // Stopped on purpose: its text's gaps or its last test do no harm now.
  if (state === 'stopped') return 'paused';
  if (problem !== undefined) return problem.tone === 'bad' ? 'failing' : 'attention';
  if (state === 'incomplete') return 'attention';
  if (target !== undefined && (target.type !== 'http-api' || target.host === undefined)) return 'ok';
  return report?.outcome === 'passed' ? 'ok' : 'unknown';
}

function problemOf(
  integration: IntegrationSummary,
  target: TargetSummary | undefined,
  state: IntegrationState,
  report: DeliveryReport | undefined,
  preset: TableRow['preset'],
  workload: ConfigMapSummary['workload'],
): RowProblem | undefined {
  const failed = state !== 'stopped' && report?.outcome === 'failed' ? report : undefined;
  const why = failed && failureWords(failed);
  const test = failed && { tone: 'bad' as const, message: failed.summary, ...(why === undefined ? {} : { brief: strings.testWhy(why) }) };
  const [twin] = failed?.twin?.outcome === 'passed' && failed.twin.edits?.length ? [failed.twin] : [];
  if (test && twin) return { ...test, fix: { kind: 'open', label: strings.useHostOf(serviceOf(twin.url)), edits: twin.edits ?? [] } };
  const url = `https://${target?.host ?? ''}/`;
  const [owner] = target?.host && target.key.owner ? [target.key.owner] : [];
  const elsewhere = owner && keyElsewhere(url, owner);
  const place = owner && mismatchOf(url, owner);
  if (elsewhere && place)
    return {
      tone: failed ? 'bad' : 'warn',
      message: elsewhere,
      brief: strings.keyOnAddress(place.own, place.other),
      fix: { kind: 'open', label: strings.choosePreset },
    };
  if (test && failed) return { ...test, fix: { kind: 'report', label: strings.seeWhy, report: failed.id } };
  const text = integrationProblem({ ...integration, targets: target ? [target] : [] });
  if (text)
    return {
      tone: text.severity === 'error' ? 'bad' : 'warn',
      message: text.message,
      ...briefOf(text.rule),
      fix: { kind: 'open', label: strings.open },
    };
  if (state !== 'active') return undefined;
  const waits = notRunning(workload);
  if (waits !== undefined) return { tone: 'warn', message: waits, brief: strings.kAuditDoesntRun };
  if (preset?.former)
    return {
      tone: 'warn',
      message: strings.hasAnOlderKeyOf(preset.name),
      brief: strings.hasOlderKey,
      fix: { kind: 'preset', label: strings.updateKey, preset: preset.id },
    };
  return undefined;
}

function briefOf(rule: string | undefined): Pick<RowProblem, 'brief'> {
  const brief = rule === undefined ? undefined : PROBLEM_WORDS[rule];
  return brief === undefined ? {} : { brief };
}

/** `api` or `ingress`: only that differs. */
function serviceOf(url: string): string {
  return URL.canParse(url) ? (new URL(url).host.split('.')[0] ?? url) : url;
}
