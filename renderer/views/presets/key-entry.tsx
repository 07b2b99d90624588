import { type ReactNode, useState } from 'react';
import type { KeyInfo } from '../../../main/common/coralogix/preset.ts';
import { Banner } from '../../components/badge.tsx';
import { Button } from '../../components/button.tsx';
import { SecretInput } from '../../components/field.tsx';
import { useNow } from '../../state/app.tsx';
import { configuredWords, isUsable } from './key-words.ts';
import * as strings from './strings.ts';

/** Never shows a key. */
export function KeyEntry({
  label,
  present,
  value,
  onChange,
  removal,
  description,
  advice,
}: {
  readonly label: string;
  readonly present: KeyInfo | undefined;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly removal: { readonly chosen: boolean; readonly choose: (chosen: boolean) => void; readonly words: string };
  readonly description: ReactNode;
  readonly advice: string | null;
}): ReactNode {
  const now = useNow();
  const usable = present !== undefined && isUsable(present);
  const [replacing, setReplacing] = useState(!usable);
  // The next typed text is the new key.
  const [asked, setAsked] = useState(false);
  if (removal.chosen) {
    return (
      // biome-ignore lint/a11y/useSemanticElements: no group of controls, a field with its value
      <div className="field" role="group" aria-label={label}>
        <span className="field-label">{label}</span>
        <div className="key-row">
          <span role="status">{removal.words}</span>
          <Button small autoFocus onPress={() => removal.choose(false)} aria-label={strings.keepLabel(label)}>
            {strings.keepIt}
          </Button>
        </div>
      </div>
    );
  }
  if (replacing || !present) {
    return (
      <>
        <SecretInput
          label={label}
          description={
            <>
              {usable ? strings.leaveEmptyKeepCurrentKey : ''}
              {description}
            </>
          }
          value={value}
          onChange={onChange}
          autoFocus={asked}
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
          {configuredWords(present, now)}
          {present.fingerprint !== undefined && (
            <>
              {' · '}
              <span className="code">{present.fingerprint}</span>
            </>
          )}
        </span>
        <Button
          small
          onPress={() => {
            setReplacing(true);
            setAsked(true);
          }}
          aria-label={strings.replaceLabel(label)}
        >
          {strings.replace}
        </Button>
        <Button small kind="quiet" onPress={() => removal.choose(true)} aria-label={strings.removeLabel(label)}>
          {strings.remove}
        </Button>
      </div>
    </div>
  );
}
