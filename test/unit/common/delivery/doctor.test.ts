import { describe, expect, it } from 'vitest';
import { diagnose, keyShape, type Symptoms } from '../../../../main/common/delivery/doctor.ts';

const SENT: Symptoms = {
  url: 'https://api.eu2.coralogix.com/logs/v1/bulk',
  failed: undefined,
  status: 200,
  key: 'send-your-data',
  owner: undefined,
  twin: undefined,
};
const refused = (more: Partial<Symptoms>): string | undefined => diagnose({ ...SENT, failed: 'key', status: 401, ...more });

describe('the doctor', () => {
  it('is silent when nothing more is known', () => {
    expect(diagnose(SENT)).toBeUndefined();
    expect(diagnose({ ...SENT, failed: 'tcp' })).toBeUndefined();
    expect(diagnose({ ...SENT, failed: 'http', status: 503 })).toBeUndefined();
    expect(refused({ url: 'https://logs.example/logs/v1/bulk' })).toBeUndefined();
  });

  it('recognises a personal key by its shape, and says that it only looks like one', () => {
    expect(refused({ key: 'personal' })).toMatch(/^Use a Send-Your-Data key: .*looks like a personal key.*HTTP 401/);
  });

  it('knows the region of a key that a preset has too', () => {
    const owner = { name: 'US', domain: 'us1.coralogix.com' };
    expect(refused({ owner })).toMatch(/^Use the URL of US1 \(us1\.coralogix\.com\), or a key of EU2 .*belongs to the preset “US” of us1/);
  });

  it('takes a legacy domain for its region', () => {
    const owner = { name: 'EU', domain: 'eu1.coralogix.com' };
    expect(refused({ owner, url: 'https://api.coralogix.com/logs/v1/bulk' })).toMatch(/revoked or replaced/);
  });

  it('claims only what the response says about an unknown key', () => {
    expect(refused({})).toMatch(/^Compare .*EU2.*refuses a key of another region the same way as a wrong key\.$/);
    expect(refused({ key: 'unknown' })).toMatch(/doesn’t look like a Send-Your-Data key\.$/);
    expect(refused({ url: 'https://api.cx123.coralogix.com/logs/v1/bulk' })).toMatch(/isn’t one of Coralogix’s public regions/);
  });

  it('replaces a retired address with the one that responded', () => {
    const url = 'https://api.coralogix.com/api/v1/logs';
    const twin = { url: 'https://ingress.coralogix.com/logs/v1/bulk', outcome: 'passed' as const };
    expect(diagnose({ ...SENT, url, failed: 'http', status: 404, twin })).toMatch(
      /^Change the URL to https:\/\/ingress\.coralogix\.com\/logs\/v1\/bulk, which accepted .*list of addresses/,
    );
    expect(diagnose({ ...SENT, url })).toMatch(/^Change the URL .* before it stops/);
  });

  it("names a path that isn't one of Coralogix’s", () => {
    expect(diagnose({ ...SENT, url: 'https://api.eu2.coralogix.com/v1/logs', failed: 'http', status: 404 })).toMatch(
      /^Change the path to \/logs\/v1\/bulk: Coralogix’s documentation has no path \/v1\/logs/,
    );
  });

  it('distinguishes a misspelt region from a private one', () => {
    expect(diagnose({ ...SENT, url: 'https://api.eu9.coralogix.com/logs/v1/bulk', failed: 'dns' })).toMatch(/^Check the spelling of eu9/);
    expect(diagnose({ ...SENT, url: 'https://ingress.private.eu2.coralogix.com/logs/v1/bulk', failed: 'dns' })).toMatch(/PrivateLink/);
  });

  it.each([
    ['cxtp_abcdefghijklmnopqrstuvwxyz1234', 'send-your-data'],
    ['Bearer 01234567-89ab-cdef-0123-456789abcdef', 'send-your-data'],
    ['cxup_abcdefghijklmnopqrstuvwxyz1234', 'personal'],
    ['hunter2', 'unknown'],
  ])('reads %s as %s', (key, shape) => expect(keyShape(key)).toBe(shape));
});
