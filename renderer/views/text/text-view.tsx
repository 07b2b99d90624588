import { type ReactNode, useEffect, useId, useRef } from 'react';
import { useEditor } from '../draft/editor-context.tsx';
import type { Draft } from '../draft/use-draft.ts';
import { CodeEditor } from './code-editor.ts';

let sessions = 0;

/** The document as text. What is typed is an edit like any other; masked keys are put back by main. */
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

  // Made once; later texts are put in below.
  useEffect(() => {
    if (!place.current) return;
    // A text that was typed in another visit may hold a key whose mask this text shows: the two stay separate steps, so that main knows the mask.
    sessions += 1;
    session.current = `text-${sessions}`;
    const made = new CodeEditor(place.current, text, hint, (typed) =>
      change.current([{ op: 'text', text: typed }], { group: session.current, structural: true }),
    );
    editor.current = made;
    return () => made.close();
  }, []);

  // What is being typed is newer than any answer to it.
  useEffect(() => {
    if (!own) editor.current?.setText(text);
  }, [own, text]);
  useEffect(() => editor.current?.setProblems(problems), [problems]);

  return (
    <>
      <div ref={place} className="code-editor" />
      <p id={hint} className="quiet">
        Keys are masked: leave a mask where it stands and its key stays. Tab indents; press Escape, then Tab to leave the text.
      </p>
    </>
  );
}
