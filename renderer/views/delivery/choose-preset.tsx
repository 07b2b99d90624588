import { Send } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { Banner } from '../../components/badge.tsx';
import { Button } from '../../components/button.tsx';
import { SelectInput } from '../../components/select.tsx';
import { useFleet } from '../../state/app.tsx';
import * as strings from './strings.ts';

/** Only the cluster can resolve the reference: asks once for its preset; main remembers it. */
export function ChoosePreset({ reason, onChoose }: { readonly reason: string; readonly onChoose: (preset: string) => void }): ReactNode {
  const { presets } = useFleet();
  const [chosen, setChosen] = useState<string | null>(null);
  const usable = presets.filter((preset) => preset.key.state !== 'missing');
  return (
    <Banner
      tone="warn"
      live
      title={reason}
      actions={
        <Button kind="primary" icon={Send} isDisabled={chosen === null} onPress={() => chosen !== null && onChoose(chosen)}>
          {strings.testPreset}
        </Button>
      }
    >
      {usable.length === 0 ? (
        <p>{strings.noPresetKeyYetAdd}</p>
      ) : (
        <SelectInput
          label={strings.presetKey}
          description={strings.rememberedReferenceKeyGoesOnly}
          placeholder={strings.choosePreset}
          options={usable.map(({ id, name, domain }) => ({ id, label: name, description: domain }))}
          value={chosen}
          onChange={setChosen}
        />
      )}
    </Banner>
  );
}
