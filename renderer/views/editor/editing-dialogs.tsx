import type { ReactNode } from 'react';
import { DeliveryDialog } from '../delivery/delivery-dialog.tsx';
import { HistoryDialog } from '../history/history-dialog.tsx';
import { ReviewDialog } from '../review/review-dialog.tsx';
import type { Editing } from './use-editing.ts';

export function EditingDialogs({ editing }: { readonly editing: Editing }): ReactNode {
  const { draft, reviewed, remembering, delivery } = editing;
  return (
    <>
      {reviewed && (
        <ReviewDialog
          draft={draft}
          preview={reviewed}
          stale={editing.live === 'changed'}
          onClose={() => editing.review(false)}
          onApplied={editing.finish}
          onTakeTheirs={editing.takeTheirs}
        />
      )}
      {remembering && (
        <HistoryDialog view={draft.view} undo={remembering.undo} onEdit={editing.takeBack} onClose={() => editing.remember(null)} />
      )}
      {delivery && (
        <DeliveryDialog
          session={delivery}
          onClose={() => editing.show(null)}
          onUseEdits={(edits) => editing.tools.edit(edits)}
          onApply={() => {
            editing.show(null);
            editing.review(true);
          }}
        />
      )}
    </>
  );
}
