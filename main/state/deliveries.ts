import type { DeliveryReply } from '../common/api.ts';
import { endpointOf } from '../common/coralogix.ts';
import type { DeliveryReport, DeliverySubject } from '../common/delivery.ts';
import type { Destination } from '../common/destination.ts';
import { configurationParts, destinationOf, targetAt } from '../common/destination.ts';
import { fieldPath, readDocument } from '../common/document.ts';
import { AppError } from '../common/errors.ts';
import type { Edit, Integration, Target } from '../common/integration.ts';
import type { Preset } from '../common/preset.ts';
import { DEFAULT_APPLICATION, DEFAULT_SUBSYSTEM } from '../common/preset.ts';
import type { ConfigMapRef } from '../common/reference.ts';
import { referenceKey } from '../common/reference.ts';
import type { Marks } from '../common/summary.ts';
import type { DeliveryRequest } from '../delivery/delivery-test.ts';
import type { Network } from '../delivery/network.ts';
import type { PresetStore } from '../secrets/preset-store.ts';
import type { Redaction } from '../secrets/redaction.ts';
import type { ConfigMaps, Draft } from './config-maps.ts';
import type { Store } from './store.ts';

/** Tests that run at the same time in "test all". */
const PARALLEL = 4;
/** Reports that are kept, newest first. */
const KEPT = 1000;

export interface DeliveryTestArguments {
  readonly ref: ConfigMapRef;
  readonly base: string;
  readonly edits?: readonly Edit[] | undefined;
  readonly integration: number;
  readonly target?: number | undefined;
  readonly confirmed?: boolean | undefined;
}

export interface DeliveriesOptions {
  readonly store: Store;
  readonly configMaps: ConfigMaps;
  readonly presets: PresetStore;
  readonly marks: Marks;
  readonly network: Network;
  readonly redaction: Redaction;
}

/** Runs delivery tests of integrations and presets, decides where a key may go, and keeps the newest report of each configuration in the state. */
export class Deliveries {
  readonly #options: DeliveriesOptions;
  readonly #running = new Set<AbortController>();

  constructor(options: DeliveriesOptions) {
    this.#options = options;
  }

  async test(args: DeliveryTestArguments): Promise<DeliveryReply> {
    return this.#test(args, new AbortController());
  }

  async testPreset(id: string): Promise<DeliveryReply> {
    const { preset, key, url } = await this.#options.presets.use(id);
    const subject: DeliverySubject = { kind: 'preset', id, hash: this.#options.marks.hash(['preset', url, key]) };
    return this.#run({ url, type: 'detections', header: undefined, key, ...names(preset), subject, tryTwin: true }, new AbortController());
  }

  /** Tests every active http-api target of every online cluster that needs no question. */
  async testAll(): Promise<{ passed: number; failed: number; skipped: number; cancelled: boolean }> {
    const { store } = this.#options;
    if (store.snapshot().testAll !== null)
      throw new AppError('delivery', 'All integrations are being tested already. Wait for the result, or cancel it.');
    const tests = store
      .snapshot()
      .clusters.filter((cluster) => cluster.state === 'online')
      .flatMap((cluster) => cluster.configMaps)
      .flatMap((configMap) =>
        configMap.integrations.flatMap((integration) =>
          integration.targets
            .filter((target) => target.type === 'http-api' && !target.stopped)
            .map((target): DeliveryTestArguments => {
              const place = target.index === null ? {} : { target: target.index };
              return { ref: configMap.ref, base: configMap.resourceVersion, integration: integration.index, ...place };
            }),
        ),
      );
    const cancel = new AbortController();
    this.#running.add(cancel);
    const result = { passed: 0, failed: 0, skipped: 0, cancelled: false };
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

  cancel(): void {
    for (const controller of this.#running) controller.abort();
  }

  async #test(args: DeliveryTestArguments, cancel: AbortController): Promise<DeliveryReply> {
    const { configMaps, presets, marks } = this.#options;
    const result = await configMaps.draft(args.ref, args.base, args.edits ?? []);
    if (!result.ok) return { outcome: 'not-testable', reason: result.reason };
    const { draft } = result;
    const found = locate(draft.text, args);
    if (found === undefined)
      return { outcome: 'not-testable', reason: 'This integration is not in the ConfigMap. Reload it, then test again.' };
    const { integration, target, destination } = found;
    if (destination.targetType !== 'http-api') {
      return {
        outcome: 'not-testable',
        reason: `Targets of type ${destination.targetType ?? '(none)'} are not tested: only http-api sends to Coralogix.`,
      };
    }
    const { url, header, key } = destination;
    if (url === undefined || !/^https?:\/\//i.test(url) || !URL.canParse(url)) {
      return {
        outcome: 'not-testable',
        reason: 'This integration has no URL that starts with https://. Fill in the Coralogix domain first.',
      };
    }
    if (key.kind === 'none')
      return { outcome: 'not-testable', reason: 'This integration has no key. Choose a preset or enter the key first.' };
    const secret = key.value;
    if (secret === undefined) {
      const name = key.kind === 'reference' ? key.name : '';
      return {
        outcome: 'not-testable',
        reason: `The key is a reference to “${name}”, which kAudit gets from outside this document. Test the preset with that key instead.`,
      };
    }
    const question = whereMayItGo(draft, args, url, secret);
    if (question?.outcome === 'not-testable' || (question?.outcome === 'confirm' && args.confirmed !== true)) return question;

    const owner = presets.ownerOf(secret);
    const preset = presets.list().find((candidate) => candidate.id === owner);
    const subject: DeliverySubject = {
      kind: 'integration',
      ref: args.ref,
      integration: integration.index,
      ...(target.index === null ? {} : { target: target.index }),
      hash: marks.hash(configurationParts(integration, destination)),
      unsaved: draft.text !== (draft.base.text ?? ''),
    };
    const urlPath = fieldPath(integration, target, 'http-api-uri');
    const type = integration.type ?? 'detections';
    return this.#run({ url, urlPath, type, header, key: secret, ...names(preset), subject, tryTwin: true }, cancel);
  }

  async #run(request: DeliveryRequest, cancel: AbortController): Promise<DeliveryReply> {
    const { network, redaction } = this.#options;
    redaction.add(request.key);
    // "Test all" is cancelled as one, and outlives each of its tests.
    const own = !this.#running.has(cancel);
    this.#running.add(cancel);
    try {
      // The HTTP client costs a start 0.1 s: it is loaded with the first test.
      const { runDeliveryTest } = await import('../delivery/delivery-test.ts');
      const report = await runDeliveryTest(request, {
        network,
        redaction,
        signal: cancel.signal,
        onProgress: (running) => this.#keep(running),
      });
      this.#keep(report);
      return { outcome: report.outcome === 'running' ? 'failed' : report.outcome, report };
    } finally {
      if (own) this.#running.delete(cancel);
    }
  }

  #keep(report: DeliveryReport): void {
    const key = subjectKey(report.subject);
    this.#options.store.update((fleet) => ({
      ...fleet,
      reports: [report, ...fleet.reports.filter((other) => subjectKey(other.subject) !== key)].slice(0, KEPT),
    }));
  }
}

