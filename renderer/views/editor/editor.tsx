import { ArrowLeft, History, LockKeyhole, Undo2, UserCog } from 'lucide-react';
import { lazy, type ReactNode, Suspense, useEffect, useMemo, useRef, useState } from 'react';
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components';
import { typeTitle } from '../../../main/common/fleet/rows.ts';
import type { Edit, Severity } from '../../../main/common/integration/reading/integration.ts';
import type { ConfigMapView } from '../../../main/common/replies.ts';
import { Badge, Banner } from '../../components/badge.tsx';
import { Button } from '../../components/button.tsx';
import { Question } from '../../components/dialog.tsx';
import { Diff } from '../../components/diff.tsx';
import { useApp } from '../../state/app.tsx';
import { COMMAND_KEY, focusHeading } from '../../state/keys.ts';
import type { EditorRoute } from '../../state/router.ts';
import { ClusterName } from '../cluster-name.tsx';
import { DeliveryDialog, type DeliverySession } from '../delivery/delivery-dialog.tsx';
import { changeWords, followPosition, followSelection } from '../draft/draft.ts';
import { EditorContext, type EditorTools } from '../draft/editor-context.tsx';
import { ProblemList } from '../draft/problem-list.tsx';
import { type Draft, useDraft } from '../draft/use-draft.ts';
import { useKeptDraft } from '../draft/use-kept-draft.ts';
import { useLiveVersion } from '../draft/use-live-version.ts';
import { problemsAt, withoutEmptyItems } from '../form/field-values.ts';
import { FormView } from '../form/form-view.tsx';
import { HistoryDialog } from '../history/history-dialog.tsx';
import { type Earlier, EarlierNotice } from '../review/earlier-notice.tsx';
import { EditorNotices } from '../review/editor-notices.tsx';
import type { Applied, Kept } from '../review/outcome.ts';
import { ReviewDialog } from '../review/review-dialog.tsx';
import { problemLooks } from '../words.ts';
import * as strings from './strings.ts';

// Lazy: the text editor is the page's largest part and rarely needed.
const TextView = lazy(async () => ({ default: (await import('../text/text-view.tsx')).TextView }));

/** Milliseconds until a closing dialog has returned the focus. */
const AFTER_DIALOG = 100;

type TabName = 'form' | 'text' | 'changes';

export interface EditorProps {
  readonly initial: ConfigMapView;
  readonly initialEdits: readonly Edit[];
  readonly earlier: Earlier | null;
  readonly route: EditorRoute;
  readonly onReplaced: (view: ConfigMapView) => void;
}

