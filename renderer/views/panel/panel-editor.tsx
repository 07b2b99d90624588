import { CircleQuestionMark, History, Send, Undo2 } from 'lucide-react';
import { type ReactNode, type RefObject, useState } from 'react';
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components';
import { typeTitle } from '../../../main/common/fleet/rows.ts';
import type { Edit, Integration, Problem } from '../../../main/common/integration/reading/integration.ts';
import { Button, IconButton } from '../../components/button.tsx';
import { useApp } from '../../state/app.tsx';
import { COMMAND_KEY } from '../../state/keys.ts';
import type { PanelPlace } from '../../state/router.ts';
import { changeWords, followPosition } from '../draft/draft.ts';
import { EditorContext } from '../draft/editor-context.tsx';
import { ProblemList } from '../draft/problem-list.tsx';
import { EditingDialogs } from '../editor/editing-dialogs.tsx';
import type { Opened } from '../editor/opening.tsx';
import { type Editing, useEditing } from '../editor/use-editing.ts';
import { documentProblems } from '../form/field-values.ts';
import { useHeldFocus } from '../form/form-view.tsx';
import { IntegrationForm } from '../form/integration-form.tsx';
import { EarlierNotice } from '../review/earlier-notice.tsx';
import { EditorNotices } from '../review/editor-notices.tsx';
import { targetTitle } from '../words.ts';
import { PanelProblemBanner } from './panel-problem.tsx';
import { PanelTests } from './panel-tests.tsx';
import type { PanelRow } from './row.ts';
import * as strings from './strings.ts';

/** Milliseconds until a closing dialog has returned the focus. */
const AFTER_DIALOG = 100;
const NO_EDITS: readonly Edit[] = [];

/** Whether each field shows its meaning: as last chosen. */
let helpful = false;

export function PanelEditor({
  opened,
  place,
  row,
  heading,
  content,
  rollOut,
}: {
  readonly opened: Opened;
  readonly place: PanelPlace;
  readonly row: PanelRow | undefined;
  /** The id of the panel's heading. */
  readonly heading: string;
  readonly content: RefObject<HTMLDivElement | null>;
  readonly rollOut: (preset: string) => void;
}): ReactNode {
  const { router } = useApp();
  const editing = useEditing(
    opened,
    NO_EDITS,
    () => {},
    () => {
      content.current?.scrollTo(0, 0);
      // An applied move has a new place.
      if (selected !== undefined && selected !== place.integration)
        router.navigate({ view: 'home', panel: { ...place, integration: selected } });
      setTimeout(() => document.getElementById(heading)?.focus({ preventScroll: true }), AFTER_DIALOG);
    },
  );
  const { draft, tools, edited } = editing;
  const { view, shown } = draft;
  const selected = place.integration === undefined ? undefined : draft.edits.reduce(followPosition, place.integration);
  const integration = shown.integrations.find(({ index }) => index === selected);
  const target = integration && testedTarget(integration, place.target);
  const title =
    integration && target
      ? strings.whatToWhere(integration.name ?? typeTitle(integration.type), targetTitle(target.type), edited ? strings.unsaved : '')
      : '';
  const test = integration && target && (() => editing.test(integration.index, target.index ?? undefined, title));
  return (
    <EditorContext value={tools}>
      <div className="panel-body" ref={content}>
        {editing.earlier && <EarlierNotice earlier={editing.earlier} edited={edited} />}
        <EditorNotices {...editing} test={test} />
        {row?.problem && (
          <PanelProblemBanner
            problem={row.problem}
            editing={editing}
            before={place.integration === undefined ? undefined : view.integrations.find(({ index }) => index === place.integration)}
            integration={integration}
            rollOut={rollOut}
          />
        )}
        {integration ? (
          <Sections key={place.integration} editing={editing} integration={integration} place={place} />
        ) : (
          <NoForm editing={editing} />
        )}
      </div>
      <footer className="panel-footer" data-commands="">
        <p role="status">{statusWords(editing)}</p>
        <IconButton icon={Undo2} label={strings.undoLastChange} isDisabled={!edited} onPress={draft.undo} />
        {test && (
          <Button icon={Send} data-shortcut="t" onPress={test}>
            {edited ? strings.testUnsaved : strings.test}
            <span className="key-cap" aria-hidden="true">
              t
            </span>
          </Button>
        )}
        <Button kind="primary" isDisabled={!edited} isPending={editing.waits} onPress={() => editing.review(true)}>
          {strings.review}
          <span className="key-cap" aria-hidden="true">{`${COMMAND_KEY} S`}</span>
        </Button>
      </footer>
      <EditingDialogs editing={editing} />
    </EditorContext>
  );
}

