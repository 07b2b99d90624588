import { useEffect, useMemo, useRef, useState } from 'react';
import type { Edit } from '../../../main/common/integration/reading/integration.ts';
import type { ConfigMapView, Preview } from '../../../main/common/replies.ts';
import { useApp } from '../../state/app.tsx';
import { commitTyped } from '../../state/keys.ts';
import type { DeliverySession } from '../delivery/delivery-dialog.tsx';
import { dropCarried, useCarried } from '../draft/carried.ts';
import type { EditorTools } from '../draft/editor-context.tsx';
import { type Draft, useDraft } from '../draft/use-draft.ts';
import { useKeptDraft } from '../draft/use-kept-draft.ts';
import { type LiveVersion, useLiveVersion } from '../draft/use-live-version.ts';
import { problemsAt, withoutEmptyItems } from '../form/field-values.ts';
import type { Earlier } from '../review/earlier-notice.tsx';
import type { Applied, Kept } from '../review/outcome.ts';
import type { Opened } from './opening.tsx';

/** The editing of one ConfigMap: what its page and its panel have in common. */
export interface Editing {
  readonly draft: Draft;
  readonly tools: EditorTools;
  readonly live: LiveVersion;
  readonly earlier: Earlier | null;
  readonly edited: boolean;
  /** The last apply, until the next edit. */
  readonly applied: Applied | null;
  readonly kept: Kept | null;
  dropKept(): void;
  takeView(view: ConfigMapView): void;
  /** Makes an edit of the history and reviews it. */
  takeBack(edit: Edit): void;
  test(integration: number, target: number | undefined, title: string): void;
  show(delivery: DeliverySession | null): void;
  readonly delivery: DeliverySession | null;
  /** `undo`: the revision that the history begins with. */
  remember(from: { readonly undo?: string } | null): void;
  readonly remembering: { readonly undo?: string } | null;
  review(open: boolean): void;
  /** The review waits for the last change's check. */
  readonly waits: boolean;
  /** What is reviewed. */
  readonly reviewed: Preview | null;
  finish(result: Applied): void;
  takeTheirs(next: ConfigMapView, mine: Kept): void;
}

export function useEditing(
  { view: initial, earlier, carried, onReplaced }: Opened,
  beginning: readonly Edit[],
  onMoved: (edits: readonly Edit[]) => void,
  onApplied: () => void,
): Editing {
  const { router } = useApp();
  const initialEdits = earlier?.outcome === 'draft' ? earlier.edits : beginning;
  // An undo may have to ask for keys, or which later changes to keep: the history asks.
  const [only] = initialEdits;
  const askedUndo = initialEdits.length === 1 && only?.op === 'undo' && earlier === null ? only.revision : undefined;
  const draft = useDraft(initial, askedUndo === undefined ? initialEdits : [], carried);
  useKeptDraft(draft);
  useCarried(draft);
  const { view, shown, steps, preview } = draft;
  const [reviewing, setReviewing] = useState(false);
  const [delivery, setDelivery] = useState<DeliverySession | null>(null);
  const [applied, setApplied] = useState<Applied | null>(null);
  const [kept, setKept] = useState<Kept | null>(null);
  const [remembering, setRemembering] = useState<{ readonly undo?: string } | null>(askedUndo === undefined ? null : { undo: askedUndo });

  const edited = steps.length > 0;
  const editedNow = useRef(edited);
  editedNow.current = edited;
  useEffect(() => router.guard(() => editedNow.current), [router]);
  useEffect(() => {
    if (!edited) router.settled();
  }, [router, edited]);

  const takeView = (next: ConfigMapView) => {
    if (next.uid === view.uid) draft.reset(next);
    else {
      dropCarried(view.ref);
      onReplaced(next);
    }
  };
  const live = useLiveVersion(view, edited, takeView);

  // Opens when the last change has been checked.
  const stuck = draft.refused !== null || draft.error !== null;
  const wantsReview = reviewing && edited && !stuck;
  useEffect(() => {
    // The failure shows above the form; a fix mustn't open the earlier dialog.
    if (stuck || !edited) setReviewing(false);
  }, [stuck, edited]);
  useEffect(() => {
    const listener = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 's' || !(event.ctrlKey || event.metaKey) || event.altKey) return;
      event.preventDefault();
      // Not by role: a toast is an alertdialog too.
      if (document.querySelector('.overlay')) return;
      commitTyped();
      setTimeout(() => {
        if (editedNow.current) setReviewing(true);
      });
    };
    document.addEventListener('keydown', listener);
    return () => document.removeEventListener('keydown', listener);
  }, []);

  const moved = useRef(onMoved);
  moved.current = onMoved;
  const tools: EditorTools = useMemo(
    () => ({
      view,
      shown,
      settled: draft.settled,
      edit(asked, options) {
        setApplied(null);
        const edits = withoutEmptyItems(asked, shown.integrations);
        const structural = options?.structural === true || edits.some((edit, index) => edit.op === 'remove' && edit !== asked[index]);
        draft.edit(edits, { ...options, structural });
        if (structural) moved.current(edits);
      },
      problemsAt: (path) => problemsAt(shown.problems, path),
    }),
    [view, shown, draft.settled, draft.edit],
  );

  return {
    draft,
    tools,
    live,
    earlier,
    edited,
    applied,
    kept,
    dropKept: () => setKept(null),
    takeView,
    takeBack(edit) {
      setRemembering(null);
      setApplied(null);
      draft.edit([edit], { structural: true });
      setReviewing(true);
    },
    test: (integration, target, title) =>
      setDelivery({
        kind: 'integration',
        title,
        test: { ref: view.ref, base: view.resourceVersion, integration, ...(target === undefined ? {} : { target }) },
        ...(edited ? { edits: draft.edits } : {}),
      }),
    show: setDelivery,
    delivery,
    remember: setRemembering,
    remembering,
    review: setReviewing,
    waits: wantsReview && !draft.settled,
    reviewed: wantsReview && draft.settled ? preview : null,
    finish(result) {
      setReviewing(false);
      setApplied(result);
      setKept(null);
      takeView(result.configMap);
      onApplied();
    },
    takeTheirs(next, mine) {
      setReviewing(false);
      setKept(mine);
      takeView(next);
    },
  };
}
