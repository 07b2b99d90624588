import { expect, test } from 'vitest';
import { readSystemProxy } from '../../../main/network/system-proxy.ts';

test.each([
  ['DIRECT', null, []],
  [' direct ;', null, []],
  ['PROXY proxy:3128', 'http://proxy:3128/', []],
  ['proxy 10.0.0.1:8080; PROXY other:1; DIRECT', 'http://10.0.0.1:8080/', []],
  ['HTTP proxy', 'http://proxy/', []],
  ['HTTPS proxy.acme.example:8443', 'https://proxy.acme.example:8443/', []],
  ['PROXY [fd00::1]:3128', 'http://[fd00::1]:3128/', []],
  ['SOCKS5 proxy:1080; PROXY proxy:3128', 'http://proxy:3128/', ['SOCKS5 proxy:1080']],
  ['SOCKS proxy:1080;SOCKS5 proxy:1080; DIRECT', null, ['SOCKS proxy:1080', 'SOCKS5 proxy:1080']],
  ['QUIC proxy:443', undefined, ['QUIC proxy:443']],
  ['', undefined, []],
  [';;', undefined, []],
  ['undefined', undefined, ['undefined']],
  // No credentials, path or second host come with it.
  ['PROXY user:password@proxy:3128', undefined, ['PROXY user:password@proxy:3128']],
  ['PROXY proxy:3128/path', undefined, ['PROXY proxy:3128/path']],
  ['PROXY proxy:99999; DIRECT', null, ['PROXY proxy:99999']],
  ['PROXY', undefined, ['PROXY']],
] as const)('the system’s reply %j', (answer, proxy, skipped) => {
  expect(readSystemProxy(answer)).toEqual({ proxy, skipped });
});
