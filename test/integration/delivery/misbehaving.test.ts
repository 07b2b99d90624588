import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { StageName } from '../../../main/common/delivery/delivery.ts';
import type { Network } from '../../../main/delivery/network.ts';
import { createAuthority } from '../../support/certificates.ts';
import { type Listening, namesOnLoopback, startBench, startDropping, startRaw } from '../../support/delivery-bench.ts';
import {
  API,
  authority,
  bench,
  directory,
  failing,
  failure,
  INGRESS,
  json,
  KEY,
  keyed,
  network,
  QUICK,
  run,
  states,
  stopLater,
} from '../../support/delivery-run.ts';
import { startInspectingProxy } from '../../support/inspecting-proxy.ts';
import { startProxy } from '../../support/proxy.ts';

// Faults between here and Coralogix, or in its place: the first stage that fails, and the one thing to do.

const at = (port: number): { url: string } => ({ url: `https://${API}:${port}/logs/v1/bulk` });

describe('responses', () => {
  const answers: [number, StageName, RegExp, attempts: number][] = [
    [400, 'accepted', /malformed, or something rewrote it on the way/, 1],
    [401, 'key', /Send-Your-Data key of the team with this domain/, 1],
    [402, 'accepted', /quota or rate limit/, 1],
    [403, 'key', /Send-Your-Data key of the team with this domain/, 1],
    [404, 'http', /doesn’t serve this path/, 1],
    [405, 'http', /doesn’t serve this path/, 1],
    [408, 'http', /Try again/, 2],
    [410, 'http', /doesn’t serve this path/, 1],
    [413, 'accepted', /too large/, 1],
    [418, 'http', /isn’t known to return/, 1],
    [422, 'accepted', /malformed, or something rewrote it on the way/, 1],
    [429, 'accepted', /quota or rate limit/, 2],
    [500, 'http', /status\.coralogix\.com/, 2],
    [502, 'http', /status\.coralogix\.com/, 2],
    [503, 'http', /status\.coralogix\.com/, 2],
    [504, 'http', /status\.coralogix\.com/, 2],
    [511, 'http', /Sign in/, 1],
    [301, 'http', /doesn’t follow redirects/, 1],
    [302, 'http', /doesn’t follow redirects/, 1],
    [303, 'http', /doesn’t follow redirects/, 1],
    [307, 'http', /doesn’t follow redirects/, 1],
    [308, 'http', /doesn’t follow redirects/, 1],
  ];
  it.each(answers)('HTTP %i: %s', async (status, stage, fix, attempts) => {
    bench.behave(json(status, { message: 'no' }, status < 400 ? { Location: `https://logs.example:${bench.port}/` } : {}));
    const report = await run();
    expect(failure(report)).toMatchObject({
      name: stage,
      evidence: expect.stringContaining(`HTTP ${status}`),
      fix: expect.stringMatching(fix),
    });
    expect(report.attempts).toBe(attempts);
    // Neither followed nor silently repeated.
    expect(bench.received).toHaveLength(attempts);
  });

  it('429 with a time: retried then, and passes', async () => {
    let count = 0;
    bench.behave((got, response) => (++count === 1 ? json(429, {}, { 'Retry-After': '1' }) : keyed)(got, response));
    expect(await run()).toMatchObject({ outcome: 'passed', attempts: 2, warnings: [expect.stringContaining('HTTP 429')] });
  });

  it.each([
    ['that calls itself one', 'text/html; charset=utf-8', '<p>Welcome'],
    ['that calls itself JSON', 'application/json', '\n<!DOCTYPE html><title>Sign in</title>'],
  ])('200 with a web page %s: http, a captive portal', async (_what, type, page) => {
    bench.behave((_got, response) => void response.writeHead(200, { 'Content-Type': type }).end(page));
    expect(failure(await run())).toMatchObject({ name: 'http', fix: expect.stringContaining('captive portal') });
  });

  it('a slow response in time: passes', async () => {
    bench.behave((got, response) => {
      expect(got.headers.authorization).toBe(`Bearer ${KEY}`);
      response.writeHead(200, { 'Content-Type': 'application/json' });
      const drops = [...'{"status":"ok"}'];
      const next = () => void (drops.length === 0 ? response.end() : response.write(drops.shift() ?? '', () => setTimeout(next, 10)));
      next();
    });
    const report = await run();
    expect(report).toMatchObject({ outcome: 'passed', body: '{"status":"ok"}' });
    expect(report.stages.find(({ name }) => name === 'http')?.milliseconds).toBeGreaterThan(100);
  });

  it('an endless slow response: http, in time', async () => {
    bench.behave((_got, response) => {
      response.writeHead(200, { 'Content-Type': 'application/json' });
      const timer = setInterval(() => response.write(' '), 50);
      response.on('close', () => clearInterval(timer));
    });
    expect(failure(await run({}, network(), QUICK))).toMatchObject({
      name: 'http',
      evidence: expect.stringContaining('No complete response within 0.4 s'),
    });
  });

  it('endless headers: http', async () => {
    bench.behave((_got, response) => void response.writeHead(200, { 'X-Large': 'x'.repeat(100_000) }).end('{}'));
    expect(failure(await run())).toMatchObject({ name: 'http', evidence: expect.stringContaining('HPE_HEADER_OVERFLOW') });
  });

  it('a reset instead of a response: http', async () => {
    bench.behave(() => bench.reset());
    const report = await run();
    expect(failure(report)).toMatchObject({
      name: 'http',
      evidence: expect.stringContaining('ECONNRESET'),
      fix: expect.stringContaining('cuts the connection'),
    });
    expect(report.attempts).toBe(2);
  });
});

