import type { DocumentDiff, Edit } from '../../../main/common/integration/reading/integration.ts';
import { plural } from '../../../main/common/plain-text.ts';
import type { ConfigMapView, Preview } from '../../../main/common/replies.ts';
import * as strings from './strings.ts';

/** One user action, undone as one. */
export interface Step {
  /** Consecutive steps of a group merge, such as typing. null: always separate. */
  readonly group: string | null;
  readonly edits: readonly Edit[];
  /** What the group sets wasn't there before it. */
  readonly adds?: boolean | undefined;
  /** Positions move, so no other edit is possible until the new ones are known. */
  readonly structural: boolean;
}

export type Steps = readonly Step[];

export function addStep(steps: Steps, step: Step): Steps {
  const last = steps.at(-1);
  const together = last !== undefined && step.group !== null && last.group === step.group;
  const before = together ? steps.slice(0, -1) : steps;
  const adds = together ? last.adds : step.adds;
  // Typed and deleted again: there is nothing to remove.
  if (adds && step.edits.every(({ op }) => op === 'remove')) return before;
  return [...before, { ...step, adds }];
}

export function undoStep(steps: Steps): Steps {
  return steps.slice(0, -1);
}

export function editsOf(steps: Steps): readonly Edit[] {
  return steps.flatMap((step) => step.edits);
}

export type Shown = Pick<Preview, 'text' | 'state' | 'integrations' | 'values' | 'others' | 'problems' | 'secrets'>;

export function shownOf(view: ConfigMapView, preview: Preview | null): Shown {
  return preview ?? view;
}

export function changeWords(diff: DocumentDiff | null): string {
  if (!diff) return strings.noChanges;
  if (diff.changes.length > 0) return plural(diff.changes.length, 'change');
  const lines = diff.lines.filter((line) => line.kind !== 'same').length;
  return lines === 0 ? strings.noChanges : strings.linesChanged(plural(lines, 'line'));
}

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

export function followPosition(position: number, edit: Edit): number {
  if (edit.op === 'insert') return edit.index <= position ? position + 1 : position;
  if (edit.op === 'duplicate' && edit.target === undefined) return edit.integration < position ? position + 1 : position;
  return followSelection(position, edit);
}
