import type { ReactNode } from 'react';
import { fieldPath } from '../../../main/common/integration/document.ts';
import type { FieldDescription } from '../../../main/common/integration/reading/field-table.ts';
import { choiceOf, isReference } from '../../../main/common/integration/reading/fields.ts';
import type { Edit, Field, Integration, Target } from '../../../main/common/integration/reading/integration.ts';
import { isSecretName } from '../../../main/common/integration/secrets/secret-words.ts';
import type { Value } from '../../../main/common/yaml/value.ts';
import { Button } from '../../components/button.tsx';
import { CheckboxInput, SwitchInput, TextInput } from '../../components/field.tsx';
import { SelectInput } from '../../components/select.tsx';
import { useEditor, useEntered } from '../draft/editor-context.tsx';
import { ProblemList } from '../draft/problem-list.tsx';
import { valueText } from '../values.ts';
import { type Control, isSwitch, isYes, listState, secretAt, textEdit, toggleEdit } from './field-values.ts';
import { RawField } from './raw-field.tsx';
import { SecretField } from './secret-field.tsx';
import * as strings from './strings.ts';

export interface ControlProps extends Control {
  readonly integration: Integration;
  readonly target?: Target;
}

export function FieldControl(props: ControlProps): ReactNode {
  const { shown, problemsAt } = useEditor();
  const { description, field, path } = props;
  const { name, input } = description;
  // A masked value is a secret field too, or it would show its mask.
  const secret = input === 'secret' || isSecretName(name) || (field !== undefined && field.value === secretAt(shown.secrets, path)?.mask);
  if (field && isReference(field.name)) return <ReferenceControl {...props} field={field} />;
  if (secret && !isObject(field?.value)) {
    return (
      <SecretField
        label={description.label}
        path={path}
        isSet={field !== undefined && field.value !== null && field.value !== ''}
        description={<Meaning {...props} />}
        coralogix={name === 'http-api-token'}
        action={<UseReference {...props} />}
      />
    );
  }
  return (
    <div className="control">
      <PlainControl {...props} />
      {description.reference && <UseReference {...props} />}
      <ProblemList problems={problemsAt(path)} place={false} />
    </div>
  );
}

function PlainControl(props: ControlProps): ReactNode {
  const { description, field } = props;
  const value = field?.value;
  if (field && !fits(description, value)) return <RawField field={{ ...field, name: description.label }} removable problems={false} />;
  switch (description.input) {
    case 'boolean':
      return <SwitchControl {...props} />;
    case 'choice':
      return <ChoiceControl {...props} />;
    case 'choices':
      return <ChoicesControl {...props} />;
    default:
      return <TextControl {...props} />;
  }
}

function isObject(value: Value | undefined): value is Value {
  return typeof value === 'object' && value !== null;
}

/** Whether the control can show the value. */
function fits(description: FieldDescription, value: Value | undefined): boolean {
  if (description.input === 'boolean') return isSwitch(value);
  if (description.input === 'choices') return listState(description, value) !== null;
  return !isObject(value);
}

function Meaning({ description, field }: ControlProps): ReactNode {
  return (
    <>
      {description.meaning}
      {field === undefined && description.default !== undefined && strings.notSet(description.default)}
      <span className="example">
        {strings.example}
        <code>{`${description.name}: ${description.example}`}</code>
      </span>
    </>
  );
}

function TextControl(props: ControlProps): ReactNode {
  const { edit } = useEditor();
  const { description, field, path } = props;
  const [text, setText] = useEntered<string>(valueText(field?.value));
  const change = (entered: string) => {
    setText(entered);
    edit([textEdit(path, entered, description.input)], { group: `field:${path.join('/')}`, adds: field === undefined });
  };
  const code = description.input !== 'text' || description.level === 'target';
  return (
    <TextInput
      label={description.label}
      description={<Meaning {...props} />}
      value={text}
      onChange={change}
      code={code}
      placeholder={field ? '' : strings.notSetLabel}
      isRequired={description.required ?? false}
      {...(description.input === 'number' ? { inputMode: 'numeric' as const } : {})}
    />
  );
}

