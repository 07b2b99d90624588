import { describe, expect, it } from 'vitest';
import { problemOf } from '../../../../main/demo/ingest/log-format.ts';

const entry = { severity: 3, text: 'hello', timestamp: 1_675_148_539_123.342, category: 'detections' };
const names = { applicationName: 'kaudit', subsystemName: 'delivery-test' };

describe('the log format', () => {
  it('accepts the bulk and the singles format', () => {
    expect(problemOf('bulk', JSON.stringify({ ...names, computerName: 'host', logEntries: [entry] }))).toBeNull();
    expect(problemOf('singles', JSON.stringify([{ ...names, ...entry }]))).toBeNull();
  });

  it.each([
    ['no JSON', '{', /no JSON/],
    ['no application', JSON.stringify({ subsystemName: 's', logEntries: [entry] }), /^applicationName: /],
    ['no entries', JSON.stringify({ ...names, logEntries: [] }), /^logEntries: /],
    ['an entry without text', JSON.stringify({ ...names, logEntries: [{ severity: 3 }] }), /^logEntries\.0\.text: /],
    ['an unknown severity', JSON.stringify({ ...names, logEntries: [{ ...entry, severity: 7 }] }), /^logEntries\.0\.severity: /],
    ['a time that is text', JSON.stringify({ ...names, logEntries: [{ ...entry, timestamp: 'now' }] }), /^logEntries\.0\.timestamp: /],
    ['the other format', JSON.stringify([{ ...names, ...entry }]), /^body: /],
  ])('names what is wrong with %s', (_, body, reason) => {
    expect(problemOf('bulk', body)).toMatch(reason);
  });
});
