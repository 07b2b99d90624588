import { randomUUID } from 'node:crypto';
import { AppError } from '../common/errors.ts';
import type { RolloutCounts, RolloutProgress, RowResult } from '../common/fleet/rollout-progress.ts';
import type { Refusal } from '../common/history/refusal.ts';
import type { GivenKey } from '../common/integration/reading/integration.ts';
import { referenceKey } from '../common/reference.ts';
import type { RolloutChange, RolloutPlan, RolloutRecord, RolloutTarget, RowChoice } from '../common/rollout/change.ts';
import { changeWords, countsOf, isDone } from '../common/rollout/change.ts';
import type { ExportedChange, ExportForm } from '../common/rollout/export.ts';
import type { RawConfigMap } from '../kube/cluster/config-map.ts';
import type { ConfigMaps } from '../state/config-maps.ts';
import type { Revisions } from '../state/revisions.ts';
import type { Store } from '../state/store.ts';
import { Journal, type JournalOptions } from './journal.ts';
import type { PlannedRow, PlannerOptions } from './planner.ts';
import { Planner } from './planner.ts';
import { caught, clean } from './row-result.ts';
import { RowRunner } from './row-runner.ts';
import { type Rollout, type Row, recordOf, rowsOf } from './rows.ts';
import { settleRow } from './settle.ts';
import * as strings from './strings.ts';

export interface RolloutsOptions extends Omit<PlannerOptions, 'configMaps' | 'store'>, JournalOptions {
  readonly store: Store;
  readonly configMaps: ConfigMaps;
  readonly revisions: Pick<Revisions, 'list'>;
}

interface Active {
  paused: (PromiseWithResolvers<void> & { readonly at: number }) | null;
  cancelled: boolean;
  /** Milliseconds of work, without those of pauses that have ended, are counted from here. */
  since: number;
  readonly show: () => void;
}

const AT_ONCE = 4;
const PLANNED_AT_ONCE = 8;
const PLANS = 20;

/** One change to many ConfigMaps, one rollout at a time. All writes go through `ConfigMaps.apply`. */
export class Rollouts {
  readonly #options: RolloutsOptions;
  readonly #planner: Planner;
  readonly #runner: RowRunner;
  readonly #journal: Journal;
  readonly #plans = new Map<string, { readonly change: RolloutChange; readonly title: string; readonly rows: readonly PlannedRow[] }>();
  readonly #rollouts = new Map<string, Rollout>();
  #active: Active | null = null;

