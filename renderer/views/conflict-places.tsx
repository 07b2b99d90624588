import type { ReactNode } from 'react';
import type { ConflictPlace } from '../../main/common/history/refusal.ts';
import type { Choice } from '../../main/common/integration/choices.ts';
import type { Value } from '../../main/common/yaml/value.ts';
import { RadioInput, TextInput } from '../components/field.tsx';
import * as strings from './strings.ts';
import { rawValue, samePath, valueText } from './values.ts';

export type Choices = readonly Choice[];

/** The conflicting places, each with its possible values. */
export function ConflictPlaces({
  conflicts,
  choices,
  onChoose,
  mine = strings.mine,
  theirs = strings.theirs,
  before = strings.before,
}: {
  readonly conflicts: readonly ConflictPlace[];
  readonly choices: Choices;
  readonly onChoose: (choices: Choices) => void;
  /** The names of the three sides. */
  readonly mine?: string;
  readonly theirs?: string;
  readonly before?: string;
}): ReactNode {
  return conflicts.map((place) => (
    <Place
      key={place.path.join('/')}
      place={place}
      sides={{ mine, theirs, before }}
      choice={choices.find(({ path }) => samePath(path, place.path))}
      onChoose={(choice) => onChoose([...choices.filter(({ path }) => !samePath(path, place.path)), choice])}
    />
  ));
}

function Place({
  place,
  sides,
  choice,
  onChoose,
}: {
  readonly place: ConflictPlace;
  readonly sides: Readonly<Record<'mine' | 'theirs' | 'before', string>>;
  readonly choice: Choice | undefined;
  readonly onChoose: (choice: Choice) => void;
}): ReactNode {
  const { path, words } = place;
  const taken = choice === undefined ? null : 'value' in choice ? 'value' : choice.take;
  const isScalar = [place.mine, place.theirs].every((value) => typeof value !== 'object' || value === null) && path.length > 1;
  return (
    <section>
      <RadioInput
        label={words}
        value={taken}
        options={[
          { id: 'mine', label: `${sides.mine}: ${shown(place.mine)}` },
          { id: 'theirs', label: `${sides.theirs}: ${shown(place.theirs)}` },
          ...(isScalar ? [{ id: 'value', label: strings.anotherValue }] : []),
        ]}
        onChange={(id) =>
          onChoose(id === 'mine' || id === 'theirs' ? { path, take: id } : { path, value: place.mine ?? place.theirs ?? '' })
        }
      />
      <p className="quiet">{`${sides.before}: ${shown(place.base)}`}</p>
      {choice !== undefined && 'value' in choice && (
        <TextInput
          label={strings.valueOfWords(words)}
          value={valueText(choice.value)}
          onChange={(text) => onChoose({ path, value: rawValue(text) })}
        />
      )}
    </section>
  );
}

const MAX_SHOWN = 200;

function shown(value: Value | undefined): string {
  const text = value === undefined ? strings.notThere : valueText(value);
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}
