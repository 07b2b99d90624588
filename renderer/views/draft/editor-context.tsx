import { createContext, useContext, useState } from 'react';
import type { Edit, Problem } from '../../../main/common/integration/reading/integration.ts';
import type { ConfigMapView } from '../../../main/common/replies.ts';
import type { Path, Value } from '../../../main/common/yaml/value.ts';
import type { Shown } from './draft.ts';
import * as strings from './strings.ts';
import type { EditOptions } from './use-draft.ts';

export interface EditorTools {
  readonly view: ConfigMapView;
  readonly shown: Shown;
  /** While false, controls keep what was entered. */
  readonly settled: boolean;
  edit(edits: readonly Edit[], options?: EditOptions): void;
  problemsAt(path: Path): readonly Problem[];
}

export const EditorContext = createContext<EditorTools | null>(null);

export function useEditor(): EditorTools {
  const tools = useContext(EditorContext);
  if (!tools) throw new Error(strings.needsEditorAround);
  return tools;
}

/** What was entered until the document has it: the next edit may come before. */
export function useEntered<Entered extends Value | undefined>(value: Entered): readonly [Entered, (entered: Entered) => void] {
  const { settled } = useEditor();
  const [entered, setEntered] = useState(value);
  if (settled && entered !== value) setEntered(value);
  return [entered, setEntered];
}
