import { describe, expect, it, vi } from 'vitest';
import type { Network } from '../../../main/delivery/network.ts';
import { chooseProxy, environmentProxy } from '../../../main/delivery/proxy-choice.ts';

const target = new URL('https://api.eu2.coralogix.com/logs/v1/bulk');
const proxyOf = (environment: Record<string, string>, url = target) => environmentProxy(url, environment)?.proxy?.href ?? null;

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
  ])('with NO_PROXY=%s is skipped: %s', (pattern, left) => {
    expect(proxyOf({ HTTPS_PROXY: 'http://proxy:3128', NO_PROXY: pattern }) === null).toBe(left);
  });

  it('is skipped for addresses and ports that NO_PROXY names', () => {
    const environment = { HTTPS_PROXY: 'http://proxy:3128', NO_PROXY: '10.0.0.1:8443,[::1]' };
    expect(proxyOf(environment, new URL('https://10.0.0.1:8443/'))).toBeNull();
    expect(proxyOf(environment, new URL('https://10.0.0.1/'))).not.toBeNull();
    expect(proxyOf(environment, new URL('https://[::1]/'))).toBeNull();
  });

  it('is named without its credentials, and an unsupported kind is reported', () => {
    expect(JSON.stringify(environmentProxy(target, { HTTPS_PROXY: 'http://user:hunter2@proxy:3128' })?.reason)).not.toContain('hunter2');
    expect(environmentProxy(target, { HTTPS_PROXY: 'socks5://proxy:1080' })).toMatchObject({
      proxy: null,
      problem: { evidence: expect.stringContaining('socks5'), fix: expect.stringContaining('Correct the variable') },
    });
    expect(environmentProxy(target, { HTTPS_PROXY: 'http://[' })).toMatchObject({
      proxy: null,
      problem: { evidence: expect.stringContaining('HTTPS_PROXY') },
    });
  });
});

describe('the order of proxies', () => {
  const limit = { milliseconds: 1000, signal: new AbortController().signal };
  const choose = (environment: Network['environment'], systemProxy?: NonNullable<Network['systemProxy']>) =>
    chooseProxy(target, { environment, ...(systemProxy && { systemProxy }) }, limit);
  const system = async () => 'PROXY system:8080; DIRECT';

  it('is NO_PROXY, the variables, the system’s settings, none', async () => {
    const variables = { HTTPS_PROXY: 'http://variable:3128' };
    expect(await choose({ ...variables, NO_PROXY: '.coralogix.com' }, system)).toMatchObject({
      proxy: null,
      reason: 'No proxy: NO_PROXY has .coralogix.com.',
    });
    expect(await choose({ NO_PROXY: '.coralogix.com' }, system)).toMatchObject({ proxy: null });
    expect(await choose(variables, system)).toMatchObject({ reason: 'HTTPS_PROXY: http://variable:3128', setting: 'HTTPS_PROXY' });
    expect(await choose({}, system)).toMatchObject({
      proxy: new URL('http://system:8080'),
      reason: 'System settings: http://system:8080',
      setting: 'the system’s proxy settings',
    });
    expect(await choose({}, async () => 'DIRECT')).toMatchObject({
      proxy: null,
      reason: 'No proxy: the system’s settings have none for this host.',
    });
    expect(await choose({})).toMatchObject({ proxy: null, reason: expect.stringContaining('doesn’t read the system’s settings here') });
  });

  it('a variable that can’t be used doesn’t give way to the system: someone set it', async () => {
    const asked = vi.fn(system);
    expect(await choose({ HTTPS_PROXY: 'socks5://proxy:1080' }, asked)).toMatchObject({
      proxy: null,
      problem: { evidence: expect.any(String) },
    });
    expect(asked).not.toHaveBeenCalled();
  });

  it('the system learns only the origin', async () => {
    const asked = vi.fn(system);
    await choose({}, asked);
    expect(asked.mock.calls).toEqual([['https://api.eu2.coralogix.com']]);
  });

  it.each([
    ['SOCKS only', async () => 'SOCKS5 proxy:1080', 'name SOCKS5 proxy:1080; kAudit Tray uses http'],
    ['SOCKS first', async () => 'SOCKS5 proxy:1080; DIRECT', 'name SOCKS5 proxy:1080; kAudit Tray uses http'],
    ['nothing', async () => '', 'name nothing'],
    ['an error', () => Promise.reject(new Error('no')), 'can’t be read'],
    ['no response', () => new Promise<string>(() => {}), 'can’t be read'],
  ])('settings that name %s are a warning, and the test uses no proxy', async (_what, systemProxy, words) => {
    const choice = await chooseProxy(target, { environment: {}, systemProxy }, { ...limit, milliseconds: 50 });
    expect(choice.proxy).toBeNull();
    expect(choice.problem?.evidence).toContain(words);
    expect(choice.problem?.evidence).toContain('tested without a proxy');
    expect(choice.problem?.fix).toContain('Set HTTPS_PROXY');
  });

  it('cancelling ends the wait for the system’s response', async () => {
    const cancel = new AbortController();
    const waiting = chooseProxy(target, { environment: {}, systemProxy: () => new Promise(() => {}) }, { ...limit, signal: cancel.signal });
    cancel.abort(new Error('cancelled'));
    await expect(waiting).rejects.toThrow('cancelled');
  });
});