export function Editor({ initial, initialEdits, earlier, route, onReplaced }: EditorProps): ReactNode {
  const { router } = useApp();
  // An undo may have to ask for keys, or which later changes to keep: the history asks.
  const [only] = initialEdits;
  const askedUndo = initialEdits.length === 1 && only?.op === 'undo' && earlier === null ? only.revision : undefined;
  const draft = useDraft(initial, askedUndo === undefined ? initialEdits : []);
  useKeptDraft(draft);
  const { view, shown, steps, preview } = draft;
  const [tab, setTab] = useState<TabName>(initial.state === 'invalid' ? 'text' : 'form');
  const [selected, setSelected] = useState(route.integration ?? initial.integrations[0]?.index ?? 0);
  const [followed, setFollowed] = useState(route);
  if (followed !== route) {
    setFollowed(route);
    if (route.integration !== undefined) {
      setSelected(draft.edits.reduce(followPosition, route.integration));
      if (shown.state !== 'invalid') setTab('form');
    }
  }
  const [discarding, setDiscarding] = useState(false);
  const [reviewing, setReviewing] = useState(false);
  const [delivery, setDelivery] = useState<DeliverySession | null>(null);
  const [applied, setApplied] = useState<Applied | null>(null);
  const [kept, setKept] = useState<Kept | null>(null);
  const [remembering, setRemembering] = useState<{ readonly undo?: string } | null>(askedUndo === undefined ? null : { undo: askedUndo });

  const edited = steps.length > 0;
  const editedNow = useRef(edited);
  editedNow.current = edited;
  useEffect(() => router.guard(() => editedNow.current), [router]);
  useEffect(() => {
    if (!edited) router.settled();
  }, [router, edited]);

  const takeView = (next: ConfigMapView) => {
    if (next.uid === view.uid) draft.reset(next);
    else onReplaced(next);
  };
  const live = useLiveVersion(view, edited, takeView);

  // Opens when the last change has been checked.
  const stuck = draft.refused !== null || draft.error !== null;
  const wantsReview = reviewing && edited && !stuck;
  useEffect(() => {
    // The failure shows above the form; a fix mustn't open the earlier dialog.
    if (stuck || !edited) setReviewing(false);
  }, [stuck, edited]);
  useEffect(() => {
    const listener = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 's' || !(event.ctrlKey || event.metaKey) || event.altKey) return;
      event.preventDefault();
      // Not by role: a toast is an alertdialog too.
      if (document.querySelector('.overlay')) return;
      // Some fields make their edit on blur.
      const { activeElement } = document;
      if (activeElement instanceof HTMLElement && activeElement !== document.body) {
        activeElement.blur();
        activeElement.focus({ preventScroll: true });
      }
      setTimeout(() => {
        if (editedNow.current) setReviewing(true);
      });
    };
    document.addEventListener('keydown', listener);
    return () => document.removeEventListener('keydown', listener);
  }, []);

  const tools: EditorTools = useMemo(
    () => ({
      view,
      shown,
      settled: draft.settled,
      edit(asked, options) {
        setApplied(null);
        const edits = withoutEmptyItems(asked, shown.integrations);
        const structural = options?.structural === true || edits.some((edit, index) => edit.op === 'remove' && edit !== asked[index]);
        draft.edit(edits, { ...options, structural });
        if (structural) setSelected((current) => edits.reduce(followSelection, current));
      },
      problemsAt: (path) => problemsAt(shown.problems, path),
    }),
    [view, shown, draft.settled, draft.edit],
  );

  const testIntegration = (integration: number, target: number | undefined, title: string) =>
    setDelivery({
      kind: 'integration',
      title,
      test: { ref: view.ref, base: view.resourceVersion, integration, ...(target === undefined ? {} : { target }) },
      ...(edited ? { edits: draft.edits } : {}),
    });

  const open = shown.integrations.find(({ index }) => index === selected);
  const testable = open?.targets.find(({ type }) => type === 'http-api');
  const takeBack = (edit: Edit) => {
    setRemembering(null);
    setApplied(null);
    draft.edit([edit], { structural: true });
    setReviewing(true);
  };

  /** To the first problem of that severity, in the form if it has a place there. */
  const goTo = (severity: Severity) => {
    const index = shown.problems.find((problem) => problem.severity === severity && typeof problem.path?.[0] === 'number')?.path?.[0];
    if (typeof index === 'number' && shown.state !== 'invalid') setSelected(index);
    setTab(typeof index === 'number' && shown.state !== 'invalid' ? 'form' : 'text');
  };

  const onApplied = (result: Applied) => {
    setReviewing(false);
    setApplied(result);
    setKept(null);
    takeView(result.configMap);
    window.scrollTo(0, 0);
    // Back in a field, the undo key would be typed into it.
    setTimeout(focusHeading, AFTER_DIALOG);
  };

  return (
    <EditorContext value={tools}>
      <div className="view editor">
        <EditorHeader view={view} shown={shown} goTo={goTo} />
        {earlier && <EarlierNotice earlier={earlier} edited={edited} />}
        <EditorNotices
          draft={draft}
          live={live}
          applied={applied}
          kept={kept}
          dropKept={() => setKept(null)}
          takeView={takeView}
          takeBack={takeBack}
          test={open && testable && (() => testIntegration(selected, testable.index ?? undefined, open.name ?? typeTitle(open.type)))}
        />
        <Tabs className="tabs" selectedKey={tab} onSelectionChange={(key) => setTab(key as TabName)}>
          <TabList className="tab-list" aria-label={strings.formTextChanges}>
            <Tab id="form">{strings.form}</Tab>
            <Tab id="text">{strings.text}</Tab>
            <Tab id="changes">{edited ? strings.changesChangeWords(changeWords(preview?.diff ?? null)) : strings.changes}</Tab>
          </TabList>
          <TabPanel id="form" className="tab-panel">
            {shown.state === 'invalid' ? (
              <div className="empty">
                <h2>{strings.formCantShowTextIsnt}</h2>
                <p>{shown.problems[0]?.message ?? strings.textIsntListIntegrations}</p>
                <Button kind="primary" onPress={() => setTab('text')}>
                  {strings.fixText}
                </Button>
              </div>
            ) : (
              <FormView selected={selected} select={setSelected} moving={draft.moving} testIntegration={testIntegration} edited={edited} />
            )}
          </TabPanel>
          <TabPanel id="text" className="tab-panel">
            <ProblemList problems={shown.problems.filter(({ severity }) => severity !== 'note')} />
            <Suspense fallback={<p role="status">{strings.loadingTextEditor}</p>}>
              <TextView draft={draft} />
            </Suspense>
          </TabPanel>
          <TabPanel id="changes" className="tab-panel">
            <ChangesPanel draft={draft} />
          </TabPanel>
        </Tabs>
        <footer className="editor-footer" data-commands="">
          <p role="status">{statusWords(draft)}</p>
          {edited && !view.permissions.update && <span className="flag">{strings.dontHavePermissionApply}</span>}
          <Button icon={History} kind="quiet" onPress={() => setRemembering({})}>
            {strings.history}
          </Button>
          <Button icon={Undo2} kind="quiet" isDisabled={!edited} onPress={draft.undo}>
            {strings.undoLastChange}
          </Button>
          <Button kind="quiet" isDisabled={!edited} onPress={() => setDiscarding(true)}>
            {strings.discard}
          </Button>
          <Button kind="primary" isDisabled={!edited} isPending={wantsReview && !draft.settled} onPress={() => setReviewing(true)}>
            {strings.reviewApply}
            <span className="key-cap" aria-hidden="true">{`${COMMAND_KEY} S`}</span>
          </Button>
        </footer>
        {discarding && (
          <Question
            title={strings.discardAllChanges}
            confirm={strings.discardChanges}
            cancel={strings.cancel}
            danger
            onConfirm={() => {
              setDiscarding(false);
              draft.discard();
            }}
            onClose={() => setDiscarding(false)}
          >
            <p>{strings.discardsChangesSinceLastApply}</p>
          </Question>
        )}
        {wantsReview && draft.settled && preview && (
          <ReviewDialog
            draft={draft}
            preview={preview}
            stale={live === 'changed'}
            onClose={() => setReviewing(false)}
            onApplied={onApplied}
            onTakeTheirs={(next, mine) => {
              setReviewing(false);
              setKept(mine);
              takeView(next);
            }}
          />
        )}
        {remembering && <HistoryDialog view={view} undo={remembering.undo} onEdit={takeBack} onClose={() => setRemembering(null)} />}
        {delivery && (
          <DeliveryDialog
            session={delivery}
            onClose={() => setDelivery(null)}
            onUseEdits={(edits) => tools.edit(edits)}
            onApply={() => {
              setDelivery(null);
              setReviewing(true);
            }}
          />
        )}
      </div>
    </EditorContext>
  );
}

