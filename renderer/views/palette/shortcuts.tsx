import type { ReactNode } from 'react';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { COMMAND_KEY } from '../../state/keys.ts';
import * as strings from './strings.ts';

const SHORTCUTS = [
  [`${COMMAND_KEY} K`, strings.commandsFindEverythingFewLetters],
  ['/', strings.search],
  [strings.jK, strings.nextPreviousRow],
  [strings.eEnter, strings.openRow],
  [strings.space, strings.openPanel],
  ['→', strings.enterPanel],
  ['t', strings.testRowsDelivery],
  ['x', strings.selectRow],
  ['c', strings.changeSelectedRows],
  [`${COMMAND_KEY} S`, strings.reviewChanges],
  [strings.commandKeyEnter(COMMAND_KEY), strings.mainButtonDialog],
  ['a', strings.addIntegration],
  ['h', strings.helpEachField],
  ['f', strings.applyFirstSuggestedFix],
  ['u', strings.undoLastApply],
  ['n', strings.newPreset],
  ['r', strings.updateOlderKey],
  ['Escape', strings.closeOpenDialogClearSearch],
  ['?', strings.thisList],
] as const;

export function Shortcuts({ onClose }: { readonly onClose: () => void }): ReactNode {
  return (
    <Dialog
      title={strings.keyboardShortcuts}
      size="small"
      onClose={onClose}
      footer={
        <Button kind="primary" autoFocus onPress={onClose}>
          {strings.done}
        </Button>
      }
    >
      <dl className="shortcuts">
        {SHORTCUTS.map(([keys, words]) => (
          <div key={keys}>
            <dt>
              <span className="key-cap">{keys}</span>
            </dt>
            <dd>{words}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
