import { createContext, useContext, useState } from 'react';
import type { Edit, Problem } from '../../../main/common/integration/reading/integration.ts';
import type { ConfigMapView } from '../../../main/common/replies.ts';
import type { Path } from '../../../main/common/yaml/value.ts';
import type { Shown } from './draft.ts';
import * as strings from './strings.ts';

export interface EditorTools {
  readonly view: ConfigMapView;
  readonly shown: Shown;
  /** While false, controls keep what was entered. */
  readonly settled: boolean;
  edit(edits: readonly Edit[], options?: { group?: string; structural?: boolean }): void;
  problemsAt(path: Path): readonly Problem[];
}

export const EditorContext = createContext<EditorTools | null>(null);

export function useEditor(): EditorTools {
  const tools = useContext(EditorContext);
  if (!tools) throw new Error(strings.needsEditorAround);
  return tools;
}

/** The typed text until the document has it. */
export function useEnteredText(value: string): readonly [string, (text: string) => void] {
  const { settled } = useEditor();
  const [text, setText] = useState(value);
  if (settled && text !== value) setText(value);
  return [text, setText];
}
