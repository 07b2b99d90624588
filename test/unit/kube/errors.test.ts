import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { failureOf, RequestError, SignInError, toAppError } from '../../../main/kube/errors.ts';
import type { ContextEntry } from '../../../main/kube/kubeconfig/kubeconfig.ts';
import { Fingerprinter } from '../../../main/secrets/fingerprint.ts';
import { Texts } from '../../../main/texts/texts.ts';

const entry: ContextEntry = {
  context: 'prod',
  file: '/home/me/.kube/config',
  server: 'https://api.example:6443',
  user: 'me',
  namespace: undefined,
  auth: 'static',
  problem: null,
  cluster: null,
  credentials: null,
  proxy: undefined,
};

function network(code: string): Error {
  return Object.assign(new TypeError('fetch failed'), { cause: Object.assign(new Error('SENTINEL'), { code }) });
}

describe('RequestError', () => {
  const message = 'admission webhook "policy" denied the request: key cxtp_SENTINEL123 is not allowed in line 7';

  it('never shows the server’s message on its own', () => {
    const error = new RequestError(422, 'Invalid', message);
    for (const shown of [inspect(error, { depth: 9, showHidden: true }), JSON.stringify(error), String(error), error.stack]) {
      expect(shown).not.toContain('SENTINEL');
    }
  });

  it('explains without any of the text’s secrets, which are taken out before the cut', async () => {
    const texts = new Texts(new Fingerprinter(Buffer.alloc(32)));
    const owner = { context: 'c', namespace: 'n', name: 'm', server: 's', uid: 'u' };
    const hide = (document: string) => (words: string) => texts.hidden(owner, [document], words);
    const explained = (words: string, document = '') => new RequestError(422, 'Invalid', words).explain(hide(document));
    expect(await explained(message, '- token: cxtp_SENTINEL123\n')).toBe(
      'admission webhook "policy" denied the request: key ••• is not allowed in line 7',
    );
    expect(await explained('')).toBe('it returned 422.');
    expect((await explained('word '.repeat(500))).length).toBeLessThanOrEqual(301);
    expect(await explained(`${'word '.repeat(57)}a cxtp_SENTINEL123`, '- token: cxtp_SENTINEL123\n')).not.toContain('cxtp');
  });

  const KEY = 'cxtp_SENTINEL "1"';
  const LONG = 'SENTINELofthefirstline';
  it.each([
    ['one line of a block', `- token: |\n    other words\n    ${LONG}\n`, LONG],
    ['all lines of a block, as JSON', `- token: |\n    ${LONG}\n    ${LONG}2\n`, JSON.stringify(`${LONG}\n${LONG}2\n`)],
    ['a key of a comment, without its quotes', `# token: "${LONG}",\n`, `token=${LONG}`],
    ['a key with quotes, as JSON', `- token: '${KEY}'\n`, JSON.stringify(KEY)],
    ['a key in a URL', `- token: '${KEY}'\n`, `https://h/?q=${encodeURIComponent(KEY)}`],
  ])('explains without %s', async (_, document, quoted) => {
    const texts = new Texts(new Fingerprinter(Buffer.alloc(32)));
    const owner = { context: 'c', namespace: 'n', name: 'm', server: 's', uid: 'u' };
    const error = new RequestError(422, 'Invalid', `denied: ${quoted} is not allowed`);
    const words = await error.explain((said) => texts.hidden(owner, [document], said));
    expect(words).toContain('•••');
    expect(words).not.toContain('SENTINEL');
  });

  it.each(['\u202e', '\u2066', '\n', '\u001b[2J', '\u2028', '\u200b'])('includes no name that contains %j', (hidden) => {
    const error = new RequestError(403, 'Forbidden', `User "jane${hidden}doe" cannot list resource "configmaps" in the namespace "a"`);
    expect([error.user, error.namespace]).toEqual([undefined, 'a']);
  });

  it('says who may not do what, and where', () => {
    const text = 'configmaps is forbidden: User "jane doe" cannot list resource "configmaps" in API group "" in the namespace "security"';
    expect(new RequestError(403, 'Forbidden', text)).toMatchObject({
      forbidden: true,
      user: 'jane doe',
      verb: 'list',
      namespace: 'security',
    });
    expect(new RequestError(403, 'Unknown', '<html>').forbidden).toBe(false);
  });
});