describe('names and addresses', () => {
  it('a name server with a temporary failure: dns', async () => {
    const report = await run(
      {},
      network({ lookup: (_name, _options, done) => done(Object.assign(new Error('again'), { code: 'EAI_AGAIN' }), '', 0) }),
    );
    expect(failure(report)).toMatchObject({ name: 'dns', fix: expect.stringContaining('DNS server') });
    expect(report.attempts).toBe(2);
  });

  it('a slow name server in time: passes', async () => {
    const slow: Network['lookup'] = (name, options, done) => void setTimeout(() => namesOnLoopback([API])(name, options, done), 300);
    const report = await run({}, network({ lookup: slow }), QUICK);
    expect(failing(report)).toBeUndefined();
    expect(report.stages.find(({ name }) => name === 'dns')?.milliseconds).toBeGreaterThanOrEqual(299);
  });

  it('no address that responds: tcp, with all of them', async () => {
    const closed = await startRaw(() => {});
    await closed.stop();
    const both: Network['lookup'] = (_name, _options, done) =>
      done(null, [
        { address: '::1', family: 6 },
        { address: '127.0.0.1', family: 4 },
      ]);
    const report = await run(at(closed.port), network({ lookup: both }));
    expect(failure(report)).toMatchObject({ name: 'tcp', evidence: expect.stringMatching(/::1, 127\.0\.0\.1 port/) });
  });
});

describe('a firewall that drops packets', () => {
  it('is tcp, in time, and retried once', async () => {
    const dropping = stopLater(await startDropping('127.0.0.1'));
    const report = await run(at(dropping.port), network(), QUICK);
    expect(failure(report)).toMatchObject({
      name: 'tcp',
      evidence: expect.stringMatching(/^127\.0\.0\.1 port \d+ can’t be reached \(ETIMEDOUT\)/),
      fix: expect.stringContaining('Allow this host and port in the firewall'),
    });
    expect(report.attempts).toBe(2);
  });

  it('on IPv6 only is avoided over IPv4, and named', async () => {
    stopLater(await startDropping('::1', bench.port));
    const both: Network['lookup'] = (_name, _options, done) =>
      done(null, [
        { address: '::1', family: 6 },
        { address: '127.0.0.1', family: 4 },
      ]);
    const report = await run({}, network({ lookup: both }));
    expect(failing(report)).toBeUndefined();
    expect(report.stages.find(({ name }) => name === 'tcp')?.evidence).toMatch(/^127\.0\.0\.1 port \d+ \(::1 didn’t respond\)$/);
  });
});

