import type { EntryName, HourWindow } from './arrivals.ts';

// Queries in DataPrime. The demo's ingest reads exactly these: change both together.

const COUNTED = 'aggregate count() as entries, max($m.timestamp) as last';
const NAMED = '$l.applicationname as application, $l.subsystemname as subsystem';

/** Coralogix returns at most this many names. */
export const MOST_NAMES = 2000;

/** DataPrime constants are spelled as in JavaScript. */
export function literal(text: string): string {
  // SECURITY: a quote in the name would end the constant and inject query text.
  const escaped = text
    .toWellFormed()
    .replace(/[\\'\p{Cc}\p{Zl}\p{Zp}]/gu, (character) =>
      character === '\\' || character === "'" ? `\\${character}` : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
  return `'${escaped}'`;
}

export function hoursQuery(names: readonly EntryName[]): string {
  const any = names
    .map(({ application, subsystem }) => `($l.applicationname == ${literal(application)} && $l.subsystemname == ${literal(subsystem)})`)
    .join(' || ');
  return `source logs | filter ${any} | groupby ${NAMED}, roundTime($m.timestamp, 1h) as hour ${COUNTED}`;
}

export function namesQuery(): string {
  return `source logs | groupby ${NAMED} ${COUNTED} | limit ${MOST_NAMES}`;
}

export function queryBody(query: string, { from, to }: HourWindow): string {
  return JSON.stringify({
    query,
    metadata: {
      tier: 'TIER_FREQUENT_SEARCH',
      syntax: 'QUERY_SYNTAX_DATAPRIME',
      startDate: new Date(from).toISOString(),
      // Whether a range includes its end isn't documented.
      endDate: new Date(to - 1).toISOString(),
      defaultSource: 'logs',
    },
  });
}