function SwitchControl(props: ControlProps): ReactNode {
  const { edit } = useEditor();
  const { description, field, path } = props;
  const [value, setValue] = useEntered<Value | undefined>(field?.value);
  return (
    <SwitchInput
      label={description.label}
      description={<Meaning {...props} />}
      isSelected={isYes(value)}
      onChange={(on) => {
        setValue(on);
        edit([{ op: 'set', path, value: on }]);
      }}
    />
  );
}

const NOT_SET = ' ';

function ChoiceControl(props: ControlProps): ReactNode {
  const { edit } = useEditor();
  const { description, field, path } = props;
  const choices = description.choices ?? [];
  const chosen = field && choiceOf(description, field.value);
  const other = field !== undefined && chosen === undefined ? valueText(field.value) : undefined;
  const options = [
    ...(field !== undefined && !description.required ? [{ id: NOT_SET, label: strings.notSetLabel }] : []),
    ...choices.map((choice) => ({ id: String(choice.value), label: choice.label })),
    ...(other === undefined ? [] : [{ id: other, label: strings.otherCurrent(other) }]),
  ];
  return (
    <SelectInput
      label={description.label}
      description={<Meaning {...props} />}
      placeholder={strings.notSetLabel}
      options={options}
      value={chosen ? String(chosen.value) : (other ?? null)}
      onChange={(id) => {
        if (id === NOT_SET) edit([{ op: 'remove', path }], { structural: true });
        const choice = choices.find((candidate) => String(candidate.value) === id);
        if (choice && choice !== chosen) edit([{ op: 'set', path, value: choice.value }], { structural: true });
      }}
    />
  );
}

function ChoicesControl(props: ControlProps): ReactNode {
  const { edit } = useEditor();
  const { description, field, path } = props;
  const [value, setValue] = useEntered(field?.value);
  const state = listState(description, value);
  if (!state) return null;
  return (
    <fieldset className="field checkbox-group">
      <legend>{description.label}</legend>
      <div className="choices choices-inline">
        {state.choices.map(({ choice, selected }) => (
          <CheckboxInput
            key={choice.value}
            label={choice.label}
            isSelected={selected}
            onChange={(on) => {
              const made = toggleEdit(description, path, value, choice, on);
              setValue(made.op === 'set' ? made.value : undefined);
              edit([made]);
            }}
          />
        ))}
      </div>
      {state.others.length > 0 && <p className="field-note">{strings.alsoListUnchanged(state.others.map(valueText).join(', '))}</p>}
      <p className="field-description">
        <Meaning {...props} />
      </p>
    </fieldset>
  );
}

/** `ref/<name>: val-…` */
function ReferenceControl({ description, field }: ControlProps & { readonly field: Field }): ReactNode {
  const { shown, edit, problemsAt } = useEditor();
  const name = valueText(field.value);
  const here = shown.values.some((value) => value.name === name);
  return (
    <div className="control">
      <TextReference label={strings.labelReference(description.label)} field={field} />
      <p className="field-note">{here ? strings.documentDefinesUnderValues(name) : strings.comesVaultEnvironmentVariableSecret(name)}</p>
      <div>
        <Button small kind="quiet" onPress={() => edit([{ op: 'remove', path: field.path }], { structural: true })}>
          {strings.enterHereInstead(description.label)}
        </Button>
      </div>
      <ProblemList problems={problemsAt(field.path)} place={false} />
    </div>
  );
}

function UseReference({ description, field, integration, target }: ControlProps): ReactNode {
  const { edit, shown } = useEditor();
  if (!description.reference || !target) return null;
  const path = fieldPath(integration, target, `ref/${description.name}`);
  const value = shown.values[0]?.name ?? `val-${description.name}`;
  // Remove the value last: its position counts before the other exists.
  const edits: Edit[] = [{ op: 'set', path, value }, ...(field ? [{ op: 'remove' as const, path: field.path }] : [])];
  return (
    <div>
      <Button small kind="quiet" onPress={() => edit(edits, { structural: true })}>
        {strings.useReference(description.label)}
      </Button>
    </div>
  );
}

function TextReference({ label, field }: { readonly label: string; readonly field: Field }): ReactNode {
  const { edit } = useEditor();
  const [text, setText] = useEntered<string>(valueText(field.value));
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
