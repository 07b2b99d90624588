import * as z from 'zod';
import { entriesOf, type Traffic } from './traffic.ts';

// Knows exactly this program's queries, so that a changed query fails here too.

const HOUR = 3_600_000;
const NANOSECONDS = 1_000_000;

const bodySchema = z.strictObject({
  query: z.string(),
  metadata: z.strictObject({
    tier: z.enum(['TIER_FREQUENT_SEARCH', 'TIER_ARCHIVE']),
    syntax: z.literal('QUERY_SYNTAX_DATAPRIME'),
    startDate: z.iso.datetime(),
    endDate: z.iso.datetime(),
    defaultSource: z.literal('logs'),
  }),
});

const TEXT = String.raw`'(?:[^'\\]|\\.)*'`;
const NAME = String.raw`\(\$l\.applicationname == ${TEXT} && \$l\.subsystemname == ${TEXT}\)`;
const GROUP = String.raw`groupby \$l\.applicationname as application, \$l\.subsystemname as subsystem`;
const COUNT = String.raw`aggregate count\(\) as entries, max\(\$m\.timestamp\) as last`;
const BY_HOUR = new RegExp(
  String.raw`^source logs \| filter (${NAME}(?: \|\| ${NAME})*) \| ${GROUP}, roundTime\(\$m\.timestamp, 1h\) as hour ${COUNT}$`,
);
const BY_NAME = new RegExp(String.raw`^source logs \| ${GROUP} ${COUNT} \| limit 2000$`);
const ONE_TEST = /^source logs(?: \| filter \$l\.applicationname == '[\w .:/-]+')? \| filter \$d\.test_id == '([0-9a-f-]{36})' \| limit 5$/;

export interface Asked {
  readonly body: string;
  readonly traffic: readonly Traffic[];
  readonly accepted: readonly string[];
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Lines of the response; undefined: not one of this program's queries. */
export function queryReply({ body, traffic, accepted, now }: Asked): readonly unknown[] | undefined {
  const parsed = bodySchema.safeParse(parse(body));
  if (!parsed.success) return undefined;
  const { query, metadata } = parsed.data;
  const from = Date.parse(metadata.startDate);
  const to = Math.min(Date.parse(metadata.endDate) + 1, now);
  const hours = BY_HOUR.exec(query);
  if (hours !== null || BY_NAME.test(query)) {
    const isDay = from % HOUR === 0 && Date.parse(metadata.endDate) + 1 - from === 24 * HOUR;
    if (!isDay || metadata.tier !== 'TIER_FREQUENT_SEARCH') return undefined;
  }
  if (hours !== null) return lines(namesIn(hours[1] ?? '').flatMap((name) => byHour(name, traffic, from, to)));
  if (BY_NAME.test(query)) {
    return lines(
      traffic.flatMap((one) => {
        const entries = entriesOf(one, from, to);
        return entries.length === 0 ? [] : [row(one, entries)];
      }),
    );
  }
  const [, id] = ONE_TEST.exec(query) ?? [];
  if (id === undefined) return undefined;
  return lines(accepted.some((sent) => sent.includes(id)) ? [{ test_id: id }] : []);
}

function byHour([application, subsystem]: readonly string[], traffic: readonly Traffic[], from: number, to: number): readonly object[] {
  return traffic
    .filter((one) => one.application === application && one.subsystem === subsystem)
    .flatMap((one) =>
      [...Map.groupBy(entriesOf(one, from, to), (time) => Math.floor(time / HOUR))].map(([hour, entries]) => ({
        ...row(one, entries),
        hour: hour * HOUR * NANOSECONDS,
      })),
    );
}

function row({ application, subsystem }: Traffic, entries: readonly number[]): object {
  return { application, subsystem, entries: entries.length, last: (entries.at(-1) ?? 0) * NANOSECONDS };
}

function namesIn(filter: string): readonly (readonly string[])[] {
  const texts = [...filter.matchAll(new RegExp(TEXT, 'g'))].map(([text]) => constant(text));
  return texts.flatMap((text, index) => (index % 2 === 0 ? [[text, texts[index + 1] ?? '']] : []));
}

function constant(text: string): string {
  return text
    .slice(1, -1)
    .replace(/\\(?:u([0-9a-f]{4})|(.))/g, (_, code?: string, other?: string) =>
      code === undefined ? (other ?? '') : String.fromCharCode(Number.parseInt(code, 16)),
    );
}

function lines(rows: readonly object[]): readonly unknown[] {
  return [
    { queryId: { queryId: 'demo' } },
    { result: { results: rows.map((found) => ({ metadata: [], labels: [], userData: JSON.stringify(found) })) } },
    { statistics: { status: 'COMPLETED' } },
  ];
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
