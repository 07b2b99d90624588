import { type ReactNode, useState } from 'react';
import type { PresetView } from '../../../main/common/coralogix/preset.ts';
import type { FieldDescription } from '../../../main/common/integration/reading/field-table.ts';
import { FIELDS } from '../../../main/common/integration/reading/field-table.ts';
import type { RolloutChange } from '../../../main/common/rollout/change.ts';
import { isRolloutField } from '../../../main/common/rollout/fields.ts';
import { CheckboxInput, TextInput } from '../../components/field.tsx';
import { SelectInput } from '../../components/select.tsx';
import type { Candidate } from './candidates.ts';
import { rolloutChange, type Wanted } from './change-values.ts';
import * as strings from './strings.ts';

const OPS = [
  { id: 'stop', label: strings.stop },
  { id: 'start', label: strings.start },
  { id: 'ingress', label: strings.sendIngress, description: strings.alsoReplacesRetiredUrlCurrent },
  { id: 'api', label: strings.sendApi, description: strings.alsoReplacesRetiredUrlCurrent },
  { id: 'set', label: strings.setField },
  { id: 'remove', label: strings.removeField },
  { id: 'addItem', label: strings.addItemList },
  { id: 'dropItem', label: strings.removeItemList },
  { id: 'insert', label: strings.copyIntegration },
];

/** The chosen change, one of all that a rollout can make. null: it isn't complete yet. */
export function ChangeChoice({
  presets,
  candidates,
  initial,
  onChange,
}: {
  readonly presets: readonly PresetView[];
  readonly candidates: readonly Candidate[];
  readonly initial: Wanted;
  readonly onChange: (change: RolloutChange | null) => void;
}): ReactNode {
  const [wanted, setWanted] = useState(initial);
  const take = (next: Wanted) => {
    setWanted(next);
    onChange(rolloutChange(next, candidates));
  };
  const { op, field, value, from, preset } = wanted;
  const isList = op === 'addItem' || op === 'dropItem';
  const fields = FIELDS.filter(({ name, input }) => isRolloutField(name) && (!isList || input === 'choices'));
  const description = fields.find(({ name }) => name === field);
  return (
    <>
      <SelectInput
        label={strings.change}
        placeholder={strings.chooseOneChange}
        options={[...presets.map(({ id, name }) => ({ id: `preset:${id}`, label: strings.usePreset(name) })), ...OPS]}
        value={op}
        onChange={(id) => take({ ...wanted, op: id, ...(id === 'addItem' || id === 'dropItem' ? { field: null, value: '' } : {}) })}
      />
      {(op === 'set' || op === 'remove' || isList) && (
        <SelectInput
          label={strings.field}
          placeholder={strings.chooseField}
          options={fields.map(({ name, label, meaning }) => ({ id: name, label, description: meaning }))}
          value={description === undefined ? null : field}
          onChange={(id) => take({ ...wanted, field: id, value: '' })}
        />
      )}
      {(op === 'set' || isList) && description !== undefined && (
        <ValueInput description={description} isList={isList} value={value} onChange={(next) => take({ ...wanted, value: next })} />
      )}
      {op === 'insert' && (
        <>
          <SelectInput
            label={strings.integrationCopy}
            placeholder={strings.chooseIntegration}
            options={candidates.map(({ id, words }) => ({ id, label: words }))}
            value={from}
            onChange={(id) => take({ ...wanted, from: id })}
          />
          <SelectInput
            label={strings.presetKey}
            description={strings.keyIsntCopiedPresetsKey}
            options={[{ id: '', label: strings.noneNoKeyNeeded }, ...presets.map(({ id, name }) => ({ id, label: name }))]}
            value={preset}
            onChange={(id) => take({ ...wanted, preset: id })}
          />
        </>
      )}
    </>
  );
}

function ValueInput({
  description,
  isList,
  value,
  onChange,
}: {
  readonly description: FieldDescription;
  readonly isList: boolean;
  readonly value: string;
  readonly onChange: (value: string) => void;
}): ReactNode {
  const { label, choices, input, example } = description;
  const options = (choices ?? []).map((choice) => ({ id: JSON.stringify(choice.value), label: choice.label }));
  if (input === 'boolean')
    return (
      <SelectInput
        label={label}
        options={[
          { id: 'true', label: strings.yes },
          { id: 'false', label: strings.no },
        ]}
        value={value === '' ? null : value}
        onChange={onChange}
      />
    );
  if (options.length === 0)
    return (
      <TextInput
        label={label}
        value={value}
        onChange={onChange}
        code
        inputMode={input === 'number' ? 'numeric' : 'text'}
        placeholder={example}
      />
    );
  if (isList || input === 'choice')
    return <SelectInput label={isList ? strings.item : label} options={options} value={value === '' ? null : value} onChange={onChange} />;
  const chosen = value === '' ? [] : value.split(',');
  return (
    // biome-ignore lint/a11y/useSemanticElements: looks as every other field
    <div className="field" role="group" aria-label={label}>
      <span className="field-label">{label}</span>
      {options.map((option) => (
        <CheckboxInput
          key={option.id}
          label={option.label}
          isSelected={chosen.includes(option.id)}
          onChange={(on) =>
            onChange(
              options
                .map(({ id }) => id)
                .filter((id) => (id === option.id ? on : chosen.includes(id)))
                .join(','),
            )
          }
        />
      ))}
    </div>
  );
}
