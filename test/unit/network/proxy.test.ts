import { describe, expect, it } from 'vitest';
import { CURL_RULES, KUBECTL_RULES, proxyException, proxyFor, proxyVariable } from '../../../main/network/proxy.ts';

const HTTPS_PROXY = 'http://proxy.example:3128';

describe('proxyFor', () => {
  it('uses the variable of the scheme, in either case, with or without its own scheme', () => {
    expect(proxyFor('https://api.example:6443', { HTTPS_PROXY })).toBe(HTTPS_PROXY);
    expect(proxyFor('https://api.example:6443', { https_proxy: 'proxy.example:3128' })).toBe(HTTPS_PROXY);
    expect(proxyFor('http://api.example', { HTTPS_PROXY })).toBeUndefined();
    expect(proxyFor('http://api.example', { HTTP_PROXY: HTTPS_PROXY })).toBe(HTTPS_PROXY);
    expect(proxyFor('https://api.example', {})).toBeUndefined();
    expect(proxyFor('https://api.example', { HTTPS_PROXY: '::' })).toBeUndefined();
  });

  it.each(['https://localhost:1', 'https://127.0.0.1:1', 'https://127.1.2.3', 'https://[::1]:1'])('never proxies %s', (server) => {
    expect(proxyFor(server, { HTTPS_PROXY })).toBeUndefined();
  });

  it.each([
    ['*', 'https://api.example', true],
    ['example', 'https://api.example', true],
    ['.example', 'https://api.example', true],
    ['.api.example', 'https://api.example', false],
    ['api.example', 'https://api.example', true],
    ['pi.example', 'https://api.example', false],
    ['api.example:6443', 'https://api.example:6443', true],
    ['api.example:443', 'https://api.example:6443', false],
    ['api.example:443', 'https://api.example', true],
    ['one, 10.1.0.0/16', 'https://10.1.2.3:6443', true],
    ['10.1.0.0/16', 'https://10.2.2.3:6443', false],
    ['10.2.2.3', 'https://10.2.2.3:6443', true],
    ['fd00::/8', 'https://[fd12::1]:6443', true],
    ['fd12::1', 'https://[fd12::1]:6443', true],
    ['fd12::2', 'https://[fd12::1]:6443', false],
    ['nonsense/99', 'https://10.2.2.3', false],
    ['', 'https://api.example', false],
  ])('NO_PROXY=%s exempts %s: %s', (NO_PROXY, server, excepted) => {
    expect(proxyFor(server, { HTTPS_PROXY, NO_PROXY }) === undefined).toBe(excepted);
  });
});

describe('the reading of the variables', () => {
  // Where the two columns differ, delivery follows curl, because its report offers the test as a curl command; a
  // cluster follows kubectl.
  it.each<[string, string, boolean, boolean]>([
    ['10.0.0.0/8', 'https://10.1.2.3/', true, true],
    ['10.0.0.0/8', 'https://11.1.2.3/', false, false],
    ['.corp.example', 'https://corp.example/', false, true],
    ['*.corp.example', 'https://corp.example/', false, true],
    ['.corp.example', 'https://a.corp.example/', true, true],
    ['*.corp.example', 'https://a.corp.example/', true, true],
    ['other.example corp.example', 'https://corp.example/', false, true],
    ['other.example,corp.example', 'https://corp.example/', true, true],
    ['other.example, corp.example', 'https://corp.example/', true, true],
    ['', 'https://127.0.0.1/', true, false],
    ['', 'https://localhost/', true, false],
    ['corp.example:443', 'https://corp.example/', true, true],
    ['corp.example:8443', 'https://corp.example/', false, false],
    ['.', 'https://corp.example/', false, false],
  ])('NO_PROXY=%s and %s: without a proxy for a cluster %s, for a delivery test %s', (NO_PROXY, url, cluster, delivery) => {
    const excepted = [KUBECTL_RULES, CURL_RULES].map((rules) => proxyException(new URL(url), { NO_PROXY }, rules) !== undefined);
    expect(excepted).toEqual([cluster, delivery]);
  });

  it.each<[Record<string, string>, string | undefined, string | undefined]>([
    [{ ALL_PROXY: 'http://all' }, undefined, 'ALL_PROXY'],
    [{ HTTPS_PROXY: 'http://one', ALL_PROXY: 'http://all' }, 'HTTPS_PROXY', 'HTTPS_PROXY'],
    [{ https_proxy: 'http://one' }, 'https_proxy', 'https_proxy'],
    [{ HTTP_PROXY: 'http://one' }, undefined, undefined],
    [{ HTTPS_PROXY: '  ' }, undefined, undefined],
  ])('%j: the variable for a cluster is %s, for a delivery test %s', (environment, cluster, delivery) => {
    const url = new URL('https://corp.example/');
    expect([KUBECTL_RULES, CURL_RULES].map((rules) => proxyVariable(url, environment, rules)?.name)).toEqual([cluster, delivery]);
  });
});
