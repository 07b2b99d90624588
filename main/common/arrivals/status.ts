import type { Answer } from '../delivery/plan.ts';
import { retryAfterSeconds } from '../delivery/plan.ts';

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
export function refusal(answer: Answer, host: string, sends: boolean, now: number): Refused {
  const said = `${host} returned HTTP ${answer.status}`;
  switch (answer.status) {
    case 401:
      return {
        problem: `${said}: the read-back key is wrong, or belongs to a team in another region. Enter a personal or team key of this domain with DataQuerying.`,
      };
    case 403:
      return {
        problem: sends
          ? `${said}: the read-back key is the preset’s Send-Your-Data key, which can send but not query. Enter a personal or team key with DataQuerying.`
          : `${said}: this key can’t query, and no Send-Your-Data key can. Enter a personal or team key with DataQuerying as the read-back key.`,
      };
    case 429: {
      const wait = Math.min(Math.max(retryAfterSeconds(answer.retryAfter, now) ?? SOME_TIME, 1), LONGEST_WAIT);
      return {
        problem: `${said}: the team has used up its queries (30 a minute). kAudit Tray waits ${duration(wait)}, then tries again.`,
        wait,
      };
    }
    case 402:
      return {
        problem: `${said}: the team’s quota is used up, or its plan doesn’t allow queries. Ask the team’s administrator.`,
        wait: SOME_TIME,
      };
    case 404:
    case 405:
    case 410:
      return { problem: `${said}: this address doesn’t accept queries. Check the preset’s domain.` };
    case 400:
    case 422:
      return { problem: `${said}: Coralogix didn’t understand the query. Report this with the version number of kAudit Tray.` };
    default:
      if (answer.status >= 300 && answer.status < 400)
        return {
          problem: `${said}, a redirect${target(answer.location)}, which kAudit Tray doesn’t follow, because the key would go along. Check the preset’s domain.`,
        };
      if (answer.status >= 500) return { problem: `${said}: Coralogix failed. kAudit Tray tries again in a few minutes.` };
      return { problem: `${said}, which Coralogix isn’t known to return. Check the preset’s domain.` };
  }
}

function target(location: string | undefined): string {
  return location === undefined || !URL.canParse(location) ? '' : ` to ${new URL(location).host}`;
}

function duration(seconds: number): string {
  return seconds < 120 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`;
}