describe('TLS', () => {
  it('a protocol that is too old: tls', async () => {
    const old = stopLater(await startBench({ authority, names: [API], maxVersion: 'TLSv1.1' }));
    expect(failure(await run(at(old.port)))).toMatchObject({ name: 'tls', evidence: expect.stringContaining('TLS 1.2 or newer') });
    expect(old.received).toHaveLength(0);
  });

  it('TLS 1.2 is new enough', async () => {
    const server = stopLater(await startBench({ authority, names: [API], maxVersion: 'TLSv1.2' }));
    server.behave(keyed);
    const report = await run(at(server.port));
    expect(report.stages.find(({ name }) => name === 'tls')?.evidence).toMatch(/^TLSv1\.2, /);
    expect(report.outcome).toBe('passed');
  });

  it('an expired certificate: tls, with its end, and the key isn’t sent', async () => {
    const expired = stopLater(await startBench({ authority, names: [API], days: -1 }));
    expect(failure(await run(at(expired.port)))).toMatchObject({
      name: 'tls',
      evidence: expect.stringMatching(/expired.*valid \d{4}-\d\d-\d\d to \d{4}-\d\d-\d\d/),
      fix: expect.stringContaining('clock'),
    });
    expect(expired.received).toHaveLength(0);
  });

  it('a public name with a trusted private authority: passes, with a warning', async () => {
    const file = join(directory, 'private.pem');
    writeFileSync(file, authority.certificate);
    const report = await run({}, network({ certificateAuthorities: [], environment: { NODE_EXTRA_CA_CERTS: file } }));
    expect(failing(report)).toBeUndefined();
    expect(report.authority).toEqual({ name: 'Test CA', isPrivate: true });
    expect(report.warnings).toEqual([expect.stringContaining('private authority')]);
  });

  it('the warnings about a private authority and a foreign host are both shown', async () => {
    const file = join(directory, 'both.pem');
    writeFileSync(file, authority.certificate);
    const report = await run(
      { url: `https://logs.example:${bench.port}/logs/v1/bulk` },
      network({ certificateAuthorities: [], environment: { NODE_EXTRA_CA_CERTS: file } }),
    );
    expect(report).toMatchObject({
      outcome: 'passed',
      warnings: [expect.stringContaining('private authority'), expect.stringContaining('isn’t a known Coralogix address')],
    });
  });
});

