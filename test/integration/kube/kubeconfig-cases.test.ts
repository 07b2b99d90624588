import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FULL } from '../../support/full-run.ts';
import type { Oracle } from '../../support/kubeconfig-oracle.ts';
import { filled, openOracle } from '../../support/kubeconfig-oracle.ts';
import { KUBECTL } from '../../support/kubectl.ts';
import { describeWith } from '../../support/requirement.ts';

// Kubeconfigs from people's reports: what each means to kubectl, and so to the program.

const FILES = join(import.meta.dirname, '../../fixtures/kubeconfig');
const bearer = (token: string) => ({ scheme: 'https', path: '/version', authorization: `Bearer ${token}`, certificate: undefined });
const admin = bearer('admin-token');

/** What arrives, or the words of the refusal. */
const RIGHT: Readonly<Record<string, object | RegExp>> = {
  anonuser: {
    authorization: `Basic ${Buffer.from('system:anonymous:').toString('base64')}`,
    impersonate: { 'impersonate-user': ['clusternet'], 'impersonate-extra-clusternet-token': ['some-decoded-token'] },
  },
  argnull: bearer('plugin-token'),
  asnull: { ...admin, impersonate: { 'impersonate-user': ['editor'], 'impersonate-group': ['kaudit-editors', ''] } },
  badb64: /certificate-authority-data \(it isn’t base64\)/,
  'ca-intermediate': admin,
  enckey: /client-key-data is encrypted/,
  enddoc: admin,
  envnull: bearer('plugin-token'),
  extnull: admin,
  flowclose: admin,
  httptoken: { scheme: 'http', authorization: undefined },
  keynocert: admin,
  mismatch: /client-key-data doesn’t match the client-certificate-data/,
  nokey: /client-certificate without its client-key/,
  oidcnull: bearer('eyJhbGciOiJub25lIn0.eyJleHAiOjQxMDI0NDQ4MDB9.x'),
  skipyes: admin,
  twodocs: admin,
  utf16: admin,
};
const SPECIAL: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'ca-intermediate': { AUTHORITY: 'INTERMEDIATE' },
  enckey: { KEY: 'ENCRYPTEDKEY' },
  keynocert: { KEY: 'AUTHORITY' },
  mismatch: { KEY: 'RSAKEY' },
};

