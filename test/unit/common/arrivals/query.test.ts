import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hoursUntil } from '../../../../main/common/arrivals/arrivals.ts';
import { hoursQuery, literal, namesQuery, queryBody } from '../../../../main/common/arrivals/query.ts';
import { queryReply } from '../../../../main/demo/ingest/queries.ts';
import { rowsOf } from '../../../support/coralogix-team.ts';

const NOW = Date.parse('2026-03-29T01:30:00Z');
const window = hoursUntil(NOW);
const HOSTILE = [
  "a' || true || '",
  "') || true | limit 1 //",
  'a\\',
  "a\\' || true",
  '"; drop',
  '`{$d.key}`',
  'a\nb\r\u2028c\u2029\0',
  '{$d.key}',
  '\u202eabc',
  ' blanks ',
  '名前',
  '😀',
];

describe('a query', () => {
  it.each(HOSTILE)('contains the name %j as a constant only', (name) => {
    const constant = literal(name);
    expect(new Function(`return ${constant}`)()).toBe(name);
    expect(constant).toMatch(/^'[^\p{Cc}\p{Zl}\p{Zp}]*'$/u);
    const body = queryBody(hoursQuery([{ application: name, subsystem: name }]), window);
    const held = [
      { application: name, subsystem: name, time: NOW - 1000 },
      { application: 'other', subsystem: 'other', time: NOW - 1000 },
    ];
    expect(rowsOf(body, held)).toMatchObject([{ application: name, subsystem: name, entries: 1 }]);
    // The demo reads it the same way.
    const traffic = held.map((one) => ({ ...one, domain: 'eu2.coralogix.com', hourly: 60 }));
    const [, { result }] = queryReply({ body, traffic, accepted: [], now: NOW }) as [
      unknown,
      { result: { results: { userData: string }[] } },
    ];
    expect(result.results.length).toBeGreaterThan(0);
    expect(new Set(result.results.map(({ userData }) => JSON.parse(userData).application))).toEqual(new Set([name]));
  });

  it('holds any name as nothing but a constant', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 30 }), { minLength: 10, maxLength: 20 }), (names) => {
        expect(new Function(`return [${names.map(literal).join()}]`)()).toEqual(names);
      }),
      { numRuns: 50 },
    );
  });

  it('covers all names of a preset together, over 24 whole UTC hours', () => {
    const query = hoursQuery([
      { application: 'kaudit', subsystem: 'one' },
      { application: 'kaudit', subsystem: 'two' },
    ]);
    expect(query).toBe(
      "source logs | filter ($l.applicationname == 'kaudit' && $l.subsystemname == 'one') || ($l.applicationname == 'kaudit' && $l.subsystemname == 'two') | groupby $l.applicationname as application, $l.subsystemname as subsystem, roundTime($m.timestamp, 1h) as hour aggregate count() as entries, max($m.timestamp) as last",
    );
    expect(JSON.parse(queryBody(query, window)).metadata).toMatchObject({
      startDate: '2026-03-28T02:00:00.000Z',
      endDate: '2026-03-29T01:59:59.999Z',
      tier: 'TIER_FREQUENT_SEARCH',
    });
  });

  it('that differs in one word is an error in the demo', () => {
    const names = [{ application: 'kaudit', subsystem: 'one' }];
    const ask = (query: string) => queryReply({ body: queryBody(query, window), traffic: [], accepted: [], now: NOW });
    for (const query of [hoursQuery(names), namesQuery()]) {
      expect(ask(query)).toHaveLength(3);
      for (const changed of [
        ` ${query}`,
        `${query} `,
        query.replace('entries', 'n'),
        query.replace('source', 'from'),
        query.replace(' | ', '|'),
      ])
        expect(ask(changed)).toBeUndefined();
      const body = queryBody(query, window);
      for (const changed of [
        body.replace('TIER_FREQUENT_SEARCH', 'TIER_ARCHIVE'),
        queryBody(query, { ...window, from: window.from + 1 }),
        queryBody(query, { ...window, from: window.from - 3_600_000 }),
        queryBody(query, { ...window, to: window.to - 3_600_000 }),
      ])
        expect(queryReply({ body: changed, traffic: [], accepted: [], now: NOW })).toBeUndefined();
    }
    expect(queryReply({ body: '{"query":"source logs"}', traffic: [], accepted: [], now: NOW })).toBeUndefined();
  });
});
