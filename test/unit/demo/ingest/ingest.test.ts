import { request } from 'node:https';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hoursUntil } from '../../../../main/common/arrivals/arrivals.ts';
import { hoursQuery, namesQuery, queryBody } from '../../../../main/common/arrivals/query.ts';
import { countHours, readLines } from '../../../../main/common/arrivals/reply.ts';
import { REGIONS } from '../../../../main/common/coralogix/coralogix.ts';
import { readBackQuery } from '../../../../main/common/delivery/arrival-query.ts';
import { type Ingest, startIngest } from '../../../../main/demo/ingest/ingest.ts';
import { type Authority, createAuthority } from '../../../../main/demo/server/certificates.ts';

const KEY = 'cxtp_000000000000000000000000000EU1';
const READING_KEY = 'cxup_reads0000000000000000000000000';
const BULK = { applicationName: 'kaudit', subsystemName: 'test', logEntries: [{ severity: 3, text: 'hello' }] };
const SINGLES = [{ applicationName: 'kaudit', subsystemName: 'test', severity: 3, text: 'hello' }];

let authority: Authority;
let ingest: Ingest;

interface Sending {
  readonly url?: string;
  readonly method?: string;
  readonly authorization?: string;
  readonly type?: string;
  readonly body?: unknown;
}

function send(sending: Sending): Promise<{ status: number; body: string }> {
  const { url = 'https://ingress.eu1.coralogix.com/logs/v1/bulk', method = 'POST', type = 'application/json', body = BULK } = sending;
  const { hostname, pathname } = new URL(url);
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: '127.0.0.1',
        port: ingest.port,
        servername: hostname,
        ca: authority.certificate,
        method,
        path: pathname,
        headers: { host: hostname, 'content-type': type, authorization: sending.authorization ?? `Bearer ${KEY}` },
      },
      (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => {
          text += chunk.toString();
        });
        response.once('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
      },
    );
    sent.once('error', reject);
    sent.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
}

const status = async (sending: Sending): Promise<number> => (await send(sending)).status;

describe('the log ingest', () => {
  beforeAll(async () => {
    authority = await createAuthority('test');
    const traffic = [{ domain: 'eu1.coralogix.com', application: 'kaudit', subsystem: 'one', hourly: 60 }];
    ingest = await startIngest({
      authority,
      keys: { [KEY]: 'coralogix.com' },
      readingKeys: { [READING_KEY]: 'eu1.coralogix.com' },
      traffic,
    });
  });
  afterAll(() => ingest.close());

  it.each([
    ['https://ingress.eu1.coralogix.com/logs/v1/bulk', BULK],
    ['https://api.coralogix.com/logs/v1/bulk', BULK],
    ['https://ingress.coralogix.com/logs/v1/singles', SINGLES],
  ])('accepts the right key at %s', async (url, body) => {
    expect(await send({ url, body })).toEqual({ status: 200, body: '{}' });
  });

  it('presents a certificate for every host of every region', async () => {
    for (const { domain, legacyDomains } of REGIONS) {
      for (const host of [domain, ...legacyDomains].flatMap((name) => [`api.${name}`, `ingress.${name}`])) {
        expect(await status({ url: `https://${host}/` })).toBe(404);
      }
    }
    await expect(send({ url: 'https://api.coralogix.com.evil.example/logs/v1/bulk' })).rejects.toMatchObject({
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
    });
  });

  it.each(['/api/v1/logs', '/logs/rest/singles', '/logs/rest/bulk'])('no longer serves %s', async (path) => {
    const answer = await send({ url: `https://api.coralogix.com${path}` });
    expect(answer).toEqual({ status: 404, body: 'default backend - 404' });
  });

  it('refuses a key of another region, an unknown key, and no key', async () => {
    expect(await status({ url: 'https://ingress.eu2.coralogix.com/logs/v1/bulk' })).toBe(401);
    expect(await status({ authorization: 'Bearer cxtp_other' })).toBe(401);
    expect(await status({ authorization: KEY })).toBe(401);
    expect(await status({ authorization: '' })).toBe(401);
    expect(await status({ authorization: 'Bearer __proto__' })).toBe(401);
  });

  it('refuses what isn’t a log entry, with the reason', async () => {
    expect(await status({ type: 'text/plain' })).toBe(415);
    expect(await status({ method: 'GET', body: '' })).toBe(405);
    expect(await send({ body: { ...BULK, logEntries: [{ text: 'x' }] } })).toMatchObject({
      status: 400,
      body: expect.stringContaining('logEntries.0.severity'),
    });
  });

  it('refuses more than 2 MB', async () => {
    const entry = { severity: 3, text: 'x'.repeat(1024 * 1024) };
    expect(await status({ body: { ...BULK, logEntries: [entry] } })).toBe(200);
    expect(await status({ body: { ...BULK, logEntries: [entry, entry] } })).toBe(413);
  });

  it('responds to this program’s queries with a key that may query, and to no others', async () => {
    const url = 'https://api.eu1.coralogix.com/api/v1/dataprime/query';
    const ask = (query: string, authorization = `Bearer ${READING_KEY}`, at = url) =>
      send({ url: at, authorization, body: queryBody(query, hoursUntil(Date.now())) });
    const { status: accepted, body } = await ask(hoursQuery([{ application: 'kaudit', subsystem: 'one' }]));
    expect(accepted).toBe(200);
    const read = readLines({ contentType: 'application/x-ndjson', body });
    if ('problem' in read) throw new Error(read.problem);
    const counted = countHours(read.rows, [{ application: 'kaudit', subsystem: 'one' }], hoursUntil(Date.now()));
    expect(counted).toMatchObject([{ application: 'kaudit', counts: expect.arrayContaining([expect.any(Number)]) }]);
    expect((await ask(namesQuery())).body).toContain('kaudit');
    expect((await ask('source logs | count')).status).toBe(400);
    expect((await ask(namesQuery(), `Bearer ${KEY}`)).status).toBe(403);
    expect((await ask(namesQuery(), 'Bearer cxup_other')).status).toBe(401);
    expect((await ask(namesQuery(), undefined, url.replace('eu1', 'eu2'))).status).toBe(401);
    expect((await ask(namesQuery(), undefined, url.replace('api.', 'ingress.'))).status).toBe(404);
    // A test's own entry is found, too.
    const id = '1b4e28ba-2fa1-4d2b-883f-0016d3cca427';
    expect((await ask(readBackQuery('kaudit', id))).body).not.toContain(id);
    await send({ body: { ...BULK, logEntries: [{ severity: 3, text: JSON.stringify({ test_id: id }) }] } });
    expect((await ask(readBackQuery('kaudit', id))).body).toContain(id);
  });

  it('remembers what arrived, without the key', async () => {
    await send({ body: { ...BULK, subsystemName: 'remember me' } });
    const newest = ingest.received.at(-1);
    expect(newest).toMatchObject({ method: 'POST', host: 'ingress.eu1.coralogix.com', path: '/logs/v1/bulk', status: 200 });
    expect(JSON.parse(newest?.body ?? '')).toMatchObject({ subsystemName: 'remember me' });
    expect(newest?.key).toMatch(/^[0-9a-f]{8}$/);
    expect(JSON.stringify(ingest.received)).not.toContain(KEY);
  });

  it('remembers only the newest 200', async () => {
    for (let count = 0; count < 205; count += 1) await send({ body: `no JSON ${count}` });
    expect(ingest.received).toHaveLength(200);
    expect(ingest.received.at(-1)?.body).toBe('no JSON 204');
  });
});
