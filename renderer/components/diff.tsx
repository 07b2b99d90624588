import { type ReactNode, useState } from 'react';
import type { DiffLine } from '../../main/common/integration/reading/integration.ts';
import { Button } from './button.tsx';
import { foldDiff } from './diff-fold.ts';
import * as strings from './strings.ts';

const MARK = { same: ' ', removed: '−', added: '+' } as const;
const WORD = { same: '', removed: 'removed: ', added: 'added: ' } as const;

export function Diff({ lines, label }: { readonly lines: readonly DiffLine[]; readonly label: string }): ReactNode {
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set());
  let position = 0;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls has to be reachable by keyboard
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for controls
    <div className="diff" role="group" aria-label={label} tabIndex={0}>
      {foldDiff(lines).map((part) => {
        const start = position;
        position += part.lines.length;
        if (part.kind === 'folded' && !open.has(start)) {
          return (
            <Button key={start} kind="quiet" small onPress={() => setOpen(new Set([...open, start]))}>
              {strings.showUnchangedLines(part.lines.length)}
            </Button>
          );
        }
        return part.lines.map((line, offset) => <Line key={start + offset} line={line} />);
      })}
    </div>
  );
}

function Line({ line }: { readonly line: DiffLine }): ReactNode {
  const number = line.kind === 'removed' ? line.old : line.new;
  return (
    <div className={`diff-line diff-${line.kind}`}>
      <span className="diff-number" aria-hidden="true">
        {number}
      </span>
      <span className="diff-mark" aria-hidden="true">
        {MARK[line.kind]}
      </span>
      <code>
        {WORD[line.kind] !== '' && <span className="for-screen-readers">{WORD[line.kind]}</span>}
        {line.text}
      </code>
    </div>
  );
}
