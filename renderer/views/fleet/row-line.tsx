import { KeyRound, Send } from 'lucide-react';
import { memo, type ReactNode, useContext } from 'react';
import { regionOf } from '../../../main/common/coralogix/coralogix.ts';
import { typeTitle } from '../../../main/common/fleet/rows.ts';
import { Badge, type BadgeLook, BadgeMark } from '../../components/badge.tsx';
import { useApp, useTime } from '../../state/app.tsx';
import { formatRoute, type Route } from '../../state/router.ts';
import { Age } from '../age.tsx';
import { RowArrival } from '../arrivals/row-arrival.tsx';
import { ProductionFlag } from '../cluster-name.tsx';
import type { DeliverySession } from '../delivery/delivery-dialog.tsx';
import { DELIVERY_LOOK, INTEGRATION_LOOK, presetTitle, UNTESTED_LOOK } from '../words.ts';
import { isHit, Marked, SearchedWords } from './marked.tsx';
import * as strings from './strings.ts';
import type { TableRow } from './table-rows.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

export interface RowTools {
  readonly select: (id: string, on: boolean) => void;
  readonly openDelivery: (session: DeliverySession) => void;
  readonly rollOut: (preset: string) => void;
}

/** Rendered again only when this row changes: a fleet has hundreds, and something changes all the time. */
export const RowLine = memo(function RowLine({
  row,
  withCluster,
  withArrivals,
  selected,
  tools,
}: {
  readonly row: TableRow;
  readonly withCluster: boolean;
  readonly withArrivals: boolean;
  readonly selected: boolean;
  readonly tools: RowTools;
}): ReactNode {
  const { cluster, configMap, others, what, where } = row;
  const { instance } = configMap;
  const subject = subjectOf(row);
  return (
    <>
      <td className="cell-check">
        {row.integration && (
          <input
            type="checkbox"
            className="check"
            aria-label={strings.selectSubject(subject)}
            checked={selected}
            onChange={(event) => tools.select(row.id, event.target.checked)}
          />
        )}
      </td>
      {withCluster && (
        <td className="cell-cluster">
          <Marked text={cluster.marks?.alias ?? cluster.context} tail={10} />
          {cluster.marks?.production === true && <ProductionFlag />}
        </td>
      )}
      <th scope="row" className="cell-instance">
        <RowLink route={routeOf(row)} label={strings.openInstanceText(instance, row.integration ? `, ${what}` : '')}>
          <Marked text={instance} tail={8} />
        </RowLink>
        {others.length > 0 && (
          <span className="quiet ways" title={strings.sameConfigMapAlsoThrough(others.join(', '))}>
            {strings.countContexts(others.length + 1)}
          </span>
        )}
      </th>
      <td className="cell-sends">
        <What row={row} />
        {where !== '' && (
          <>
            <span className="arrow" aria-hidden="true">
              →
            </span>
            <Place host={where} />
          </>
        )}
      </td>
      <td className="cell-preset">
        <KeyText row={row} />
      </td>
      <td className="cell-delivery">
        <Delivery row={row} subject={subject} tools={tools} />
      </td>
      {withArrivals && (
        <td className="cell-arrival">
          {row.integration && row.target && <RowArrival configMap={configMap.ref} integration={row.integration} targets={[row.target]} />}
        </td>
      )}
      <td className="cell-problem">
        <Problem row={row} subject={subject} tools={tools} />
      </td>
      <td className="cell-actions">
        {row.test && (
          <button
            type="button"
            className="button button-quiet button-icon"
            aria-label={strings.testDelivery(subject)}
            title={strings.testDeliveryT}
            onClick={() => row.test && tools.openDelivery({ kind: 'integration', test: row.test, title: subject })}
          >
            <Send className="icon" aria-hidden="true" />
          </button>
        )}
      </td>
    </>
  );
});

/** Says what a test is about, wherever it is read. */
export function subjectOf({ what, where, configMap, integration }: TableRow): string {
  const { instance, ref } = configMap;
  return integration === undefined ? instance : strings.toOn(what, where, ref.context, instance);
}

export function routeOf(row: TableRow): Route {
  const { ref } = row.configMap;
  return { view: 'configMap', ref, ...(row.integration ? { integration: row.integration.index } : {}) };
}

function RowLink({ route, label, children }: { readonly route: Route; readonly label: string; readonly children: ReactNode }): ReactNode {
  const { router } = useApp();
  return (
    <a
      className="row-link"
      href={formatRoute(route)}
      aria-label={label}
      title={`${label} (e)`}
      onClick={(event) => {
        event.preventDefault();
        router.navigate(route);
      }}
    >
      {children}
    </a>
  );
}

