import { type ReactNode, useState } from 'react';
import type { Refusal } from '../../../main/common/history/refusal.ts';
import type { GivenKey } from '../../../main/common/integration/reading/integration.ts';
import { Button } from '../../components/button.tsx';
import { SecretInput } from '../../components/field.tsx';
import { SelectInput } from '../../components/select.tsx';
import { useFleet } from '../../state/app.tsx';
import * as strings from './strings.ts';

/** Asks for keys that are no longer known: a preset's, or a typed one. */
export function MissingKeys({
  missing,
  keys,
  onChange,
}: {
  readonly missing: NonNullable<Refusal['missing']>;
  readonly keys: readonly GivenKey[];
  readonly onChange: (keys: readonly GivenKey[]) => void;
}): ReactNode {
  const { presets } = useFleet();
  return missing.flatMap(({ path, words }) => {
    if (path === null) return [];
    const at = JSON.stringify(path);
    const given = keys.find((key) => JSON.stringify(key.path) === at);
    const others = keys.filter((key) => key !== given);
    return [
      <div key={at}>
        <SelectInput
          label={strings.keyOf(words)}
          placeholder={strings.choosePreset}
          options={presets.map(({ id, name, domain }) => ({ id, label: name, description: domain }))}
          value={given !== undefined && 'preset' in given ? given.preset : null}
          onChange={(preset) => onChange([...others, { path, preset }])}
        />
        <TypedKey
          label={strings.enterKey(words)}
          given={given !== undefined && 'key' in given}
          onKey={(key) => onChange([...others, { path, key }])}
        />
      </div>,
    ];
  });
}

function TypedKey({
  label,
  given,
  onKey,
}: {
  readonly label: string;
  readonly given: boolean;
  readonly onKey: (key: string) => void;
}): ReactNode {
  const [entered, setEntered] = useState('');
  const use = () => {
    onKey(entered.trim());
    // SECURITY: the field forgets the key; from here on it is in the edit only.
    setEntered('');
  };
  return (
    <div className="secret-entry">
      <SecretInput
        label={label}
        value={entered}
        onChange={setEntered}
        description={given ? strings.keyEnteredRestoreUndoAgain : undefined}
      />
      <Button onPress={use} isDisabled={entered.trim() === ''} aria-label={strings.useIt(label)}>
        {strings.use}
      </Button>
    </div>
  );
}
