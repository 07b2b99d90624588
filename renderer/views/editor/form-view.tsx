import { type ReactNode, useId } from 'react';
import { typeTitle } from '../../../main/common/tray.ts';
import { useEditor } from './editor-context.tsx';
import { documentProblems } from './field-values.ts';
import { IntegrationForm } from './integration-form.tsx';
import { IntegrationList } from './integration-list.tsx';
import { NamedValueForm } from './named-values.tsx';
import { ProblemList } from './problem-list.tsx';

/** The entries at the left, the form of one of them at the right. */
export function FormView({
  selected,
  select,
  moving,
  edited,
  testIntegration,
}: {
  readonly selected: number;
  readonly select: (index: number) => void;
  readonly moving: boolean;
  readonly edited: boolean;
  readonly testIntegration: (integration: number, target: number | undefined, title: string) => void;
}): ReactNode {
  const { shown } = useEditor();
  const heading = useId();
  const integration = shown.integrations.find(({ index }) => index === selected);
  const value = shown.values.find(({ index }) => index === selected);
  const own = documentProblems(shown.problems, shown.integrations);
  return (
    <>
      <ProblemList problems={own} />
      <div className="form-view">
        <IntegrationList selected={selected} select={select} moving={moving} />
        {/* While positions move, an edit would land on another entry. */}
        <fieldset className="form-panel" disabled={moving} aria-labelledby={heading} aria-busy={moving}>
          <h2 id={heading} className={integration || value ? undefined : 'for-screen-readers'}>
            {integration
              ? `${typeTitle(integration.type)}${integration.name === undefined ? '' : ` · ${integration.name}`}`
              : (value?.name ?? 'Nothing selected')}
          </h2>
          {integration && (
            <IntegrationForm
              key={integration.index}
              integration={integration}
              unsaved={edited}
              test={(target, title) => testIntegration(integration.index, target, title)}
            />
          )}
          {value && <NamedValueForm key={value.index} value={value} />}
          {!integration && !value && (
            <p className="card-note">
              {shown.integrations.length === 0
                ? 'No integration yet: add one at the left. kAudit sends nothing until then.'
                : 'Choose an integration at the left.'}
            </p>
          )}
        </fieldset>
      </div>
    </>
  );
}