/**
 * SECURITY: decides whether a key may be sent to a URL. A key from the keychain goes only to `api.` or `ingress.` of its own domain; a key that
 * stands in the ConfigMap goes to the URL that stands beside it there; anything else is asked first.
 */
function whereMayItGo(
  draft: Draft,
  args: DeliveryTestArguments,
  url: string,
  key: string,
): Extract<DeliveryReply, { outcome: 'confirm' | 'not-testable' }> | undefined {
  const { host } = new URL(url);
  const endpoint = endpointOf(url);
  const fromKeychain = draft.presetKeys.find((candidate) => candidate.key === key);
  if (fromKeychain !== undefined) {
    const own = endpoint !== null && endpoint.endpoint !== 'other' && endpoint.domain === fromKeychain.domain;
    return own
      ? undefined
      : {
          outcome: 'not-testable',
          reason: `The preset's key belongs to ${fromKeychain.domain} and is not sent to ${host}. Put the preset's own URL back, or choose the right preset.`,
        };
  }
  const before = locate(draft.base.text ?? '', args)?.destination;
  const besideAlready = pairs(draft.base.text ?? '').some((pair) => pair.key === key && pair.url === url);
  if (endpoint?.coralogix !== true) {
    return { outcome: 'confirm', host, question: `${host} is no Coralogix address that is known. Send this integration's key there?` };
  }
  const inBase = pairs(draft.base.text ?? '').some((pair) => pair.key === key);
  if (inBase && !besideAlready) {
    const old = before?.host === undefined ? '' : ` So far it went to ${before.host}.`;
    return { outcome: 'confirm', host, question: `The URL was changed: send the key that stands in the ConfigMap to ${host}?${old}` };
  }
  return undefined;
}

/** Every URL with the key beside it. */
function pairs(text: string): { url: string | undefined; key: string | undefined }[] {
  const reading = readDocument(text);
  return reading.integrations.flatMap((integration) =>
    integration.targets.map((target) => {
      const { url, key } = destinationOf(reading, target);
      return { url, key: key.kind === 'none' ? undefined : key.value };
    }),
  );
}

function locate(
  text: string,
  place: { integration: number; target?: number | undefined },
): { integration: Integration; target: Target; destination: Destination } | undefined {
  const reading = readDocument(text);
  const integration = reading.integrations.find((candidate) => candidate.index === place.integration);
  const target = integration && targetAt(integration, place.target);
  return integration && target && { integration, target, destination: destinationOf(reading, target) };
}

function names(preset: Pick<Preset, 'applicationName' | 'subsystemName'> | undefined): { applicationName: string; subsystemName: string } {
  return { applicationName: preset?.applicationName ?? DEFAULT_APPLICATION, subsystemName: preset?.subsystemName ?? DEFAULT_SUBSYSTEM };
}

function subjectKey(subject: DeliverySubject): string {
  return subject.kind === 'preset' ? `preset/${subject.id}` : `${referenceKey(subject.ref)}/${subject.hash}`;
}
