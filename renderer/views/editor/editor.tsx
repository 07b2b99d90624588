import { ArrowLeft, History, LockKeyhole, Undo2, UserCog } from 'lucide-react';
import { lazy, type ReactNode, Suspense, useState } from 'react';
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
import { changeWords, followPosition, followSelection } from '../draft/draft.ts';
import { EditorContext, type EditorTools } from '../draft/editor-context.tsx';
import { ProblemList } from '../draft/problem-list.tsx';
import type { Draft } from '../draft/use-draft.ts';
import { FormView } from '../form/form-view.tsx';
import { EarlierNotice } from '../review/earlier-notice.tsx';
import { EditorNotices } from '../review/editor-notices.tsx';
import { problemLooks } from '../words.ts';
import { EditingDialogs } from './editing-dialogs.tsx';
import type { Opened } from './opening.tsx';
import * as strings from './strings.ts';
import { useEditing } from './use-editing.ts';

// Lazy: the text editor is the page's largest part and rarely needed.
const TextView = lazy(async () => ({ default: (await import('../text/text-view.tsx')).TextView }));

/** Milliseconds until a closing dialog has returned the focus. */
const AFTER_DIALOG = 100;

type TabName = 'form' | 'text' | 'changes';

export interface EditorProps {
  readonly opened: Opened;
  /** The first edits. */
  readonly beginning: readonly Edit[];
  readonly route: EditorRoute;
}

export function Editor({ opened, beginning, route }: EditorProps): ReactNode {
  const initial = opened.view;
  const [tab, setTab] = useState<TabName>((opened.carried?.preview ?? initial).state === 'invalid' ? 'text' : 'form');
  const [selected, setSelected] = useState(() => {
    const asked = route.integration ?? initial.integrations[0]?.index ?? 0;
    return (opened.carried?.steps ?? []).flatMap(({ edits }) => edits).reduce(followPosition, asked);
  });
  const follow = (edits: readonly Edit[]) => setSelected((current) => edits.reduce(followSelection, current));
  const editing = useEditing(opened, beginning, follow, () => {
    window.scrollTo(0, 0);
    // Back in a field, the undo key would be typed into it.
    setTimeout(focusHeading, AFTER_DIALOG);
  });
  const { draft, tools, edited } = editing;
  const { view, shown, preview } = draft;
  const [followed, setFollowed] = useState(route);
  if (followed !== route) {
    setFollowed(route);
    if (route.integration !== undefined) {
      setSelected(draft.edits.reduce(followPosition, route.integration));
      if (shown.state !== 'invalid') setTab('form');
    }
  }
  const [discarding, setDiscarding] = useState(false);

  const open = shown.integrations.find(({ index }) => index === selected);
  const testable = open?.targets.find(({ type }) => type === 'http-api');

  /** To the first problem of that severity, in the form if it has a place there. */
  const goTo = (severity: Severity) => {
    const index = shown.problems.find((problem) => problem.severity === severity && typeof problem.path?.[0] === 'number')?.path?.[0];
    if (typeof index === 'number' && shown.state !== 'invalid') setSelected(index);
    setTab(typeof index === 'number' && shown.state !== 'invalid' ? 'form' : 'text');
  };

  return (
    <EditorContext value={tools}>
      <div className="view editor">
        <EditorHeader view={view} shown={shown} goTo={goTo} />
        {editing.earlier && <EarlierNotice earlier={editing.earlier} edited={edited} />}
        <EditorNotices
          {...editing}
          test={open && testable && (() => editing.test(selected, testable.index ?? undefined, open.name ?? typeTitle(open.type)))}
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
              <FormView selected={selected} select={setSelected} moving={draft.moving} testIntegration={editing.test} edited={edited} />
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
          <Button icon={History} kind="quiet" onPress={() => editing.remember({})}>
            {strings.history}
          </Button>
          <Button icon={Undo2} kind="quiet" isDisabled={!edited} onPress={draft.undo}>
            {strings.undoLastChange}
          </Button>
          <Button kind="quiet" isDisabled={!edited} onPress={() => setDiscarding(true)}>
            {strings.discard}
          </Button>
          <Button kind="primary" isDisabled={!edited} isPending={editing.waits} onPress={() => editing.review(true)}>
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
        <EditingDialogs editing={editing} />
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
