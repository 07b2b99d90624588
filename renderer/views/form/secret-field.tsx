import { type ReactNode, useState } from 'react';
import type { Path } from '../../../main/common/yaml/value.ts';
import { Button } from '../../components/button.tsx';
import { SecretInput } from '../../components/field.tsx';
import { useFleet } from '../../state/app.tsx';
import { useEditor } from '../draft/editor-context.tsx';
import { ProblemList } from '../draft/problem-list.tsx';
import { bareKey, keyAdvice } from '../presets/key-advice.ts';
import { secretAt } from './field-values.ts';
import * as strings from './strings.ts';

/** Write-only: shows the fingerprint; can be replaced or removed. */
export function SecretField({
  label,
  path,
  isSet,
  description,
  coralogix = false,
  action,
}: {
  readonly label: string;
  readonly path: Path;
  readonly isSet: boolean;
  readonly description?: ReactNode;
  readonly coralogix?: boolean;
  readonly action?: ReactNode;
}): ReactNode {
  const { shown, edit, problemsAt } = useEditor();
  const { presets } = useFleet();
  const [entered, setEntered] = useState<string | null>(null);
  const secret = secretAt(shown.secrets, path);
  const preset = presets.find(({ id }) => id === secret?.preset);
  const former = presets.find(({ id }) => id === secret?.formerPreset);
  const advice = coralogix && entered !== null ? keyAdvice(entered) : null;

  const take = () => {
    const key = bareKey(entered ?? '');
    if (key !== '') edit([{ op: 'set', path, value: key }]);
    // SECURITY: the field forgets the key. Only the edits hold it, until they are applied or discarded.
    setEntered(null);
  };

  if (entered === null && isSet) {
    return (
      // biome-ignore lint/a11y/useSemanticElements: no group of controls, a field with its value
      <div className="field" role="group" aria-label={label}>
        <span className="field-label">{label}</span>
        <div className="key-row">
          <span>
            {strings.configured}
            {secret && <span className="code">{` · ${secret.fingerprint}`}</span>}
            {preset && strings.keyPreset(preset.name)}
            {former && strings.olderKeyPreset(former.name)}
          </span>
          <Button small onPress={() => setEntered('')} aria-label={strings.replaceLabel(label)}>
            {strings.replace}
          </Button>
          <Button small kind="quiet" onPress={() => edit([{ op: 'remove', path }])} aria-label={strings.removeTitle(label)}>
            {strings.removeLabel}
          </Button>
        </div>
        {description && <span className="field-description">{description}</span>}
        {action}
        <ProblemList problems={problemsAt(path)} place={false} />
      </div>
    );
  }
  return (
    // Leaving the field or pressing Enter takes a typed key, like the button.
    // biome-ignore lint/a11y/noStaticElementInteractions: listens to what happens in the field inside
    <div
      className="field"
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) take();
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && event.target instanceof HTMLInputElement) take();
      }}
    >
      <div className="secret-entry">
        <SecretInput label={label} value={entered ?? ''} onChange={setEntered} description={advice ?? description} autoFocus={isSet} />
        <Button onPress={take} isDisabled={(entered ?? '').trim() === ''} aria-label={strings.useThis(label)}>
          {strings.use}
        </Button>
        {isSet && (
          <Button kind="quiet" onPress={() => setEntered(null)} aria-label={strings.keepCurrent(label)}>
            {strings.keep}
          </Button>
        )}
      </div>
      {action}
      <ProblemList problems={problemsAt(path)} place={false} />
    </div>
  );
}
