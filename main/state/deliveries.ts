import type { CheckedArgs } from '../common/api.ts';
import { endpointOf } from '../common/coralogix/coralogix.ts';
import { isOwnUrl } from '../common/coralogix/own-url.ts';
import type { Preset } from '../common/coralogix/preset.ts';
import { readBackQuery } from '../common/delivery/arrival-query.ts';
import { changesSince } from '../common/delivery/changes.ts';
import { type DeliveryReport, type DeliverySubject, type Stage, UNSAVED_PRESET } from '../common/delivery/delivery.ts';
import { applicationOf, names } from '../common/delivery/names.ts';
import { AppError } from '../common/errors.ts';
import { currentReports, SHOWN, subjectKey, withReport, withSeen } from '../common/fleet/reports.ts';
import type { Fingerprints } from '../common/fleet/summary.ts';
import { testAllPlan } from '../common/fleet/test-all.ts';
import type { DestinationKey } from '../common/integration/reading/destination.ts';
import { isValueName } from '../common/integration/secrets/secret-words.ts';
import type { ConfigMapRef } from '../common/reference.ts';
import { referenceKey } from '../common/reference.ts';
import type { DeliveryReply, SeenReply } from '../common/replies.ts';
import type { ReadBackTimes } from '../delivery/arrival.ts';
import { LIMITS } from '../delivery/connection-order.ts';
import type { DeliveryRequest } from '../delivery/delivery-test.ts';
import type { Network } from '../delivery/network.ts';
import type { CheckedPreset } from '../presets/checked.ts';
import type { PresetStore } from '../presets/preset-store.ts';
import type { Redaction } from '../secrets/redaction.ts';
import type { DeliveryHistory } from '../settings/delivery-history.ts';
import type { SettingsStore } from '../settings/settings-store.ts';
import { hostWords } from '../texts/key-release.ts';
import type { TextWork } from '../texts/text-work.ts';
import type { ConfigMaps } from './config-maps.ts';
import { pickedPreset, withPick } from './reference-presets.ts';
import type { Store } from './store.ts';
import * as strings from './strings.ts';

const PARALLEL = 4;
/** Milliseconds between tests of one target. */
const COOL_DOWN = 10_000;
/** Milliseconds; the longest wait that a server can ask for. */
const LONGEST_COOL_DOWN = 60_000;

export type DeliveryTestArguments = CheckedArgs<'delivery.test'>;

export interface DeliveriesOptions {
  readonly store: Store;
  readonly settings: SettingsStore;
  readonly history: DeliveryHistory;
  readonly configMaps: Pick<ConfigMaps, 'draft'>;
  readonly texts: TextWork;
  readonly presets: PresetStore;
  readonly fingerprints: Fingerprints;
  readonly network: Network;
  readonly redaction: Redaction;
  readonly coolDown?: number;
  readonly readBackTimes?: ReadBackTimes;
}

type Sentence = Extract<DeliveryReply, { outcome: 'not-testable' }>;
type Secret = { readonly value: string; readonly preset: Preset | undefined; readonly notes: readonly string[] };

export class Deliveries {
  readonly #options: DeliveriesOptions;
  readonly #running = new Set<AbortController>();
  /** In performance.now() milliseconds. */
  readonly #coolDown = new Map<string, number>();

  constructor(options: DeliveriesOptions) {
    this.#options = options;
    const reports = options.history.all().toSorted((one, other) => (one.startedAt < other.startedAt ? 1 : -1));
    const newest = new Map<string, DeliveryReport>();
    for (const report of reports) if (!newest.has(subjectKey(report.subject))) newest.set(subjectKey(report.subject), report);
    options.store.update((fleet) => currentReports({ ...fleet, reports: [...newest.values()].slice(0, SHOWN) }));
    this.#forgetKeys();
  }