function statusWords({ pending, refused, error, steps, preview }: Draft): string {
  if (pending) return strings.checking;
  if (refused !== null) return strings.changeCantMade(refused);
  return error?.message ?? changeWords(steps.length > 0 ? (preview?.diff ?? null) : null);
}

function EditorHeader({
  view,
  shown,
  goTo,
}: {
  readonly view: ConfigMapView;
  readonly shown: EditorTools['shown'];
  readonly goTo: (severity: Severity) => void;
}): ReactNode {
  const { router } = useApp();
  const { context, namespace, name } = view.ref;
  return (
    <header className="view-header">
      <Button kind="quiet" small icon={ArrowLeft} onPress={() => router.navigate({ view: 'home' })}>
        {strings.fleet}
      </Button>
      <h1>{name}</h1>
      <p className="facts">
        <ClusterName context={context} />
        <span className="code">{namespace}</span>
      </p>
      {!view.permissions.update && (
        <span className="flag">
          <LockKeyhole className="icon" aria-hidden="true" />
          {strings.readOnly}
        </span>
      )}
      {view.managedBy && (
        <span className="flag">
          <UserCog className="icon" aria-hidden="true" />
          {strings.managedBy(view.managedBy.by)}
        </span>
      )}
      {problemLooks(shown.problems).map(({ severity, ...look }) =>
        severity === undefined ? (
          <Badge key={look.word} look={look} />
        ) : (
          <button key={look.word} type="button" className="text-button" title={strings.goFirstOne} onClick={() => goTo(severity)}>
            <Badge look={look} />
          </button>
        ),
      )}
    </header>
  );
}

function ChangesPanel({ draft }: { readonly draft: Draft }): ReactNode {
  const diff = draft.steps.length > 0 ? draft.preview?.diff : undefined;
  if (!diff || diff.lines.every((line) => line.kind === 'same')) {
    return <p className="card-note">{strings.noChangesYetEditsAppear}</p>;
  }
  return (
    <>
      {diff.changes.length > 0 && (
        <ul className="change-list" aria-label={strings.whatChanges}>
          {diff.changes.map((change) => (
            <li key={change}>{change}</li>
          ))}
        </ul>
      )}
      <Diff lines={diff.lines} label={strings.textChanges} />
      {!draft.settled && <Banner tone="info" title={strings.lastVersionCouldChecked} />}
    </>
  );
}