describeWith([KUBECTL], 'a kubeconfig from the field', () => {
  let oracle: Oracle;
  beforeAll(async () => {
    oracle = await openOracle();
  });
  afterAll(() => oracle.stop());

  const textOf = async (name: string): Promise<string | Buffer> => {
    const special = Object.fromEntries(Object.entries(SPECIAL[name] ?? {}).map(([word, other]) => [word, oracle.words[other] ?? '']));
    const text = filled(await readFile(join(FILES, `${name}.yaml`), 'utf8'), { ...oracle.words, ...special });
    return name === 'utf16' ? Buffer.from(`\ufeff${text}`, 'utf16le') : text;
  };

  it('has its expected value below', async () => {
    expect((await readdir(FILES)).map((name) => name.replace('.yaml', '')).sort()).toEqual(Object.keys(RIGHT).sort());
  });

  it.each(Object.entries(RIGHT))('means the same to the program and to kubectl: %s', async (name, right) => {
    const { ours, kubectl } = await oracle.compare(await textOf(name), name);
    if (right instanceof RegExp) {
      expect(ours).toMatchObject({ refused: expect.stringMatching(right) });
      expect(kubectl).toHaveProperty('refused');
    } else {
      expect(ours).toMatchObject({ arrival: right });
      expect(ours).toMatchObject(kubectl);
    }
  });

  it.each(['null', 'bom', 'yaml', 'expired'])('has a plugin whose output is read as kubectl reads it: %s', async (name) => {
    const text = filled((await textOf('envnull')).toString().replace('token.sh', `${name}.sh`), oracle.words);
    const { ours, kubectl } = await oracle.compare(text, 'envnull');
    expect(ours).toMatchObject({ arrival: admin });
    expect(ours).toMatchObject(kubectl);
  });

  const CLUSTER = 'server: "https://127.0.0.1:HTTPS", certificate-authority-data: AUTHORITY';
  const config = (cluster: string, user: string): string =>
    filled(
      `clusters: [{name: c, cluster: {${cluster}}}]\ncontexts: [{name: x, context: {cluster: c, user: u}}]\nusers: [{name: u, user: {${user}}}]\n`,
      oracle.words,
    );

  /** In the gate kubectl judges generated ones instead. */
  const judged = async (cluster: string, user: string) =>
    FULL ? oracle.compare(config(cluster, user)) : { ours: await oracle.ours(config(cluster, user)), kubectl: {} };

  const IN_ADDRESS = 'server: "https://me:shh@127.0.0.1:HTTPS", certificate-authority-data: AUTHORITY';
  const UNTRUSTED = 'server: "https://127.0.0.1:HTTPS"';
  const PLAIN = 'server: "http://127.0.0.1:HTTP"';
  const PARTIAL = 'certificate-authority-data: INTERMEDIATE, tls-server-name: api.internal';
  const plugin = 'exec: {apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never, command: ./token.sh}';
  const missing = plugin.replace('token.sh', 'missing.sh');
  const certificate = 'client-certificate-data: CERTIFICATE, client-key-data: KEY';
  const oidc = 'auth-provider: {name: oidc, config: {idp-issuer-url: "https://127.0.0.1:1", client-id: me, id-token: IDTOKEN}}';
  const stale = oidc.replace('IDTOKEN', 'STALETOKEN');
  const basic = { authorization: `Basic ${Buffer.from('me:shh').toString('base64')}` };
  const anonymous = { scheme: 'http', authorization: undefined, certificate: undefined, told: [] };
  const carol = { authorization: undefined, certificate: 'carol', told: [] };
  const ran = { ...bearer('plugin-token'), told: [expect.anything()] };
  const told = { server: expect.stringMatching(/\d\/$/), 'disable-compression': true, config: { audience: 'a' } };

  it.each<[string, string, object]>([
    // A plugin runs only if there is nothing else to send.
    [CLUSTER, plugin, ran],
    [CLUSTER, `token: T, ${missing}`, { ...bearer('T'), told: [] }],
    [CLUSTER, `tokenFile: token.txt, ${missing}`, { ...bearer('of-the-file'), told: [] }],
    [CLUSTER, `username: me, password: shh, ${missing}`, { ...basic, told: [] }],
    [CLUSTER, `${certificate}, ${plugin}`, carol],
    [CLUSTER, `password: shh, ${plugin}`, ran],
    [CLUSTER, `client-key-data: KEY, ${plugin}`, ran],
    [IN_ADDRESS, plugin, { ...basic, told: [expect.anything()] }],
    [
      'server: "https://127.0.0.1:HTTPS/", certificate-authority: ca.pem, disable-compression: true, ' +
        'extensions: [{name: client.authentication.k8s.io/exec, extension: {audience: a}}]',
      plugin.replace('}', ', provideClusterInfo: yes}'),
      { ...ran, told: [{ spec: { cluster: { ...told, 'certificate-authority-data': expect.any(String) } } }] },
    ],
    // So does an OIDC provider, which a certificate doesn't replace.
    [CLUSTER, `username: me, password: shh, ${stale}`, basic],
    [CLUSTER, `tokenFile: token.txt, ${stale}`, bearer('of-the-file')],
    [CLUSTER, `${certificate}, ${oidc}`, { authorization: expect.stringMatching(/^Bearer eyJ/), certificate: 'carol' }],
    [IN_ADDRESS, stale, basic],
    // A file's token wins if it has one.
    [CLUSTER, 'token: T, tokenFile: token.txt', bearer('of-the-file')],
    [CLUSTER, 'token: T, tokenFile: missing.txt', bearer('T')],
    [CLUSTER, 'token: T, tokenFile: empty.txt', bearer('T')],
    [CLUSTER, 'token: T, tokenFile: zero.txt', bearer('T')],
    [CLUSTER, 'password: shh, tokenFile: token.txt', bearer('of-the-file')],
    [IN_ADDRESS, 'tokenFile: empty.txt', basic],
    [CLUSTER, `password: shh, ${certificate}`, carol],
    [CLUSTER, 'token: T, client-key-data: KEY, client-key: missing.key', bearer('T')],
    [`${CLUSTER}, extensions: [null, {name: a}, null]`, 'token: T', bearer('T')],
    [`${UNTRUSTED}, insecure-skip-tls-verify: on`, 'token: T', bearer('T')],
    [`${UNTRUSTED}, insecure-skip-tls-verify: ON`, 'token: T', bearer('T')],
    // There is no sign-in over plain http, so nothing is wrong with it.
    [`${PLAIN}, certificate-authority-data: AUTHORITY, insecure-skip-tls-verify: true`, 'token: T', anonymous],
    [`${PLAIN}, certificate-authority-data: aGVsbG8=`, 'token: T', anonymous],
    [PLAIN, 'password: shh', anonymous],
    [PLAIN, 'username: me, tokenFile: token.txt', anonymous],
    [PLAIN, 'auth-provider: {name: gone}', anonymous],
    [PLAIN, missing.replace('/v1', '/v7'), anonymous],
    // Each kind of proxy, with an authority whose root is missing.
    [
      `${UNTRUSTED}, ${PARTIAL}, proxy-url: "http://me:shh@127.0.0.1:FORWARD"`,
      'token: T',
      { via: [`http CONNECT ${basic.authorization}`] },
    ],
    [`${UNTRUSTED}, ${PARTIAL}, proxy-url: "https://127.0.0.1:FORWARDTLS"`, 'token: T', { via: ['https CONNECT nobody'] }],
    [`${UNTRUSTED}, ${PARTIAL}, proxy-url: "socks5://127.0.0.1:SOCKS"`, certificate, { ...carol, via: ['socks nobody'] }],
    [
      `${UNTRUSTED}, ${PARTIAL}, proxy-url: "Socks5://me:shh@localhost:SOCKS"`,
      'token: T',
      { serverName: 'api.internal', via: ['socks me:shh'] },
    ],
    [`${CLUSTER}, proxy-url: "socks5://127.0.0.1:SOCKS"`, 'token: T', { ...bearer('T'), serverName: undefined }],
    [
      `${UNTRUSTED}, insecure-skip-tls-verify: true, proxy-url: "https://127.0.0.1:FORWARDTLS"`,
      'token: T',
      { via: ['https CONNECT nobody'] },
    ],
    [`${CLUSTER}, proxy-url: "http://:shh@127.0.0.1:FORWARD"`, 'token: T', { via: ['http CONNECT Basic OnNoaA=='] }],
    [`${PLAIN}, proxy-url: "http://127.0.0.1:FORWARD"`, 'token: T', { ...anonymous, via: ['http GET nobody'] }],
    [`${PLAIN}, proxy-url: "socks5://127.0.0.1:SOCKS"`, 'token: T', { ...anonymous, via: ['socks nobody'] }],
  ])('means the same to the program and to kubectl: {%s} with {%s}', async (cluster, user, right) => {
    const { ours, kubectl } = await judged(cluster, user);
    expect(ours).toMatchObject({ arrival: right });
    if (FULL) expect(ours).toMatchObject(kubectl);
  });

  it.each<[string, string, RegExp]>([
    [`${CLUSTER}, insecure-skip-tls-verify: true`, 'token: T', /certificate-authority and insecure-skip-tls-verify/],
    [`${UNTRUSTED}, insecure-skip-tls-verify: "on"`, 'token: T', /wrong insecure-skip-tls-verify/],
    [`${UNTRUSTED}, certificate-authority-data: aGVsbG8=`, 'token: T', /certificate-authority-data of cluster c has no certificate in PEM/],
    [`${UNTRUSTED}, certificate-authority: token.txt`, 'token: T', /certificate-authority \(.*token.txt\) of cluster c has no certificate/],
    [`${CLUSTER}, certificate-authority: ca.pem`, 'token: T', /“c” has certificate-authority-data and certificate-authority/],
    [
      `${PLAIN}, certificate-authority-data: AUTHORITY, certificate-authority: ca.pem`,
      'token: T',
      /“c” has certificate-authority-data and/,
    ],
    [CLUSTER, `${certificate}, client-certificate: user.crt`, /“u” has client-certificate-data and client-certificate/],
    [PLAIN, `${certificate}, client-key: user.key`, /“u” has client-key-data and client-key/],
    [CLUSTER, 'username: me, tokenFile: token.txt', /“u” has a username and a tokenFile/],
    [CLUSTER, `username: me, tokenFile: zero.txt, ${plugin}`, /“u” has a username and a tokenFile/],
    [CLUSTER, 'token: T, password: shh', /“u” has a token and a username with password/],
    [CLUSTER, 'password: shh', /“u” has a password without a username/],
    [CLUSTER, `tokenFile: empty.txt, ${plugin}`, /tokenFile of user u is empty/],
    [IN_ADDRESS, 'tokenFile: zero.txt', /tokenFile of user u is empty/],
    [CLUSTER, 'auth-provider: {name: gone}', /“u” signs in with the auth-provider “gone”/],
    [CLUSTER, `token: T, ${plugin.replace('/v1', '/v7')}`, /apiVersion is neither/],
    [PLAIN, plugin.replace('apiVersion: client.authentication.k8s.io/v1,', ''), /wrong exec.apiVersion/],
    [`${UNTRUSTED}, proxy-url: "https://127.0.0.1:FORWARDTLS"`, 'token: T', /issuer certificate/],
    [`${PLAIN}, insecure-skip-tls-verify: true, proxy-url: "https://127.0.0.1:FORWARDTLS"`, 'token: T', /issuer certificate/],
    [`${CLUSTER}, proxy-url: "http://a%zz@127.0.0.1:FORWARD"`, 'token: T', /proxy-url that isn’t an http, https or socks5 address/],
    [IN_ADDRESS.replace('me:', 'm%zz:'), 'token: T', /server that isn’t an http or https address/],
  ])('is refused by both: {%s} with {%s}', async (cluster, user, words) => {
    const { ours, kubectl } = await judged(cluster, user);
    expect(ours).toMatchObject({ refused: expect.stringMatching(words) });
    if (FULL) expect(kubectl).toHaveProperty('refused');
  });

  it.each(['utf16le', 'utf-16be'])('is read in %s with its byte order mark', async (encoding) => {
    const text = Buffer.from(`\ufeff${config(CLUSTER, 'username: päß')}`, 'utf16le');
    const { ours, kubectl } = await oracle.compare(encoding === 'utf16le' ? text : text.swap16());
    expect(ours).toMatchObject({ arrival: { authorization: `Basic ${Buffer.from('päß:').toString('base64')}` } });
    expect(ours).toMatchObject(kubectl);
  });

  it('is refused for a missing user over https only', async () => {
    const nobody = (cluster: string): string => config(cluster, 'token: T').replace('user: u}', 'user: nobody}');
    const plain = await oracle.compare(nobody(PLAIN));
    expect(plain.ours).toMatchObject({ arrival: anonymous });
    expect(plain.ours).toMatchObject(plain.kubectl);
    const secure = await oracle.compare(nobody(CLUSTER));
    expect(secure.ours).toMatchObject({ refused: expect.stringMatching(/names the user “nobody”/) });
    expect(secure.kubectl).toHaveProperty('refused');
  });

  it('sends the credentials of the address immediately, where kubectl asks for a name and a password first', async () => {
    const { ours, kubectl } = await oracle.compare(config(IN_ADDRESS, ''));
    expect(ours).toMatchObject({ arrival: basic });
    expect(ours).toMatchObject(kubectl.asked ?? {});
    expect(kubectl).toHaveProperty('asked.arrival');
  });

  it.each(
    [
      'http://127.0.0.1:HTTP',
      '127.0.0.1:HTTP',
      'HTTP://localhost:HTTP/base',
      'http://me:shh@127.0.0.1:HTTP',
      'http://127.0.0.1:HTTP", certificate-authority-data: "AUTHORITY',
    ].flatMap((server) =>
      ['token: T', 'tokenFile: token.txt', 'username: me, password: shh', certificate, plugin].map((user) => [server, user]),
    ),
  )('sends nothing that signs someone in over plain http, and starts no plugin: %s with %s', async (server, user) => {
    expect(await oracle.ours(config(`server: "${server}"`, user))).toMatchObject({ arrival: anonymous });
  });
});
