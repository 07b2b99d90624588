import { presetUrl } from '../common/coralogix/preset.ts';
import { AppError, assertNever } from '../common/errors.ts';
import type { Refusal } from '../common/history/refusal.ts';
import { MOVES_TO_DATA } from '../common/integration/diagnostics/binary-data.ts';
import type { Edit } from '../common/integration/reading/integration.ts';
import type { ConfigMapRef } from '../common/reference.ts';
import { referenceKey } from '../common/reference.ts';
import type { ApplyReply, ConfigMapView, PreviewReply } from '../common/replies.ts';
import type { ExportedChange, ExportForm } from '../common/rollout/export.ts';
import { exportedChange } from '../common/rollout/export.ts';
import type { ApplyOutcome, ApplyPlan } from '../kube/cluster/apply.ts';
import { applyText, tryText } from '../kube/cluster/apply.ts';
import type { RawConfigMap } from '../kube/cluster/config-map.ts';
import type { PresetStore } from '../presets/preset-store.ts';
import type { Place } from '../texts/key-release.ts';
import type { PresetFacts } from '../texts/masked-view.ts';
import type { TextWork } from '../texts/text-work.ts';
import type { ReplyFrame } from '../texts/thread-messages.ts';
import type { Clusters } from './clusters.ts';
import type { ApplyArguments, Draft, DraftResult, NotSaved, Written } from './draft.ts';
import type { Revisions } from './revisions.ts';
import * as strings from './strings.ts';
import type { Unsettled } from './unsettled.ts';

const SERVED = 30;

const MARKED: ConfigMapView['permissions'] = { update: false, missing: null, marked: true };

export interface ConfigMapsOptions {
  readonly clusters: Clusters;
  readonly texts: TextWork;
  readonly presets: PresetStore;
  readonly revisions: Revisions;
  readonly unsettled: Pick<Unsettled, 'sending'>;
}

export class ConfigMaps {
  readonly #options: ConfigMapsOptions;
  readonly #served = new Map<string, Map<string, RawConfigMap>>();

  constructor(options: ConfigMapsOptions) {
    this.#options = options;
  }

  async get(ref: ConfigMapRef): Promise<ConfigMapView> {
    const { writer } = this.#options.clusters.connection(ref.context);
    const [live, permissions] = await Promise.all([writer.get(ref), writer.permissions(ref)]);
    if (live === null) throw missing(ref);
    return this.#viewOf(live, this.#options.clusters.isReadOnly(ref.context) ? MARKED : permissions);
  }

