import type { ReactNode } from 'react';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { COMMAND_KEY } from '../../state/keys.ts';

const SHORTCUTS = [
  [`${COMMAND_KEY} K`, 'Commands: find everything by a few letters'],
  ['/', 'Search'],
  ['j and k', 'Next and previous row'],
  ['e or Enter', 'Open the row'],
  ['t', 'Test the row’s delivery'],
  ['x', 'Select the row'],
  [`${COMMAND_KEY} S`, 'Review your changes'],
  [`${COMMAND_KEY} Enter`, 'Apply, in the review'],
  ['a', 'Add an integration'],
  ['h', 'Help for each field'],
  ['f', 'Apply the first suggested fix'],
  ['u', 'Undo the last apply'],
  ['n', 'New preset'],
  ['Escape', 'Close the open dialog, or clear the search'],
  ['?', 'This list'],
] as const;

export function Shortcuts({ onClose }: { readonly onClose: () => void }): ReactNode {
  return (
    <Dialog
      title="Keyboard shortcuts"
      size="small"
      onClose={onClose}
      footer={
        <Button kind="primary" autoFocus onPress={onClose}>
          Done
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
