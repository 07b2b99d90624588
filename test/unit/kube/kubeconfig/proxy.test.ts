import { describe, expect, it } from 'vitest';
import { proxyFor } from '../../../../main/kube/kubeconfig/proxy.ts';

const HTTPS_PROXY = 'http://proxy.example:3128';

describe('proxyFor', () => {
  it('takes the variable of the scheme, in either case, with or without its own scheme', () => {
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
  ])('NO_PROXY=%s excepts %s: %s', (NO_PROXY, server, excepted) => {
    expect(proxyFor(server, { HTTPS_PROXY, NO_PROXY }) === undefined).toBe(excepted);
  });
});
