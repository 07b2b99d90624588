import { execFile, spawnSync } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isOwnUrl } from '../../main/common/coralogix/own-url.ts';
import { type Jvm, java, startJvm } from '../support/jvm.ts';
import { describeWith, type Requirement } from '../support/requirement.ts';

// A preset's key is only ever next to a URL that a browser, kAudit's Java and curl agree on: checked with a real JVM
// and a real curl.

const curl: Requirement = {
  name: 'curl',
  missing: () => (spawnSync('curl', ['--version']).status === 0 ? null : 'curl (apt-get install curl)'),
};

const DOMAIN = 'eu2.coralogix.com';
const OWN = `api.${DOMAIN}`;

let jvm: Jvm;
/** "protocol host port", as Java reads each. */
const readByJava = (urls: readonly string[]) => jvm.ask(urls.map((url) => Buffer.from(url).toString('base64')));

/** The request to a proxy, which shows where curl would go. */
let proxy: Server;
let asked: string[] = [];
beforeAll(async () => {
  proxy = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.writeHead(502).end();
  });
  proxy.on('connect', (request, socket) => {
    asked.push(`CONNECT ${request.url}`);
    socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
  });
  await new Promise<void>((done) => proxy.listen(0, '127.0.0.1', done));
});
afterAll(() => new Promise((done) => proxy.close(done)));

async function askedByCurl(url: string): Promise<string> {
  asked = [];
  const { port } = proxy.address() as AddressInfo;
  const args = ['--silent', '--max-time', '10', '--noproxy', '', '--proxy', `http://127.0.0.1:${port}`, '--globoff', '--', url];
  await promisify(execFile)('curl', args, { env: {} }).catch(() => undefined);
  return asked.join(', ');
}

const READ_DIFFERENTLY = [
  `https://${OWN}\\@evil.test/`,
  `https://${OWN}\\@evil.test/logs/v1/bulk`,
  `https:\\\\${OWN}/@evil.test`,
  `https://evil.test\\@${OWN}/`,
  `https://evil.test@${OWN}/`,
  `https://${OWN}@evil.test/`,
  `https://a@${OWN}@evil.test/`,
  `https://${OWN}:443@evil.test/`,
  `https://${OWN}?@evil.test/`,
  `https://${OWN}#@evil.test/`,
  `https://${OWN}\t.evil.test/`,
  `https://api.eu2.\ncoralogix.com/`,
  ` https://${OWN}/`,
  `https://${OWN}/ `,
  `https:/${OWN}/`,
  `https:///${OWN}/`,
  `https:${OWN}/`,
  `https://api%2eeu2.coralogix.com/`,
  `https://api。eu2.coralogix.com/`,
  `https://${OWN}./`,
  `http://${OWN}/`,
  `https://${OWN}:8443/`,
  `https://${OWN}:0443/`,
  `https://other.${DOMAIN}/`,
  `https://api.us1.coralogix.com/`,
  `https://api.${DOMAIN}.evil.test/`,
];
const PLAIN = ['', '/', '/logs/v1/bulk', ':443/logs/v1/bulk', '/a@b', '/logs?x=/@evil.test', '//evil.test/', '/x?y=z@evil.test'];

describeWith([java, curl], 'a preset’s own URL', () => {
  beforeAll(() => {
    jvm = startJvm('./ReadUrls.java');
  });
  afterAll(() => jvm.stop());

  it('is never one that any of them could read differently', async () => {
    expect(READ_DIFFERENTLY.filter((url) => isOwnUrl(url, DOMAIN))).toEqual([]);
    // The attack is real: Java goes elsewhere.
    expect(await readByJava([`https://${OWN}\\@evil.test/`])).toEqual(['https evil.test 443']);
    expect(new URL(`https://${OWN}\\@evil.test/`).host).toBe(OWN);
  });

  it('is read the same way by all three', async () => {
    const urls = PLAIN.map((rest) => `https://${OWN}${rest}`);
    expect(urls.filter((url) => !isOwnUrl(url, DOMAIN))).toEqual([]);
    expect(await readByJava(urls)).toEqual(urls.map(() => `https ${OWN} 443`));
    for (const url of urls) expect([url, await askedByCurl(url)]).toEqual([url, `CONNECT ${OWN}:443`]);
  });

  it('stays so whatever the URL consists of', async () => {
    const piece = fc.constantFrom(
      ...['https:', 'http:', 'HTTPS:', '//', '/', '\\', '@', '?', '#', ':', ':443', ':8443', '.', '%40', '%2f', '\t', ' ', ';', ','],
      ...[OWN, `ingress.${DOMAIN}`, 'API.EU2.coralogix.com', DOMAIN, 'evil.test', 'user', 'logs/v1/bulk', '[::1]', 'é'],
    );
    const start = fc.constantFrom(`https://${OWN}`, `https://ingress.${DOMAIN}/`, 'https://', 'https:');
    const urls = fc.sample(
      fc.tuple(start, fc.array(piece, { maxLength: 6 })).map(([first, rest]) => first + rest.join('')),
      4000,
    );
    const own = [...new Set(urls.filter((url) => isOwnUrl(url, DOMAIN)))];
    expect(own.length).toBeGreaterThan(50);
    const hosts = [OWN, `ingress.${DOMAIN}`].map((host) => `https ${host} 443`);
    for (const [index, read] of (await readByJava(own)).entries())
      expect([own[index], hosts.includes(read.toLowerCase())]).toEqual([own[index], true]);
    for (const url of own.slice(0, 12)) {
      const went = (await askedByCurl(url)).toLowerCase();
      expect([url, [`connect ${OWN}:443`, `connect ingress.${DOMAIN}:443`].includes(went)]).toEqual([url, true]);
    }
  });
});
