import type { RolloutProgress, RowResult } from '../common/fleet/rollout-progress.ts';
import type { Edit } from '../common/integration/reading/integration.ts';
import type { MetChange, RolloutRecord } from '../common/rollout/change.ts';
import { countsOf } from '../common/rollout/change.ts';
import type { JournalHead, JournalRow, JournalStep } from './journal.ts';
import * as strings from './strings.ts';

export interface Row extends JournalRow {
  outcome?: RowResult | undefined;
  reason?: string | undefined;
  revision?: string | undefined;
  undone?: RowResult | undefined;
  undoneReason?: string | undefined;
  /** A run ended while it was being undone, which began then (ISO 8601): only its cluster knows. */
  undoing?: string | undefined;
  started: boolean;
  startedAt?: string;
  /** The run ended during its write: only the cluster knows. */
  uncertain: boolean;
  met?: MetChange | undefined;
  /** From a plan of this run. */
  planned?: { readonly base: string; readonly edits: readonly Edit[] };
}

export interface Rollout {
  readonly head: JournalHead;
  readonly rows: ReadonlyMap<string, Row>;
  state: RolloutProgress['state'];
  doing: 'run' | 'undo';
}

export function rowsOf(head: JournalHead, steps: readonly JournalStep[]): Pick<Rollout, 'rows' | 'state' | 'doing'> {
  const rows = new Map(head.rows.map((row): [string, Row] => [row.id, { ...row, started: false, uncertain: false }]));
  let state: Rollout['state'] = 'ended';
  let doing: Rollout['doing'] = 'run';
  for (const step of steps) {
    const row = 'row' in step ? rows.get(step.row) : undefined;
    switch (step.step) {
      case 'start':
        if (row) Object.assign(row, { started: true, startedAt: step.at, uncertain: true, outcome: 'unknown', reason: UNCERTAIN });
        break;
      case 'end':
        if (row)
          Object.assign(row, { uncertain: false, outcome: step.outcome, reason: step.reason, revision: step.revision ?? row.revision });
        break;
      case 'undo':
        if (row) Object.assign(row, { undoing: step.at, undone: 'unknown', undoneReason: UNCERTAIN });
        break;
      case 'undone':
        if (row) Object.assign(row, { undoing: undefined, undone: step.outcome, undoneReason: step.reason });
        break;
      case 'running':
      case 'undoing':
        state = 'interrupted';
        doing = step.step === 'running' ? 'run' : 'undo';
        break;
      default:
        state = step.step;
    }
  }
  return { rows, state, doing };
}

const UNCERTAIN = strings.kAuditTrayQuitDuringChange;

export function recordOf({ head, rows, state }: Rollout): RolloutRecord {
  const all = [...rows.values()];
  return {
    plan: head.plan,
    title: head.title,
    at: head.at,
    state,
    counts: countsOf(all.filter((row) => !row.managed || row.outcome !== undefined).map((row) => row.outcome)),
    rows: all.map(({ id, ref, words, integration, target, outcome, reason, revision, undone, met }) => ({
      id,
      ref,
      words,
      ...(integration === undefined ? {} : { integration }),
      ...(target === undefined ? {} : { target }),
      ...(outcome === undefined ? {} : { outcome }),
      ...(reason === undefined ? {} : { reason }),
      ...(revision === undefined ? {} : { revision }),
      ...(undone === undefined ? {} : { undone }),
      ...(met === undefined ? {} : { met }),
    })),
  };
}
