import { presetUrl } from '../common/coralogix/preset.ts';
import { AppError } from '../common/errors.ts';
import type { DocumentDiff, Edit } from '../common/integration/reading/integration.ts';
import type { PlanOutcome, PlanRow, RolloutChange, RolloutTarget } from '../common/rollout/change.ts';
import type { ChangePlace } from '../common/rollout/edits.ts';
import type { RawConfigMap } from '../kube/cluster/config-map.ts';
import type { PresetStore } from '../presets/preset-store.ts';
import type { Clusters } from '../state/clusters.ts';
import type { ConfigMaps } from '../state/config-maps.ts';
import type { Store } from '../state/store.ts';
import type { ChangeInText, CopiedEntry } from '../texts/rollout-change.ts';
import type { TextWork } from '../texts/text-work.ts';
import * as strings from './strings.ts';

export interface PlannerOptions {
  readonly store: Pick<Store, 'snapshot'>;
  readonly clusters: Pick<Clusters, 'isReadOnly' | 'owner' | 'seen'>;
  readonly configMaps: Pick<ConfigMaps, 'fetch' | 'preview' | 'tryOut'>;
  readonly presets: Pick<PresetStore, 'list' | 'owners'>;
  readonly texts: TextWork;
}

export interface PlannedRow {
  readonly shown: PlanRow;
  readonly uid: string;
  readonly base: string;
  readonly edits: readonly Edit[];
  /** The integration's type and destination: a later plan must match it. */
  readonly identity: string;
  readonly immutable: boolean;
}

const NO_DIFF: DocumentDiff = { lines: [], changes: [] };
const CONTEXT = 2;

export class Planner {
  readonly #options: PlannerOptions;

  constructor(options: PlannerOptions) {
    this.#options = options;
  }

  async copied(change: RolloutChange): Promise<CopiedEntry> {
    const { texts, configMaps, clusters } = this.#options;
    if (change.op !== 'insert') return {};
    const { ref, integration } = change.from;
    const source = clusters.seen(ref) ?? (await configMaps.fetch(ref));
    const owner = clusters.owner(source ?? { ref, uid: '' });
    return texts.run('copied', owner, source?.text ?? '', integration, change.preset !== undefined);
  }

  changeIn(live: RawConfigMap, { integration, target }: ChangePlace, change: RolloutChange, copied: CopiedEntry): Promise<ChangeInText> {
    const { clusters, presets, texts } = this.#options;
    const urls = new Map(presets.list().map((preset) => [preset.id, presetUrl(preset)]));
    return texts.run('change', clusters.owner(live), live.text ?? '', { integration, target }, change, {
      ...copied,
      owners: presets.owners(),
      urls,
    });
  }

  async row(id: string, target: RolloutTarget, change: RolloutChange, copied: CopiedEntry): Promise<PlannedRow> {
    const { ref } = target;
    const place = { ...(target.integration === undefined ? {} : { integration: target.integration }), ...targetPart(target) };
    const common = { id, ref, context: ref.context, ...place };
    const closed = (outcome: PlanOutcome, reason: string, words = ref.name): PlannedRow => ({
      shown: { ...common, words, outcome, reason, changes: [], diff: NO_DIFF },
      uid: '',
      base: '',
      edits: [],
      identity: '',
      immutable: false,
    });
    const cluster = this.#options.store.snapshot().clusters.find((candidate) => candidate.context === ref.context);
    // SECURITY: a plan contacts only what the user has connected.
    if (cluster?.state !== 'online') return closed('unreachable', strings.notConnectedConnectThenPlan(ref.context));
    if (this.#options.clusters.isReadOnly(ref.context)) return closed('read-only', strings.markedReadOnly(ref.context));
    try {
      return await this.#open(common, target, change, copied, closed);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const outcome =
        error.code === 'forbidden' ? 'forbidden' : error.code === 'preset' || error.code === 'keychain' ? 'refused' : 'unreachable';
      return closed(outcome, error.message);
    }
  }

  async #open(
    common: Pick<PlanRow, 'id' | 'ref' | 'context' | 'integration' | 'target'>,
    target: RolloutTarget,
    change: RolloutChange,
    copied: CopiedEntry,
    closed: (outcome: PlanOutcome, reason: string, words?: string) => PlannedRow,
  ): Promise<PlannedRow> {
    const { configMaps } = this.#options;
    const { ref } = target;
    const live = await configMaps.fetch(ref);
    if (live === null) return closed('refused', strings.noLongerExists(ref.name, ref.namespace));
    const { found, identity, words: entry } = await this.changeIn(live, target, change, copied);
    const words = entry === undefined ? ref.name : `${ref.name}: ${entry}`;
    const known = { uid: live.uid, base: live.resourceVersion, immutable: live.managed?.by === 'immutable' };
    const row = (outcome: PlanOutcome, edits: readonly Edit[], more: Partial<PlanRow> = {}): PlannedRow => ({
      shown: { ...common, words, outcome, changes: [], diff: NO_DIFF, ...more },
      ...known,
      identity,
      edits,
    });
    if (!found.ok) return row('refused', [], { reason: found.reason });
    if (found.edits.length === 0) return row('unchanged', []);
    const preview = await configMaps.preview(ref, live.resourceVersion, found.edits, true);
    if (preview.outcome === 'refused') return row('refused', [], { reason: preview.reason });
    const shown = { changes: preview.diff.changes, diff: folded(preview.diff) };
    if (preview.diff.lines.every(({ kind }) => kind === 'same')) return row('unchanged', []);
    if (preview.state === 'invalid') return row('invalid', [], { ...shown, reason: strings.kAuditCouldntReadResultList });
    if (live.managed !== null) return row('managed', found.edits, { ...shown, reason: live.managed.advice });
    const tried = await configMaps.tryOut(live, found.edits);
    if (tried !== null) return row(tried.outcome, [], { ...shown, reason: tried.reason });
    return row('ready', found.edits, shown);
  }
}

function targetPart({ target }: RolloutTarget): { target?: number } {
  return target === undefined ? {} : { target };
}

/** Keeps lines near changes: a plan has hundreds of rows. */
function folded({ lines, changes }: DocumentDiff): DocumentDiff {
  const near = new Set<number>();
  for (const [index, { kind }] of lines.entries())
    if (kind !== 'same') for (let at = index - CONTEXT; at <= index + CONTEXT; at += 1) near.add(at);
  return { lines: lines.filter((_, index) => near.has(index)), changes };
}
