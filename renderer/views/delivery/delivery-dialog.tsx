import { Check, RotateCw, Send, X } from 'lucide-react';
import { type ReactNode, useCallback, useEffect, useRef, useState } from 'react';
import type { Args } from '../../../main/common/api.ts';
import { type DeliveryReport, UNSAVED_PRESET } from '../../../main/common/delivery/delivery.ts';
import type { AppError } from '../../../main/common/errors.ts';
import type { Fleet } from '../../../main/common/fleet/fleet.ts';
import type { TestArguments } from '../../../main/common/fleet/rows.ts';
import type { Edit } from '../../../main/common/integration/reading/integration.ts';
import type { DeliveryReply } from '../../../main/common/replies.ts';
import { asAppError, type Client } from '../../client/client.ts';
import { Badge, Banner } from '../../components/badge.tsx';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { CopyButton } from '../../components/link.tsx';
import { useApp, useFleet } from '../../state/app.tsx';
import { DELIVERY_LOOK } from '../words.ts';
import { ChoosePreset } from './choose-preset.tsx';
import { reportText } from './report-text.ts';
import { ReportView } from './report-view.tsx';
import * as strings from './strings.ts';

export type DeliverySession =
  | { readonly kind: 'integration'; readonly test: TestArguments; readonly edits?: readonly Edit[]; readonly title: string }
  | { readonly kind: 'preset'; readonly id: string; readonly title: string }
  | { readonly kind: 'unsavedPreset'; readonly args: Args<'preset.test'>; readonly title: string }
  | { readonly kind: 'report'; readonly id: string; readonly title: string };

type Phase =
  | { readonly kind: 'running' }
  | { readonly kind: 'replied'; readonly reply: DeliveryReply }
  | { readonly kind: 'failed'; readonly error: AppError }
  | { readonly kind: 'report' };

export function DeliveryDialog({
  session,
  onClose,
  onUseEdits,
  onApply,
}: {
  readonly session: DeliverySession;
  readonly onClose: () => void;
  readonly onUseEdits?: (edits: readonly Edit[]) => void;
  /** Offered only after the tested edits pass. */
  readonly onApply?: () => void;
}): ReactNode {
  const { client, router } = useApp();
  const fleet = useFleet();
  const [phase, setPhase] = useState<Phase>({ kind: session.kind === 'report' ? 'report' : 'running' });
  const started = useRef(false);
  const last = useRef<HTMLButtonElement>(null);

  const run = useCallback(
    async (more: { readonly confirmed?: true; readonly preset?: string }) => {
      setPhase({ kind: 'running' });
      try {
        setPhase({ kind: 'replied', reply: await send(client, session, more) });
      } catch (thrown) {
        setPhase({ kind: 'failed', error: asAppError(thrown) });
      }
    },
    [client, session],
  );
  /** What was pressed leaves the page. */
  const answer = (more: { readonly confirmed?: true; readonly preset?: string }) => {
    last.current?.focus();
    void run(more);
  };
  useEffect(() => {
    // One click sends one log entry, even if the effect runs twice.
    if (started.current || session.kind === 'report') return;
    started.current = true;
    void run({});
  }, [run, session.kind]);

  const report = shownReport(fleet, session, phase);
  const running = phase.kind === 'running' || report?.outcome === 'running';
  const reply = phase.kind === 'replied' ? phase.reply : undefined;
  const place = report && currentPlace(fleet, report);
  const isUnsaved = report?.subject.kind === 'integration' && report.subject.unsaved;
  const apply = isUnsaved && report.outcome === 'passed' ? onApply : undefined;
  const useUrl = (edits: readonly Edit[]) => {
    onClose();
    if (onUseEdits) onUseEdits(edits);
    else if (place) router.navigate({ view: 'configMap', ref: place.ref, integration: place.integration, edits });
  };

  return (
    <Dialog
      title={strings.deliveryTest}
      size="side"
      onClose={onClose}
      footer={
        <>
          {report && !running && (
            <>
              <CopyButton text={reportText(report, session.title)} label={strings.copyReport} />
              <CopyButton text={report.curl} label={strings.copyCurl} />
            </>
          )}
          {running ? (
            <Button icon={X} onPress={() => void client.request('delivery.cancel', {}).catch(() => {})}>
              {strings.cancelTest}
            </Button>
          ) : (
            session.kind !== 'report' &&
            reply?.outcome !== 'confirm' && (
              <Button icon={RotateCw} onPress={() => void run({})}>
                {strings.testAgain}
              </Button>
            )
          )}
          {apply && <Button onPress={onClose}>{strings.backForm}</Button>}
          {/* The same element in both cases: a replaced one loses the focus. */}
          <Button ref={last} kind="primary" {...(apply ? { icon: Check } : {})} autoFocus onPress={apply ?? onClose}>
            {apply ? strings.applyTestedChanges : strings.done}
          </Button>
        </>
      }
    >
      <p className="subject">{session.title}</p>
      <div role="status" className="verdict">
        {running && (
          <>
            <Badge look={DELIVERY_LOOK.running} />
            {report && <span>{report.summary}</span>}
          </>
        )}
        {!running && report && (
          <>
            <Badge look={DELIVERY_LOOK[report.outcome]} />
            <span>{report.summary}</span>
          </>
        )}
      </div>
      {phase.kind === 'failed' && <Banner tone="bad" live title={phase.error.message} />}
      {reply?.outcome === 'not-testable' &&
        (reply.reference === undefined ? (
          <Banner tone="warn" live title={reply.reason} />
        ) : (
          <ChoosePreset reason={reply.reason} onChoose={(preset) => answer({ preset })} />
        ))}
      {reply?.outcome === 'confirm' && (
        <Banner
          tone="warn"
          live
          title={reply.question}
          actions={
            <Button icon={Send} onPress={() => answer({ confirmed: true })}>
              {strings.sendTo(reply.host)}
            </Button>
          }
        >
          <p>{strings.nothingSentYet}</p>
        </Banner>
      )}
      {phase.kind === 'report' && !report && <p>{strings.reportGoneConfigurationChangedNewer}</p>}
      {report && <ReportView report={report} useUrl={onUseEdits || place ? useUrl : undefined} />}
    </Dialog>
  );
}

