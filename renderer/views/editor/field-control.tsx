import type { ReactNode } from 'react';
import { choiceOf, type FieldDescription, isReference } from '../../../main/common/fields.ts';
import type { Field, Path, Value } from '../../../main/common/integration.ts';
import { Button } from '../../components/button.tsx';
import { CheckboxInput, SwitchInput, TextInput } from '../../components/field.tsx';
import { SelectInput } from '../../components/select.tsx';
import { useEditor, useEnteredText } from './editor-context.tsx';
import { isYes, listState, textEdit, toggleEdit, valueText } from './field-values.ts';
import { ProblemList } from './problem-list.tsx';
import { RawField } from './raw-field.tsx';
import { SecretField } from './secret-field.tsx';

export interface ControlProps {
  readonly description: FieldDescription;
  /** The field as it stands in the document; undefined: not set. */
  readonly field: Field | undefined;
  /** Where it is, or would be, written. */
  readonly path: Path;
  readonly note?: ReactNode;
}

/** One known field, set or not, with its problems. */
export function FieldControl({ description, field, path, note }: ControlProps): ReactNode {
  const { problemsAt } = useEditor();
  const problems = problemsAt(path);
  if (field && isReference(field.name)) return <ReferenceControl description={description} field={field} />;
  if (description.input === 'secret') {
    return (
      <SecretField
        label={description.label}
        path={path}
        standing={field !== undefined && field.value !== null && field.value !== ''}
        description={note ?? description.meaning}
        coralogix={description.name === 'http-api-token'}
      />
    );
  }
  return (
    <div className="control">
      <PlainControl description={description} field={field} path={path} note={note} />
      <ProblemList problems={problems} place={false} />
    </div>
  );
}

function PlainControl(props: ControlProps): ReactNode {
  const { edit } = useEditor();
  const { description, field, path } = props;
  const value = field?.value;
  switch (description.input) {
    case 'boolean':
      return (
        <SwitchInput
          label={description.label}
          description={meaning(props)}
          isSelected={isYes(value)}
          onChange={(on) => edit([{ op: 'set', path, value: on }])}
        />
      );
    case 'choice':
      return <ChoiceControl {...props} />;
    case 'choices':
      return <ChoicesControl {...props} />;
    default:
      return isObject(value) ? <RawField field={{ name: description.label, path, value }} /> : <TextControl {...props} />;
  }
}

function isObject(value: Value | undefined): value is Value {
  return typeof value === 'object' && value !== null;
}

/** The meaning, and what holds while it is not set, or an example. */
function meaning({ description, field, note }: ControlProps): ReactNode {
  const unset = field === undefined && description.default !== undefined ? ` Not set: ${description.default}.` : '';
  return (
    <>
      {description.meaning}
      {unset}
      {note && <> {note}</>}
    </>
  );
}

function TextControl(props: ControlProps): ReactNode {
  const { edit } = useEditor();
  const { description, field, path } = props;
  const [text, setText] = useEnteredText(valueText(field?.value));
  const change = (entered: string) => {
    setText(entered);
    const made = textEdit(path, field !== undefined, entered, description.input);
    if (made) edit([made], { group: `field:${path.join('/')}` });
  };
  const code = description.input !== 'text' || description.level === 'target';
  return (
    <TextInput
      label={description.label}
      description={meaning(props)}
      value={text}
      onChange={change}
      code={code}
      placeholder={field ? '' : `for example ${description.example}`}
      isRequired={description.required ?? false}
      {...(description.input === 'number' ? { inputMode: 'numeric' as const } : {})}
    />
  );
}

function ChoiceControl(props: ControlProps): ReactNode {
  const { edit } = useEditor();
  const { description, field, path } = props;
  const choices = description.choices ?? [];
  const chosen = field && choiceOf(description, field.value);
  const other = field !== undefined && chosen === undefined ? valueText(field.value) : undefined;
  const options = [
    ...choices.map((choice) => ({ id: String(choice.value), label: choice.label })),
    ...(other === undefined ? [] : [{ id: other, label: `${other} (as it stands)` }]),
  ];
  return (
    <SelectInput
      label={description.label}
      description={meaning(props)}
      placeholder="Not set"
      options={options}
      value={chosen ? String(chosen.value) : (other ?? null)}
      onChange={(id) => {
        const choice = choices.find((candidate) => String(candidate.value) === id);
        if (choice && choice !== chosen) edit([{ op: 'set', path, value: choice.value }], { structural: true });
      }}
    />
  );
}

function ChoicesControl(props: ControlProps): ReactNode {
  const { edit } = useEditor();
  const { description, field, path } = props;
  const state = listState(description, field?.value);
  if (!state) return field ? <RawField field={{ ...field, name: description.label }} /> : null;
  return (
    <fieldset className="field checkbox-group">
      <legend>{description.label}</legend>
      <div className="choices choices-inline">
        {state.choices.map(({ choice, selected }) => (
          <CheckboxInput
            key={choice.value}
            label={choice.label}
            isSelected={selected}
            onChange={(on) => edit([toggleEdit(description, path, field?.value, choice, on)])}
          />
        ))}
      </div>
      {state.others.length > 0 && (
        <p className="field-description">{`Also in the list, kept as it is: ${state.others.map(valueText).join(', ')}`}</p>
      )}
      <p className="field-description">{meaning(props)}</p>
    </fieldset>
  );
}

/** A field written as `ref/<name>: val-…`: its value comes from elsewhere. */
function ReferenceControl({ description, field }: { readonly description: FieldDescription; readonly field: Field }): ReactNode {
  const { shown, edit, problemsAt } = useEditor();
  const name = valueText(field.value);
  const here = shown.values.some((value) => value.name === name);
  return (
    <div className="control">
      <TextReference label={`${description.label} (reference)`} field={field} />
      <p className="field-description">
        {here ? `The document itself holds ${name}, under Values.` : `${name} comes from Vault, an environment variable or a Secret.`}
      </p>
      <Button small kind="quiet" onPress={() => edit([{ op: 'remove', path: field.path }], { structural: true })}>
        Enter a key instead
      </Button>
      <ProblemList problems={problemsAt(field.path)} place={false} />
    </div>
  );
}

function TextReference({ label, field }: { readonly label: string; readonly field: Field }): ReactNode {
  const { edit } = useEditor();
  const [text, setText] = useEnteredText(valueText(field.value));
  return (
    <TextInput
      code
      label={label}
      value={text}
      onChange={(entered) => {
        setText(entered);
        edit([{ op: 'set', path: field.path, value: entered }], { group: `field:${field.path.join('/')}` });
      }}
    />
  );
}
