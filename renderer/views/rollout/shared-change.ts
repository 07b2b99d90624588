import type { DiffLine } from '../../../main/common/integration/reading/integration.ts';
import type { PlanRow } from '../../../main/common/rollout/change.ts';

/** The change that nearly all rows have in common, so that it is shown once. */
export interface SharedChange {
  readonly lines: readonly DiffLine[];
  /** The rows with exactly this change. */
  readonly rows: ReadonlySet<string>;
}

/** null: no two rows have the same change. */
export function sharedChange(rows: readonly PlanRow[]): SharedChange | null {
  const changing = rows.filter(({ diff }) => diff.lines.some(({ kind }) => kind !== 'same'));
  const groups = Map.groupBy(changing, ({ diff }) => changedLines(diff.lines));
  const [largest] = [...groups.values()].sort((one, other) => other.length - one.length);
  if (largest === undefined || largest.length < 2) return null;
  const [first] = largest;
  const lines = first?.diff.lines.filter(({ kind }) => kind !== 'same') ?? [];
  return { lines, rows: new Set(largest.map(({ id }) => id)) };
}

/** The same key has another mask in each ConfigMap. */
function changedLines(lines: readonly DiffLine[]): string {
  const changed = lines.filter(({ kind }) => kind !== 'same').map(({ kind, text }) => `${kind} ${text.trim()}`);
  return changed.join('\n').replaceAll(/masked-key-[\w-]+/g, 'masked-key-');
}
