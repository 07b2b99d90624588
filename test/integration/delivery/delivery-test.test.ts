import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { StageName } from '../../../main/common/delivery/delivery.ts';
import type { Network } from '../../../main/delivery/network.ts';
import { namesOnLoopback, startBench, startRaw } from '../../support/delivery-bench.ts';
import {
  API,
  authority,
  bench,
  directory,
  failing,
  INGRESS,
  json,
  KEY,
  keyed,
  network,
  progress,
  QUICK,
  run,
  states,
  stopLater,
  WRONG,
} from '../../support/delivery-run.ts';
import { startProxy } from '../../support/proxy.ts';

describe('a delivery test that passes', () => {
  it('posts exactly one marked entry to exactly the URL, with the key as Bearer', async () => {
    const report = await run();
    expect(failing(report)).toBeUndefined();
    expect(report).toMatchObject({ outcome: 'passed', status: 200, warnings: [], attempts: 1, method: 'POST' });
    expect(report.url).toBe(`https://${API}:${bench.port}/logs/v1/bulk`);
    expect(report.summary).toMatch(/^Accepted by api\.eu2\.coralogix\.com:\d+ in \d+ ms\.$/);
    expect(report.vantage).toMatch(/^From this computer \(.+\), without a proxy\.$/);
    expect(bench.received).toHaveLength(1);
    const [got] = bench.received;
    expect(got).toMatchObject({ path: '/logs/v1/bulk', headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' } });
    const body = JSON.parse(got?.body ?? '');
    expect(body).toMatchObject({
      applicationName: 'kaudit',
      subsystemName: 'delivery-test',
      logEntries: [{ severity: 3, category: 'detections' }],
    });
    expect(JSON.parse(body.logEntries[0].text)).toMatchObject({ test_id: report.id });
    expect(Math.abs(body.logEntries[0].timestamp - Date.now())).toBeLessThan(60_000);
    expect(report.payload).toBe(got?.body);
  });

  it('measures every stage that it did itself, and shows them one by one', async () => {
    const report = await run();
    for (const name of ['proxy', 'dns', 'tcp', 'tls', 'http'] as const) {
      expect(report.stages.find((stage) => stage.name === name)?.milliseconds).toBeGreaterThanOrEqual(0);
    }
    expect(report.stages.find(({ name }) => name === 'dns')?.evidence).toContain('127.0.0.1');
    expect(report.stages.find(({ name }) => name === 'tls')?.evidence).toMatch(
      /^TLSv1\.3, certificate of .* by Test CA, valid \d{4}-\d\d-\d\d to/,
    );
    expect(progress.map(({ stages }) => stages.find(({ state }) => state === 'running')?.name).filter(Boolean)).toEqual([
      'proxy',
      'dns',
      'tcp',
      'tls',
      'http',
    ]);
    expect(progress.every(({ outcome }) => outcome === 'running')).toBe(true);
  });

  it('waits for slow stages: the milliseconds are real', async () => {
    bench.behave((got, response) => void setTimeout(() => json(200, {})(got, response), 150));
    const slow: Network['lookup'] = (name, options, callback) =>
      void setTimeout(() => namesOnLoopback([API])(name, options, callback), 100);
    const report = await run({}, network({ lookup: slow }));
    expect(report.stages.find(({ name }) => name === 'dns')?.milliseconds).toBeGreaterThanOrEqual(99);
    expect(report.stages.find(({ name }) => name === 'http')?.milliseconds).toBeGreaterThanOrEqual(149);
    expect(report.stages.find(({ name }) => name === 'tcp')?.milliseconds).toBeLessThan(90);
  });

  it('uses the header that the integration names', async () => {
    bench.behave(json(200, {}));
    expect(failing(await run({ header: 'X-Token' }))).toBeUndefined();
    expect(bench.received[0]?.headers).toMatchObject({ 'x-token': KEY });
    expect(bench.received[0]?.headers.authorization).toBeUndefined();
  });

  it('sends the key the old way to old paths, and says that they are retired', async () => {
    bench.behave(json(200, {}));
    const body = await run({ url: `https://${API}:${bench.port}/api/v1/logs` });
    expect(JSON.parse(bench.received[0]?.body ?? '')).toMatchObject({ privateKey: KEY, applicationName: 'kaudit' });
    expect(body.warnings).toEqual([expect.stringContaining('is switching this address off')]);
    expect(body.payload).toContain('privateKey');
    await run({ url: `https://${API}:${bench.port}/logs/rest/singles` });
    expect(bench.received[1]?.headers).toMatchObject({ private_key: KEY });
    expect(JSON.parse(bench.received[1]?.body ?? '')).toMatchObject([{ applicationName: 'kaudit', category: 'detections' }]);
  });

  it('warns when the host isn’t a Coralogix address', async () => {
    const report = await run({ url: `https://logs.example:${bench.port}/logs/v1/bulk` });
    expect(report).toMatchObject({ outcome: 'passed', warnings: [expect.stringContaining('isn’t a known Coralogix address')] });
  });

  it('repeats a temporary failure once, and says so', async () => {
    let count = 0;
    bench.behave((got, response) => {
      count += 1;
      json(count === 1 ? 503 : 200, {})(got, response);
    });
    const report = await run();
    expect(report).toMatchObject({ outcome: 'passed', attempts: 2, warnings: [expect.stringContaining('HTTP 503')] });
  });

  it('reads a response only as far as it needs', async () => {
    bench.behave((_got, response) => {
      response.writeHead(200, { 'Content-Type': 'application/json' });
      const chunk = 'x'.repeat(16_384);
      const more = () => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on('drain', more);
      more();
    });
    const report = await run();
    expect(report.outcome).toBe('passed');
    expect(report.body).toHaveLength(500);
  });
});

describe('a delivery test that fails names the stage', () => {
  const answers: [string, number, StageName, RegExp][] = [
    ['a wrong key', 401, 'key', /Send-Your-Data/],
    ['a key of another region', 403, 'key', /region/],
    ['an unknown path', 404, 'http', /retired/],
    ['an unknown method', 405, 'http', /retired/],
    ['a path that is gone', 410, 'http', /retired/],
    ['a malformed request', 400, 'accepted', /malformed/],
    ['a rewritten request', 422, 'accepted', /malformed/],
    ['a request called too large', 413, 'accepted', /too large/],
    ['a used-up quota', 402, 'accepted', /[Qq]uota/],
    ['a proxy that requires a sign-in', 407, 'http', /sign/],
  ];
  it.each(answers)('%s (HTTP %i): %s', async (_what, status, stage, fix) => {
    bench.behave(json(status, { message: `no, and the key was ${KEY}` }));
    const report = await run();
    expect(failing(report)).toBe(stage);
    expect(report).toMatchObject({ status, attempts: 1 });
    expect(report.stages.find(({ name }) => name === stage)?.fix).toMatch(fix);
    expect(report.body).toContain('no, and the key was [redacted]');
  });

  it('an unknown key', async () => {
    const report = await run({ key: WRONG });
    expect(failing(report)).toBe('key');
    expect(report.summary).toMatch(/^api\.eu2\.coralogix\.com:\d+ refused the key \(HTTP 401\)/);
  });

  it.each([500, 502, 503, 504])("HTTP %i on Coralogix's side: http, after a second attempt", async (status) => {
    bench.behave(json(status, {}));
    const report = await run();
    expect(failing(report)).toBe('http');
    expect(report.attempts).toBe(2);
    expect(bench.received).toHaveLength(2);
  });

  it('a rate limit: accepted, and not retried if the wait would be long', async () => {
    bench.behave(json(429, {}, { 'Retry-After': '120' }));
    const report = await run();
    expect(failing(report)).toBe('accepted');
    expect(report).toMatchObject({ attempts: 1 });
    expect(report.stages.at(-1)?.fix).toContain('120 s');
  });

  it('a captive portal: http, although it says 200', async () => {
    bench.behave((_got, response) => void response.writeHead(200, { 'Content-Type': 'text/html' }).end('<html>Welcome, sign in</html>'));
    const report = await run();
    expect(failing(report)).toBe('http');
    expect(report.stages.find(({ name }) => name === 'http')?.fix).toContain('captive portal');
  });

  it('a redirect: http, not followed', async () => {
    bench.behave((_got, response) => void response.writeHead(302, { Location: `https://logs.example:${bench.port}/login` }).end());
    const report = await run();
    expect(failing(report)).toBe('http');
    expect(report.stages.find(({ name }) => name === 'http')?.evidence).toContain('logs.example');
    expect(bench.received).toHaveLength(1);
  });

  it('a name that doesn’t resolve: dns', async () => {
    const report = await run({ url: 'https://api.eu9.coralogix.com/logs/v1/bulk' });
    expect(failing(report)).toBe('dns');
    expect(report.summary).toContain('doesn’t resolve (ENOTFOUND)');
  });

  it('a name server that doesn’t respond: dns, in time', async () => {
    const report = await run({}, network({ lookup: () => {} }), QUICK);
    expect(failing(report)).toBe('dns');
    expect(report.attempts).toBe(2);
  });

  it('nothing listening: tcp', async () => {
    const closed = await startRaw(() => {});
    await closed.stop();
    const report = await run({ url: `https://${API}:${closed.port}/logs/v1/bulk` });
    expect(failing(report)).toBe('tcp');
    expect(report.summary).toContain('ECONNREFUSED');
  });

  it('a dead address next to a live one: passes, and names the dead one', async () => {
    const both: Network['lookup'] = (_name, _options, callback) =>
      callback(null, [
        { address: '::1', family: 6 },
        { address: '127.0.0.1', family: 4 },
      ]);
    const report = await run({}, network({ lookup: both }));
    expect(failing(report)).toBeUndefined();
    expect(report.stages.find(({ name }) => name === 'tcp')?.evidence).toMatch(/^127\.0\.0\.1 port \d+ \(::1 didn’t respond\)$/);
  });

  it('a connection that is cut during the handshake: tls', async () => {
    const raw = await startRaw((socket) => socket.once('data', () => socket.resetAndDestroy()));
    stopLater(raw);
    expect(failing(await run({ url: `https://${API}:${raw.port}/logs/v1/bulk` }))).toBe('tls');
  });

  it('a connection that is accepted without a response: tls, in time', async () => {
    const raw = await startRaw(() => {});
    stopLater(raw);
    const report = await run({ url: `https://${API}:${raw.port}/logs/v1/bulk` }, network(), QUICK);
    expect(failing(report)).toBe('tls');
    expect(report.summary).toContain('No TLS response in time');
  });

  it('something that doesn’t speak TLS: tls', async () => {
    const raw = await startRaw((socket) => socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')));
    stopLater(raw);
    expect(failing(await run({ url: `https://${API}:${raw.port}/logs/v1/bulk` }))).toBe('tls');
  });

  it('a certificate that this computer doesn’t trust: tls, with its issuer, and the key isn’t sent', async () => {
    const report = await run({}, network({ certificateAuthorities: [] }));
    expect(failing(report)).toBe('tls');
    const stage = report.stages.find(({ name }) => name === 'tls');
    expect(stage?.evidence).toContain('Test CA');
    expect(stage?.fix).toContain('NODE_EXTRA_CA_CERTS');
    expect(bench.received).toHaveLength(0);
  });

  it('a certificate for another name: tls', async () => {
    const other = await startBench({ authority, names: ['portal.example'] });
    stopLater(other);
    const report = await run({ url: `https://${API}:${other.port}/logs/v1/bulk` });
    expect(failing(report)).toBe('tls');
    expect(report.stages.find(({ name }) => name === 'tls')?.evidence).toMatch(/isn’t for api\.eu2\.coralogix\.com.*portal\.example/);
    expect(other.received).toHaveLength(0);
  });

  it('an expired certificate: tls', async () => {
    const other = await startBench({ authority, names: [API], days: -1 });
    stopLater(other);
    const report = await run({ url: `https://${API}:${other.port}/logs/v1/bulk` });
    expect(failing(report)).toBe('tls');
    expect(report.stages.find(({ name }) => name === 'tls')?.evidence).toContain('expired');
  });

  it('no response to the request: http, in time', async () => {
    bench.behave(() => {});
    const report = await run({}, network(), QUICK);
    expect(failing(report)).toBe('http');
    expect(report.attempts).toBe(2);
  });

  it('an endless response: http, in time', async () => {
    bench.behave((_got, response) => void response.writeHead(200, { 'Content-Type': 'application/json' }).write('{'));
    expect(failing(await run({}, network(), QUICK))).toBe('http');
  });

  it('a truncated response: http', async () => {
    bench.behave((_got, response) => {
      response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': '100' });
      response.write('{', () => response.destroy());
    });
    expect(failing(await run())).toBe('http');
  });

  it('http:// in the URL: tls, and the key isn’t sent in the clear', async () => {
    let received = '';
    const raw = await startRaw((socket) => socket.on('data', (data) => (received += data)));
    stopLater(raw);
    expect(failing(await run({ url: `http://${API}:${raw.port}/logs/v1/bulk` }))).toBe('tls');
    expect(received).toBe('');
  });

  it('a routed network without such a host: dns', async () => {
    const report = await run({}, network({ route: () => null }));
    expect(failing(report)).toBe('dns');
  });
});

describe('a delivery test', () => {
  it('ends immediately when it is cancelled, and proves nothing', async () => {
    bench.behave(() => {});
    const cancel = new AbortController();
    setTimeout(() => cancel.abort(), 200);
    const started = performance.now();
    const report = await run({}, network(), undefined, cancel.signal);
    expect(performance.now() - started).toBeLessThan(3000);
    expect(report.outcome).toBe('cancelled');
    expect(states(report)).toMatchObject({ tls: 'passed', http: 'not-reached', accepted: 'not-reached' });
  });

  it.each([
    ['no URL', { url: 'not a url' }],
    ['an invalid header', { header: 'X Token\r\nX: 1' }],
    ['a header that makes the request', { header: 'Host' }],
    ['a key with a line break', { key: 'Sentinel4f8a\r\nX-Evil: 1' }],
  ])('is refused with %s before anything is sent', async (_what, more) => {
    const refused = await run(more).catch((error: unknown) => error);
    expect(refused).toMatchObject({ name: 'AppError', code: 'delivery' });
    expect(inspect(refused)).not.toContain('Sentinel4f8a');
    expect(bench.received).toHaveLength(0);
  });

  it('tries the twin of the same domain, says so and offers the edit', async () => {
    const routed = network({ route: (host) => ({ host: '127.0.0.1', port: host === INGRESS || host === API ? bench.port : 1 }) });
    bench.behave((got, response) => (got.headers.host === INGRESS ? keyed(got, response) : json(404, {})(got, response)));
    const path = [0, 'target', 'http-api-uri'];
    const report = await run({ url: `https://${API}/api/v1/logs`, tryTwin: true, urlPath: path }, routed);
    expect(failing(report)).toBe('http');
    expect(report.summary).toContain(`${INGRESS} accepted`);
    const url = `https://${INGRESS}/logs/v1/bulk`;
    expect(report.twin).toMatchObject({ url, outcome: 'passed', edits: [{ op: 'set', path, value: url }] });
  });

  it('tries no twin after a wrong key, or for a host that isn’t Coralogix', async () => {
    expect((await run({ key: WRONG, tryTwin: true })).twin).toBeUndefined();
    bench.behave(json(404, {}));
    expect((await run({ url: `https://logs.example:${bench.port}/x`, tryTwin: true })).twin).toBeUndefined();
    expect(bench.received).toHaveLength(2);
  });

  it('masks credentials in the URL', async () => {
    const report = await run({ url: `https://user:hunter2hunter2@${API}:${bench.port}/logs/v1/bulk` });
    expect(report.outcome).toBe('passed');
    expect(JSON.stringify(report)).not.toContain('hunter2');
    expect(bench.received[0]?.headers.authorization).toBe(`Bearer ${KEY}`);
  });
});

describe('through a proxy', () => {
  async function proxied(
    options: Omit<Parameters<typeof startProxy>[0], 'routes'> = {},
    environment: Network['environment'] = {},
    userinfo = '',
  ) {
    const proxy = await startProxy({ ...options, routes: { [`${API}:443`]: bench.port } });
    stopLater(proxy);
    const url = proxy.url.replace('http://', `http://${userinfo}`);
    // The names resolve at the proxy only.
    const net = network({ environment: { HTTPS_PROXY: url, ...environment }, lookup: namesOnLoopback([]) });
    const report = await run({ url: `https://${API}/logs/v1/bulk` }, net);
    return { proxy, report };
  }

  it('passes with CONNECT, and says which proxy it was', async () => {
    const { proxy, report } = await proxied();
    expect(failing(report)).toBeUndefined();
    expect(proxy.connections).toEqual([{ authority: `${API}:443`, status: 200 }]);
    expect(report.vantage).toContain(`through the proxy ${new URL(proxy.url).host}`);
    expect(report.stages.find(({ name }) => name === 'proxy')?.evidence).toContain('HTTPS_PROXY');
    expect(report.stages.find(({ name }) => name === 'dns')?.milliseconds).toBeUndefined();
    expect(bench.received).toHaveLength(1);
  });

  it('signs in with the variable’s credentials, and shows none', async () => {
    const { report } = await proxied(
      { credentials: 'user:p@ss/word-Sentinel4f8a' },
      {},
      `user:${encodeURIComponent('p@ss/word-Sentinel4f8a')}@`,
    );
    expect(failing(report)).toBeUndefined();
    expect(JSON.stringify(report)).not.toMatch(/word-Sentinel/);
  });

  it('fails at the proxy without credentials', async () => {
    const { report } = await proxied({ credentials: 'user:password' });
    expect(failing(report)).toBe('proxy');
    expect(report.stages[0]?.fix).toContain('HTTPS_PROXY');
  });

  it('fails at a proxy that refuses the host', async () => {
    const { report } = await proxied({ forbidden: [`${API}:443`] });
    expect(failing(report)).toBe('proxy');
    expect(report.stages[0]).toMatchObject({ evidence: expect.stringContaining('403'), fix: expect.stringContaining(`${API}:443`) });
  });

  it('fails at a missing proxy', async () => {
    const closed = await startRaw(() => {});
    await closed.stop();
    const report = await run({}, network({ environment: { HTTPS_PROXY: `http://127.0.0.1:${closed.port}` } }));
    expect(failing(report)).toBe('proxy');
  });

  it('fails at a proxy that accepts the connection and hangs, in time', async () => {
    const raw = await startRaw(() => {});
    stopLater(raw);
    const report = await run({}, network({ environment: { HTTPS_PROXY: `http://127.0.0.1:${raw.port}` } }), QUICK);
    expect(failing(report)).toBe('proxy');
  });

  it('isn’t used for what NO_PROXY names', async () => {
    const { proxy, report } = await proxied({}, { NO_PROXY: 'localhost, .coralogix.com' });
    expect(failing(report)).toBe('dns');
    expect(report.stages[0]?.evidence).toContain('NO_PROXY');
    expect(proxy.connections).toEqual([]);
  });
});

describe('certificate authorities of NODE_EXTRA_CA_CERTS', () => {
  it('are trusted, with a warning: such a proxy reads the key', async () => {
    const file = join(directory, 'ca.pem');
    writeFileSync(file, authority.certificate);
    const report = await run({}, network({ certificateAuthorities: [], environment: { NODE_EXTRA_CA_CERTS: file } }));
    expect(failing(report)).toBeUndefined();
    expect(states(report).tls).toBe('warning');
    expect(report.warnings).toEqual([expect.stringMatching(/private authority issued the certificate \(Test CA.*inspects TLS/)]);
  });

  it('are trusted if the file contains only the intermediate authority', async () => {
    const intermediate = await authority.intermediate('Test intermediate');
    const other = await startBench({ authority: intermediate, names: [API] });
    stopLater(other);
    const file = join(directory, 'intermediate.pem');
    writeFileSync(file, intermediate.certificate);
    const environment = { NODE_EXTRA_CA_CERTS: file };
    const report = await run({ url: `https://${API}:${other.port}/logs/v1/bulk` }, network({ certificateAuthorities: [], environment }));
    expect(failing(report)).toBeUndefined();
    expect(other.received).toHaveLength(1);
  });

  it('are named when their file can’t be read', async () => {
    const file = join(directory, 'missing.pem');
    const report = await run({}, network({ certificateAuthorities: [], environment: { NODE_EXTRA_CA_CERTS: file } }));
    expect(failing(report)).toBe('tls');
    expect(report.stages.find(({ name }) => name === 'tls')?.evidence).toContain(file);
  });
});
