import { describe, expect, it } from 'vitest';
import {
  MASKED_KEY,
  type PayloadInput,
  planProblem,
  planRequest,
  retryAfterSeconds,
  verdictOf,
} from '../../../../main/common/delivery/plan.ts';

const KEY = 'cxtp_Sentinel4f8a1c2bd93e7061Sentine';

function input(more: Partial<PayloadInput> = {}): PayloadInput {
  return {
    url: 'https://api.coralogix.com/logs/v1/bulk',
    type: 'detections',
    header: undefined,
    key: KEY,
    applicationName: 'kaudit',
    subsystemName: 'delivery-test',
    computerName: 'desk',
    testId: 'the-id',
    timestamp: 1_675_148_539_123,
    ...more,
  };
}

const entry = {
  timestamp: 1_675_148_539_123,
  severity: 3,
  category: 'detections',
  text: expect.stringContaining('"test_id":"the-id"'),
};
const names = { applicationName: 'kaudit', subsystemName: 'delivery-test', computerName: 'desk' };

describe('the request of a delivery test', () => {
  it('uses the bulk format, with the key as Bearer', () => {
    const plan = planRequest(input());
    expect(JSON.parse(plan.body)).toEqual({ ...names, logEntries: [entry] });
    expect(plan.headers).toEqual({ 'Content-Type': 'application/json', Accept: 'application/json', Authorization: `Bearer ${KEY}` });
    expect(plan.url).toBe('https://api.coralogix.com/logs/v1/bulk');
  });

  it('sends one list of entries for singles', () => {
    for (const path of ['/logs/v1/singles', '/logs/rest/singles']) {
      expect(JSON.parse(planRequest(input({ url: `https://api.coralogix.com${path}` })).body)).toEqual([{ ...names, ...entry }]);
    }
  });

  it('puts the key into the body for /api/v1/logs, and shows it masked', () => {
    const plan = planRequest(input({ url: 'https://api.coralogix.com/api/v1/logs' }));
    expect(JSON.parse(plan.body)).toEqual({ privateKey: KEY, ...names, logEntries: [entry] });
    expect(JSON.parse(plan.shownBody)).toEqual({ privateKey: MASKED_KEY, ...names, logEntries: [entry] });
  });

  it('uses the header private_key for /logs/rest/', () => {
    const { headers } = planRequest(input({ url: 'https://api.coralogix.com/logs/rest/bulk' }));
    expect(headers).toMatchObject({ private_key: KEY });
    expect(headers).not.toHaveProperty('Authorization');
  });

  it('uses the header that the integration names, with the key as written', () => {
    const { headers } = planRequest(input({ header: 'X-Token', key: 'Bearer abc' }));
    expect(headers).toMatchObject({ 'X-Token': 'Bearer abc' });
    expect(headers).not.toHaveProperty('Authorization');
  });

  it('has one Bearer for a key that was pasted with it, and no credentials from the URL', () => {
    const plan = planRequest(input({ key: `Bearer ${KEY}`, url: 'https://user:secret@api.coralogix.com/logs/v1/bulk?a=b#c' }));
    expect(plan.headers.Authorization).toBe(`Bearer ${KEY}`);
    expect(plan.url).toBe('https://api.coralogix.com/logs/v1/bulk?a=b');
  });

  it.each([
    ['no http(s) URL', { url: 'ftp://api.coralogix.com' }],
    ['no URL', { url: 'api.coralogix.com' }],
    ['a header with a line break', { header: 'X-Token\r\nX' }],
    ['a header that makes the request', { header: 'content-length' }],
    ['a key with a line break', { key: 'a\nb' }],
    ['no key', { key: '' }],
  ])("can't be made with %s", (_what, more) => {
    expect(planProblem(input(more))).toMatch(/\.$/);
  });

  it('can be made with everything else', () => {
    expect(planProblem(input())).toBeUndefined();
    expect(planProblem(input({ header: 'x-token', url: 'http://host:8080/x' }))).toBeUndefined();
  });
});

describe('what a response means', () => {
  const answer = (status: number, more: object = {}) => verdictOf({ status, contentType: 'application/json', body: '{}', ...more });

  it.each([200, 201, 202, 204])('%i is accepted', (status) => {
    expect(answer(status)).toMatchObject({ failed: undefined, keyKnown: true });
  });

  it.each([
    [401, 'key'],
    [403, 'key'],
    [404, 'http'],
    [405, 'http'],
    [410, 'http'],
    [400, 'accepted'],
    [422, 'accepted'],
    [413, 'accepted'],
    [402, 'accepted'],
    [429, 'accepted'],
    [302, 'http'],
    [407, 'http'],
    [418, 'http'],
    [500, 'http'],
    [599, 'http'],
  ])('%i fails at %s, with a fix', (status, stage) => {
    const verdict = answer(status);
    expect(verdict.failed).toBe(stage);
    expect(verdict.fix).toMatch(/\w.*\.$/);
    expect(verdict.keyKnown).toBe(false);
  });

  it('a web page is never accepted', () => {
    for (const page of [
      { contentType: 'text/html; charset=utf-8' },
      { contentType: '', body: '  <!DOCTYPE html><html>' },
      { contentType: 'application/json', body: '<html><body>' },
    ]) {
      expect(answer(200, page)).toMatchObject({ failed: 'http', twin: false });
      expect(answer(403, page).failed).toBe('http');
    }
  });

  it('suggests the twin only when another host could do better', () => {
    const suggested = [200, 302, 400, 401, 403, 404, 405, 410, 413, 422, 429, 500, 503].filter((status) => answer(status).twin);
    expect(suggested).toEqual([404, 405, 410, 500, 503]);
  });

  it('a full queue, a time-out and a server error are temporary', () => {
    const transient = [200, 401, 402, 404, 408, 429, 500, 503].filter((status) => answer(status).transient);
    expect(transient).toEqual([408, 429, 500, 503]);
  });

  it('names the host of a redirect, not its address', () => {
    const verdict = answer(307, { location: 'https://portal.example/login?token=secret' });
    expect(verdict.evidence).toBe('HTTP 307, a redirect to portal.example');
  });
});

describe('Retry-After', () => {
  it('is in seconds or a date', () => {
    expect(retryAfterSeconds(undefined, 0)).toBeUndefined();
    expect(retryAfterSeconds('7', 0)).toBe(7);
    expect(retryAfterSeconds('Thu, 01 Jan 1970 00:00:10 GMT', 0)).toBe(10);
    expect(retryAfterSeconds('Thu, 01 Jan 1970 00:00:10 GMT', 60_000)).toBe(0);
    expect(retryAfterSeconds('soon', 0)).toBeUndefined();
  });
});
