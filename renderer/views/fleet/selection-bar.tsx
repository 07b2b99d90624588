import { KeyRound, Pause, Play, Send, X } from 'lucide-react';
import type { ReactNode } from 'react';
import type { RolloutChange } from '../../../main/common/rollout/change.ts';
import { Button, IconButton } from '../../components/button.tsx';
import * as strings from './strings.ts';

/** Actions for all selected rows together. */
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
  /** null: the dialog asks which change. */
  readonly onChange: (change: RolloutChange | null) => void;
  readonly onClear: () => void;
}): ReactNode {
  return (
    <div className="selection-bar" role="toolbar" aria-label={strings.selectedRows} data-commands={strings.countSelected(count)}>
      <strong role="status">{strings.countSelected(count)}</strong>
      <Button kind="quiet" small icon={Send} isDisabled={testable === 0} onPress={onTest}>
        {strings.test}
      </Button>
      <Button kind="quiet" small icon={Play} onPress={() => onChange({ op: 'stopped', value: false })}>
        {strings.start}
      </Button>
      <Button kind="quiet" small icon={Pause} onPress={() => onChange({ op: 'stopped', value: true })}>
        {strings.stop}
      </Button>
      <Button kind="quiet" small icon={KeyRound} data-shortcut="c" onPress={() => onChange(null)}>
        {strings.usePresetChange}
      </Button>
      <IconButton icon={X} label={strings.clearSelection} onPress={onClear} />
    </div>
  );
}
