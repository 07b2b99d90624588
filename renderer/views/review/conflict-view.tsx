import type { ReactNode } from 'react';
import type { ApplyReply } from '../../../main/common/replies.ts';
import { Banner } from '../../components/badge.tsx';
import { CopyButton } from '../../components/link.tsx';
import { Age } from '../age.tsx';
import { type Choices, ConflictPlaces } from '../conflict-places.tsx';
import * as strings from './strings.ts';

export function ConflictView({
  conflict,
  choices,
  onChoose,
}: {
  readonly conflict: Extract<ApplyReply, { outcome: 'conflict' }>;
  readonly choices: Choices;
  readonly onChoose: (choices: Choices) => void;
}): ReactNode {
  const { conflicts, writer, base, mine, theirs } = conflict;
  return (
    <>
      <Banner tone="warn" live title={conflict.reason}>
        <p>
          {strings.editsStillHere}
          {writer && (
            <>
              {strings.wroteOtherVersion(writer.manager)}
              <Age of={writer.at} />.
            </>
          )}
        </p>
      </Banner>
      <ConflictPlaces conflicts={conflicts} choices={choices} onChoose={onChoose} />
      {mine !== null && <Text title={strings.mine} text={mine} />}
      <Text title={strings.theirs} text={theirs} />
      {base !== null && <Text title={strings.before} text={base} />}
    </>
  );
}

function Text({ title, text }: { readonly title: string; readonly text: string }): ReactNode {
  return (
    <details>
      <summary>{strings.wholeText(title)}</summary>
      <CopyButton text={text} label={strings.copyTitle(title.toLowerCase())} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls has to be reachable by keyboard */}
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for controls */}
      <pre className="code-block" role="group" aria-label={title} tabIndex={0}>
        {text}
      </pre>
    </details>
  );
}
