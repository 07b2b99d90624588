import { presetUrl } from '../common/coralogix/preset.ts';
import { AppError } from '../common/errors.ts';
import { readDocument, valueAt } from '../common/integration/document.ts';
import { placeWords } from '../common/integration/place-words.ts';
import type { Destination } from '../common/integration/reading/destination.ts';
import { destinationOf, targetAt } from '../common/integration/reading/destination.ts';
import type { DocumentDiff, DocumentReading, Edit, Integration } from '../common/integration/reading/integration.ts';
import { secretScalars } from '../common/integration/secrets/secret-scan.ts';
import { isSecretName } from '../common/integration/secrets/secret-words.ts';
import type { ConfigMapRef } from '../common/reference.ts';
import type { PlanOutcome, PlanRow, RolloutChange, RolloutTarget } from '../common/rollout/change.ts';
import type { ChangeContext } from '../common/rollout/edits.ts';
import { editsFor } from '../common/rollout/edits.ts';
import type { Value } from '../common/yaml/value.ts';
import type { PresetStore } from '../presets/preset-store.ts';
import type { Clusters } from '../state/clusters.ts';
import type { ConfigMaps } from '../state/config-maps.ts';
import type { Store } from '../state/store.ts';

export interface PlannerOptions {
  readonly store: Pick<Store, 'snapshot'>;
  readonly clusters: Pick<Clusters, 'isReadOnly' | 'seen'>;
  readonly configMaps: Pick<ConfigMaps, 'fetch' | 'preview' | 'tryOut'>;
  readonly presets: Pick<PresetStore, 'list' | 'ownerOf'>;
  hash(parts: readonly string[]): string;
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

  async context(change: RolloutChange): Promise<ChangeContext> {
    const { presets, configMaps, clusters } = this.#options;
    const hasPreset = (id: string, { url, key }: Destination): boolean => {
      const preset = presets.list().find((candidate) => candidate.id === id);
      if (preset === undefined || key.kind !== 'inline') return false;
      const owner = presets.ownerOf(key.value);
      return url === presetUrl(preset) && owner?.preset === id && !owner.former;
    };
    if (change.op !== 'insert') return { hasPreset };
    const { ref, integration } = change.from;
    const source = clusters.seen(ref) ?? (await configMaps.fetch(ref));
    const text = source?.text ?? '';
    const found = readDocument(text).integrations.find(({ index }) => index === integration);
    if (found === undefined) return { hasPreset, copy: 'The integration to copy no longer exists. Choose another one.' };
    return { hasPreset, copy: copyOf(text, found, change.preset !== undefined), isCopy: (other) => sameBesideKeys(found, other) };
  }

