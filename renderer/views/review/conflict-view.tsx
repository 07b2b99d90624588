import type { ReactNode } from 'react';
import type { ApplyReply } from '../../../main/common/api.ts';
import type { Value } from '../../../main/common/yaml/value.ts';
import { Banner } from '../../components/badge.tsx';
import { CopyButton } from '../../components/link.tsx';
import { valueText } from '../form/field-values.ts';

/** What collided, with the three values of each place, and the three texts. Nothing was written. */
export function ConflictView({ conflict }: { readonly conflict: Extract<ApplyReply, { outcome: 'conflict' }> }): ReactNode {
  const { conflicts, base, mine, theirs } = conflict;
  return (
    <>
      <Banner tone="warn" live title={conflict.reason}>
        <p>Your edits are still here.</p>
      </Banner>
      {conflicts.length > 0 && (
        <table className="conflicts">
          <caption className="for-screen-readers">What collided</caption>
          <thead>
            <tr>
              <th scope="col">Where</th>
              <th scope="col">Before</th>
              <th scope="col">Mine</th>
              <th scope="col">Theirs</th>
            </tr>
          </thead>
          <tbody>
            {conflicts.map((place) => (
              <tr key={place.path.join('/')}>
                <th scope="row" className="code">
                  {place.path.join(' › ')}
                </th>
                <Cell value={place.base} />
                <Cell value={place.mine} />
                <Cell value={place.theirs} />
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {mine !== null && <Text title="Mine" text={mine} />}
      <Text title="Theirs" text={theirs} />
      {base !== null && <Text title="Before" text={base} />}
    </>
  );
}

function Cell({ value }: { readonly value: Value | undefined }): ReactNode {
  return <td className="code">{value === undefined ? <span className="quiet">not there</span> : valueText(value)}</td>;
}

function Text({ title, text }: { readonly title: string; readonly text: string }): ReactNode {
  return (
    <details>
      <summary>{`${title}: the whole text`}</summary>
      <CopyButton text={text} label={`Copy ${title.toLowerCase()}`} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls has to be reachable by keyboard */}
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for controls */}
      <pre className="code-block" role="group" aria-label={title} tabIndex={0}>
        {text}
      </pre>
    </details>
  );
}