describe('a proxy', () => {
  const through = (url: string, more: Partial<Network> = {}): Network =>
    network({ lookup: namesOnLoopback([]), environment: { HTTPS_PROXY: url }, ...more });
  const plain = { url: `https://${API}/logs/v1/bulk` };

  it('with the wrong password: proxy, and the password is shown nowhere', async () => {
    const proxy = stopLater(await startProxy({ routes: { [`${API}:443`]: bench.port }, credentials: 'ada:right' }));
    const report = await run(plain, through(proxy.url.replace('http://', 'http://ada:wrong-Sentinel4f8a@')));
    expect(failure(report)).toMatchObject({
      name: 'proxy',
      evidence: expect.stringContaining('HTTP 407'),
      fix: expect.stringContaining('user name and password'),
    });
    expect(bench.received).toHaveLength(0);
  });

  it('that doesn’t find the host: proxy, and the twin is tried', async () => {
    const proxy = stopLater(await startProxy({ routes: { [`${INGRESS}:443`]: bench.port } }));
    const report = await run({ ...plain, tryTwin: true }, through(proxy.url));
    expect(failure(report)).toMatchObject({ name: 'proxy', evidence: expect.stringContaining('HTTP 502') });
    expect(report.twin).toMatchObject({ url: `https://${INGRESS}/logs/v1/bulk`, outcome: 'passed' });
  });

  it('is skipped for what NO_PROXY names', async () => {
    const proxy = stopLater(await startProxy({ routes: {} }));
    const report = await run({}, network({ environment: { HTTPS_PROXY: proxy.url, NO_PROXY: '.eu2.coralogix.com' } }));
    expect(failing(report)).toBeUndefined();
    expect(report.vantage).toContain('without a proxy');
    expect(proxy.connections).toEqual([]);
  });

  it('over TLS is used if its certificate is trusted, and otherwise fails as a proxy', async () => {
    const own = await createAuthority('Proxy CA');
    const tls = await own.issue({ commonName: 'proxy', addresses: ['127.0.0.1'] });
    const proxy = stopLater(await startProxy({ routes: { [`${API}:443`]: bench.port }, tls }));
    const trusting = through(proxy.url, { certificateAuthorities: [authority.certificate, own.certificate] });
    const report = await run(plain, trusting);
    expect(failing(report)).toBeUndefined();
    expect(report.stages[0]?.evidence).toContain(proxy.url);
    expect(failure(await run(plain, through(proxy.url)))).toMatchObject({ name: 'proxy', evidence: expect.stringContaining('UNABLE_TO') });
    expect(proxy.connections).toHaveLength(1);
  });

  it('that cuts the tunnel: tls', async () => {
    const cutting = stopLater(
      await startRaw((socket) =>
        socket.once('data', () => {
          socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
          socket.once('data', () => socket.resetAndDestroy());
        }),
      ),
    );
    expect(failure(await run(plain, through(`http://127.0.0.1:${cutting.port}`)))).toMatchObject({
      name: 'tls',
      fix: expect.stringContaining('firewall or proxy'),
    });
  });

  it('that doesn’t speak HTTP: proxy', async () => {
    const other = stopLater(await startRaw((socket) => socket.once('data', () => socket.end('SSH-2.0-OpenSSH_9.6\r\n'))));
    expect(failing(await run(plain, through(`http://127.0.0.1:${other.port}`)))).toBe('proxy');
  });

  describe('that inspects TLS', () => {
    it('with an unknown authority: tls, names it, and the key isn’t sent', async () => {
      const corporate = await createAuthority('Corporate Inspection CA');
      const routes = { [API]: bench.port };
      const proxy = stopLater(await startInspectingProxy({ authority: corporate, routes, upstream: authority.certificate }));
      expect(failure(await run(plain, through(proxy.url)))).toMatchObject({
        name: 'tls',
        evidence: expect.stringContaining('Corporate Inspection CA'),
        fix: expect.stringContaining('NODE_EXTRA_CA_CERTS'),
      });
      expect(proxy.seen()).not.toContain(KEY);
    });

    it('with its authority in NODE_EXTRA_CA_CERTS: passes, with the warning that it reads the key', async () => {
      const corporate = await createAuthority('Corporate Inspection CA');
      const routes = { [API]: bench.port };
      const proxy = stopLater(await startInspectingProxy({ authority: corporate, routes, upstream: authority.certificate }));
      const file = join(directory, 'corporate.pem');
      writeFileSync(file, corporate.certificate);
      const environment = { HTTPS_PROXY: proxy.url, NODE_EXTRA_CA_CERTS: file };
      const report = await run(plain, through(proxy.url, { environment, certificateAuthorities: [] }));
      expect(failing(report)).toBeUndefined();
      expect(states(report).tls).toBe('warning');
      expect(report.warnings).toEqual([expect.stringMatching(/Corporate Inspection CA.*reads the key/)]);
      expect(report.authority).toEqual({ name: 'Corporate Inspection CA', isPrivate: true });
      expect(proxy.seen()).toContain(KEY);
    });
  });
});

