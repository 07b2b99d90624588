import { endpointOf, regionOf } from '../coralogix/coralogix.ts';
import { exploreLink } from '../coralogix/links.ts';
import * as strings from './strings.ts';

// Finds a delivery test's entry in Coralogix with DataPrime. The reply has one JSON item per line; its format is only
// partly documented, so unknown lines are skipped.

export type Tier = 'frequent' | 'archive';

export function readBackQuery(applicationName: string, testId: string): string {
  // SECURITY: a quote in the name would end the string and inject query text.
  const named = /^[\w .:/-]+$/.test(applicationName) ? ` | filter $l.applicationname == '${applicationName}'` : '';
  return `source logs${named} | filter $d.test_id == '${testId}' | limit 5`;
}

export function readBackLink(url: string, team: string | undefined, query: string): string | undefined {
  const region = regionOf(endpointOf(url)?.domain ?? '');
  if (region === undefined || team === undefined) return undefined;
  return exploreLink(region, team, query) ?? undefined;
}

/** Times are UTC milliseconds; the entry's own clock may be minutes off. */
export function readBackBody(query: string, tier: Tier, startedAt: number, now: number): string {
  const margin = 15 * 60_000;
  return JSON.stringify({
    query,
    metadata: {
      tier: tier === 'frequent' ? 'TIER_FREQUENT_SEARCH' : 'TIER_ARCHIVE',
      syntax: 'QUERY_SYNTAX_DATAPRIME',
      startDate: new Date(startedAt - margin).toISOString(),
      endDate: new Date(now + margin).toISOString(),
      defaultSource: 'logs',
    },
  });
}

export type ReadBack = { readonly found: boolean } | { readonly problem: string };

export function readBackResult(body: string, testId: string): ReadBack {
  let found = false;
  for (const line of body.split('\n')) {
    const item = parse(line);
    if (item === undefined) continue;
    const { error, statistics, result } = item;
    if (error !== undefined) return { problem: strings.queryRefused };
    const status = isRecord(statistics) ? statistics.status : undefined;
    // Only a single word: part of a longer text could be part of a key that redaction doesn't know.
    if (typeof status === 'string' && status !== 'COMPLETED')
      return { problem: strings.queryEndedStatus(/^\w{1,60}$/.test(status) ? status : 'unknown') };
    const results = isRecord(result) && Array.isArray(result.results) ? result.results : [];
    // A result must name the test to prove arrival.
    found ||= results.some((entry) => JSON.stringify(entry).includes(testId));
  }
  return { found };
}

function parse(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
