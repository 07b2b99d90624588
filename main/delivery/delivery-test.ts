import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { endpointOf, twinUrl } from '../common/coralogix/coralogix.ts';
import { readBackLink, readBackQuery } from '../common/delivery/arrival-query.ts';
import { curlCommand } from '../common/delivery/curl.ts';
import type { DeliveryReport, DeliverySubject } from '../common/delivery/delivery.ts';
import { diagnose, keyShape } from '../common/delivery/doctor.ts';
import {
  type HttpResponse,
  NOT_PROVEN,
  type PayloadInput,
  type PlannedRequest,
  planProblem,
  planRequest,
  retryAfterSeconds,
  verdictOf,
} from '../common/delivery/plan.ts';
import { AppError } from '../common/errors.ts';
import { secretPartsOfUrls, withoutSecretParts } from '../common/integration/secrets/secret-words.ts';
import type { Path } from '../common/yaml/value.ts';
import type { Redaction } from '../secrets/redaction.ts';
import { loadTrust, type Trust } from './certificates.ts';
import { openConnection } from './connection.ts';
import { LIMITS, type TimeLimits } from './connection-order.ts';
import type { Network } from './network.ts';
import { post } from './post.ts';
import type { ProxyChoice } from './proxy-choice.ts';
import { decoded } from './proxy-tunnel.ts';
import { StageFailure, Stages } from './stages.ts';
import * as strings from './strings.ts';

export interface DeliveryRequest {
  readonly url: string;
  readonly type: string;
  /** undefined: Bearer, or what the URL's path requires. */
  readonly header: string | undefined;
  readonly key: string;
  readonly applicationName: string;
  readonly subsystemName: string;
  readonly subject: DeliverySubject;
  readonly tryTwin: boolean;
  readonly urlPath?: Path;
  readonly fingerprint?: string;
  readonly preset?: string;
  readonly owner?: { readonly name: string; readonly domain: string; readonly team?: string };
  readonly notes?: readonly string[];
}

export interface DeliveryTestOptions {
  readonly network: Network;
  readonly redaction: Redaction;
  readonly signal: AbortSignal;
  onProgress(report: DeliveryReport): void;
  /** Milliseconds, because the same target was just tested. */
  readonly wait?: number;
  readonly limits?: Partial<TimeLimits>;
  /** Milliseconds before the second attempt. */
  readonly retryPause?: number;
}

const MOST_ATTEMPTS = 2;
/** Milliseconds. */
const RETRY_PAUSE = 1000;
/** Seconds. If the server asks for a longer wait, there is no retry. */
const LONGEST_RETRY_AFTER = 5;
const MOST_SHOWN = 500;

/** Posts one marked log entry to exactly this URL. Throws AppError `delivery` only if nothing can be sent. */
export async function runDeliveryTest(request: DeliveryRequest, options: DeliveryTestOptions): Promise<DeliveryReport> {
  const problem = planProblem(request);
  if (problem !== undefined) throw new AppError('delivery', problem);
  return await new DeliveryTest(request, options).run();
}

interface Attempt {
  readonly stages: Stages;
  readonly response?: HttpResponse;
  readonly failure?: StageFailure;
  readonly authority?: NonNullable<DeliveryReport['authority']>;
  readonly warnings: readonly string[];
}

type CommonParts = Omit<DeliveryReport, 'outcome' | 'summary' | 'vantage' | 'stages' | 'attempts' | 'warnings'>;

class DeliveryTest {
  readonly #request: DeliveryRequest;
  readonly #options: DeliveryTestOptions;
  readonly #id = randomUUID();
  readonly #startedAt = new Date();
  #started = performance.now();
  readonly #plan: PlannedRequest;
  readonly #common: CommonParts;
  #choice: ProxyChoice | undefined;
  #stages: Stages;
  #attempts = 0;

  constructor(request: DeliveryRequest, options: DeliveryTestOptions) {
    this.#request = request;
    this.#options = options;
    this.#plan = this.#planFor(request.url);
    // SECURITY: redaction learns the key before anything can come back.
    options.redaction.add(request.key);
    for (const { start, end } of secretPartsOfUrls(request.url)) options.redaction.add(request.url.slice(start, end));
    this.#stages = new Stages(this.#redact, () => {});
    this.#common = this.#commonParts();
  }

  #redact = (text: string): string => this.#options.redaction.redact(text);

