import { KeyRound, Pause, Play, Send, X } from 'lucide-react';
import type { ReactNode } from 'react';
import type { RolloutChange } from '../../../main/common/rollout/change.ts';
import { Button, IconButton } from '../../components/button.tsx';

/** What can be done with all selected rows together. */
export function SelectionBar({
  count,
  testable,
  onTest,
  onChange,
  onClear,
}: {
  readonly count: number;
  readonly testable: number;
  readonly onTest: () => void;
  /** null: which change is chosen in the dialog. */
  readonly onChange: (change: RolloutChange | null) => void;
  readonly onClear: () => void;
}): ReactNode {
  return (
    <div className="selection-bar" role="toolbar" aria-label="Selected rows">
      <strong role="status">{`${count} selected`}</strong>
      <Button kind="quiet" small icon={Send} isDisabled={testable === 0} onPress={onTest}>
        Test
      </Button>
      <Button kind="quiet" small icon={Play} onPress={() => onChange({ op: 'stopped', value: false })}>
        Start
      </Button>
      <Button kind="quiet" small icon={Pause} onPress={() => onChange({ op: 'stopped', value: true })}>
        Stop
      </Button>
      <Button kind="quiet" small icon={KeyRound} onPress={() => onChange(null)}>
        Use preset or change …
      </Button>
      <IconButton icon={X} label="Clear the selection" onPress={onClear} />
    </div>
  );
}