  constructor(options: RolloutsOptions) {
    this.#options = options;
    this.#planner = new Planner(options);
    this.#runner = new RowRunner({ ...options, planner: this.#planner });
    this.#journal = new Journal(options);
    for (const { head, steps } of this.#journal.read()) this.#rollouts.set(head.plan, { head, ...rowsOf(head, steps) });
    const broken = [...this.#rollouts.values()].find(({ state }) => state === 'interrupted');
    if (broken !== undefined) this.#show(broken, 'interrupted', broken.doing, [...broken.rows.values()], new Date().toISOString());
  }

  async plan(targets: readonly RolloutTarget[], change: RolloutChange): Promise<RolloutPlan> {
    const copied = await this.#planner.copied(change);
    const unique = [...new Map(targets.map((target) => [JSON.stringify(target), target])).values()];
    const rows: PlannedRow[] = new Array(unique.length);
    await inParallel([...unique.entries()], PLANNED_AT_ONCE, async ([index, target]) => {
      rows[index] = await this.#planner.row(String(index + 1), target, change, copied);
    });
    const plan = randomUUID();
    const title = changeWords(change, (id) => this.#options.presets.list().find((preset) => preset.id === id)?.name ?? 'unknown');
    this.#plans.set(plan, { change, title, rows });
    for (const oldest of [...this.#plans.keys()].slice(0, Math.max(0, this.#plans.size - PLANS))) this.#plans.delete(oldest);
    return { plan, title, rows: rows.map(({ shown }) => shown) };
  }

  async run(args: {
    readonly plan: string;
    readonly rows?: readonly string[] | undefined;
    readonly override?: readonly string[] | undefined;
    readonly stopAfter?: number | undefined;
    readonly chosen?: readonly RowChoice[] | undefined;
  }): Promise<RolloutCounts> {
    const { plan, override = [] } = args;
    this.#refuseSecond();
    const rollout = this.#rollouts.get(plan) ?? this.#begin(plan);
    this.#join(rollout, plan);
    const asked = args.rows === undefined ? undefined : new Set(args.rows);
    const chosen = [...rollout.rows.values()].filter((row) => {
      if (row.managed && !override.includes(row.id)) return false;
      if (asked !== undefined) return asked.has(row.id) && !isDone(row.outcome);
      // Someone else's change stays unless the user picks the row.
      return !isDone(row.outcome) && row.outcome !== 'conflict';
    });
    const { change } = rollout.head;
    const copied = await this.#planner.copied(change);
    const choices = new Map(args.chosen?.map((choice) => [choice.row, choice]));
    const reports = await this.#work(rollout, 'run', chosen, args.stopAfter, async (row) => {
      const result = await caught(() => {
        this.#journal.add(plan, { step: 'start', row: row.id, at: new Date().toISOString() }, true);
        return this.#runner.run(row, change, copied, choices.get(row.id));
      });
      const { outcome, reason, revision = row.revision, met } = result;
      Object.assign(row, { outcome, reason, revision, met, uncertain: false });
      this.#journal.add(plan, { step: 'end', row: row.id, ...clean(result) });
      return result.outcome;
    });
    const waiting = [...rollout.rows.values()].filter((row) => row.outcome === 'conflict' && !reports.has(row.id) && asked === undefined);
    return countsOf([...reports.values(), ...waiting.map((row) => row.outcome)]);
  }

  async undo(args: {
    readonly plan: string;
    readonly override?: readonly string[] | undefined;
    readonly keys?: readonly GivenKey[] | undefined;
  }): Promise<RolloutCounts> {
    const { plan, override = [], keys } = args;
    const rollout = this.#rollouts.get(plan);
    if (rollout === undefined) throw unknownPlan();
    const chosen = [...rollout.rows.values()].filter((row) => row.outcome === 'saved' && !isDone(row.undone)).reverse();
    const reports = await this.#work(rollout, 'undo', chosen, undefined, async (row) => {
      const result = await caught(() => {
        this.#journal.add(plan, { step: 'undo', row: row.id, at: new Date().toISOString() }, true);
        return this.#runner.undo(row, override.includes(row.id), keys);
      });
      Object.assign(row, { undone: result.outcome, undoneReason: result.reason, undoing: undefined });
      this.#journal.add(plan, {
        step: 'undone',
        row: row.id,
        ...clean({ outcome: result.outcome, ...(result.reason === undefined ? {} : { reason: result.reason }) }),
      });
      return result.outcome;
    });
    return countsOf([...reports.values()]);
  }

  pause(): void {
    if (this.#active === null) return;
    this.#active.paused ??= { ...Promise.withResolvers<void>(), at: Date.now() };
    this.#active.show();
  }

  resume(): void {
    const active = this.#active;
    if (!active?.paused) return;
    const { paused } = active;
    active.since += Date.now() - paused.at;
    active.paused = null;
    active.show();
    paused.resolve();
  }

  /** Writes in progress finish; no further row starts. */
  cancel(): void {
    if (this.#active === null) return;
    this.#active.cancelled = true;
    this.resume();
  }

  /** What a planned row would change, to hand on. */
  async exported(plan: string, id: string, form: ExportForm): Promise<ExportedChange | Refusal> {
    const row = this.#plans.get(plan)?.rows.find(({ shown }) => shown.id === id);
    if (row === undefined || row.edits.length === 0) throw unknownPlan();
    return this.#options.configMaps.exported(row.shown.ref, row.base, row.edits, form);
  }

  list(): readonly RolloutRecord[] {
    return [...this.#rollouts.values()]
      .sort((one, other) => (one.head.at < other.head.at ? 1 : -1))
      .slice(0, 20)
      .map(recordOf);
  }

  /** A ConfigMap was seen: interrupted rows learn their outcome. */
  async settle(live: RawConfigMap): Promise<void> {
    if (this.#active !== null) return;
    for (const rollout of this.#rollouts.values())
      for (const row of rollout.rows.values()) {
        if ((!row.uncertain && row.undoing === undefined) || referenceKey(row.ref) !== referenceKey(live.ref)) continue;
        const { change } = rollout.head;
        const copied = await this.#planner.copied(change);
        if (this.#active !== null) return;
        const steps = await settleRow(row, live, {
          editsIn: async (seen) => (await this.#planner.changeIn(seen, row, change, copied)).found,
          revisionSince: (one, since) => this.#runner.revisionSince(one, since),
        });
        for (const step of steps) this.#journal.add(rollout.head.plan, step);
        if (this.#options.store.snapshot().rollout?.plan === rollout.head.plan)
          this.#show(rollout, 'interrupted', rollout.doing, [...rollout.rows.values()], new Date().toISOString());
      }
  }

  #begin(plan: string): Rollout {
    const planned = this.#plans.get(plan);
    if (planned === undefined) throw unknownPlan();
    const { change, title } = planned;
    // Includes managed rows, which the user may pick later.
    const open = planned.rows.filter(({ shown, immutable }) => shown.outcome === 'ready' || (shown.outcome === 'managed' && !immutable));
    const rows = open.map(({ shown, uid, identity }) => {
      const { id, ref, integration, target, words, outcome } = shown;
      const place = { ...(integration === undefined ? {} : { integration }), ...(target === undefined ? {} : { target }) };
      return { id, ref, ...place, words, uid, identity, managed: outcome === 'managed' };
    });
    const head = { plan, title, at: new Date().toISOString(), change, rows };
    this.#journal.begin(head);
    const rollout: Rollout = { head, ...rowsOf(head, []) };
    this.#rollouts.set(plan, rollout);
    return rollout;
  }

  #join(rollout: Rollout, plan: string): void {
    for (const { shown, base, edits } of this.#plans.get(plan)?.rows ?? []) {
      const row = rollout.rows.get(shown.id);
      if (row !== undefined) row.planned ??= { base, edits };
    }
  }

  async #work(
    rollout: Rollout,
    doing: 'run' | 'undo',
    chosen: readonly Row[],
    stopAfter: number | undefined,
    carryOut: (row: Row) => Promise<RowResult>,
  ): Promise<Map<string, RowResult | undefined>> {
    this.#refuseSecond();
    const started = Date.now();
    const show = (state: RolloutProgress['state']) => this.#show(rollout, state, doing, chosen, startedAt, reports);
    const active: Active = {
      paused: null,
      cancelled: false,
      since: started,
      show: () => show(active.paused === null ? 'running' : 'paused'),
    };
    this.#active = active;
    rollout.doing = doing;
    const startedAt = new Date(started).toISOString();
    const reports = new Map<string, RowResult | undefined>(chosen.map(({ id }) => [id, undefined]));
    let failures = 0;
    let stopped = false;
    this.#journal.add(rollout.head.plan, { step: doing === 'run' ? 'running' : 'undoing' });
    active.show();
    try {
      // Rows of one ConfigMap run in order, so that each merges with the one before.
      const groups = [...Map.groupBy(chosen, ({ ref }) => referenceKey(ref)).values()];
      await inParallel(groups, AT_ONCE, async (group) => {
        for (const row of group) {
          await active.paused?.promise;
          if (active.cancelled || stopped) return;
          const outcome = await carryOut(row).catch((error: unknown) => {
            stopped = true;
            throw error;
          });
          reports.set(row.id, outcome);
          if (outcome === 'failed' || outcome === 'forbidden' || outcome === 'unknown') failures += 1;
          if (stopAfter !== undefined && failures >= stopAfter) stopped = true;
          active.show();
        }
      });
    } finally {
      this.#active = null;
      const state = active.cancelled || stopped ? 'cancelled' : 'ended';
      rollout.state = state;
      this.#journal.add(rollout.head.plan, { step: state });
      show(state);
    }
    return reports;
  }

  #refuseSecond(): void {
    if (this.#active !== null) throw new AppError('document', strings.rolloutRunningWaitUntilEnds, { about: 'rollout', retry: true });
  }

  #show(
    { head }: Rollout,
    state: RolloutProgress['state'],
    doing: 'run' | 'undo',
    rows: readonly Row[],
    startedAt: string,
    reports?: ReadonlyMap<string, RowResult | undefined>,
  ): void {
    const outcomeOf = (row: Row) => (reports === undefined ? (doing === 'run' ? row.outcome : row.undone) : reports.get(row.id));
    const counts = countsOf(rows.map(outcomeOf));
    const done = rows.length - counts.left;
    const elapsed = (Date.now() - (this.#active?.since ?? Date.parse(startedAt))) / 1000;
    const remaining = state === 'running' && done > 0 && counts.left > 0 ? { remaining: Math.ceil((elapsed / done) * counts.left) } : {};
    const problems = rows.flatMap((row) => {
      const outcome = outcomeOf(row);
      const reason = doing === 'run' ? row.reason : row.undoneReason;
      return outcome === undefined || isDone(outcome) ? [] : [{ id: row.id, outcome, ...(reason === undefined ? {} : { reason }) }];
    });
    const progress = { plan: head.plan, doing, state, title: head.title, total: rows.length, counts, startedAt, ...remaining, problems };
    this.#options.store.update((fleet) => ({ ...fleet, rollout: progress }));
  }
}

function unknownPlan(): AppError {
  return new AppError('not-found', strings.planNoLongerKnownPlan);
}

async function inParallel<Item>(items: readonly Item[], width: number, work: (item: Item) => Promise<void>): Promise<void> {
  const queue = items[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    for (const item of queue) await work(item);
  };
  // Nothing continues after a bug is reported.
  const ended = await Promise.allSettled(Array.from({ length: Math.min(width, items.length) }, worker));
  for (const one of ended) if (one.status === 'rejected') throw one.reason;
}
