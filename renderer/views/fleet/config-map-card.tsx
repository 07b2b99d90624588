import { FileText, KeyRound, LockKeyhole, Send, UserCog } from 'lucide-react';
import type { ReactNode } from 'react';
import type { ConfigMapSummary, IntegrationSummary, TargetSummary, Workload } from '../../../main/common/fleet/fleet.ts';
import { integrationProblem, notRunning, type TargetRow, typeTitle } from '../../../main/common/fleet/rows.ts';
import { referenceKey } from '../../../main/common/reference.ts';
import { Badge, Banner } from '../../components/badge.tsx';
import { Button } from '../../components/button.tsx';
import { useApp, useFleetPart, useTime } from '../../state/app.tsx';
import { Age } from '../age.tsx';
import { RowArrival } from '../arrivals/row-arrival.tsx';
import { DELIVERY_LOOK, INTEGRATION_LOOK, SEVERITY_LOOK, targetTitle, UNTESTED_LOOK } from '../words.ts';
import type { CardProps } from './card-props.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

export function ConfigMapCard({ configMap, rows, openDelivery }: CardProps & { readonly configMap: ConfigMapSummary }): ReactNode {
  const { router } = useApp();
  const { ref, instance, state, integrations, managed, readOnly, workload, problem } = configMap;
  const label = `${instance} (${ref.namespace}/${ref.name})`;
  return (
    <section className="config-map" aria-label={`ConfigMap ${label}`}>
      <header className="config-map-header">
        <h4>{instance}</h4>
        <p className="facts">
          <span className="code">{`${ref.namespace} / ${ref.name}`}</span>
        </p>
        {workload && <WorkloadBadge workload={workload} />}
        {state === 'invalid' && <Badge look={{ tone: 'bad', icon: 'alert', word: 'Invalid' }} />}
        {state === 'empty' && <Badge look={{ tone: 'quiet', icon: 'circle', word: 'Empty' }} />}
        {readOnly && (
          <span className="flag" title="You may read this ConfigMap, and not change it">
            <LockKeyhole className="icon" aria-hidden="true" />
            Read-only
          </span>
        )}
        {managed && (
          <span className="flag" title={managed.advice}>
            <UserCog className="icon" aria-hidden="true" />
            {`Managed by ${managed.by}`}
          </span>
        )}
        <Button small icon={FileText} aria-label={`Open ${instance}`} onPress={() => router.navigate({ view: 'configMap', ref })}>
          Open
        </Button>
      </header>
      {problem && <Banner tone={problem.severity === 'error' ? 'bad' : 'warn'} title={problem.message} />}
      {integrations.length > 0 && (
        <table className="integrations">
          <caption className="for-screen-readers">{`Integrations of ${label}`}</caption>
          <thead>
            <tr>
              <th scope="col">Integration</th>
              <th scope="col">Sends to</th>
              <th scope="col">State</th>
              <th scope="col">Key</th>
              <th scope="col">Last delivery test</th>
              <th scope="col">Arrivals</th>
              <th scope="col">
                <span className="for-screen-readers">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {integrations.map((integration) => {
              const row = rows.get(`integration:${referenceKey(ref)}:${integration.index}`);
              const targets = row?.kind === 'integration' ? row.targets : [];
              return integrationRows(configMap, integration, targets, openDelivery);
            })}
          </tbody>
        </table>
      )}
      {state === 'empty' && <p className="card-note">No integration yet: kAudit sends nothing from here. Open it to add one.</p>}
    </section>
  );
}

function WorkloadBadge({ workload }: { readonly workload: Workload }): ReactNode {
  const { name, ready, wanted } = workload;
  const problem = notRunning(workload);
  const word = problem === undefined ? 'kAudit ready' : wanted === 0 ? 'kAudit scaled to 0' : `kAudit not ready: ${ready} of ${wanted}`;
  return (
    <span title={problem ?? `StatefulSet ${name}: ${ready} of ${wanted} ready`}>
      <Badge plain look={problem === undefined ? { tone: 'good', icon: 'check', word } : { tone: 'warn', icon: 'warning', word }} />
    </span>
  );
}

const NO_TARGET: TargetSummary = { index: null, type: undefined, host: undefined, stopped: false, key: { kind: 'none' }, hash: '' };

function integrationRows(
  configMap: ConfigMapSummary,
  integration: IntegrationSummary,
  targetRows: readonly TargetRow[],
  openDelivery: CardProps['openDelivery'],
): ReactNode {
  const targets = integration.targets.length > 0 ? integration.targets : [NO_TARGET];
  return targets.map((target, position) => (
    <IntegrationTableRow
      key={`${integration.index}:${position}`}
      configMap={configMap}
      integration={integration}
      target={target}
      row={targetRows[position]}
      first={position === 0}
      several={targets.length > 1}
      openDelivery={openDelivery}
    />
  ));
}