  /** `plain`: main itself reads the reply. */
  async preview(ref: ConfigMapRef, base: string, edits: readonly Edit[], plain = false): Promise<PreviewReply> {
    const result = await this.draft(ref, base, edits);
    if (!result.ok) return refusal(result);
    const { base: start, owner, text } = result.draft;
    const moved = start.binary === undefined ? [] : [MOVES_TO_DATA];
    const fields = { outcome: 'preview' as const, ...(result.notes?.length ? { notes: result.notes } : {}) };
    const { texts } = this.#options;
    const args = [owner, start.text ?? '', text, this.#facts(), moved] as const;
    return plain ? { ...fields, ...(await texts.run('preview', ...args)) } : texts.reply({ fields }, 'preview', ...args);
  }

  /** The edits' result in a form to share, made from the masked text. */
  async exported(ref: ConfigMapRef, base: string, edits: readonly Edit[], form: ExportForm): Promise<ExportedChange | Refusal> {
    const preview = await this.preview(ref, base, edits, true);
    if (preview.outcome === 'refused') return preview;
    const presetName = (id: string) => this.#options.presets.list().find((preset) => preset.id === id)?.name;
    const moved = this.base(ref, base)?.binary !== undefined;
    return exportedChange({ ref, text: preview.text, secrets: preview.secrets, moved, presetName }, form);
  }

  /** Raw text after edits. SECURITY: the only place where keys go in; the draft stays in main. */
  async draft(ref: ConfigMapRef, base: string, edits: readonly Edit[]): Promise<DraftResult> {
    const start = this.base(ref, base);
    if (start === undefined)
      return {
        ok: false,
        reason: strings.versionTheseChangesBasedNo,
      };
    let text = start.text ?? '';
    const presetKeys: Draft['presetKeys'][number][] = [];
    const notes: string[] = [];
    let restored: string | undefined;
    for (const edit of edits) {
      const step = await this.#step(start, text, edit);
      if (!step.ok) return step;
      text = step.text;
      presetKeys.push(...(step.presetKeys ?? []));
      notes.push(...(step.notes ?? []));
      if (edit.op === 'restore') restored = edit.revision;
    }
    return {
      ok: true,
      draft: { base: start, owner: this.#options.clusters.owner(start), text, presetKeys },
      notes,
      ...(restored === undefined ? {} : { restored }),
    };
  }

  /** Raw, for main only; null: it doesn't exist. */
  async fetch(ref: ConfigMapRef): Promise<RawConfigMap | null> {
    const live = await this.#options.clusters.connection(ref.context).writer.get(ref);
    if (live !== null) this.#remember(live);
    return live;
  }

  /** Dry run on the server; null: it accepts. */
  async tryOut(
    live: RawConfigMap,
    edits: readonly Edit[],
  ): Promise<{ readonly outcome: 'forbidden' | 'refused'; readonly reason: string } | null> {
    const result = await this.draft(live.ref, live.resourceVersion, edits);
    if (!result.ok) return { outcome: 'refused', reason: result.reason };
    const { base, text, presetKeys } = result.draft;
    const stray = await this.#options.texts.run('stray', base.text ?? '', text, presetKeys);
    if (stray !== undefined) return { outcome: 'refused', reason: strings.presetsKeyBelongsWouldNext(stray.domain, stray.host) };
    const tried = await tryText(this.#options.clusters.connection(live.ref.context).writer, live, text);
    if (tried === null) return null;
    if (tried.outcome === 'rejected') return { outcome: 'refused', reason: await this.#rejected(live, tried) };
    return { outcome: tried.outcome === 'forbidden' ? 'forbidden' : 'refused', reason: 'reason' in tried ? tried.reason : '' };
  }

  base(ref: ConfigMapRef, resourceVersion: string): RawConfigMap | undefined {
    const served = this.#served.get(this.#servedKey(ref))?.get(resourceVersion);
    if (served !== undefined) return served;
    const seen = this.#options.clusters.seen(ref);
    return seen?.resourceVersion === resourceVersion ? seen : undefined;
  }

  /** A target's key with its domain, for main only. Throws AppError `document`, `preset`. */
  async keyOf(ref: ConfigMapRef, base: string, place: Place): Promise<{ readonly key: string; readonly domain: string }> {
    const found = await this.#options.texts.run('targetKey', this.base(ref, base)?.text ?? '', place);
    if (!found.ok) throw new AppError(found.code, found.reason, { about: `${ref.namespace}/${ref.name}` });
    return found;
  }

  async apply(...args: ApplyArguments): Promise<ApplyReply> {
    const [ref] = args;
    const written = await this.write(...args);
    if (written.outcome !== 'saved') return written;
    const { resourceVersion, merged, revision, configMap } = written;
    const others = { outcome: 'saved', resourceVersion, merged, ...(revision === undefined ? {} : { revision }) };
    try {
      // Both verbs just worked. A failed permission check mustn't turn a save into a failure.
      return await this.#viewOf<ApplyReply>(configMap, { update: true, missing: null }, { name: 'configMap', others });
    } catch (error) {
      // SECURITY: a bug's text stays in main.
      const reason = error instanceof AppError ? error.message : strings.reloadIt;
      const about = `${ref.namespace}/${ref.name}`;
      throw new AppError('document', strings.savedButCantShown(ref.name, reason), { about });
    }
  }

  /** `apply` for main itself: what was saved isn't made into a view. */
  async write(...[ref, base, edits, override, chosen]: ApplyArguments): Promise<Written> {
    const { texts } = this.#options;
    const { writer } = this.#options.clusters.connection(ref.context);
    this.#assertWritable(ref);
    const result = this.base(ref, base) === undefined ? undefined : await this.draft(ref, base, edits);
    if (result?.ok === false && (result.missing !== undefined || result.conflicts !== undefined)) return refusal(result);
    if (result?.ok === false)
      throw new AppError('document', strings.nothingWritten(result.reason), { about: `${ref.namespace}/${ref.name}` });
    const draft = result?.draft;
    if (draft !== undefined) {
      const { base: start, owner, text, presetKeys } = draft;
      const { invalid, stray } = await texts.run('refusal', owner, start.text ?? '', text, presetKeys, this.#facts());
      if (invalid !== undefined) {
        const reason = strings.kAuditCouldntReadResultYaml;
        return { outcome: 'invalid', reason, problems: invalid };
      }
      if (stray !== undefined) {
        const message = strings.presetsKeyBelongsWouldNextUrl(stray.domain, stray.host);
        throw new AppError('preset', message, { about: `${ref.namespace}/${ref.name}` });
      }
    }

    let merged: readonly string[] = [];
    let before: RawConfigMap | undefined;
    const plan = async (live: RawConfigMap): Promise<ApplyPlan<NotSaved>> => {
      merged = [];
      // It may have been marked while a long text was worked on.
      if (before === undefined) this.#assertWritable(ref);
      if (live.managed !== null && (!override || live.managed.by === 'immutable'))
        return { outcome: 'stop', value: { outcome: 'managed', managedBy: live.managed } };
      if (draft === undefined) {
        return this.#conflict(live, undefined, strings.versionTheseChangesBasedNoLonger, false);
      }
      if (live.uid !== draft.base.uid) return this.#conflict(live, draft, strings.someoneDeletedRecreatedConfigMap, false);
      const three = { base: draft.base.text ?? '', mine: draft.text, theirs: live.text ?? '' };
      if (three.theirs === three.base) return { outcome: 'write', text: draft.text };
      // SECURITY: a choice covers only the version that the user saw.
      const choices = chosen?.on === live.resourceVersion ? chosen.fields : [];
      const merge = await texts.run('merged', this.#options.clusters.owner(live), three, draft.presetKeys, choices);
      if (!merge.ok) {
        switch (merge.why) {
          case 'choice':
            return this.#conflict(live, draft, merge.reason, true);
          case 'overlap':
            return this.#conflict(live, draft, strings.someoneElseChangedSameFields, true);
          case 'stray':
            return this.#conflict(live, draft, strings.urlNowOneWherePresets(merge.host), false);
          default:
            return assertNever(merge);
        }
      }
      merged = merge.changes;
      return { outcome: 'write', text: merge.text };
    };

    const { revisions, unsettled } = this.#options;
    const applied = await revisions.writing(draft?.base, async () => {
      const outcome = await unsettled.sending(ref, (begin) => {
        const onSend: typeof begin = (live, text) => {
          before = live;
          this.#options.clusters.saveChoices();
          begin(live, text);
        };
        return applyText(writer, ref, plan, { onSend });
      });
      if (outcome.outcome !== 'saved' || before === undefined) return outcome;
      return { ...outcome, revision: await revisions.saved(before, outcome.configMap, result?.restored) };
    });
    switch (applied.outcome) {
      case 'saved': {
        const { configMap } = applied;
        const revision = 'revision' in applied ? applied.revision : undefined;
        const { resourceVersion } = configMap;
        return { outcome: 'saved', resourceVersion, merged, configMap, sent: before !== undefined, ...(revision && { revision }) };
      }
      case 'stopped':
        return applied.value;
      case 'forbidden':
        return { outcome: 'forbidden', verb: applied.verb, role: applied.role, reason: applied.reason };
      case 'gone':
        return { outcome: 'gone', reason: applied.reason };
      case 'conflict':
        return (await this.#conflict(applied.live, draft, applied.reason, false)).value;
      case 'unknown':
        return { outcome: 'unknown', reason: applied.reason };
      case 'rejected': {
        const about = `${ref.namespace}/${ref.name}`;
        throw new AppError('kubernetes', await this.#rejected(draft?.base ?? { ref, uid: '' }, applied), { about, retry: true });
      }
      case 'not-stored':
        throw new AppError('kubernetes', applied.reason, { about: `${ref.namespace}/${ref.name}`, retry: true });
      default:
        return assertNever(applied);
    }
  }

  async #rejected(
    configMap: Pick<RawConfigMap, 'ref' | 'uid'>,
    { error, texts }: Extract<ApplyOutcome<NotSaved>, { outcome: 'rejected' }>,
  ): Promise<string> {
    const owner = this.#options.clusters.owner(configMap);
    const words = await error.explain((message) => this.#options.texts.run('hidden', owner, texts, message));
    return strings.clusterRefusedNewText(configMap.ref.name, words);
  }

  /** SECURITY: never writes to a cluster marked as read-only, whatever the view shows. */
  #assertWritable({ context }: ConfigMapRef): void {
    if (!this.#options.clusters.isReadOnly(context)) return;
    const message = strings.markedReadOnlySoNothing(context);
    throw new AppError('forbidden', message, { about: context });
  }

  async #step(
    base: RawConfigMap,
    text: string,
    edit: Edit,
  ): Promise<
    | { readonly ok: true; readonly text: string; readonly presetKeys?: Draft['presetKeys']; readonly notes?: readonly string[] }
    | Extract<DraftResult, { ok: false }>
  > {
    const { texts } = this.#options;
    if (edit.op === 'restore') return this.#options.revisions.step(base.ref, base, text, edit);
    if (edit.op === 'undo') {
      const choices = edit.choices && (await texts.run('choices', this.#options.clusters.owner(base), text, edit.choices, 'theirs'));
      return this.#options.revisions.step(base.ref, base, text, { ...edit, choices });
    }
    if (edit.op !== 'preset') return texts.run('edited', this.#options.clusters.owner(base), text, edit);
    const { preset, key, url } = await this.#options.presets.use(edit.preset);
    const result = await texts.run('withPreset', this.#options.clusters.owner(base), text, edit, url, key);
    this.#options.revisions.usedPreset(key, preset.domain);
    return result.ok ? { ...result, presetKeys: [{ key, domain: preset.domain, preset: preset.id }] } : result;
  }

  async #viewOf<Reply>(live: RawConfigMap, permissions: ConfigMapView['permissions'], under?: ReplyFrame['under']): Promise<Reply> {
    this.#remember(live);
    const { ref, uid, resourceVersion, managed, binary } = live;
    const frame = { fields: { ref, uid, resourceVersion, permissions, managedBy: managed }, ...(under && { under }) };
    return this.#options.texts.reply(frame, 'shown', this.#options.clusters.owner(live), live.text ?? '', this.#facts(), binary);
  }

  #facts(): PresetFacts {
    const { presets } = this.#options;
    return { owners: presets.owners(), urls: presets.list().map(presetUrl) };
  }

  #remember(configMap: RawConfigMap): void {
    const key = this.#servedKey(configMap.ref);
    const served = this.#served.get(key) ?? new Map<string, RawConfigMap>();
    served.delete(configMap.resourceVersion);
    served.set(configMap.resourceVersion, configMap);
    for (const oldest of [...served.keys()].slice(0, Math.max(0, served.size - SERVED))) served.delete(oldest);
    this.#served.set(key, served);
  }

  /** SECURITY: includes the server, so that a text isn't a base in another cluster of the same context name. */
  #servedKey(ref: ConfigMapRef): string {
    return JSON.stringify([this.#options.clusters.server(ref.context), referenceKey(ref)]);
  }

  /** `overlap`: both changed the same places, and the reply names them. */
  async #conflict(
    live: RawConfigMap,
    draft: Draft | undefined,
    why: string,
    overlap: boolean,
  ): Promise<{ outcome: 'stop'; value: NotSaved }> {
    this.#remember(live);
    const three = { base: draft?.base.text ?? '', mine: draft?.text ?? '', theirs: live.text ?? '' };
    const { conflicts, base, mine, theirs } = await this.#options.texts.run('conflict', this.#options.clusters.owner(live), three, overlap);
    return {
      outcome: 'stop',
      value: {
        outcome: 'conflict',
        reason: strings.nothingWrittenCompareThenMake(why),
        ...(live.writer && { writer: live.writer }),
        conflicts,
        base: draft === undefined ? null : base,
        mine: draft === undefined ? null : mine,
        theirs,
        resourceVersion: live.resourceVersion,
      },
    };
  }
}

export function missing(ref: ConfigMapRef): AppError {
  const about = `${ref.namespace}/${ref.name}`;
  return new AppError('not-found', strings.theresNoConfigMapGoBack(about, ref.context), {
    about,
  });
}

function refusal({ ok: _, ...why }: Extract<DraftResult, { ok: false }>): Refusal {
  return { outcome: 'refused', ...why };
}