function testedTarget({ targets }: Integration, position: number | undefined) {
  const own = targets[position ?? 0];
  return own?.type === 'http-api' ? own : targets.find(({ type }) => type === 'http-api');
}

function Sections({
  editing,
  integration,
  place,
}: {
  readonly editing: Editing;
  readonly integration: Integration;
  readonly place: PanelPlace;
}): ReactNode {
  const { draft, edited } = editing;
  const [help, setHelp] = useState(helpful);
  const { panel, remember } = useHeldFocus(draft.moving);
  return (
    <Tabs className="tabs panel-tabs">
      <div className="panel-tab-row">
        <TabList className="tab-list" aria-label={strings.sections}>
          <Tab id="configure">{strings.configure}</Tab>
          <Tab id="tests">{strings.tests}</Tab>
        </TabList>
        <Button icon={History} kind="quiet" small onPress={() => editing.remember({})}>
          {strings.history}
        </Button>
        <Button
          icon={CircleQuestionMark}
          kind="quiet"
          small
          data-shortcut="h"
          aria-pressed={help}
          onPress={() => {
            helpful = !help;
            setHelp(!help);
          }}
        >
          {strings.help}
        </Button>
      </div>
      <TabPanel id="configure" className="tab-panel">
        {/* While positions move, an edit would hit another entry. */}
        <fieldset
          ref={panel}
          className={help ? 'panel-form with-help' : 'panel-form'}
          disabled={draft.moving}
          aria-label={strings.configure}
          aria-busy={draft.moving}
          onFocus={remember}
        >
          <ProblemList problems={documentProblems(draft.shown.problems, draft.shown.integrations)} />
          <IntegrationForm
            key={integration.index}
            integration={integration}
            unsaved={edited}
            test={(target, title) => editing.test(integration.index, target, title)}
          />
        </fieldset>
      </TabPanel>
      <TabPanel id="tests" className="tab-panel">
        <PanelTests configMap={draft.view.ref} integration={place.integration} show={editing.show} />
      </TabPanel>
    </Tabs>
  );
}

/** The text can't be read, or the integration isn't in it. */
function NoForm({ editing: { draft, tools } }: { readonly editing: Editing }): ReactNode {
  const { shown, view } = draft;
  const { router } = useApp();
  const openPage = () => router.navigate({ view: 'configMap', ref: view.ref });
  const [problem] = shown.problems.toSorted((one, other) => Number(other.fix !== undefined) - Number(one.fix !== undefined));
  if (shown.state !== 'invalid')
    return (
      <div className="panel-empty">
        <p>{shown.integrations.length === 0 ? strings.noIntegrations : strings.notInText}</p>
        <Button onPress={openPage}>{strings.openPage}</Button>
      </div>
    );
  const { fix } = problem ?? ({} as Partial<Problem>);
  return (
    <div className="panel-empty">
      <h3>{strings.cantRead}</h3>
      <p>{problem?.message ?? strings.notAList}</p>
      <div className="key-row">
        {fix && (
          <Button kind="primary" data-shortcut="f" onPress={() => tools.edit(fix.edits, { structural: true })}>
            {fix.label}
          </Button>
        )}
        <Button kind={fix ? 'normal' : 'primary'} onPress={openPage}>
          {strings.openText}
        </Button>
      </div>
    </div>
  );
}

function statusWords({ draft, edited }: Editing): string {
  const { pending, refused, error, preview, view } = draft;
  if (pending) return strings.checking;
  if (refused !== null || error !== null) return strings.notMade;
  if (edited && !view.permissions.update) return strings.readOnly;
  return changeWords(edited ? (preview?.diff ?? null) : null);
}
