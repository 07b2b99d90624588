import type { ReactNode } from 'react';
import type { DraftReply } from '../../../main/common/replies.ts';
import { Banner } from '../../components/badge.tsx';
import { CopyButton } from '../../components/link.tsx';
import { Age } from '../age.tsx';
import * as strings from './strings.ts';

export type Earlier = Exclude<DraftReply, { outcome: 'none' }>;

export function EarlierNotice({ earlier, edited }: { readonly earlier: Earlier; readonly edited: boolean }): ReactNode {
  if (earlier.outcome === 'conflict') {
    return (
      <Banner
        tone="warn"
        live
        title={strings.unsavedChangesNoLongerFit(earlier.reason)}
        actions={<CopyButton text={earlier.mine} label={strings.copyMyText} />}
      >
        <p>
          {strings.madeThem}
          <Age of={earlier.savedAt} />
          {strings.belowClustersCurrentVersionNext}
        </p>
      </Banner>
    );
  }
  if (!edited) return null;
  const { savedAt, older, lostKeys } = earlier;
  return (
    <Banner tone="info" live title={older ? strings.unsavedChangesMadeOlderVersion : strings.unsavedChanges}>
      <p>
        {strings.madeThem}
        <Age of={savedAt} />
        {strings.reviewApplyThemDiscardThem(older ? strings.hereTheyTopClustersCurrent : '. ')}
      </p>
      {lostKeys > 0 && <p>{lostKeys === 1 ? strings.keyEnteredWasntKeptEnter : strings.keysEnteredWerentKeptEnter}</p>}
    </Banner>
  );
}
