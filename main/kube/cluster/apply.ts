import { setTimeout as wait } from 'node:timers/promises';
import { AppError } from '../../common/errors.ts';
import type { ConfigMapRef } from '../../common/reference.ts';
import { isUnsent, RequestError } from '../errors.ts';
import { roleFor } from '../role.ts';
import type { RawConfigMap } from './config-map.ts';
import type { ConfigMapWriter } from './config-map-writer.ts';
import * as strings from './strings.ts';

export type ApplyPlan<Stop> = { readonly outcome: 'write'; readonly text: string } | { readonly outcome: 'stop'; readonly value: Stop };

export type ApplyOutcome<Stop> =
  | { readonly outcome: 'saved'; readonly configMap: RawConfigMap }
  | { readonly outcome: 'stopped'; readonly value: Stop }
  | { readonly outcome: 'forbidden'; readonly verb: string; readonly role: string; readonly reason: string }
  | { readonly outcome: 'gone'; readonly reason: string }
  | { readonly outcome: 'conflict'; readonly live: RawConfigMap; readonly reason: string }
  /** SECURITY: the reason quotes the texts as the server likes. */
  | { readonly outcome: 'rejected'; readonly error: RequestError; readonly texts: readonly string[] }
  | { readonly outcome: 'not-stored'; readonly live: RawConfigMap; readonly reason: string }
  /** Sent; the outcome isn't known. `others`: someone else has written since, so it stays unknown. */
  | { readonly outcome: 'unknown'; readonly reason: string; readonly others: boolean };

export interface ApplyOptions {
  /** Called immediately before a text is sent to be stored. From then on, only the outcome says whether it was. */
  readonly onSend?: (live: RawConfigMap, text: string) => void;
  readonly attempts?: number;
  /** Milliseconds to pursue a lost response. */
  readonly patience?: number;
}

const ATTEMPTS = 20;
const PATIENCE = 20_000;
/** Milliseconds: first and longest pause. */
const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 2_000;
/** Dry runs are retried: a response from anything but an API server decides nothing. */
const DRY_RUNS = 3;

type Plan<Stop> = (live: RawConfigMap) => ApplyPlan<Stop> | Promise<ApplyPlan<Stop>>;

/**
 * Changes one ConfigMap's text: fetch, plan, dry run, patch with the fetched version as precondition, read back. If
 * someone else was faster, starts over with their text. Throws an AppError if nothing was written and the cluster gave
 * no reason.
 */
export async function applyText<Stop>(
  writer: ConfigMapWriter,
  ref: ConfigMapRef,
  plan: Plan<Stop>,
  options: ApplyOptions = {},
): Promise<ApplyOutcome<Stop>> {
  const { attempts = ATTEMPTS } = options;
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const live = await writer.get(ref);
    if (live === null) return gone(ref, writer);
    const planned = await plan(live);
    if (planned.outcome === 'stop') return { outcome: 'stopped', value: planned.value };
    if (holds(live, planned.text)) return { outcome: 'saved', configMap: live };
    const outcome = await new Save(writer, live, planned.text, plan, options).run();
    if (outcome !== 'outdated') return outcome;
    await wait(pause(attempt));
  }
  const live = await writer.get(ref);
  if (live === null) return gone(ref, writer);
  const reason = strings.otherPeopleChangedTimesDuring(ref.name, ref.namespace, attempts);
  return { outcome: 'conflict', live, reason };
}

/** null: it would be accepted, or a save starts over. Throws as `applyText` does. */
export async function tryText(writer: ConfigMapWriter, live: RawConfigMap, text: string): Promise<ApplyOutcome<never> | null> {
  const refused = await dryRun<never>(writer, live, text);
  return refused === 'outdated' ? null : refused;
}

async function dryRun<Stop>(writer: ConfigMapWriter, live: RawConfigMap, text: string): Promise<ApplyOutcome<Stop> | 'outdated' | null> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await writer.patchText(live, text, { dryRun: true });
      return null;
    } catch (error) {
      if (isRefusal(error) || isUnsent(error) || attempt === DRY_RUNS || isSlow(error)) return refusal(error, live, text, writer);
      await wait(pause(attempt));
    }
  }
}

class Save<Stop> {
  readonly #writer: ConfigMapWriter;
  readonly #live: RawConfigMap;
  readonly #text: string;
  readonly #plan: Plan<Stop>;
  readonly #options: ApplyOptions;

  constructor(writer: ConfigMapWriter, live: RawConfigMap, text: string, plan: Plan<Stop>, options: ApplyOptions) {
    this.#writer = writer;
    this.#live = live;
    this.#text = text;
    this.#plan = plan;
    this.#options = options;
  }

