import { CircleQuestionMark } from 'lucide-react';
import { type FocusEvent, type ReactNode, type RefObject, useEffect, useId, useLayoutEffect, useRef, useState } from 'react';
import { typeTitle } from '../../../main/common/fleet/rows.ts';
import { Button } from '../../components/button.tsx';
import { useEditor } from '../draft/editor-context.tsx';
import { ProblemList } from '../draft/problem-list.tsx';
import { documentProblems } from './field-values.ts';
import { IntegrationForm } from './integration-form.tsx';
import { IntegrationList, otherTitle } from './integration-list.tsx';
import { NamedValueForm } from './named-values.tsx';
import { OtherEntryForm } from './other-entry.tsx';
import * as strings from './strings.ts';

/** Whether each field shows its meaning: as last chosen. */
let helpful = false;

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
  const [help, setHelp] = useState(helpful);
  const { panel, remember } = useHeldFocus(moving);
  const onAdd = useAddedFocus(panel, selected, moving);
  const integration = shown.integrations.find(({ index }) => index === selected);
  const values = shown.values.filter(({ index }) => index === selected);
  const other = shown.others.find(({ path }) => path[0] === selected);
  const own = documentProblems(shown.problems, shown.integrations);
  return (
    <>
      <ProblemList problems={own} />
      <div className={help ? 'form-view with-help' : 'form-view'}>
        <IntegrationList selected={selected} select={select} moving={moving} onAdd={onAdd} />
        {/* While positions move, an edit would hit another entry. */}
        <fieldset ref={panel} className="form-panel" disabled={moving} aria-labelledby={heading} aria-busy={moving} onFocus={remember}>
          <div className="form-panel-header">
            <h2 id={heading} className={integration || other || values.length > 0 ? undefined : 'for-screen-readers'}>
              {integration
                ? `${typeTitle(integration.type)}${integration.name === undefined ? '' : ` · ${integration.name}`}`
                : other
                  ? otherTitle(other)
                  : values.map(({ name }) => name).join(', ') || strings.nothingSelected}
            </h2>
            {integration && (
              <Button
                kind="quiet"
                small
                icon={CircleQuestionMark}
                data-shortcut="h"
                aria-pressed={help}
                onPress={() => {
                  helpful = !help;
                  setHelp(!help);
                }}
              >
                {strings.help}
              </Button>
            )}
          </div>
          {integration && (
            <IntegrationForm
              key={integration.index}
              integration={integration}
              unsaved={edited}
              test={(target, title) => testIntegration(integration.index, target, title)}
            />
          )}
          {values.length > 0 && <NamedValueForm key={selected} values={values} />}
          {other && <OtherEntryForm key={selected} entry={other} />}
          {!integration && !other && values.length === 0 && (
            <p className="card-note">{shown.integrations.length === 0 ? strings.noIntegrationsYetAddOne : strings.chooseIntegrationLeft}</p>
          )}
        </fieldset>
      </div>
    </>
  );
}

/** Restores the focus of a control that was disabled for a moment. */
export function useHeldFocus(moving: boolean) {
  const panel = useRef<HTMLFieldSetElement>(null);
  const last = useRef<HTMLElement | null>(null);
  const held = useRef<HTMLElement | null>(null);
  useLayoutEffect(() => {
    const { activeElement } = document;
    if (moving) {
      // A choice in a popover belongs to the control that opened it.
      held.current = panel.current?.contains(activeElement) || activeElement?.closest('.popover') ? last.current : null;
    } else if (held.current && (activeElement === null || activeElement === document.body)) {
      const before = held.current;
      (before.isConnected && !before.matches(':disabled') ? before : panel.current?.querySelector<HTMLElement>('button, input'))?.focus();
      held.current = null;
    }
  }, [moving]);
  const remember = (event: FocusEvent<HTMLElement>) => {
    if (event.target instanceof HTMLElement && panel.current?.contains(event.target)) last.current = event.target;
  };
  return { panel, remember };
}

/** A new target or integration is filled in next: its preset first, if there are any. */
function useAddedFocus(panel: RefObject<HTMLElement | null>, selected: number, moving: boolean): () => void {
  const added = useRef(false);
  useEffect(() => {
    if (!added.current || moving) return undefined;
    // The closing menu returns the focus to its button first.
    const timer = setTimeout(() => {
      added.current = false;
      const place =
        panel.current?.querySelector<HTMLElement>('.coralogix button') ?? panel.current?.querySelector<HTMLElement>('input, button');
      place?.focus();
    }, 60);
    return () => clearTimeout(timer);
  }, [panel, selected, moving]);
  return () => {
    added.current = true;
  };
}