describe('the system’s proxy settings', () => {
  const plain = { url: `https://${API}/logs/v1/bulk` };
  const through = (answer: string, environment: Network['environment'] = {}): Network =>
    network({ lookup: namesOnLoopback([]), systemProxy: async () => answer, environment });

  it('are followed, and the report says so', async () => {
    const proxy = stopLater(await startProxy({ routes: { [`${API}:443`]: bench.port } }));
    const { host } = new URL(proxy.url);
    const report = await run(plain, through(`PROXY ${host}; DIRECT`));
    expect(failing(report)).toBeUndefined();
    expect(report.vantage).toContain(`through the proxy ${host}`);
    expect(report.stages[0]?.evidence).toBe(`System settings: http://${host}: tunnel open`);
    expect(proxy.connections).toEqual([{ authority: `${API}:443`, status: 200 }]);
  });

  it('are overridden by the variables', async () => {
    const proxy = stopLater(await startProxy({ routes: { [`${API}:443`]: bench.port } }));
    const system = stopLater(await startProxy({ routes: {} }));
    const report = await run(plain, through(`PROXY ${new URL(system.url).host}`, { HTTPS_PROXY: proxy.url }));
    expect(failing(report)).toBeUndefined();
    expect(report.stages[0]?.evidence).toContain('HTTPS_PROXY');
    expect(system.connections).toEqual([]);
  });

  it('with a proxy that needs a sign-in: proxy, and how to sign in', async () => {
    const proxy = stopLater(await startProxy({ routes: { [`${API}:443`]: bench.port }, credentials: 'ada:right' }));
    expect(failure(await run(plain, through(`PROXY ${new URL(proxy.url).host}`)))).toMatchObject({
      name: 'proxy',
      fix: expect.stringContaining('in HTTPS_PROXY, before the proxy: user:password@'),
    });
  });

  it('with a missing proxy: proxy, and where it is set', async () => {
    const closed = await startRaw(() => {});
    await closed.stop();
    expect(failure(await run(plain, through(`PROXY 127.0.0.1:${closed.port}`)))).toMatchObject({
      name: 'proxy',
      fix: expect.stringContaining('Check the system’s proxy settings'),
    });
  });

  it('with SOCKS only: a warning, and the test continues without a proxy', async () => {
    const report = await run({}, network({ systemProxy: async () => 'SOCKS5 127.0.0.1:1080' }));
    expect(failing(report)).toBeUndefined();
    expect(report.stages[0]).toMatchObject({ state: 'warning', evidence: expect.stringContaining('tested without a proxy') });
  });
});

describe('a test that ends early leaves no connection open', () => {
  const hang = (): Promise<Listening> => startRaw((socket) => void socket.resume());
  const proxied = (port: number) => network({ lookup: namesOnLoopback([]), environment: { HTTPS_PROXY: `http://127.0.0.1:${port}` } });
  const cases: [string, () => Promise<{ server: Listening; net?: Network; url?: string }>][] = [
    ['at the proxy', async () => hang().then((server) => ({ server, net: proxied(server.port), url: `https://${API}/logs/v1/bulk` }))],
    ['in TLS', async () => hang().then((server) => ({ server, url: at(server.port).url }))],
    [
      'in the tunnel',
      async () => {
        const server = await startRaw((socket) => socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\n\r\n')));
        return { server, net: proxied(server.port), url: `https://${API}/logs/v1/bulk` };
      },
    ],
    [
      'before the response',
      async () => {
        bench.behave(() => {});
        return { server: bench };
      },
    ],
    [
      'within the response',
      async () => {
        bench.behave((_got, response) => void response.writeHead(200).write('{'));
        return { server: bench };
      },
    ],
  ];
  describe.each(cases)('%s', (_where, prepare) => {
    it.each(['by its time limit', 'cancelled'])('%s', async (how) => {
      const { server, net = network(), url } = await prepare();
      if (server !== bench) stopLater(server);
      const cancel = new AbortController();
      const cancelled = how === 'cancelled';
      const running = run(url === undefined ? {} : { url }, net, cancelled ? undefined : QUICK, cancel.signal);
      await vi.waitFor(() => expect(server.open()).toBeGreaterThan(0));
      if (cancelled) setTimeout(() => cancel.abort(), 100);
      expect((await running).outcome).toBe(cancelled ? 'cancelled' : 'failed');
      await vi.waitFor(() => expect(server.open()).toBe(0), { timeout: 2000 });
    });
  });
});
