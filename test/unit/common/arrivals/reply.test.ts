import { describe, expect, it } from 'vitest';
import { hoursUntil } from '../../../../main/common/arrivals/arrivals.ts';
import { countHours, foundNames, readLines } from '../../../../main/common/arrivals/reply.ts';
import { linesOf } from '../../../support/coralogix-team.ts';

const HOUR = 3_600_000;
const NOW = Date.parse('2026-11-28T16:20:00Z');
const window = hoursUntil(NOW);
const name = { application: 'kaudit', subsystem: 'one' };
const row = (more: object = {}) => ({ ...name, hour: window.from * 1e6, entries: 3, last: (window.from + 1000) * 1e6, ...more });
const lines = (body: string) => readLines({ contentType: 'application/x-ndjson', body });
const count = (rows: readonly object[]) => countHours(rows as never, [name], window);

describe('lines', () => {
  it('of a complete response are rows, whatever is between them', () => {
    expect(lines(`{"new":1}\nhello\n: keep-alive\n\n${linesOf([row()])}`)).toEqual({ rows: [row()] });
    expect(lines('{"result":{"results":[]}}')).toEqual({ rows: [] });
    expect(lines('{"statistics":{"status":"COMPLETED"}}')).toEqual({ rows: [] });
  });

  it.each([
    ['nothing', '', /ended before its result/],
    ['a queryId alone', '{"queryId":{"queryId":"1"}}\n', /ended before its result/],
    ['half a line', linesOf([row()]).slice(0, 120), /is incomplete/],
    ['half a line between others', `{"result":{"resu\n${linesOf([])}`, /line of the response can’t be read/],
    ['another status', linesOf([row()]).replace('COMPLETED', 'FAILED'), /ended with the status FAILED/],
    ['a status that says too much', linesOf([row()]).replace('COMPLETED', 'cxup_Key in clear'), /ended with the status unknown/],
    ['an error', `${linesOf([row()])}{"error":{"message":"x"}}`, /refused the query/],
    ['a web page', '<!DOCTYPE html><p>Sign in', /web page/],
    ['a result of another form', '{"result":[]}', /can’t be read/],
    ['rows of another form', '{"result":{"results":[{"userData":"x"}]}}', /row of the result can’t be read/],
  ])("of %s don't count", (_what, body, problem) => {
    expect(lines(body)).toEqual({ problem: expect.stringMatching(problem) });
  });

  const warned = (...warnings: readonly object[]) =>
    lines(`${linesOf([row()])}${warnings.map((warning) => `${JSON.stringify({ warning })}\n`).join('')}`);

  it('report what was cut, and ignore a warning about words', () => {
    expect(warned({ numberOfResultsLimitWarning: { numberOfResultsLimit: 2000 } })).toEqual({
      rows: [row()],
      warning: {
        cut: true,
        sentence: 'Coralogix cut the result (numberOfResultsLimitWarning), so there may be more entries than this count shows.',
      },
    });
    expect(warned({ deprecationWarning: {} })).toEqual({ rows: [row()] });
  });

  it.each([
    'bytesScannedLimitWarning',
    'blocksLimitWarning',
    'aggregationBucketsLimitWarning',
    'fieldCountLimitWarning',
    'shuffleFileSizeLimitReachedWarning',
    'filesReadLimitWarning',
    'scrollTimeoutWarning',
    'archiveWarning',
  ])('were cut by %s', (name) => {
    expect(warned({ [name]: {} }, { deprecationWarning: {} })).toMatchObject({
      warning: { cut: true, sentence: expect.stringContaining(name) },
    });
  });

  it.each([
    [{ timeRangeWarning: { warningMessage: 'x' } }, /didn’t search the hours in the query \(timeRangeWarning\)/],
    [{ compileWarning: { warningMessage: 'x' } }, /doubts about the query \(compileWarning\)/],
    [{ newWarning: {} }, /doesn’t know \(newWarning\)/],
    [{ limit: {} }, /doesn’t know \(limit\)/],
    [{ 'cxup_key with blanks': {} }, /doesn’t know \(unknown\)/],
    [{}, /doesn’t know \(unknown\)/],
    [['x'], /doesn’t know \(unknown\)/],
  ])('with the warning %j leave the count unknown, even when they were cut too', (warning, sentence) => {
    const doubt = { cut: false, sentence: expect.stringMatching(sentence) };
    expect(warned(warning)).toEqual({ rows: [row()], warning: doubt });
    expect(warned({ blocksLimitWarning: {} }, warning)).toEqual({ rows: [row()], warning: doubt });
  });

  it("of a response that wasn't read to its end don't count", () => {
    expect(readLines({ contentType: '', body: linesOf([row()]), cut: true })).toEqual({
      problem: expect.stringContaining('too long for this query'),
    });
  });
});

