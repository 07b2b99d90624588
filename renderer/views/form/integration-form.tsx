import { type ReactNode, useMemo } from 'react';
import { valueAt } from '../../../main/common/integration/document.ts';
import type { Integration } from '../../../main/common/integration/reading/integration.ts';
import { IntegrationArrival } from '../arrivals/integration-arrival.tsx';
import { useEditor } from '../draft/editor-context.tsx';
import { ProblemList } from '../draft/problem-list.tsx';
import { FieldControl } from './field-control.tsx';
import { entryControls, filterControls, oddParts, otherProblems, uncontrolled } from './field-values.ts';
import { RawField } from './raw-field.tsx';
import * as strings from './strings.ts';
import { AddTarget, TargetForm } from './target-form.tsx';
import { TryIt } from './try-it.tsx';

export function IntegrationForm({
  integration,
  unsaved,
  test,
}: {
  readonly integration: Integration;
  readonly unsaved: boolean;
  readonly test: (target: number | undefined, title: string) => void;
}): ReactNode {
  const { view, shown } = useEditor();
  const { index, targets, shape } = integration;
  const entry = useMemo(() => valueAt(shown.text, [index]), [shown.text, index]);
  const filters = filterControls(integration);
  const otherFilters = uncontrolled(integration.filter, integration);
  const others = [...oddParts(integration, entry), ...uncontrolled(integration.fields, integration)];

  return (
    <div className="form">
      <section className="form-section" aria-label={strings.what}>
        <h3>{strings.what}</h3>
        <div className="fields">
          {entryControls(integration, entry).map((control) => (
            <FieldControl key={control.description.name} {...control} integration={integration} />
          ))}
        </div>
      </section>
      {targets.map((target, position) => (
        <TargetForm
          key={target.path.join('/')}
          integration={integration}
          target={target}
          position={position}
          unsaved={unsaved}
          test={test}
        />
      ))}
      {targets.length === 0 && (
        <section className="form-section" aria-label={strings.target}>
          <p>{shape === 'missing' ? strings.integrationNoTargetSendsNothing : strings.formCantReadTarget}</p>
        </section>
      )}
      {shape !== 'unknown' && <AddTarget integration={integration} />}
      {(filters.length > 0 || otherFilters.length > 0) && (
        <section className="form-section" aria-label={strings.filters}>
          <h3>{strings.filters}</h3>
          <div className="fields">
            {filters.map((control) => (
              <div key={control.description.name} className={control.description.input === 'regex' ? 'wide' : 'narrow'}>
                <FieldControl {...control} integration={integration} />
                {control.description.input === 'regex' && <TryIt integration={integration} name={control.description.name} />}
              </div>
            ))}
            {otherFilters.map((field) => (
              <RawField key={field.path.join('/')} field={field} removable />
            ))}
          </div>
        </section>
      )}
      {others.length > 0 && (
        <section className="form-section" aria-label={strings.otherFields}>
          <h3>{strings.otherFields}</h3>
          <p className="quiet">{strings.formNoFieldsTheseThey}</p>
          {others.map((field) => (
            <RawField key={field.path.join('/')} field={field} removable />
          ))}
        </section>
      )}
      <ProblemList problems={otherProblems(shown.problems, integration)} />
      <IntegrationArrival configMap={view.ref} index={index} />
    </div>
  );
}