function send(
  client: Client,
  session: DeliverySession,
  more: { readonly confirmed?: true; readonly preset?: string },
): Promise<DeliveryReply> {
  if (session.kind === 'preset') return client.request('delivery.testPreset', { id: session.id });
  if (session.kind === 'unsavedPreset') return client.request('preset.test', session.args);
  if (session.kind === 'report') throw new Error(strings.reportCanOnlyShown);
  const { ref, base, integration, target } = session.test;
  return client.request('delivery.test', {
    ref,
    base,
    integration,
    ...(target === undefined ? {} : { target }),
    ...(session.edits === undefined ? {} : { edits: session.edits }),
    ...more,
  });
}

function shownReport(fleet: Fleet, session: DeliverySession, phase: Phase): DeliveryReport | undefined {
  if (phase.kind === 'replied') {
    if (!('report' in phase.reply)) return undefined;
    const { report } = phase.reply;
    // The state's report may still change while Coralogix is searched.
    return fleet.reports.find(({ id }) => id === report.id) ?? report;
  }
  if (session.kind === 'report') return fleet.reports.find((report) => report.id === session.id);
  if (phase.kind !== 'running') return undefined;
  return fleet.reports.find((report) => report.outcome === 'running' && isAbout(report, session));
}

function isAbout({ subject }: DeliveryReport, session: DeliverySession): boolean {
  if (session.kind === 'preset') return subject.kind === 'preset' && subject.id === session.id;
  if (session.kind === 'unsavedPreset') return subject.kind === 'preset' && subject.id === UNSAVED_PRESET;
  if (session.kind === 'report' || subject.kind === 'preset') return false;
  const { ref, integration, target } = session.test;
  return (
    subject.ref.context === ref.context &&
    subject.ref.namespace === ref.namespace &&
    subject.ref.name === ref.name &&
    subject.integration === integration &&
    subject.target === target
  );
}

/** A report's position may be outdated: finds the tested configuration, or offers nothing. */
function currentPlace(fleet: Fleet, report: DeliveryReport) {
  const { subject } = report;
  if (subject.kind !== 'integration' || subject.unsaved) return undefined;
  const { ref } = subject;
  const configMap = fleet.clusters
    .find((cluster) => cluster.context === ref.context)
    ?.configMaps.find((candidate) => candidate.ref.namespace === ref.namespace && candidate.ref.name === ref.name);
  const integration = configMap?.integrations.find((candidate) => candidate.index === subject.integration);
  const same = integration?.targets.some((target) => target.hash === subject.hash && (target.index ?? undefined) === subject.target);
  return same ? { ref, integration: subject.integration } : undefined;
}
