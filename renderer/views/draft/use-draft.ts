import { useCallback, useEffect, useMemo, useState } from 'react';
import type { AppError } from '../../../main/common/errors.ts';
import type { Edit } from '../../../main/common/integration/reading/integration.ts';
import type { ConfigMapView, Preview } from '../../../main/common/replies.ts';
import { asAppError } from '../../client/client.ts';
import { useApp } from '../../state/app.tsx';
import type { Carried } from './carried.ts';
import { addStep, editsOf, type Shown, type Step, type Steps, shownOf, undoStep } from './draft.ts';

const TYPING_MS = 200;
const NO_STEPS: Steps = [];

export interface EditOptions {
  readonly group?: string;
  readonly structural?: boolean;
  /** What is edited isn't in the document yet. */
  readonly adds?: boolean;
}

interface Previewed {
  readonly steps: Steps;
  readonly refused: string | null;
  readonly error: AppError | null;
}

export interface Draft {
  readonly view: ConfigMapView;
  readonly steps: Steps;
  readonly edits: readonly Edit[];
  /** null: no edits. */
  readonly preview: Preview | null;
  readonly shown: Shown;
  readonly pending: boolean;
  /** Positions will move: no further edit until then. */
  readonly moving: boolean;
  /** The preview matches the steps, so controls take their values from it. */
  readonly settled: boolean;
  readonly refused: string | null;
  readonly error: AppError | null;
  edit(edits: readonly Edit[], options?: EditOptions): void;
  undo(): void;
  discard(): void;
  reset(view: ConfigMapView): void;
  retry(): void;
}

/** Holds the base and edits; main makes the text, and the latest reply wins. */
export function useDraft(initial: ConfigMapView, initialEdits: readonly Edit[], carried?: Carried): Draft {
  const { client } = useApp();
  const [view, setView] = useState(initial);
  const [steps, setSteps] = useState<Steps>(
    () => carried?.steps ?? (initialEdits.length === 0 ? NO_STEPS : [{ group: null, edits: initialEdits, structural: true }]),
  );
  const [preview, setPreview] = useState<Preview | null>(carried?.preview ?? null);
  const [previewed, setPreviewed] = useState<Previewed>({
    steps: carried?.settled ? carried.steps : NO_STEPS,
    refused: null,
    error: null,
  });
  const [attempt, setAttempt] = useState(0);

  // `attempt` triggers a retry.
  useEffect(() => {
    if (steps.length === 0) {
      setPreview(null);
      setPreviewed((current) => (current.steps === steps ? current : { steps, refused: null, error: null }));
      return undefined;
    }
    let outdated = false;
    const ask = async () => {
      try {
        const args = { ref: view.ref, base: view.resourceVersion, edits: editsOf(steps) };
        const reply = await client.request('configMap.preview', args);
        if (outdated) return;
        if (reply.outcome === 'preview') setPreview(reply);
        setPreviewed({ steps, refused: reply.outcome === 'refused' ? reply.reason : null, error: null });
      } catch (thrown) {
        if (!outdated) setPreviewed({ steps, refused: null, error: asAppError(thrown) });
      }
    };
    const timer = setTimeout(() => void ask(), steps.at(-1)?.group === null ? 0 : TYPING_MS);
    return () => {
      outdated = true;
      clearTimeout(timer);
    };
  }, [client, view, steps, attempt]);

  const start = useCallback((next: Steps) => {
    setSteps(next);
    if (next.length > 0) return;
    setPreview(null);
    setPreviewed({ steps: next, refused: null, error: null });
  }, []);

  const edit = useCallback((edits: readonly Edit[], options: EditOptions = {}) => {
    const step: Step = { group: options.group ?? null, edits, adds: options.adds, structural: options.structural ?? false };
    setSteps((current) => addStep(current, step));
  }, []);
  const undo = useCallback(() => start(undoStep(steps)), [start, steps]);
  const discard = useCallback(() => start(NO_STEPS), [start]);
  const reset = useCallback(
    (next: ConfigMapView) => {
      setView(next);
      start(NO_STEPS);
    },
    [start],
  );
  const retry = useCallback(() => setAttempt((count) => count + 1), []);

  const pending = previewed.steps !== steps;
  const failed = previewed.refused !== null || previewed.error !== null;
  return useMemo(
    () => ({
      view,
      steps,
      edits: editsOf(steps),
      preview,
      shown: shownOf(view, preview),
      pending,
      moving: pending && (movesBetween(previewed.steps, steps) || movesBetween(steps, previewed.steps)),
      settled: !pending && !failed,
      refused: pending ? null : previewed.refused,
      error: pending ? null : previewed.error,
      edit,
      undo,
      discard,
      reset,
      retry,
    }),
    [view, steps, preview, pending, failed, previewed, edit, undo, discard, reset, retry],
  );
}

function movesBetween(some: Steps, others: Steps): boolean {
  return some.some((step) => step.structural && !others.includes(step));
}
