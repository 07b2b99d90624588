import { Plus, Send, Trash2 } from 'lucide-react';
import { Fragment, type ReactNode } from 'react';
import { type FieldDescription, fieldsFor } from '../../../main/common/fields.ts';
import type { Field, Integration, Target } from '../../../main/common/integration.ts';
import { typeTitle } from '../../../main/common/tray.ts';
import { Button } from '../../components/button.tsx';
import { targetTitle } from '../words.ts';
import { CoralogixFields } from './coralogix-fields.tsx';
import { useEditor } from './editor-context.tsx';
import { FieldControl } from './field-control.tsx';
import { otherProblems, standingField, targetFieldPath, unknownFields } from './field-values.ts';
import { ProblemList } from './problem-list.tsx';
import { RawField } from './raw-field.tsx';

export interface IntegrationFormProps {
  readonly integration: Integration;
  readonly unsaved: boolean;
  readonly test: (target: number | undefined, title: string) => void;
}

/** Every field of the integration's type, set or not, and every other field that stands there. */
export function IntegrationForm({ integration, unsaved, test }: IntegrationFormProps): ReactNode {
  const { shown, edit } = useEditor();
  const { index, type, targets, shape } = integration;
  const entryField = (name: string): Field | undefined => {
    const value = name === 'name' ? integration.name : integration.type;
    return value === undefined ? undefined : { name, path: [index, name], value };
  };
  const filters = fieldsFor('filter', type);
  const otherFilters = unknownFields(integration.filter, 'filter', type);
  const otherEntry = unknownFields(integration.fields, 'entry', type);

  return (
    <div className="form">
      <div className="columns">
        {fieldsFor('entry', type).map((description) => (
          <FieldControl
            key={description.name}
            description={description}
            field={entryField(description.name)}
            path={[index, description.name]}
          />
        ))}
      </div>
      {targets.map((target, position) => (
        <TargetForm
          key={target.path.join('/')}
          integration={integration}
          target={target}
          title={targets.length > 1 ? `Target ${position + 1}` : 'Target'}
          heading={targets.length > 1 ? `Sends to, ${position + 1} of ${targets.length}` : 'Sends to'}
          removable={targets.length > 1}
          unsaved={unsaved}
          test={test}
        />
      ))}
      {targets.length === 0 && (
        <section className="form-section" aria-label="Target">
          <p>
            {shape === 'missing'
              ? 'This integration has no target: it sends nothing.'
              : 'Its target is written in a way that this form does not know: use the text.'}
          </p>
          {shape === 'missing' && (
            <Button
              icon={Plus}
              onPress={() => edit([{ op: 'set', path: [index, 'target'], value: { 'target-type': 'http-api' } }], { structural: true })}
            >
              Add a target
            </Button>
          )}
        </section>
      )}
      {shape === 'maps' && (
        <Button
          small
          icon={Plus}
          onPress={() =>
            edit([{ op: 'set', path: [index, 'target', targets.length], value: { 'target-type': 'http-api' } }], { structural: true })
          }
        >
          Add another target
        </Button>
      )}
      {(filters.length > 0 || otherFilters.length > 0) && (
        <section className="form-section" aria-label="Data filter">
          <h3>Data filter</h3>
          <div className="fields">
            {filters.map((description) => {
              const field =
                integration.filter.findLast(({ name }) => name === description.name) ??
                standingField(integration, undefined, description.name);
              const path = field?.path ?? [index, 'data-filter', description.name];
              return <FieldControl key={description.name} description={description} field={field} path={path} />;
            })}
            {otherFilters.map((field) => (
              <RawField key={field.path.join('/')} field={field} removable />
            ))}
          </div>
        </section>
      )}
      {otherEntry.length > 0 && (
        <section className="form-section" aria-label="Other fields">
          <h3>Other fields</h3>
          <p className="quiet">This program does not know them. They are kept as they are.</p>
          {otherEntry.map((field) => (
            <RawField key={field.path.join('/')} field={field} removable />
          ))}
        </section>
      )}
      <ProblemList problems={otherProblems(shown.problems, integration)} />
    </div>
  );
}

/** Fields whose values are long, or that others belong to. */
function isWide({ name, input }: FieldDescription): boolean {
  return name === 'target-type' || input === 'url' || input === 'secret';
}

function TargetForm({
  integration,
  target,
  title,
  heading,
  removable,
  unsaved,
  test,
}: IntegrationFormProps & {
  readonly target: Target;
  readonly title: string;
  readonly heading: string;
  readonly removable: boolean;
}): ReactNode {
  const { edit } = useEditor();
  const { index, type } = integration;
  const fields = fieldsFor('target', type, target.type);
  const others = unknownFields(target.fields, 'target', type, target.type);
  const testTitle = `${integration.name ?? typeTitle(type)} to ${targetTitle(target.type)}${unsaved ? ', unsaved' : ''}`;
  return (
    <section className="form-section" aria-label={title}>
      <header className="form-section-header">
        <h3>{heading}</h3>
        {target.type === 'http-api' && (
          <Button small icon={Send} onPress={() => test(target.index ?? undefined, testTitle)}>
            {unsaved ? 'Test unsaved' : 'Test delivery'}
          </Button>
        )}
        {removable && (
          <Button
            small
            kind="quiet"
            icon={Trash2}
            aria-label={`Remove ${title}`}
            onPress={() =>
              edit([{ op: 'remove', path: integration.shape === 'maps' ? target.path : [index, 'target', target.index ?? 0] }], {
                structural: true,
              })
            }
          >
            Remove
          </Button>
        )}
      </header>
      <div className="fields">
        {fields.map((description) => (
          <Fragment key={description.name}>
            <div className={isWide(description) ? 'wide' : 'narrow'}>
              <FieldControl
                description={description}
                field={standingField(integration, target, description.name)}
                path={targetFieldPath(integration, target, description.name)}
              />
            </div>
            {description.name === 'target-type' && target.type === 'http-api' && (
              <div className="wide">
                <CoralogixFields integration={integration} target={target} />
              </div>
            )}
          </Fragment>
        ))}
        {others.map((field) => (
          <RawField key={field.path.join('/')} field={field} removable />
        ))}
      </div>
    </section>
  );
}