describe('rows', () => {
  it('are counted per hour, with the newest entry', () => {
    const later = row({ hour: (window.from + 2 * HOUR) * 1e6, last: (window.from + 2 * HOUR + 5) * 1e6, entries: '7' });
    const counted = count([later, row()]);
    expect(counted).toEqual([{ ...name, last: window.from + 2 * HOUR + 5, counts: [3, 0, 7, ...Array.from({ length: 21 }, () => 0)] }]);
    expect(count([])).toMatchObject([{ last: null }]);
  });

  it.each([
    ['nanoseconds', 1e6],
    ['microseconds', 1e3],
    ['milliseconds', 1],
    ['seconds', 1e-3],
  ])('can have times in %s', (_unit, factor) => {
    expect(count([row({ hour: window.from * factor, last: (window.from + 1000) * factor })])).toMatchObject([{ last: window.from + 1000 }]);
  });

  it('can have times in ISO 8601', () => {
    const [hour, last] = [window.from, window.from + 1000].map((time) => new Date(time).toISOString());
    expect(count([row({ hour, last })])).toMatchObject([{ last: window.from + 1000 }]);
    expect(count([row({ hour: hour?.replace('Z', ''), last })])).toMatchObject([{ last: window.from + 1000 }]);
  });

  it.each([
    ['another name', { subsystem: 'two' }, /names that weren’t/],
    ['an hour before', { hour: (window.from - HOUR) * 1e6, last: (window.from - 1) * 1e6 }, /hours that weren’t/],
    ['an hour after', { hour: window.to * 1e6, last: (window.to + 1) * 1e6 }, /hours that weren’t/],
    ['half an hour', { hour: (window.from + HOUR / 2) * 1e6, last: (window.from + HOUR / 2) * 1e6 }, /hours that weren’t/],
    ['a newest entry of another hour', { last: (window.from + HOUR + 1) * 1e6 }, /hours that weren’t/],
    ['no count', { entries: undefined }, /can’t be read/],
    ['a negative count', { entries: -1 }, /can’t be read/],
    ['half a count', { entries: 1.5 }, /can’t be read/],
    ['no hour', { hour: null }, /can’t be read/],
    ['a list for an hour', { hour: [window.from] }, /can’t be read/],
    ['no name', { application: 1 }, /can’t be read/],
  ])('of %s make every row doubtful', (_what, more, problem) => {
    expect(count([row({ hour: (window.from + HOUR) * 1e6, last: (window.from + HOUR) * 1e6 }), row(more)])).toEqual({
      problem: expect.stringMatching(problem),
    });
  });

  it('for the same hour twice make every row doubtful', () => {
    expect(count([row(), row()])).toEqual({ problem: expect.stringMatching(/hours that weren’t/) });
  });

  it('without a name belong to no preset', () => {
    expect(foundNames([row(), row({ subsystem: '' }), row({ application: null })])).toEqual([
      { ...name, count: 3, last: window.from + 1000 },
    ]);
  });
});
