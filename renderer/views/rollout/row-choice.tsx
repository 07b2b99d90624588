import { type ReactNode, useState } from 'react';
import type { MetChange, RowChoice } from '../../../main/common/rollout/change.ts';
import { Button } from '../../components/button.tsx';
import { Age } from '../age.tsx';
import { type Choices, ConflictPlaces } from '../conflict-places.tsx';
import * as strings from './strings.ts';

/** The values in conflict between a row and someone else's change. */
export function RowChoiceForm({
  row,
  met,
  onApply,
}: {
  readonly row: string;
  readonly met: MetChange;
  readonly onApply: (choice: RowChoice) => void;
}): ReactNode {
  const [choices, setChoices] = useState<Choices>([]);
  const { on, conflicts, writer } = met;
  return (
    <>
      {writer && (
        <p className="quiet">
          {strings.wroteCurrentVersion(writer.manager)}
          <Age of={writer.at} />.
        </p>
      )}
      <ConflictPlaces
        {...{ conflicts, choices }}
        onChoose={setChoices}
        mine={strings.thisRollout}
        theirs={strings.now}
        before={strings.whenPlanned}
      />
      <Button small isDisabled={choices.length < conflicts.length} onPress={() => onApply({ row, on, fields: choices })}>
        {strings.applyTheseValues}
      </Button>
    </>
  );
}