  async run(): Promise<DeliveryReport> {
    const { signal, network, wait: coolDown = 0, retryPause = RETRY_PAUSE } = this.#options;
    try {
      if (coolDown > 0) await this.#coolDown(coolDown);
      const trust = await loadTrust(network);
      let attempt = await this.#attempt(this.#plan, trust, true);
      const first = attempt.failure;
      const wait = first?.transient ? pauseBefore(attempt.response, retryPause) : undefined;
      if (first && wait !== undefined && this.#attempts < MOST_ATTEMPTS) {
        const again = strings.firstAttemptFailedTryingAgain(Math.ceil(wait / 1000), first.evidence);
        this.#options.onProgress(this.#snapshot('running', again));
        await pause(wait, undefined, { signal });
        attempt = await this.#attempt(this.#plan, trust, true);
      }
      const twin = attempt.failure?.twin && this.#request.tryTwin ? await this.#tryTwin(trust) : undefined;
      return this.#report(attempt, first, twin);
    } catch (error) {
      if (!signal.aborted) throw error;
      this.#stages.cancel();
      return this.#snapshot('cancelled', strings.cancelledProvesNothingEitherWay);
    }
  }

  /** Shown, so that the wait isn't mistaken for a slow Coralogix. */
  async #coolDown(milliseconds: number): Promise<void> {
    const { signal, onProgress } = this.#options;
    const until = performance.now() + milliseconds;
    for (let left = milliseconds; left > 0; left = until - performance.now()) {
      onProgress(this.#snapshot('running', strings.targetTestedJustNowNext(Math.ceil(left / 1000))));
      await pause(Math.min(left, 1000), undefined, { signal });
    }
    this.#started = performance.now();
  }

  #payload(url: string): Omit<PayloadInput, 'key'> {
    const { type, header, applicationName, subsystemName } = this.#request;
    const timestamp = this.#startedAt.getTime();
    return { url, type, header, applicationName, subsystemName, computerName: hostname(), testId: this.#id, timestamp };
  }

  #planFor(url: string): PlannedRequest {
    return planRequest({ ...this.#payload(url), key: this.#request.key });
  }

  async #attempt(plan: PlannedRequest, trust: Trust, visible: boolean): Promise<Attempt> {
    const { network, signal } = this.#options;
    const limits = { ...LIMITS, ...this.#options.limits };
    const stages: Stages = new Stages(this.#redact, () => {
      if (visible) this.#options.onProgress(this.#snapshot('running', strings.testingHostOf(hostOf(plan.url))));
    });
    if (visible) {
      this.#stages = stages;
      this.#attempts += 1;
    }
    let response: HttpResponse | undefined;
    let authority: DeliveryReport['authority'];
    const warnings: string[] = [];
    const seen = () => ({
      stages,
      warnings,
      ...(response === undefined ? {} : { response }),
      ...(authority === undefined ? {} : { authority }),
    });
    try {
      const onProxy = (choice: ProxyChoice) => {
        if (choice.proxy) this.#options.redaction.add(decoded(choice.proxy.password));
        if (visible) this.#choice = choice;
      };
      const connection = await openConnection({ url: new URL(plan.url), network, trust, limits, signal, stages, onProxy });
      warnings.push(...connection.warnings);
      authority = connection.authority;
      stages.begin('http');
      response = await post(connection.socket, plan, { signal, milliseconds: limits.http, onStart: () => stages.start() });
      stages.stop();
      this.#judge(stages, response);
      return seen();
    } catch (error) {
      if (!(error instanceof StageFailure)) throw error;
      stages.fail(error);
      return { ...seen(), failure: error };
    }
  }

