import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Redaction } from '../../../main/secrets/redaction.ts';

const KEY = 'sentinel/"key"+9f8e7d6c5b4a';

function known(): Redaction {
  const redaction = new Redaction();
  redaction.add(KEY);
  return redaction;
}

describe('redaction', () => {
  it.each([
    ['as it is', KEY],
    ['in JSON', JSON.stringify({ a: KEY })],
    ['in JSON within JSON', JSON.stringify(JSON.stringify({ a: KEY }))],
    ['in a URL', `https://host/?key=${encodeURIComponent(KEY)}`],
    ['in base64', Buffer.from(KEY).toString('base64')],
  ])('removes a known key: %s', (_where, text) => {
    const redacted = known().redact(`before ${text} after`);
    expect(redacted).toContain('[redacted]');
    expect(redacted).not.toContain('9f8e7d6c5b4a');
    expect(redacted).not.toContain(Buffer.from('9f8e7d6c5b').toString('base64').slice(2, 10));
    expect(redacted.startsWith('before ')).toBe(true);
    expect(redacted.endsWith(' after')).toBe(true);
  });

  it.each([
    ['credentials of a URL', 'https://user:hunter2hunter2@host.example/path'],
    ['a Bearer header', 'Authorization: Bearer hunter2hunter2'],
    ['a header in JSON', '{"authorization":"Bearer hunter2hunter2"}'],
    ['a Basic header', 'Proxy-Authorization: Basic hunter2hunter2'],
    ['a bare Bearer', 'sent Bearer hunter2hunter2 to'],
    ['the private_key header', 'private_key: hunter2hunter2'],
    ['the privateKey of a body', '{"privateKey":"hunter2hunter2","a":1}'],
    ["Coralogix's own shape", 'cxtp_hunter2hunter2hunter2hunter2hunt'],
    ['a Slack hook', 'https://hooks.slack.com/services/T0/B0/hunter2hunter2'],
  ])('removes secrets that no one announced: %s', (_what, text) => {
    expect(new Redaction().redact(text)).not.toContain('hunter2');
  });

  it('leaves ordinary text alone', () => {
    const text = 'https://api.coralogix.com/logs/v1/bulk answered 401: {"message":"Unauthorized"} for kaudit@prod';
    expect(known().redact(text)).toBe(text);
  });

  it('walks plain data, errors and their causes', () => {
    const error = Object.assign(new Error(`failed with ${KEY}`, { cause: new Error(KEY) }), {
      config: { headers: { Authorization: KEY } },
    });
    const value = known().redactValue({ list: [KEY], [KEY]: 1, map: new Map([['a', KEY]]), error });
    expect(inspect(value, { depth: 20 })).not.toContain('9f8e7d6c5b4a');
    expect(inspect(value, { depth: 20 })).not.toContain('config');
  });

  it('survives data that contains itself', () => {
    const circle: { self?: unknown; key: string } = { key: KEY };
    circle.self = circle;
    expect(known().redactValue(circle)).toEqual({ key: '[redacted]', self: '[circular]' });
  });
});
