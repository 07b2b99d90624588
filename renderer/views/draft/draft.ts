import type { DocumentDiff, Edit } from '../../../main/common/integration/reading/integration.ts';
import type { ConfigMapView, Preview } from '../../../main/common/replies.ts';

/** One thing that the user did, undone as one. */
export interface Step {
  /** Steps in a row with the same group are one: typing in a field is not a step per key. null: always a step of its own. */
  readonly group: string | null;
  readonly edits: readonly Edit[];
  /** Whether positions in the document move, so that no other edit may be made until the new positions are known. */
  readonly structural: boolean;
}

export type Steps = readonly Step[];

export function addStep(steps: Steps, step: Step): Steps {
  const last = steps.at(-1);
  const together = last !== undefined && step.group !== null && last.group === step.group;
  return [...(together ? steps.slice(0, -1) : steps), step];
}

export function undoStep(steps: Steps): Steps {
  return steps.slice(0, -1);
}

export function editsOf(steps: Steps): readonly Edit[] {
  return steps.flatMap((step) => step.edits);
}

/** What both the document as it is in the cluster and a preview have. */
export type Shown = Pick<Preview, 'text' | 'state' | 'integrations' | 'values' | 'others' | 'problems' | 'secrets'>;

export function shownOf(view: ConfigMapView, preview: Preview | null): Shown {
  return preview ?? view;
}

/** The number of changes for people: sentences of meaning, or, where only comments and blanks differ, lines. */
export function changeWords(diff: DocumentDiff | null): string {
  if (!diff) return 'No changes';
  if (diff.changes.length > 0) return `${diff.changes.length} change${diff.changes.length === 1 ? '' : 's'}`;
  const lines = diff.lines.filter((line) => line.kind !== 'same').length;
  return lines === 0 ? 'No changes' : `${lines} line${lines === 1 ? '' : 's'} of text changed`;
}

/** Where the selected entry is after an edit that moves positions. */
export function followSelection(selected: number, edit: Edit): number {
  if (edit.op === 'insert') return edit.index;
  if (edit.op === 'duplicate' && edit.target === undefined) return edit.integration + 1;
  if (edit.op === 'move') {
    if (selected === edit.from) return edit.to;
    if (edit.from < selected && selected <= edit.to) return selected - 1;
    if (edit.to <= selected && selected < edit.from) return selected + 1;
    return selected;
  }
  if (edit.op === 'remove' && edit.path.length === 1 && typeof edit.path[0] === 'number') {
    return edit.path[0] < selected ? selected - 1 : selected;
  }
  return selected;
}

/** Where an entry of the document in the cluster is after an edit of the draft. */
export function followPosition(position: number, edit: Edit): number {
  if (edit.op === 'insert') return edit.index <= position ? position + 1 : position;
  if (edit.op === 'duplicate' && edit.target === undefined) return edit.integration < position ? position + 1 : position;
  return followSelection(position, edit);
}
