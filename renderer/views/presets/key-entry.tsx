import { type ReactNode, useState } from 'react';
import type { KeyInfo } from '../../../main/common/preset.ts';
import { Banner } from '../../components/badge.tsx';
import { Button } from '../../components/button.tsx';
import { SecretInput } from '../../components/field.tsx';
import { useNow } from '../../state/app.tsx';
import { isUsable, keyWords } from './key-words.ts';

/** A key of a preset: what is known of the one that it has, or the field for another. It never shows one. */
export function KeyEntry({
  label,
  present,
  value,
  onChange,
  onRemove,
  description,
  advice,
}: {
  readonly label: string;
  /** undefined: it has none. */
  readonly present: KeyInfo | undefined;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** Where it can be done without. */
  readonly onRemove?: () => void;
  readonly description: ReactNode;
  readonly advice: string | null;
}): ReactNode {
  const now = useNow();
  const usable = present !== undefined && isUsable(present);
  const [replacing, setReplacing] = useState(!usable);
  if (replacing || !present) {
    return (
      <>
        <SecretInput
          label={label}
          description={
            <>
              {usable ? 'Leave it empty to keep the present key. ' : ''}
              {description}
            </>
          }
          value={value}
          onChange={onChange}
        />
        {advice !== null && <Banner tone="warn" live title={advice} />}
      </>
    );
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: no group of controls, a field with its value
    <div className="field" role="group" aria-label={label}>
      <span className="field-label">{label}</span>
      <div className="key-row">
        <span>
          {`Configured · ${keyWords(present, now)}`}
          {present.fingerprint !== undefined && <span className="code">{` · ${present.fingerprint}`}</span>}
        </span>
        <Button small onPress={() => setReplacing(true)} aria-label={`Replace ${label}`}>
          Replace
        </Button>
        {onRemove && (
          <Button small kind="quiet" onPress={onRemove} aria-label={`Remove ${label}`}>
            Remove
          </Button>
        )}
      </div>
    </div>
  );
}
