import { setTimeout as pause } from 'node:timers/promises';
import { readBackBody, readBackResult, type Tier } from '../common/delivery/arrival-query.ts';
import type { Stage } from '../common/delivery/delivery.ts';
import { retryAfterSeconds } from '../common/delivery/plan.ts';
import type { TimeLimits } from './connection-order.ts';
import type { Network } from './network.ts';
import { askCoralogix, queryHost } from './query.ts';
import { StageFailure } from './stages.ts';
import * as strings from './strings.ts';

export interface ReadBackOrder {
  /** The keychain's domain for the key, which goes nowhere else. */
  readonly domain: string;
  /** A key that may query. */
  readonly key: string;
  readonly query: string;
  readonly testId: string;
  /** UTC milliseconds. */
  readonly sentAt: number;
  readonly network: Network;
  readonly signal: AbortSignal;
  readonly limits: TimeLimits;
  readonly times?: ReadBackTimes;
  onProgress(stage: Stage): void;
}

/** Milliseconds. */
export interface ReadBackTimes {
  /** Coralogix allows 30 queries a minute. */
  readonly every: number;
  readonly frequent: number;
  readonly whole: number;
}

const TIMES: ReadBackTimes = { every: 6_000, frequent: 90_000, whole: 120_000 };

/** Queries Coralogix until it has the entry. The stage holds the outcome; throws the signal's reason when cancelled. */
export async function readBack(order: ReadBackOrder): Promise<Stage> {
  const { every, frequent, whole } = order.times ?? TIMES;
  const started = performance.now();
  const passed = () => performance.now() - started;
  let asked = 0;
  let last = '';
  while (passed() < whole) {
    const tier: Tier = passed() < frequent ? 'frequent' : 'archive';
    asked += 1;
    const response = await ask(order, tier, whole - passed());
    if ('found' in response && response.found) {
      const milliseconds = Math.max(0, Date.now() - order.sentAt);
      return {
        name: 'seen',
        state: 'passed',
        milliseconds,
        evidence: strings.foundTierAfterSent(tier, seconds(milliseconds)),
      };
    }
    if ('stop' in response) return { name: 'seen', state: 'warning', evidence: response.evidence, fix: response.stop };
    last = 'evidence' in response ? ` ${response.evidence}` : '';
    order.onProgress({ name: 'seen', state: 'running', evidence: strings.queryTierNotFoundYet(asked, tier, last) });
    const wait = Math.max(every, 'wait' in response ? response.wait : 0);
    await pause(Math.max(0, Math.min(wait, whole - passed())), undefined, { signal: order.signal });
  }
  return {
    name: 'seen',
    state: 'warning',
    milliseconds: Math.round(passed()),
    evidence: strings.notFoundQueries(seconds(whole), asked, last),
    fix: strings.checkCoralogixWhetherTcoPolicy,
  };
}

type HttpResponse =
  | { readonly found: boolean }
  | { readonly evidence: string; readonly wait: number }
  | { readonly evidence: string; readonly stop: string };

async function ask(
  { domain, key, query, testId, sentAt, network, signal, limits }: ReadBackOrder,
  tier: Tier,
  left: number,
): Promise<HttpResponse> {
  const limit = (most: number) => Math.max(1, Math.ceil(Math.min(most, left)));
  const bounded = {
    proxy: limit(limits.proxy),
    dns: limit(limits.dns),
    tcp: limit(limits.tcp),
    tls: limit(limits.tls),
    http: limit(limits.http),
  };
  try {
    const body = readBackBody(query, tier, sentAt, Date.now());
    const response = await askCoralogix({ domain, key, body, network, signal, limits: bounded });
    const { status } = response;
    const evidence = strings.returnedHttpQuery(queryHost(domain), status);
    if (status === 200) {
      const result = readBackResult(response.body, testId);
      return 'problem' in result ? { evidence: result.problem, wait: 0 } : result;
    }
    if (status === 401 || status === 403) return { evidence, stop: strings.enterPersonalTeamKeyCan };
    if (status === 429 || status >= 500) return { evidence, wait: (retryAfterSeconds(response.retryAfter, Date.now()) ?? 0) * 1000 };
    return { evidence, stop: strings.searchCoralogixEntrysTestId };
  } catch (error) {
    if (error instanceof StageFailure) return { evidence: error.evidence, wait: 0 };
    throw error;
  }
}

function seconds(milliseconds: number): string {
  return `${Math.round(milliseconds / 1000)} s`;
}