function IntegrationTableRow({
  configMap,
  integration,
  target,
  row,
  first,
  several,
  openDelivery,
}: {
  readonly configMap: ConfigMapSummary;
  readonly integration: IntegrationSummary;
  readonly target: TargetSummary;
  readonly row: TargetRow | undefined;
  readonly first: boolean;
  readonly several: boolean;
  readonly openDelivery: CardProps['openDelivery'];
}): ReactNode {
  const { router } = useApp();
  const type = typeTitle(integration.type);
  const where = target.host ?? targetTitle(target.type, target.host);
  const subject = `${integration.name ?? type} to ${where} on ${configMap.ref.context}, ${configMap.instance}`;
  const problem = integrationProblem(integration);
  const state = several && target.stopped ? 'stopped' : integration.state;
  return (
    <tr aria-label={`${type}${integration.name === undefined ? '' : ` ${integration.name}`} to ${where}`}>
      <th scope="row">
        {!first && <span className="for-screen-readers">{`${integration.name ?? type}, also to`}</span>}
        {first && (
          <>
            <span className="integration-type">{type}</span>
            {integration.name !== undefined && <span className="integration-name">{integration.name}</span>}
            {problem && (
              <span className="integration-problem" title={problem.message}>
                <Badge plain look={{ ...SEVERITY_LOOK[problem.severity], word: problem.message }} />
              </span>
            )}
          </>
        )}
      </th>
      <td>
        <span>{targetTitle(target.type, target.host)}</span>
        {target.host !== undefined && <span className="host code">{target.host}</span>}
      </td>
      <td>
        <Badge plain look={INTEGRATION_LOOK[state]} />
      </td>
      <td>
        <KeyCell target={target} />
      </td>
      <td>
        <LastTest row={row} subject={subject} openDelivery={openDelivery} />
      </td>
      <td>
        <RowArrival configMap={configMap.ref} integration={integration} targets={[target]} />
      </td>
      <td className="row-actions">
        {row?.test && (
          <Button
            small
            icon={Send}
            isPending={row.report?.outcome === 'running'}
            aria-label={`Test delivery of ${subject}`}
            onPress={() => {
              if (row.test) openDelivery({ kind: 'integration', test: row.test, title: subject });
            }}
          >
            Test delivery
          </Button>
        )}
        {first && (
          <Button
            small
            kind="quiet"
            aria-label={`Open ${integration.name ?? type} of ${configMap.instance}`}
            onPress={() => router.navigate({ view: 'configMap', ref: configMap.ref, integration: integration.index })}
          >
            Open
          </Button>
        )}
      </td>
    </tr>
  );
}

function KeyCell({ target }: { readonly target: TargetSummary }): ReactNode {
  const { kind, fingerprint, owner } = target.key;
  const presets = useFleetPart((fleet) => fleet.presets);
  const preset = presets?.find(({ id }) => id === owner?.preset);
  if (kind === 'none') return <span className="quiet">none</span>;
  return (
    <span
      className="key"
      title={kind === 'reference' ? 'A reference: the value comes from elsewhere' : 'Fingerprint: the same key has the same one'}
    >
      <KeyRound className="icon" aria-hidden="true" />
      {fingerprint === undefined ? 'reference' : <span className="code">{fingerprint}</span>}
      {preset && <span className="quiet">{owner?.former ? `older key of ${preset.name}` : preset.name}</span>}
    </span>
  );
}

function LastTest({
  row,
  subject,
  openDelivery,
}: {
  readonly row: TargetRow | undefined;
  readonly subject: string;
  readonly openDelivery: CardProps['openDelivery'];
}): ReactNode {
  const report = row?.report;
  const old = useTime((now) => report !== undefined && now - Date.parse(report.startedAt) > DAY_MS);
  if (!row?.test) return <span className="quiet">not testable from here</span>;
  if (!report) return <Badge plain look={UNTESTED_LOOK} />;
  return (
    <Button small kind="quiet" onPress={() => openDelivery({ kind: 'report', id: report.id, title: subject })}>
      <span className={old ? 'last-test old' : 'last-test'}>
        <Badge plain look={DELIVERY_LOOK[report.outcome]} />
        <span className="quiet">
          <Age of={report.startedAt} />
        </span>
        {report.outcome === 'failed' && <span className="last-test-reason">{report.summary}</span>}
        <span className="for-screen-readers">{`: report of ${subject}`}</span>
      </span>
    </Button>
  );
}
