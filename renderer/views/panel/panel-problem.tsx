import type { ReactNode } from 'react';
import type { Edit, Integration } from '../../../main/common/integration/reading/integration.ts';
import { Banner } from '../../components/badge.tsx';
import { Button } from '../../components/button.tsx';
import type { Editing } from '../editor/use-editing.ts';
import type { PanelProblem } from './row.ts';
import * as strings from './strings.ts';

/** The row's one problem with its one fix, as long as the edits haven't touched its cause. */
export function PanelProblemBanner({
  problem,
  editing,
  before,
  integration,
  rollOut,
}: {
  readonly problem: PanelProblem;
  readonly editing: Editing;
  /** As it is in the cluster. */
  readonly before: Integration | undefined;
  /** As edited. */
  readonly integration: Integration | undefined;
  readonly rollOut: (preset: string) => void;
}): ReactNode {
  const { tools, draft } = editing;
  const { fix } = problem;
  if (integration === undefined) return null;
  const own = draft.shown.problems.filter(({ path, severity }) => path?.[0] === integration.index && severity !== 'note');
  // A problem of the text goes with the text; the others are about where it sends and with which key.
  const inText = own.find(({ message }) => message === problem.message);
  const wasInText = draft.view.problems.some(({ message }) => message === problem.message);
  if (wasInText ? inText === undefined : sendingOf(before) !== sendingOf(integration)) return null;

  const edits: readonly Edit[] | undefined = fix?.kind === 'open' ? (fix.edits ?? inText?.fix?.edits) : undefined;
  const label = (fix?.kind === 'open' && fix.edits === undefined ? inText?.fix?.label : undefined) ?? fix?.label;
  const run = () => {
    if (fix?.kind === 'report') editing.show({ kind: 'report', id: fix.report, title: problem.message });
    else if (fix?.kind === 'preset') rollOut(fix.preset);
    else if (edits) {
      tools.edit(edits, { structural: true });
      // The button goes with the problem.
      document.querySelector<HTMLElement>('.panel h2')?.focus({ preventScroll: true });
    } else choosePreset();
  };
  // Without edits, the fix of a problem in the text would only open the form, which is here.
  const useful = fix !== undefined && (fix.kind !== 'open' || edits !== undefined || !wasInText);
  return (
    <Banner
      tone={problem.tone}
      title={problem.brief ?? problem.message}
      actions={
        useful && (
          <Button kind="primary" small data-shortcut="f" onPress={run}>
            {label}
            <span className="key-cap" aria-hidden="true">
              {strings.fixKey}
            </span>
          </Button>
        )
      }
    >
      {problem.brief !== undefined && <p>{problem.message}</p>}
    </Banner>
  );
}

function sendingOf(integration: Integration | undefined): string {
  return JSON.stringify(integration?.targets.map(({ fields }) => fields.filter(({ name }) => name.startsWith('http-api'))));
}

function choosePreset(): void {
  document.querySelector<HTMLElement>('.panel .coralogix button')?.focus();
}
