import type { Behaviour } from './delivery-bench.ts';

// A team's entries in Coralogix. Constants and conditions of a query are JavaScript's, and have their own reader.

export interface HeldEntry {
  readonly application: string;
  readonly subsystem: string;
  /** Milliseconds since 1970. */
  readonly time: number;
}

const HOUR = 3_600_000;
const QUERY =
  /^source logs(?: \| filter (?<filter>.+?))? \| groupby \$l\.applicationname as application, \$l\.subsystemname as subsystem(?<hourly>, roundTime\(\$m\.timestamp, 1h\) as hour)? aggregate count\(\) as entries, max\(\$m\.timestamp\) as last(?: \| limit \d+)?$/s;

/** The rows that Coralogix would return. */
export function rowsOf(body: string, entries: readonly HeldEntry[]): readonly Record<string, unknown>[] {
  const { query, metadata } = JSON.parse(body) as { query: string; metadata: { startDate: string; endDate: string } };
  const { filter = 'true', hourly } = QUERY.exec(query)?.groups ?? {};
  if (!QUERY.test(query)) throw new Error(`not understood: ${query}`);
  const matches = new Function('$l', `'use strict'; return (${filter});`) as (labels: Record<string, string>) => boolean;
  const [from, to] = [Date.parse(metadata.startDate), Date.parse(metadata.endDate)];
  const kept = entries
    .filter(({ time }) => time >= from && time <= to)
    .filter(({ application, subsystem }) => matches({ applicationname: application, subsystemname: subsystem }));
  const hour = ({ time }: HeldEntry) => (hourly === undefined ? 0 : Math.floor(time / HOUR) * HOUR);
  const groups = Map.groupBy(kept, (entry) => JSON.stringify([entry.application, entry.subsystem, hour(entry)]));
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const last = Math.max(...group.map(({ time }) => time)) * 1_000_000 + 999_000;
    const { application, subsystem } = first;
    const row = { application, subsystem, entries: group.length, last };
    return [hourly === undefined ? row : { ...row, hour: hour(first) * 1_000_000 }];
  });
}

export function linesOf(rows: readonly unknown[]): string {
  return [
    { queryId: { queryId: 'one' } },
    { result: { results: rows.map((row) => ({ metadata: [], labels: [], userData: JSON.stringify(row) })) } },
    { statistics: { status: 'COMPLETED' } },
  ]
    .map((line) => `${JSON.stringify(line)}\n`)
    .join('');
}

/** A team that returns its entries. `now`: its clock, in milliseconds since 1970. */
export function team(entries: () => readonly HeldEntry[], now: () => number = Date.now): Behaviour {
  return (request, response) => {
    response.sendDate = false;
    response
      .writeHead(200, { 'Content-Type': 'application/x-ndjson', Date: new Date(now()).toUTCString() })
      .end(linesOf(rowsOf(request.body, entries())));
  };
}