/** A region's name replaces the domain: only `api` or `ingress` follows it. */
function Place({ host }: { readonly host: string }): ReactNode {
  const [label = '', domain = ''] = host.split(/\.(.*)/s);
  const region = label === 'api' || label === 'ingress' ? regionOf(domain) : undefined;
  return (
    <>
      {region && <span className="region">{region.id}</span>}
      {region?.domain === domain ? (
        <span className="code quiet" title={host}>
          {label}
        </span>
      ) : (
        <Marked text={host} tail={9} className="code quiet" />
      )}
    </>
  );
}

function What({ row }: { readonly row: TableRow }): ReactNode {
  const words = useContext(SearchedWords);
  const { integration, what, named } = row;
  if (integration === undefined) return <Marked text={what} className="what quiet" />;
  const { name, type } = integration;
  return (
    <span className="what" title={what}>
      <Marked text={typeTitle(type)} />
      {name !== undefined && (named || isHit(name, words)) && <Marked text={name} className="quiet name" />}
    </span>
  );
}

/** The few words, unless only the whole text has what is searched for. */
function Brief({ whole, brief }: { readonly whole: string; readonly brief: string }): ReactNode {
  const words = useContext(SearchedWords);
  return <Marked text={isHit(whole, words) && !isHit(brief, words) ? whole : brief} />;
}

function PresetName({ name, whole, former }: { readonly name: string; readonly whole: string; readonly former: boolean }): ReactNode {
  const brief = former ? strings.olderKeyWord : presetTitle(name);
  return (
    <span title={whole}>
      <Brief whole={whole} brief={brief} />
    </span>
  );
}

function KeyText({ row }: { readonly row: TableRow }): ReactNode {
  const { target, preset } = row;
  if (!target) return null;
  const { kind, fingerprint } = target.key;
  if (kind === 'none') return <span className="quiet">{strings.noKeyWord}</span>;
  const title =
    kind === 'reference' ? strings.referenceValueComesSomewhereElse : strings.fingerprintIdenticalKeysSameFingerprint(fingerprint);
  return (
    <span className={preset?.former ? 'key older' : 'key'} title={title}>
      <KeyRound className="icon" aria-hidden="true" />
      {preset ? (
        <PresetName whole={preset.former ? strings.olderKeyOf(preset.name) : preset.name} name={preset.name} former={preset.former} />
      ) : fingerprint === undefined ? (
        'reference'
      ) : (
        <Marked text={fingerprint} className="code" />
      )}
    </span>
  );
}

function Delivery({ row, subject, tools }: { readonly row: TableRow; readonly subject: string; readonly tools: RowTools }): ReactNode {
  const { report, state } = row;
  const old = useTime((now) => report !== undefined && now - Date.parse(report.startedAt) > DAY_MS);
  if (state === 'none') return null;
  const halted = state === 'active' ? null : <Badge plain look={INTEGRATION_LOOK[state]} />;
  if (!row.test) return halted ?? <span className="quiet">{strings.cantTested}</span>;
  if (!report) return halted ?? <Badge plain look={UNTESTED_LOOK} />;
  const look: BadgeLook = DELIVERY_LOOK[report.outcome];
  return (
    <>
      {halted}
      <button
        type="button"
        className={old ? 'text-button delivery old' : 'text-button delivery'}
        title={report.summary}
        aria-label={strings.reportOf(look.word, subject)}
        onClick={() => tools.openDelivery({ kind: 'report', id: report.id, title: subject })}
      >
        {halted ? (
          <span className="quiet mark">
            <BadgeMark icon={look.icon} />
          </span>
        ) : (
          <>
            <Badge plain look={old ? { ...look, tone: 'quiet' } : look} />
            <span className="quiet">
              <Age of={report.startedAt} brief />
            </span>
          </>
        )}
      </button>
    </>
  );
}

function Problem({ row, subject, tools }: { readonly row: TableRow; readonly subject: string; readonly tools: RowTools }): ReactNode {
  const { router } = useApp();
  const { problem } = row;
  if (!problem) return null;
  const { fix, message, brief, tone } = problem;
  const run = () => {
    if (fix?.kind === 'report') tools.openDelivery({ kind: 'report', id: fix.report, title: subject });
    else if (fix?.kind === 'preset') tools.rollOut(fix.preset);
    else if (fix) router.navigate({ ...routeOf(row), ...(fix.edits ? { edits: fix.edits } : {}) } as Route);
  };
  return (
    <>
      <span className={`problem-text tone-text-${tone}`} title={message}>
        <Brief whole={message} brief={brief ?? message} />
      </span>
      {fix && (
        <button type="button" className="text-button fix" aria-label={`${fix.label}: ${subject}`} onClick={run}>
          {fix.label}
        </button>
      )}
    </>
  );
}
