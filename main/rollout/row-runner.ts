import type { GivenKey } from '../common/integration/reading/integration.ts';
import type { RolloutChange, RowChoice } from '../common/rollout/change.ts';
import type { ConfigMaps } from '../state/config-maps.ts';
import type { Revisions } from '../state/revisions.ts';
import type { CopiedEntry } from '../texts/rollout-change.ts';
import type { Planner } from './planner.ts';
import { type Result, resultOf } from './row-result.ts';
import type { Row } from './rows.ts';
import * as strings from './strings.ts';

export interface RowRunnerOptions {
  readonly configMaps: Pick<ConfigMaps, 'fetch' | 'write'>;
  readonly revisions: Pick<Revisions, 'list'>;
  readonly planner: Pick<Planner, 'changeIn'>;
}

/** Changes one row, or undoes it. Throws what `caught` makes a result. */
export class RowRunner {
  readonly #options: RowRunnerOptions;

  constructor(options: RowRunnerOptions) {
    this.#options = options;
  }

  async run(row: Row, change: RolloutChange, copied: CopiedEntry, choice: RowChoice | undefined): Promise<Result> {
    if (choice !== undefined) return this.#chosen(row, choice);
    // A base that the user saw keeps other people's changes; a conflict or an unknown outcome needs a new plan.
    let planned = row.outcome === 'conflict' || row.outcome === 'unknown' || row.uncertain ? undefined : row.planned;
    if (planned === undefined) {
      const live = await this.#options.configMaps.fetch(row.ref);
      if (live === null) return { outcome: 'failed', reason: strings.noLongerExists(row.ref.name, row.ref.namespace) };
      if (live.uid !== row.uid) return { outcome: 'conflict', reason: strings.someoneDeletedRecreatedConfigMap };
      const { found, identity } = await this.#options.planner.changeIn(live, row, change, copied);
      if (found.ok && found.edits.length === 0) {
        const revision = row.started ? await this.revisionSince(row) : undefined;
        return revision === undefined ? { outcome: 'unchanged' } : { outcome: 'saved', revision };
      }
      if (!found.ok) return { outcome: 'conflict', reason: found.reason };
      // SECURITY: positions shift, so checks that it is the integration that the user saw.
      if (identity !== row.identity) return { outcome: 'conflict', reason: strings.anotherIntegrationPlaceNowSends };
      planned = { base: live.resourceVersion, edits: found.edits };
    }
    row.started = true;
    const reply = await this.#options.configMaps.write(row.ref, planned.base, planned.edits, row.managed);
    return resultOf(reply);
  }

  async #chosen(row: Row, { on, fields }: RowChoice): Promise<Result> {
    const { planned, met } = row;
    if (planned === undefined || met === undefined) return { outcome: 'conflict', reason: strings.conflictNoLongerKnownPlan };
    // SECURITY: a choice decides only the places that the row met.
    const places = new Set(met.conflicts.map(({ path }) => JSON.stringify(path)));
    if (fields.some(({ path }) => !places.has(JSON.stringify(path))))
      return { outcome: 'conflict', reason: strings.valueChosenPlaceIsntConflict, met };
    return resultOf(await this.#options.configMaps.write(row.ref, planned.base, planned.edits, row.managed, { on, fields }));
  }

  async undo(row: Row, override: boolean, keys: readonly GivenKey[] | undefined): Promise<Result> {
    const { revision } = row;
    if (revision === undefined) return { outcome: 'conflict', reason: strings.earlierVersionIsntHistoryChange };
    const live = await this.#options.configMaps.fetch(row.ref);
    if (live === null) return { outcome: 'failed', reason: strings.noLongerExists(row.ref.name, row.ref.namespace) };
    if (live.uid !== row.uid) return { outcome: 'conflict', reason: strings.someoneDeletedRecreatedConfigMap };
    const edits = [{ op: 'undo' as const, revision, ...(keys === undefined ? {} : { keys }) }];
    return resultOf(await this.#options.configMaps.write(row.ref, live.resourceVersion, edits, override || row.managed));
  }

  async revisionSince(row: Row, since = row.startedAt): Promise<string | undefined> {
    const { revisions } = await this.#options.revisions.list(row.ref).catch(() => ({ revisions: [] }));
    // The API server counts whole seconds.
    const from = Date.parse(since ?? '') - 2000;
    return revisions.find(({ by, at }) => (by.ours || by.manager === 'kaudit-tray') && Date.parse(at) >= from)?.id;
  }
}