describe('failureOf', () => {
  it.each([
    ['ENOTFOUND', 'unreachable', 'dns'],
    ['EAI_AGAIN', 'unreachable', 'dns'],
    ['ECONNREFUSED', 'unreachable', 'tcp'],
    ['EHOSTUNREACH', 'unreachable', 'tcp'],
    ['UND_ERR_CONNECT_TIMEOUT', 'unreachable', 'tcp'],
    ['ETIMEDOUT', 'unreachable', 'tcp'],
    ['ECONNRESET', 'unreachable', 'tcp'],
    ['CERT_HAS_EXPIRED', 'unreachable', 'tls'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'unreachable', 'tls'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'unreachable', 'tls'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'unreachable', 'tls'],
    ['EPROTO', 'unreachable', 'tls'],
    ['SOMETHING_NEW', 'unreachable', 'tcp'],
  ])('reads %s as %s at %s, without the error’s own text', (code, state, step) => {
    const failure = failureOf(network(code), entry);
    expect(failure).toMatchObject({ state, problem: { step } });
    expect(JSON.stringify(failure)).not.toContain('SENTINEL');
    expect(failure.problem.message).toContain('https://api.example:6443');
  });

  it('blames the proxy for failures on the way to it, and never shows its password', () => {
    const failure = failureOf(network('ECONNREFUSED'), { ...entry, proxy: 'http://me:SENTINEL@proxy.example:3128' });
    expect(failure).toMatchObject({
      state: 'unreachable',
      problem: { step: 'proxy', message: expect.stringContaining('proxy.example:3128') },
    });
    expect(JSON.stringify(failure)).not.toContain('SENTINEL');
    expect(failureOf(network('CERT_HAS_EXPIRED'), { ...entry, proxy: 'http://proxy.example:3128' }).problem.step).toBe('tls');
  });

  it('reads our own time-outs and a failure of several addresses', () => {
    expect(failureOf(new DOMException('x', 'TimeoutError'), entry).problem.step).toBe('tcp');
    const all = new AggregateError([
      Object.assign(new Error('a'), { code: 'EHOSTUNREACH' }),
      Object.assign(new Error('b'), { code: 'EINVAL' }),
    ]);
    expect(failureOf(all, entry).problem.message).toContain('no route');
  });

  it.each([
    ['static', 'Add new credentials'],
    ['exec', 'Sign in again'],
    ['oidc', 'Sign in again'],
    ['none', 'Give the context a user'],
  ] as const)('says for a context with %s credentials what to do about a 401', (auth, fix) => {
    const failure = failureOf(new RequestError(401, 'Unauthorized', 'Unauthorized'), { ...entry, auth });
    expect(failure).toMatchObject({ state: 'needs-sign-in', problem: { step: 'authentication', fix: expect.stringContaining(fix) } });
  });

  it('distinguishes a missing plugin from a failing one', () => {
    const missing = new SignInError('missing', 'The credential plugin aws', { detail: 'x', installHint: 'Install the AWS CLI.' });
    expect(failureOf(missing, entry)).toMatchObject({ state: 'misconfigured', problem: { step: 'plugin', fix: 'Install the AWS CLI.' } });
    const failing = new SignInError('failed', 'The credential plugin aws', { detail: 'it ended with exit code 1' });
    expect(failureOf(failing, entry)).toMatchObject({ state: 'needs-sign-in', problem: { step: 'plugin' } });
  });
});

describe('toAppError', () => {
  it('says what happened, to what, and whether a retry helps, and keeps our own errors', () => {
    const error = toAppError(network('ECONNREFUSED'), entry, 'x in y');
    expect(error.toData()).toMatchObject({ code: 'cluster-unreachable', about: 'x in y', retry: true });
    expect(toAppError(error, entry, 'other')).toBe(error);
    expect(toAppError(new RequestError(401, 'Unauthorized', ''), entry, 'x').code).toBe('needs-sign-in');
    expect(toAppError(new DOMException('x', 'AbortError'), entry, 'x').code).toBe('cancelled');
    const refused = Object.assign(new Error('Proxy response (403) !== 200 when HTTP Tunneling'), {
      name: 'AbortError',
      code: 'UND_ERR_ABORTED',
    });
    expect(toAppError(refused, { ...entry, proxy: 'http://p' }, 'x')).toMatchObject({ code: 'cluster-unreachable', retry: true });
  });

  it('keeps the Role out of the one sentence about a refusal', () => {
    const error = toAppError(
      new RequestError(403, 'Forbidden', 'User "v" cannot patch resource "configmaps" in the namespace "s"'),
      entry,
      'x',
    );
    expect(error.code).toBe('forbidden');
    expect(error.message).toContain('User "v" doesn’t have permission to patch ConfigMaps in s.');
    expect(error.message).not.toContain('\n');
  });
});