  #judge(stages: Stages, response: HttpResponse): void {
    const verdict = verdictOf(response);
    const fail = () => new StageFailure(verdict.failed ?? 'http', verdict.evidence, verdict.fix ?? '', verdict);
    if (verdict.failed === 'http') throw fail();
    stages.pass('http', verdict.evidence);
    if (verdict.failed === 'key') throw fail();
    if (verdict.keyKnown) stages.pass('key', strings.notRefused);
    else stages.warn('key', strings.responseDoesntShowWhetherKey, strings.fixWhatsReportedBelowThen);
    if (verdict.failed === 'accepted') throw fail();
    stages.pass('accepted', strings.acceptedButNotYetSearchable);
  }

  async #tryTwin(trust: Trust): Promise<DeliveryReport['twin']> {
    // SECURITY: the key goes to the other host of the same Coralogix domain, or to none.
    const url = twinUrl(this.#request.url);
    if (url === null) return undefined;
    const { failure, stages } = await this.#attempt(this.#planFor(url), trust, false);
    if (failure) return { url, outcome: 'failed', summary: failed(url, failure) };
    const { urlPath } = this.#request;
    return {
      url,
      outcome: 'passed',
      summary: strings.acceptedMs(hostOf(url), total(stages)),
      ...(urlPath === undefined ? {} : { edits: [{ op: 'set' as const, path: urlPath, value: url }] }),
    };
  }

  #report(attempt: Attempt, first: StageFailure | undefined, twin: DeliveryReport['twin']): DeliveryReport {
    const { failure, response, authority, stages } = attempt;
    const { url, key, owner, notes = [] } = this.#request;
    const warnings = [...attempt.warnings, ...this.#advice(), ...notes];
    if (this.#attempts > 1 && first) warnings.push(strings.firstAttemptFailedSoRepeated(first.evidence));
    const fallback = twin?.outcome === 'passed' ? strings.acceptedSameEntryUseUrl(hostOf(twin.url)) : '';
    const summary = failure ? failed(this.#plan.url, failure) + fallback : strings.acceptedMs(hostOf(this.#plan.url), total(stages));
    const symptoms = { url, failed: failure?.stage, status: response?.status, key: keyShape(key), owner, twin };
    const doctor = diagnose(symptoms);
    const retryAfter = failure?.stage === 'accepted' ? retryAfterSeconds(response?.retryAfter, Date.now()) : undefined;
    return this.#snapshot(failure ? 'failed' : 'passed', summary, {
      warnings,
      ...(doctor === undefined ? {} : { doctor }),
      ...(authority === undefined ? {} : { authority }),
      ...(response === undefined ? {} : { status: response.status, body: this.#shown(response.body) }),
      ...(twin === undefined ? {} : { twin }),
      ...(retryAfter === undefined ? {} : { retryAfter }),
    });
  }

  #advice(): readonly string[] {
    const endpoint = endpointOf(this.#request.url);
    const { username, password } = new URL(this.#request.url.trim());
    return [
      ...(endpoint?.coralogix ? [] : [strings.isntKnownCoralogixAddressSo(hostOf(this.#plan.url))]),
      ...(endpoint?.retired ? [strings.coralogixSwitchingAddressOffUse] : []),
      ...(username + password === '' ? [] : [strings.urlContainsUserNamePassword]),
    ];
  }

  /** SECURITY: redacts before it cuts, so no partial key remains. */
  #shown(body: string): string {
    return this.#options.redaction.redact(body).trim().slice(0, MOST_SHOWN);
  }

  #commonParts(): CommonParts {
    const { redaction } = this.#options;
    const { subject, url, owner, applicationName, fingerprint, preset } = this.#request;
    const explore = readBackLink(url, owner?.team, readBackQuery(applicationName, this.#id));
    const parts = {
      id: this.#id,
      startedAt: this.#startedAt.toISOString(),
      url: withoutSecretParts(url),
      method: 'POST' as const,
      payload: this.#plan.shownBody,
      notProven: NOT_PROVEN,
      ...(explore === undefined ? {} : { explore }),
      ...(fingerprint === undefined ? {} : { key: fingerprint }),
      ...(preset === undefined ? {} : { preset }),
    };
    // Redacted in parts: as a whole the line looks as if it held a key.
    const curl = curlCommand(this.#payload(withoutSecretParts(url, 'HIDDEN')), this.#redact);
    return { ...(redaction.redactValue(parts) as typeof parts), curl, subject };
  }

  #snapshot(outcome: DeliveryReport['outcome'], summary: string, more: Partial<DeliveryReport> = {}): DeliveryReport {
    const changing = {
      outcome,
      summary,
      ...(outcome === 'running' ? {} : { milliseconds: Math.round(performance.now() - this.#started) }),
      vantage: strings.fromThisComputer(hostname(), proxyWords(this.#choice)),
      attempts: this.#attempts,
      warnings: [],
      ...more,
    };
    return { ...this.#common, ...(this.#options.redaction.redactValue(changing) as typeof changing), stages: this.#stages.list };
  }
}

function proxyWords(choice: ProxyChoice | undefined): string {
  if (choice === undefined) return '';
  return choice.proxy ? strings.throughProxy(choice.proxy.host) : strings.withoutProxy;
}

/** Milliseconds; undefined: the server asks for too long a wait. */
function pauseBefore(response: HttpResponse | undefined, shortest: number): number | undefined {
  const seconds = retryAfterSeconds(response?.retryAfter, Date.now());
  if (seconds === undefined) return shortest;
  return seconds <= LONGEST_RETRY_AFTER ? Math.max(shortest, seconds * 1000) : undefined;
}

function failed(url: string, failure: StageFailure): string {
  const host = hostOf(url);
  if (failure.stage === 'key') return strings.refusedKey(host, failure.evidence);
  if (failure.stage === 'http' || failure.stage === 'accepted') return strings.didntAcceptEntry(host, failure.evidence.replace(/\.$/, ''));
  return strings.cantReached(host, failure.evidence);
}

function total(stages: Stages): number {
  return Math.round(stages.list.reduce((sum, stage) => sum + (stage.milliseconds ?? 0), 0));
}

function hostOf(url: string): string {
  return new URL(url).host;
}