  async row(id: string, target: RolloutTarget, change: RolloutChange, context: ChangeContext): Promise<PlannedRow> {
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
    if (cluster?.state !== 'online') return closed('unreachable', `“${ref.context}” is not connected. Connect it, then plan again.`);
    if (this.#options.clusters.isReadOnly(ref.context)) return closed('read-only', `You marked “${ref.context}” as read-only.`);
    try {
      return await this.#open(common, target, change, context, closed);
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
    context: ChangeContext,
    closed: (outcome: PlanOutcome, reason: string, words?: string) => PlannedRow,
  ): Promise<PlannedRow> {
    const { configMaps } = this.#options;
    const { ref } = target;
    const live = await configMaps.fetch(ref);
    if (live === null) return closed('refused', `${ref.name} in ${ref.namespace} no longer exists.`);
    const text = live.text ?? '';
    const reading = readDocument(text);
    const words = rowWords(ref, text, target);
    const known = { uid: live.uid, base: live.resourceVersion, immutable: live.managed?.by === 'immutable' };
    const identity = this.identity(reading, target);
    const row = (outcome: PlanOutcome, edits: readonly Edit[], more: Partial<PlanRow> = {}): PlannedRow => ({
      shown: { ...common, words, outcome, changes: [], diff: NO_DIFF, ...more },
      ...known,
      identity,
      edits,
    });
    const found = editsFor(reading, target, change, context);
    if (!found.ok) return row('refused', [], { reason: found.reason });
    if (found.edits.length === 0) return row('unchanged', []);
    const preview = await configMaps.preview(ref, live.resourceVersion, found.edits, true);
    if (preview.outcome === 'refused') return row('refused', [], { reason: preview.reason });
    const shown = { changes: preview.diff.changes, diff: folded(preview.diff) };
    if (preview.diff.lines.every(({ kind }) => kind === 'same')) return row('unchanged', []);
    if (preview.state === 'invalid') return row('invalid', [], { ...shown, reason: 'kAudit couldn’t read the result as a list. Open it.' });
    if (live.managed !== null) return row('managed', found.edits, { ...shown, reason: live.managed.advice });
    const tried = await configMaps.tryOut(live, found.edits);
    if (tried !== null) return row(tried.outcome, [], { ...shown, reason: tried.reason });
    return row('ready', found.edits, shown);
  }

  identity(reading: DocumentReading, { integration, target }: Pick<RolloutTarget, 'integration' | 'target'>): string {
    if (integration === undefined) return '';
    const found = reading.integrations.find(({ index }) => index === integration);
    if (found === undefined) return 'none';
    const targets = target === undefined ? found.targets : [targetAt(found, target) ?? found.targets[target]];
    const parts = targets.map((one) => {
      const destination = one && destinationOf(reading, one);
      return JSON.stringify([destination?.targetType, destination?.url ?? destination?.host]);
    });
    return this.#options.hash(['identity', found.type ?? '', ...parts]);
  }
}

function targetPart({ target }: RolloutTarget): { target?: number } {
  return target === undefined ? {} : { target };
}

function rowWords(ref: ConfigMapRef, text: string, { integration }: RolloutTarget): string {
  return integration === undefined ? ref.name : `${ref.name}: ${placeWords(text, [integration])}`;
}

/** Keeps lines near changes: a plan has hundreds of rows. */
function folded({ lines, changes }: DocumentDiff): DocumentDiff {
  const near = new Set<number>();
  for (const [index, { kind }] of lines.entries())
    if (kind !== 'same') for (let at = index - CONTEXT; at <= index + CONTEXT; at += 1) near.add(at);
  return { lines: lines.filter((_, index) => near.has(index)), changes };
}

/** SECURITY: the entry to copy, without its key; a sentence if it holds a secret that no preset fills. */
function copyOf(text: string, integration: Integration, hasPreset: boolean): NonNullable<ChangeContext['copy']> {
  const entry = valueAt(text, [integration.index]);
  if (entry === undefined) return 'The integration to copy no longer exists. Choose another one.';
  const [target] = integration.targets;
  const isSingle = integration.targets.length === 1 && target?.type === 'http-api';
  const value = hasPreset && isSingle ? withoutKey(entry) : entry;
  const secrets = secretScalars(JSON.stringify([value]));
  const refers = JSON.stringify(value).includes('"ref/');
  if (secrets.length > 0 || refers)
    return hasPreset
      ? 'The integration to copy has a key that a preset can’t replace. Copy it by hand.'
      : 'The integration to copy has a key. Choose the preset for the copy’s key.';
  return { value, target: target?.index ?? undefined };
}

function withoutKey(value: Value): Value {
  if (Array.isArray(value)) return value.map((item: Value) => withoutKey(item)).filter((item) => JSON.stringify(item) !== '{}');
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([name]) => name !== 'http-api-token' && name !== 'ref/http-api-token');
  return Object.fromEntries(kept.map(([name, item]) => [name, withoutKey(item)]));
}

function sameBesideKeys(one: Integration, other: Integration): boolean {
  const fields = (integration: Integration) => {
    const own = [...integration.targets.flatMap(({ fields: list }) => list), ...integration.filter, ...integration.fields];
    const open = own.filter(({ name }) => !isSecretName(name) && name !== 'http-api-uri');
    return JSON.stringify([integration.type, integration.name, open.map(({ name, value }) => [name, JSON.stringify(value)]).sort()]);
  };
  return fields(one) === fields(other);
}
