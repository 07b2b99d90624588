import type { RowResult } from '../common/fleet/rollout-progress.ts';
import type { ChangeEdits } from '../common/rollout/edits.ts';
import type { RawConfigMap } from '../kube/cluster/config-map.ts';
import type { JournalStep } from './journal.ts';
import { clean } from './row-result.ts';
import type { Row } from './rows.ts';
import * as strings from './strings.ts';

export interface SettleOptions {
  editsIn(live: RawConfigMap): Promise<ChangeEdits>;
  /** The revision that this program made there since then. */
  revisionSince(row: Row, since: string | undefined): Promise<string | undefined>;
}

const REMADE = strings.someoneDeletedRecreatedConfigMap;

/** Learns from the cluster how an interrupted row ended. Returns the steps for the journal. */
export async function settleRow(row: Row, live: RawConfigMap, options: SettleOptions): Promise<readonly JournalStep[]> {
  const steps: JournalStep[] = [];
  const found = await options.editsIn(live);
  const stands = found.ok && found.edits.length === 0;
  if (row.uncertain) {
    const result = await settled(row, live, stands, options);
    Object.assign(row, { reason: undefined, ...result, uncertain: false });
    if (result.outcome === 'saved') steps.push({ step: 'end', row: row.id, ...clean({ ...result, outcome: result.outcome }) });
  }
  if (row.undoing !== undefined) {
    const result = await undone(row, live, stands, options);
    Object.assign(row, { undone: result.outcome, undoneReason: result.reason, undoing: undefined });
    if (result.outcome === 'saved') steps.push({ step: 'undone', row: row.id, outcome: result.outcome });
  }
  return steps;
}

interface Settled {
  /** undefined: it is still to be done. */
  readonly outcome: RowResult | undefined;
  readonly reason?: string;
  readonly revision?: string;
}

async function settled(row: Row, live: RawConfigMap, stands: boolean, options: SettleOptions): Promise<Settled> {
  if (live.uid !== row.uid) return { outcome: 'conflict', reason: REMADE };
  if (!stands) return { outcome: undefined, reason: strings.kAuditTrayQuitBeforeMade };
  const revision = await options.revisionSince(row, row.startedAt);
  return { outcome: 'saved', ...(revision === undefined ? {} : { revision }) };
}

async function undone(row: Row, live: RawConfigMap, stands: boolean, options: SettleOptions): Promise<Settled> {
  if (live.uid !== row.uid) return { outcome: 'conflict', reason: REMADE };
  if (stands) return { outcome: undefined, reason: strings.kAuditTrayQuitBeforeUndid };
  const own = await options.revisionSince(row, row.undoing);
  return own === undefined ? { outcome: 'conflict', reason: strings.someoneElseChanged } : { outcome: 'saved' };
}
