import type { ReactNode } from 'react';
import type { DraftReply } from '../../../main/common/replies.ts';
import { Banner } from '../../components/badge.tsx';
import { CopyButton } from '../../components/link.tsx';
import { Age } from '../age.tsx';

export type Earlier = Exclude<DraftReply, { outcome: 'none' }>;

export function EarlierNotice({ earlier, edited }: { readonly earlier: Earlier; readonly edited: boolean }): ReactNode {
  if (earlier.outcome === 'conflict') {
    return (
      <Banner
        tone="warn"
        live
        title={`You have unsaved changes that no longer fit: ${earlier.reason}`}
        actions={<CopyButton text={earlier.mine} label="Copy my text" />}
      >
        <p>
          You made them <Age of={earlier.savedAt} />. Below is the cluster’s current version. Your next edit replaces them.
        </p>
      </Banner>
    );
  }
  if (!edited) return null;
  const { savedAt, older, lostKeys } = earlier;
  return (
    <Banner tone="info" live title={older ? 'You have unsaved changes, made on an older version' : 'You have unsaved changes'}>
      <p>
        You made them <Age of={savedAt} />
        {older ? '. Here they are on top of the cluster’s current version. ' : '. '}
        Review and apply them, or discard them.
      </p>
      {lostKeys > 0 && (
        <p>
          {lostKeys === 1
            ? 'The key that you entered wasn’t kept. Enter it again.'
            : 'The keys that you entered weren’t kept. Enter them again.'}
        </p>
      )}
    </Banner>
  );
}
