import type { Clock } from '../clock.ts';
import type { HourWindow } from '../common/arrivals/arrivals.ts';
import { hoursUntil } from '../common/arrivals/arrivals.ts';
import { queryBody } from '../common/arrivals/query.ts';
import { LONGEST_WAIT, refusal } from '../common/arrivals/status.ts';
import type { Preset } from '../common/coralogix/preset.ts';
import type { HttpResponse } from '../common/delivery/plan.ts';
import type { TimeLimits } from '../delivery/connection-order.ts';
import { LIMITS } from '../delivery/connection-order.ts';
import type { Network } from '../delivery/network.ts';
import { StageFailure } from '../delivery/stages.ts';
import type { PresetStore } from '../presets/preset-store.ts';
import type { Pace } from './pace.ts';
import * as strings from './strings.ts';

export const LEFT_ALONE = strings.teamUsedUpQueriesKAudit;

/** Bytes: 2,000 rows of ordinary names have a quarter of it. */
const MOST_READ = 2 * 1024 * 1024;
/** Milliseconds. Smaller differences of the clocks don't matter for ages: `Date` has whole seconds. */
const ALIKE = 30_000;

export interface AskingParts {
  readonly presets: Pick<PresetStore, 'list' | 'use'>;
  readonly network: Network;
  readonly clock: Clock;
  /** For tests. */
  readonly limits?: Partial<TimeLimits>;
}

export interface Asked {
  readonly response: HttpResponse;
  /** The hours of the query. */
  readonly window: HourWindow;
  /** Milliseconds that Coralogix's clock is ahead of this computer's. */
  readonly ahead: number;
}

/** Sends a query to the key's own domain: at a limited pace, by the server's clock, and not before `Retry-After`. */
export class Asking {
  readonly #options: AskingParts;
  readonly #pace: Pace;
  /** Milliseconds, by domain. */
  readonly #ahead = new Map<string, number>();
  readonly #held = new Map<string, number>();

  constructor(options: AskingParts, pace: Pace) {
    this.#options = options;
    this.#pace = pace;
  }

  /** Until when that domain gets no query, in milliseconds since 1970. */
  heldUntil(domain: string): number {
    const until = this.#held.get(domain) ?? 0;
    // If the clock was set back, this must not take longer than Coralogix may require.
    return until - this.#options.clock.now() > LONGEST_WAIT * 1000 ? 0 : until;
  }

  /**
   * `first`: before all others that wait. Throws AppErrors of the preset and the keychain, or the signal's reason when
   * cancelled.
   */
  async ask(
    preset: Pick<Preset, 'id' | 'name' | 'domain'>,
    query: string,
    signal: AbortSignal,
    first = false,
  ): Promise<Asked | { readonly problem: string }> {
    const asked = await this.#pace.turn(signal, () => this.#once(preset, query, signal), first);
    if ('problem' in asked || asked.window.from === asked.rightFrom) return asked;
    // This computer's clock is wrong, so these were the wrong hours. Now the difference is known.
    return await this.#pace.turn(signal, () => this.#once(preset, query, signal), first);
  }

  async #once(
    { id, name, domain: asked }: Pick<Preset, 'id' | 'name' | 'domain'>,
    query: string,
    signal: AbortSignal,
  ): Promise<(Asked & { readonly rightFrom: number }) | { readonly problem: string }> {
    const { presets, network, clock, limits } = this.#options;
    // Coralogix may have refused another preset of the team since then.
    if (clock.now() < this.heldUntil(asked)) return { problem: LEFT_ALONE };
    const { preset, key: sendingKey, readBackKey } = await presets.use(id);
    // The keychain's prompt may have been open for long.
    signal.throwIfAborted();
    if (readBackKey === undefined) return { problem: strings.presetNoLongerReadBack(name) };
    const { domain } = preset;
    // Loaded on demand, so that a start is faster.
    const { askCoralogix, queryHost } = await import('../delivery/query.ts');
    const sentAt = clock.now();
    const window = hoursUntil(sentAt + (this.#ahead.get(domain) ?? 0));
    let response: HttpResponse;
    try {
      const body = queryBody(query, window);
      response = await askCoralogix({
        domain,
        key: readBackKey,
        body,
        network,
        signal,
        limits: { ...LIMITS, ...limits },
        mostRead: MOST_READ,
      });
    } catch (error) {
      if (!(error instanceof StageFailure)) throw error;
      return { problem: strings.cantReached(queryHost(domain), error.evidence, error.fix).trim() };
    }
    if (response.status !== 200) {
      const { problem, wait } = refusal(response, queryHost(domain), readBackKey === sendingKey, clock.now());
      if (wait !== undefined) this.#held.set(domain, clock.now() + wait * 1000);
      return { problem };
    }
    const ahead = aheadOf(response, sentAt, clock.now());
    if (ahead !== undefined) this.#ahead.set(domain, ahead);
    const rightFrom = hoursUntil(sentAt + (ahead ?? this.#ahead.get(domain) ?? 0)).from;
    const isAhead = ahead !== undefined && Math.abs(ahead) > ALIKE;
    return { response, window, rightFrom, ahead: isAhead ? ahead : 0 };
  }
}

/** undefined: the response doesn't say. */
function aheadOf({ date }: HttpResponse, sentAt: number, cameAt: number): number | undefined {
  const there = Date.parse(date ?? '');
  if (Number.isNaN(there)) return undefined;
  // The header has whole seconds, rounded down.
  return Math.round(there + 500 - (sentAt + cameAt) / 2);
}
