import { type ReactNode, useEffect, useId, useRef } from 'react';
import { useEditor } from '../draft/editor-context.tsx';
import type { Draft } from '../draft/use-draft.ts';
import { CodeEditor } from './code-editor.ts';
import * as strings from './strings.ts';

let sessions = 0;

/** Typed text is an edit like any other; main restores masked keys. */
export function TextView({ draft }: { readonly draft: Draft }): ReactNode {
  const place = useRef<HTMLDivElement>(null);
  const editor = useRef<CodeEditor | null>(null);
  const session = useRef('');
  const { edit } = useEditor();
  const change = useRef(edit);
  change.current = edit;
  const hint = useId();
  const { text, problems } = draft.shown;
  const own = draft.steps.at(-1)?.group === session.current && session.current !== '';

  // Created once; later texts are set below.
  useEffect(() => {
    if (!place.current) return;
    // Separate steps per visit: an earlier text may hold a key that this one masks, and main must know the mask.
    sessions += 1;
    session.current = `text-${sessions}`;
    const made = new CodeEditor(place.current, text, hint, (typed) =>
      change.current([{ op: 'text', text: typed }], { group: session.current, structural: true }),
    );
    editor.current = made;
    return () => made.close();
  }, []);

  // Typed text is newer than any reply.
  useEffect(() => {
    if (!own) editor.current?.setText(text);
  }, [own, text]);
  useEffect(() => editor.current?.setProblems(problems), [problems]);

  return (
    <>
      <div ref={place} className="code-editor" />
      <p id={hint} className="quiet">
        {strings.keysMaskedLeaveMaskPlace}
      </p>
    </>
  );
}
