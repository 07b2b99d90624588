import { describe, expect, it } from 'vitest';
import { chooseProxy } from '../../../main/delivery/proxy-choice.ts';

const target = new URL('https://api.eu2.coralogix.com/logs/v1/bulk');
const proxyOf = (environment: Record<string, string>, url = target) => chooseProxy(url, environment).proxy?.href ?? null;

describe('the proxy of a request', () => {
  it.each([
    [{}, null],
    [{ HTTP_PROXY: 'http://proxy:3128' }, null],
    [{ HTTPS_PROXY: '' }, null],
    [{ HTTPS_PROXY: 'http://proxy:3128' }, 'http://proxy:3128/'],
    [{ https_proxy: 'proxy:3128' }, 'http://proxy:3128/'],
    [{ ALL_PROXY: 'https://proxy' }, 'https://proxy/'],
    [{ HTTPS_PROXY: 'http://one:1', ALL_PROXY: 'http://two:2' }, 'http://one:1/'],
  ])('of %j is %s', (environment, expected) => {
    expect(proxyOf(environment as Record<string, string>)).toBe(expected);
  });

  it.each([
    ['*', true],
    ['coralogix.com', true],
    ['.coralogix.com', true],
    ['*.coralogix.com', true],
    ['API.eu2.Coralogix.com', true],
    ['localhost, coralogix.com', true],
    ['localhost eu2.coralogix.com:443', true],
    ['coralogix.com:8443', false],
    ['oralogix.com', false],
    ['eu2.coralogix.com.evil.example', false],
    ['localhost,127.0.0.1', false],
    ['', false],
  ])('with NO_PROXY=%s is left out: %s', (pattern, left) => {
    expect(proxyOf({ HTTPS_PROXY: 'http://proxy:3128', NO_PROXY: pattern }) === null).toBe(left);
  });

  it('is left out for addresses and ports that NO_PROXY names', () => {
    const environment = { HTTPS_PROXY: 'http://proxy:3128', NO_PROXY: '10.0.0.1:8443,[::1]' };
    expect(proxyOf(environment, new URL('https://10.0.0.1:8443/'))).toBeNull();
    expect(proxyOf(environment, new URL('https://10.0.0.1/'))).not.toBeNull();
    expect(proxyOf(environment, new URL('https://[::1]/'))).toBeNull();
  });

  it('is named without its credentials, and a kind that is not used is told', () => {
    expect(JSON.stringify(chooseProxy(target, { HTTPS_PROXY: 'http://user:hunter2@proxy:3128' }).reason)).not.toContain('hunter2');
    expect(chooseProxy(target, { HTTPS_PROXY: 'socks5://proxy:1080' })).toMatchObject({
      proxy: null,
      problem: expect.stringContaining('socks5'),
    });
    expect(chooseProxy(target, { HTTPS_PROXY: 'http://[' })).toMatchObject({
      proxy: null,
      problem: expect.stringContaining('HTTPS_PROXY'),
    });
  });
});
