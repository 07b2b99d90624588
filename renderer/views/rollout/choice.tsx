import { type ReactNode, useState } from 'react';
import type { PresetView } from '../../../main/common/coralogix/preset.ts';
import type { RolloutChange } from '../../../main/common/rollout/change.ts';
import { Banner } from '../../components/badge.tsx';
import { Button } from '../../components/button.tsx';
import { CheckboxInput, TextInput } from '../../components/field.tsx';
import { type Candidate, olderWords } from './candidates.ts';
import { ChangeChoice } from './change-choice.tsx';
import type { Wanted } from './change-values.ts';
import * as strings from './strings.ts';

/** The change, and its targets. */
export function RolloutChoice({
  candidates,
  presets,
  chosen,
  onChoose,
  initial,
  change,
  onChange,
}: {
  readonly candidates: readonly Candidate[];
  readonly presets: readonly PresetView[];
  readonly chosen: ReadonlySet<string>;
  readonly onChoose: (chosen: ReadonlySet<string>) => void;
  readonly initial: Wanted;
  readonly change: RolloutChange | null;
  readonly onChange: (change: RolloutChange | null) => void;
}): ReactNode {
  const [query, setQuery] = useState('');
  const found = candidates.filter(({ words }) => words.toLowerCase().includes(query.toLowerCase()));
  const preset = change?.op === 'preset' ? presets.find(({ id }) => id === change.preset) : undefined;
  const older = candidates.filter(({ formerOf }) => (preset === undefined ? formerOf.length > 0 : formerOf.includes(preset.id)));
  const warning = preset === undefined ? null : olderWords(older, `“${preset.name}”`);
  const [first] = chosen;
  const like = candidates.find(({ id }) => id === first);
  const choose = (some: readonly Candidate[]) => onChoose(new Set(some.map(({ id }) => id)));
  const sets = [
    {
      label: strings.chooseAllShown(found.length),
      some: candidates.filter((one) => chosen.has(one.id) || found.includes(one)),
      shown: found.length > 0,
    },
    { label: strings.chooseOlderKey(older.length), some: older, shown: older.length > 0 },
    ...presets.map(({ id, name }) => {
      const some = candidates.filter((one) => one.presets.includes(id));
      return { label: strings.chooseTheWith(some.length, name), some, shown: some.length > 0 };
    }),
    {
      label: strings.chooseAllMatchChosenOne,
      some: candidates.filter(({ alike }) => alike === like?.alike),
      shown: chosen.size === 1 && candidates.filter(({ alike }) => alike === like?.alike).length > 1,
    },
  ].filter(({ shown }) => shown);
  return (
    <>
      <ChangeChoice presets={presets} candidates={candidates} initial={initial} onChange={onChange} />
      {warning !== null && <Banner tone="warn" title={warning} />}
      <TextInput label={strings.showOnly} value={query} onChange={setQuery} placeholder={strings.clusterInstanceHost} />
      <div className="choices choices-inline">
        {sets.map(({ label, some }) => (
          <Button key={label} small onPress={() => choose(some)}>
            {label}
          </Button>
        ))}
        <Button small isDisabled={chosen.size === 0} onPress={() => onChoose(new Set())}>
          {strings.chooseNone}
        </Button>
      </div>
      <div className="choices">
        {found.map(({ id, words }) => (
          <CheckboxInput
            key={id}
            label={words}
            isSelected={chosen.has(id)}
            onChange={(on) => onChoose(on ? new Set([...chosen, id]) : new Set([...chosen].filter((other) => other !== id)))}
          />
        ))}
      </div>
    </>
  );
}
