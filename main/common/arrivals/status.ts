import type { HttpResponse } from '../delivery/plan.ts';
import { retryAfterSeconds } from '../delivery/plan.ts';
import * as strings from './strings.ts';

// Explains a query's status other than 200.

export interface Refused {
  readonly problem: string;
  /** Seconds to wait, for all presets of the domain, because the limit is the team's. */
  readonly wait?: number;
}

/** Seconds: default after a 429 without a time, and maximum. */
const SOME_TIME = 300;
export const LONGEST_WAIT = 3600;

/** `sends`: the preset also sends with this key. `now`: milliseconds since 1970. */
export function refusal(response: HttpResponse, host: string, sends: boolean, now: number): Refused {
  const said = strings.returnedHttp(host, response.status);
  switch (response.status) {
    case 401:
      return {
        problem: strings.readBackKeyWrongBelongs(said),
      };
    case 403:
      return {
        problem: sends ? strings.readBackKeyPresetsSend(said) : strings.keyCantQueryNoSend(said),
      };
    case 429: {
      const wait = Math.min(Math.max(retryAfterSeconds(response.retryAfter, now) ?? SOME_TIME, 1), LONGEST_WAIT);
      return {
        problem: strings.teamUsedUpQueries30(said, duration(wait)),
        wait,
      };
    }
    case 402:
      return {
        problem: strings.teamsQuotaUsedUpPlan(said),
        wait: SOME_TIME,
      };
    case 404:
    case 405:
    case 410:
      return { problem: strings.addressDoesntAcceptQueriesCheck(said) };
    case 400:
    case 422:
      return { problem: strings.coralogixDidntUnderstandQueryReport(said) };
    default:
      if (response.status >= 300 && response.status < 400)
        return {
          problem: strings.redirectWhichKAuditTrayDoesnt(said, target(response.location)),
        };
      if (response.status >= 500) return { problem: strings.coralogixFailedKAuditTrayTries(said) };
      return { problem: strings.whichCoralogixIsntKnownReturn(said) };
  }
}

function target(location: string | undefined): string {
  return location === undefined || !URL.canParse(location) ? '' : strings.toHost(new URL(location).host);
}

function duration(seconds: number): string {
  return seconds < 120 ? `${seconds} s` : strings.minutesWords(Math.ceil(seconds / 60));
}
