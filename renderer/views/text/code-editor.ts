import { defaultKeymap, history, historyKeymap, indentLess, indentMore } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import { bracketMatching, HighlightStyle, indentUnit, syntaxHighlighting } from '@codemirror/language';
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from '@codemirror/lint';
import { Annotation, EditorState } from '@codemirror/state';
import { drawSelection, EditorView, highlightActiveLine, highlightSpecialChars, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import type { Problem } from '../../../main/common/integration/reading/integration.ts';
import * as strings from './strings.ts';

/** Marks the page's own changes. */
const byPage = Annotation.define<true>();

const colours = HighlightStyle.define([
  { tag: tags.comment, color: 'var(--code-comment)', fontStyle: 'italic' },
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--code-name)' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--code-string)' },
  { tag: [tags.number, tags.bool, tags.null, tags.keyword, tags.atom], color: 'var(--code-word)' },
  { tag: [tags.punctuation, tags.separator, tags.squareBracket, tags.brace], color: 'var(--text-quiet)' },
]);

const theme = EditorView.theme({
  '&': { color: 'var(--text)', backgroundColor: 'var(--surface)', fontSize: '13px' },
  '&.cm-focused': { outline: '2px solid var(--focus)', outlineOffset: '1px' },
  '.cm-content': { fontFamily: 'var(--font-code)', caretColor: 'var(--text)' },
  '.cm-cursor': { borderLeftColor: 'var(--text)' },
  '.cm-gutters': { backgroundColor: 'var(--surface-low)', color: 'var(--text-quiet)', borderRight: '1px solid var(--line)' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'var(--surface-active)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'var(--selection)',
  },
  '.cm-tooltip': { backgroundColor: 'var(--surface-high)', color: 'var(--text)', border: '1px solid var(--line)' },
  '.cm-specialChar': { color: 'var(--bad-text)' },
});

/** The nonce for style elements under the content security policy. */
function pageNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';
}

export class CodeEditor {
  readonly #view: EditorView;
  #problems: readonly Problem[] = [];

  constructor(parent: HTMLElement, text: string, describedBy: string, onChange: (text: string) => void) {
    this.#view = new EditorView({
      parent,
      state: EditorState.create({
        doc: text,
        extensions: [
          // Keeps the text's line breaks. In a mix, CRs show as special characters and stay.
          EditorState.lineSeparator.of(/\r\n/.test(text) && !/(^|[^\r])\n/.test(text) ? '\r\n' : '\n'),
          // Pasted lines get the text's line breaks.
          EditorView.clipboardInputFilter.of((pasted, { lineBreak }) => pasted.replaceAll(/\r\n?|\n/g, lineBreak)),
          EditorView.cspNonce.of(pageNonce()),
          EditorView.contentAttributes.of({ tabindex: '0', 'aria-label': strings.documentText, 'aria-describedby': describedBy }),
          lineNumbers(),
          highlightSpecialChars(),
          history(),
          drawSelection(),
          highlightActiveLine(),
          bracketMatching(),
          indentUnit.of('  '),
          yaml(),
          syntaxHighlighting(colours),
          lintGutter(),
          theme,
          EditorView.lineWrapping,
          keymap.of([{ key: 'Tab', run: indentMore, shift: indentLess }, ...historyKeymap, ...lintKeymap, ...defaultKeymap]),
          EditorView.updateListener.of((update) => {
            const typed = update.transactions.some((transaction) => transaction.docChanged && !transaction.annotation(byPage));
            if (typed) onChange(this.text());
          }),
        ],
      }),
    });
  }

  text(): string {
    return this.#view.state.sliceDoc();
  }

  /** Not an edit, because the user did not type it. */
  setText(text: string): void {
    if (text === this.text()) return;
    const { state } = this.#view;
    this.#view.dispatch({ changes: { from: 0, to: state.doc.length, insert: state.toText(text) }, annotations: byPage.of(true) });
    this.setProblems(this.#problems);
  }

  setProblems(problems: readonly Problem[]): void {
    this.#problems = problems;
    this.#view.dispatch(
      setDiagnostics(
        this.#view.state,
        problems.map((problem) => this.#diagnostic(problem)),
      ),
    );
  }

  close(): void {
    this.#view.destroy();
  }

  #diagnostic({ line, column, severity, message }: Problem): Diagnostic {
    const { doc } = this.#view.state;
    const found = doc.line(Math.min(Math.max(line, 1), doc.lines));
    const from = Math.min(found.from + Math.max(column - 1, 0), found.to);
    return { from, to: found.to, severity: severity === 'note' ? 'info' : severity, message };
  }
}