  /** SECURITY: older versions kept a plain key after `ref/` in the settings. */
  #forgetKeys(): void {
    const { settings, store, fingerprints } = this.#options;
    const before = settings.settings.referencePresets;
    const after = before.map((pick) => ({ ...pick, reference: safeReference(pick.reference, fingerprints) }));
    if (after.every(({ reference }, index) => reference === before[index]?.reference)) return;
    const updated = settings.update({ referencePresets: after });
    store.update((fleet) => ({ ...fleet, settings: updated }));
  }

  async test(args: DeliveryTestArguments): Promise<DeliveryReply> {
    return this.#test(args, new AbortController());
  }

  async testPreset(id: string): Promise<DeliveryReply> {
    const { fingerprints } = this.#options;
    const { preset, key, url } = await this.#options.presets.use(id);
    const subject: DeliverySubject = { kind: 'preset', id, hash: fingerprints.hash(['preset', url, key]) };
    const request = { url, type: 'detections', header: undefined, key, ...names(preset), owner: preset, subject, tryTwin: true };
    return this.#run(request, fingerprints.hash(['history', 'preset', id]), new AbortController());
  }

  async testUnsavedPreset(checked: CheckedPreset, key: string | undefined): Promise<DeliveryReply> {
    const { fingerprints } = this.#options;
    const { url, key: secret } = await this.#options.presets.useUnsaved(checked, key);
    const subject: DeliverySubject = { kind: 'preset', id: UNSAVED_PRESET, hash: fingerprints.hash(['preset', url, secret]) };
    const request = { url, type: 'detections', header: undefined, key: secret, ...names(checked), subject, tryTwin: true };
    return this.#run(request, fingerprints.hash(['history', strings.unsavedPreset, url]), new AbortController());
  }

  async testAll(): Promise<{ passed: number; failed: number; skipped: number; cancelled: boolean }> {
    const { store } = this.#options;
    if (store.snapshot().testAll !== null) throw new AppError('delivery', strings.allIntegrationsAlreadyBeingTested);
    const { tests, stopped } = testAllPlan(store.snapshot().clusters);
    const cancel = new AbortController();
    this.#running.add(cancel);
    const result = { passed: 0, failed: 0, skipped: stopped, cancelled: false };
    const progress = (done: number) =>
      store.update((fleet) => ({ ...fleet, testAll: { total: tests.length, done, passed: result.passed, failed: result.failed } }));
    progress(0);
    const waiting = [...tests];
    let done = 0;
    const work = async () => {
      for (let next = waiting.shift(); next !== undefined && !cancel.signal.aborted; next = waiting.shift()) {
        const { outcome } = await this.#test(next, cancel).catch(() => ({ outcome: 'failed' as const }));
        if (outcome === 'passed' || outcome === 'failed') result[outcome] += 1;
        else if (outcome !== 'cancelled') result.skipped += 1;
        done += 1;
        progress(done);
      }
    };
    try {
      await Promise.all(Array.from({ length: PARALLEL }, work));
      return { ...result, cancelled: cancel.signal.aborted };
    } finally {
      this.#running.delete(cancel);
      store.update((fleet) => ({ ...fleet, testAll: null }));
    }
  }

  history(id: string): readonly DeliveryReport[] {
    return this.#options.history.besides(id);
  }

  /** Looks for a passed test's entry in Coralogix; the report holds the outcome. */
  async seen(id: string): Promise<SeenReply> {
    const { store, history, presets, network, redaction } = this.#options;
    const report = store.snapshot().reports.find((candidate) => candidate.id === id);
    if (report === undefined) return notTestable(strings.configurationNewerTestTestAgain);
    if (report.outcome !== 'passed') return notTestable(strings.kAuditTrayCanLookOnly);
    const endpoint = endpointOf(report.url);
    const domain = endpoint?.coralogix === true ? endpoint.domain : undefined;
    const fitting = presets.list().filter((preset) => preset.readBackKey !== undefined && preset.domain === domain);
    const chosen = fitting.find(({ key }) => key.fingerprint === report.key) ?? fitting[0];
    if (chosen === undefined || domain === undefined) return notTestable(strings.noPresetReadBackKey(domain ?? strings.thisAddress));
    const { readBackKey } = await presets.use(chosen.id);
    if (readBackKey === undefined) return notTestable(strings.presetNoLongerReadBack(chosen.name));

    const cancel = new AbortController();
    this.#running.add(cancel);
    const show = (stage: Stage) => {
      // SECURITY: evidence may quote the response, which can hold what was sent.
      const seen = withSeen(report, redaction.redactValue(stage) as Stage);
      // A newer test may have replaced it.
      store.update((fleet) => ({ ...fleet, reports: fleet.reports.map((other) => (other.id === id ? seen : other)) }));
      return seen;
    };
    show({ name: 'seen', state: 'running', evidence: strings.askingCoralogix });
    try {
      const { readBack } = await import('../delivery/arrival.ts');
      const stage = await readBack({
        domain: chosen.domain,
        key: readBackKey,
        query: readBackQuery(applicationOf(report), id),
        testId: id,
        sentAt: Date.parse(report.startedAt),
        network,
        signal: cancel.signal,
        limits: LIMITS,
        onProgress: show,
        ...(this.#options.readBackTimes === undefined ? {} : { times: this.#options.readBackTimes }),
      });
      const seen = show(stage);
      history.update(seen);
      return { outcome: stage.state === 'passed' ? 'seen' : 'not-seen', report: seen };
    } catch (error) {
      if (!cancel.signal.aborted) {
        show({ name: 'seen', state: 'not-reached', evidence: strings.somethingWentWrongInsideKAudit });
        throw error;
      }
      return { outcome: 'cancelled', report: show({ name: 'seen', state: 'not-reached', evidence: strings.cancelledHere }) };
    } finally {
      this.#running.delete(cancel);
    }
  }

  cancel(): void {
    for (const controller of this.#running) controller.abort();
  }

  async #test(args: DeliveryTestArguments, cancel: AbortController): Promise<DeliveryReply> {
    const { configMaps, texts, presets, fingerprints, redaction } = this.#options;
    const result = await configMaps.draft(args.ref, args.base, args.edits ?? []);
    if (!result.ok) return notTestable(result.reason);
    const { draft } = result;
    const place = { integration: args.integration, target: args.target };
    const found = await texts.run('testedTarget', draft.owner, draft.text, place);
    if (found === undefined) return notTestable(strings.integrationIsntConfigMapReloadThen);
    const { integration, target, destination, shown } = found;
    for (const secret of found.hidden) redaction.add(secret);
    if (destination.targetType !== 'http-api')
      return notTestable(strings.targetsTypeCantTestedOnly(shown.destination.targetType ?? '(none)'));
    const { url, header } = destination;
    if (url === undefined || !/^https?:\/\//i.test(url) || !URL.canParse(url)) return notTestable(strings.integrationNoUrlStartsFill);
    if (shown.destination.url === undefined || !URL.canParse(shown.destination.url))
      return notTestable(strings.integrationsUrlContainsKeyMove);
    if (header !== shown.destination.header) return notTestable(strings.fieldHttpApiTokenHeader);
    const secret = await this.#secretOf(args, destination.key, url);
    if ('outcome' in secret) return secret;
    const question = await texts.run('keyRelease', draft.base.text ?? '', draft.presetKeys, place, url, secret.value);
    if (question?.outcome === 'not-testable' || (question?.outcome === 'confirm' && args.confirmed !== true)) return question;

    const has = presets.ownerOf(secret.value);
    const owner = secret.preset ?? presets.list().find(({ id }) => has?.former === false && id === has.preset);
    const subject: DeliverySubject = {
      kind: 'integration',
      ref: args.ref,
      integration,
      ...(target === null ? {} : { target }),
      hash: fingerprints.hash(found.parts),
      unsaved: draft.text !== (draft.base.text ?? ''),
    };
    const request: DeliveryRequest = {
      url,
      urlPath: found.urlPath,
      type: shown.type ?? 'detections',
      header,
      key: secret.value,
      ...names(owner),
      ...(owner === undefined ? {} : { owner }),
      ...(secret.preset === undefined ? {} : { preset: secret.preset.id }),
      notes: secret.notes,
      subject,
      tryTwin: true,
    };
    return this.#run(request, fingerprints.hash(['history', referenceKey(args.ref), ...found.identity]), cancel);
  }

  async #secretOf({ ref, preset: picked }: DeliveryTestArguments, key: DestinationKey, url: string): Promise<Secret | Sentence> {
    const { presets, settings } = this.#options;
    if (key.kind === 'none') return notTestable(strings.integrationNoKeyChoosePreset);
    if (key.kind === 'inline' || key.value !== undefined) return { value: key.value ?? '', preset: undefined, notes: [] };
    // SECURITY: a plain key after `ref/` isn't a name: a fingerprint replaces it in replies, settings and notes.
    const reference = safeReference(key.name, this.#options.fingerprints);
    const ask = (reason: string): Sentence => ({ outcome: 'not-testable', reason, reference });
    const id = picked ?? pickedPreset(settings.settings.referencePresets, ref, reference);
    if (id === undefined || !presets.list().some((preset) => preset.id === id)) {
      return ask(strings.keyReferenceWhichKAuditGets(reference));
    }
    const { preset, key: value } = await presets.use(id);
    // SECURITY: a keychain key goes only to `api.` or `ingress.` of its own domain, whatever URL the ConfigMap holds.
    if (!isOwnUrl(url, preset.domain)) {
      const host = hostWords(url);
      return ask(strings.keyBelongsSoKAuditTray(preset.name, preset.domain, host));
    }
    if (picked !== undefined) this.#remember(ref, reference, picked);
    const note = strings.keyReferenceSoTestUsed(reference, preset.name);
    return { value, preset, notes: [note] };
  }

  #remember(ref: ConfigMapRef, reference: string, preset: string): void {
    const { settings } = this.#options;
    settings.update({ referencePresets: withPick(settings.settings.referencePresets, ref, reference, preset) });
  }

  async #run(request: DeliveryRequest, subject: string, cancel: AbortController): Promise<DeliveryReply> {
    const { network, redaction, fingerprints, history, coolDown = COOL_DOWN } = this.#options;
    redaction.add(request.key);
    // "Test all" is cancelled as a whole.
    const own = !this.#running.has(cancel);
    this.#running.add(cancel);
    const target = subjectKey(request.subject);
    const now = performance.now();
    const start = Math.max(now, this.#coolDown.get(target) ?? 0);
    this.#coolDown.set(target, start + coolDown);
    let pause = coolDown;
    try {
      // Loads the HTTP library on first use, not at start.
      const { runDeliveryTest } = await import('../delivery/delivery-test.ts');
      const tested = await runDeliveryTest(
        { ...request, fingerprint: fingerprints.fingerprint(request.key) },
        { network, redaction, signal: cancel.signal, wait: start - now, onProgress: (running) => this.#show(running) },
      );
      pause = Math.max(pause, Math.min((tested.retryAfter ?? 0) * 1000, LONGEST_COOL_DOWN));
      const report = withComparison(tested, history.lastSuccess(subject));
      this.#show(report);
      history.add(subject, report);
      return { outcome: report.outcome === 'running' ? 'failed' : report.outcome, report };
    } finally {
      this.#coolDown.set(target, performance.now() + pause);
      if (own) this.#running.delete(cancel);
    }
  }

  #show(report: DeliveryReport): void {
    this.#options.store.update((fleet) => currentReports({ ...fleet, reports: withReport(fleet.reports, report) }));
  }
}

function safeReference(name: string, fingerprints: Fingerprints): string {
  return isValueName(name) || /^[0-9a-f]{8}$/.test(name) ? name : fingerprints.fingerprint(name);
}

function notTestable(reason: string): Sentence {
  return { outcome: 'not-testable', reason };
}

function withComparison(report: DeliveryReport, success: DeliveryReport | undefined): DeliveryReport {
  if (report.outcome !== 'failed' || success === undefined) return report;
  return { ...report, sinceSuccess: { at: success.startedAt, changes: changesSince(success, report) } };
}