  async run(): Promise<ApplyOutcome<Stop> | 'outdated'> {
    const refused = await dryRun<Stop>(this.#writer, this.#live, this.#text);
    if (refused !== null) return refused;
    const { onSend, patience = PATIENCE } = this.#options;
    onSend?.(this.#live, this.#text);
    const until = Date.now() + patience;
    let lost = false;
    for (let attempt = 1; ; attempt += 1) {
      const sent = await this.#send();
      if (sent.kind === 'refused' && !lost) return refusal(sent.error, this.#live, this.#text, this.#writer);
      lost ||= sent.kind !== 'unsent';
      const found = await this.#readBack(sent, until, lost);
      if (found !== null) return found;
      const isClosed = sent.kind === 'unsent' && sent.error instanceof AppError;
      if (isClosed || Date.now() >= until) {
        const error = sent.kind === 'stored' ? null : this.#writer.translate(sent.error, this.#live.ref);
        if (!lost && error !== null) throw error;
        return this.#unknown(error);
      }
      await wait(Math.min(pause(attempt), Math.max(0, until - Date.now())));
      // Sent again with the same precondition: of two that arrive, the API server takes one.
    }
  }

  async #send(): Promise<Sent> {
    try {
      return { kind: 'stored', version: (await this.#writer.patchText(this.#live, this.#text, { dryRun: false })).resourceVersion };
    } catch (error) {
      return { kind: isRefusal(error) ? 'refused' : isUnsent(error) ? 'unsent' : 'lost', error };
    }
  }

  /** Judges by the stored text; null: send it again. Reads only once if the change was lost or not sent. */
  async #readBack(sent: Sent, until: number, lost: boolean): Promise<ApplyOutcome<Stop> | 'outdated' | null> {
    for (let attempt = 1; ; attempt += 1) {
      const now = await this.#get(attempt > 1);
      if (now !== undefined) {
        if (now !== null && now.uid === this.#live.uid && now.resourceVersion === this.#live.resourceVersion) {
          if (sent.kind === 'refused') return this.#unknown(this.#writer.translate(sent.error, this.#live.ref));
          if (sent.kind !== 'stored') return null;
        } else return this.#judge(now, sent, lost);
      }
      if (sent.kind === 'lost' || sent.kind === 'unsent' || Date.now() >= until) return null;
      await wait(pause(attempt));
    }
  }

  async #get(alone: boolean): Promise<RawConfigMap | null | undefined> {
    try {
      return await this.#writer.get(this.#live.ref, { alone });
    } catch {
      return undefined;
    }
  }

  async #judge(now: RawConfigMap | null, sent: Sent, lost: boolean): Promise<ApplyOutcome<Stop> | 'outdated'> {
    const { ref, uid, text: before } = this.#live;
    if (now === null) return gone(ref, this.#writer);
    if (now.uid === uid && holds(now, this.#text)) return { outcome: 'saved', configMap: now };
    if (sent.kind === 'stored' && now.resourceVersion === sent.version) {
      const reason = strings.apiServerAcceptedChangeBut(ref.name);
      return { outcome: 'not-stored', live: now, reason };
    }
    if (!lost || (sent.kind !== 'stored' && now.text === before && now.binary === this.#live.binary)) return 'outdated';
    // Others wrote after it. If planning the change on their text changes nothing, it was saved.
    // A plan that fails says nothing about what was sent.
    const again = await (async () => this.#plan(now))().catch(() => undefined);
    if (again?.outcome === 'write' && holds(now, again.text)) return { outcome: 'saved', configMap: now };
    const reason = sent.kind === 'stored' ? strings.savedButSomeoneElseChanged(ref.name) : strings.responseAboutLostSomeoneElse(ref.name);
    return { outcome: 'unknown', reason, others: true };
  }

  #unknown(error: AppError | null): ApplyOutcome<Stop> {
    const { name, namespace } = this.#live.ref;
    const what =
      error === null
        ? strings.clusterAcceptedChangeButResult(name, namespace)
        : strings.changeSentButResponseLost(name, namespace, error.message);
    return { outcome: 'unknown', reason: strings.kAuditTrayChecksAgainAutomatically(what), others: false };
  }
}

type Sent =
  | { readonly kind: 'stored'; readonly version: string }
  /** `refused` by the API server; `unsent`; `lost`: sent, but no trustworthy response. */
  | { readonly kind: 'refused' | 'unsent' | 'lost'; readonly error: unknown };

/** A text in `binaryData` still has to move, even if it is the same. */
function holds({ binary, text }: RawConfigMap, wanted: string): boolean {
  return binary === undefined && text === wanted;
}

/** The API server says that it didn't write. 429 and 5xx leave that open. */
function isRefusal(error: unknown): boolean {
  return error instanceof RequestError && error.isStatus && error.status >= 400 && error.status < 500 && error.status !== 429;
}

/** Someone is waiting, so what timed out isn't tried again. */
function isSlow(error: unknown): boolean {
  return error instanceof Error && /TIMEOUT|TimeoutError/.test('code' in error ? String(error.code) : error.name);
}

/** Milliseconds, jittered. */
function pause(attempt: number): number {
  return Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (attempt - 1)) * (0.25 + Math.random());
}

async function refusal<Stop>(
  error: unknown,
  live: RawConfigMap,
  text: string,
  writer: ConfigMapWriter,
): Promise<ApplyOutcome<Stop> | 'outdated'> {
  const { ref } = live;
  if (error instanceof RequestError && error.isStatus) {
    if (error.status === 409) return 'outdated';
    if (error.status === 404) return gone(ref, writer);
    // An admission webhook refuses with the same status but names no user.
    if (error.forbidden && error.user !== undefined) {
      return {
        outcome: 'forbidden',
        verb: 'patch',
        role: roleFor(ref.namespace, error.user),
        reason: strings.dontPermissionChangeConfigMapsAsk(ref.namespace),
      };
    }
    if (error.status === 400 || error.status === 403 || error.status === 413 || error.status === 422) {
      return { outcome: 'rejected', error, texts: [text, live.text ?? ''] };
    }
  }
  throw writer.translate(error, ref);
}

async function gone<Stop>({ namespace, name }: ConfigMapRef, writer: ConfigMapWriter): Promise<ApplyOutcome<Stop>> {
  const reason = (await writer.isEnding(namespace))
    ? strings.namespaceBeingDeletedAlongCopy(namespace, name)
    : strings.deletedCopyTextThenDeploy(name, namespace);
  return { outcome: 'gone', reason };
}
