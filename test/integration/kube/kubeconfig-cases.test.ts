import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Oracle } from '../../support/kubeconfig-oracle.ts';
import { filled, openOracle } from '../../support/kubeconfig-oracle.ts';
import { KUBECTL } from '../../support/kubectl.ts';
import { describeWith } from '../../support/requirement.ts';

// Kubeconfigs that people have and reported: what each means to kubectl, and so to the program.

const FILES = join(import.meta.dirname, '../../fixtures/kubeconfig');
const bearer = (token: string) => ({ scheme: 'https', path: '/version', authorization: `Bearer ${token}`, certificate: undefined });
const admin = bearer('admin-token');

/** What arrives, or what the refusal says. */
const RIGHT: Readonly<Record<string, object | RegExp>> = {
  anonuser: {
    authorization: `Basic ${Buffer.from('system:anonymous:').toString('base64')}`,
    impersonate: { 'impersonate-user': ['clusternet'], 'impersonate-extra-clusternet-token': ['some-decoded-token'] },
  },
  argnull: bearer('plugin-token'),
  asnull: { ...admin, impersonate: { 'impersonate-user': ['editor'], 'impersonate-group': ['kaudit-editors', ''] } },
  badb64: /certificate-authority-data \(it is not base64\)/,
  'ca-intermediate': admin,
  enckey: /client-key-data is encrypted/,
  enddoc: admin,
  envnull: bearer('plugin-token'),
  extnull: admin,
  flowclose: admin,
  httptoken: { scheme: 'http', authorization: undefined },
  keynocert: admin,
  mismatch: /client-key-data is not the key of the client-certificate-data/,
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

describeWith([KUBECTL], 'a kubeconfig of the field', () => {
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

  it('has its right value below', async () => {
    expect((await readdir(FILES)).map((name) => name.replace('.yaml', '')).sort()).toEqual(Object.keys(RIGHT).sort());
  });

  it.each(Object.entries(RIGHT))('means to the program what it means to kubectl: %s', async (name, right) => {
    const { ours, kubectl } = await oracle.compare(await textOf(name), name);
    if (right instanceof RegExp) {
      expect(ours).toEqual({ refused: expect.stringMatching(right) });
      expect(kubectl).toHaveProperty('refused');
    } else {
      expect(ours).toMatchObject({ arrival: right });
      expect(ours).toEqual(kubectl);
    }
  });

  it.each(['null', 'bom', 'yaml', 'expired'])('reads the output of a plugin as kubectl does: %s', async (name) => {
    const text = filled((await textOf('envnull')).toString().replace('token.sh', `${name}.sh`), oracle.words);
    const { ours, kubectl } = await oracle.compare(text, 'envnull');
    expect(ours).toMatchObject({ arrival: admin });
    expect(ours).toEqual(kubectl);
  });

  const CLUSTER = 'server: "https://127.0.0.1:HTTPS", certificate-authority-data: AUTHORITY';
  const config = (cluster: string, user: string): string =>
    filled(
      `clusters: [{name: c, cluster: {${cluster}}}]\ncontexts: [{name: x, context: {cluster: c, user: u}}]\nusers: [{name: u, user: {${user}}}]\n`,
      oracle.words,
    );

  it('is refused by both where an authority stands beside insecure-skip-tls-verify', async () => {
    const { ours, kubectl } = await oracle.compare(config(`${CLUSTER}, insecure-skip-tls-verify: true`, 'token: T'));
    expect(ours).toEqual({ refused: expect.stringMatching(/certificate-authority and insecure-skip-tls-verify/) });
    expect(kubectl).toHaveProperty('refused');
  });

  const plugin = 'exec: {apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never, command: ./ran.sh}';
  const certificate = 'client-certificate-data: CERTIFICATE, client-key-data: KEY';
  it.each(
    [
      'http://127.0.0.1:HTTP',
      '127.0.0.1:HTTP',
      'HTTP://localhost:HTTP/base',
      'http://127.0.0.1:HTTP", certificate-authority-data: "AUTHORITY',
    ].flatMap((server) =>
      ['token: T', 'tokenFile: token.txt', 'username: me, password: shh', certificate, plugin].map((user) => [server, user]),
    ),
  )('sends nothing that signs somebody in over plain http, and starts no plugin: %s with %s', async (server, user) => {
    const mark = join(oracle.folder, 'ran');
    await writeFile(join(oracle.folder, 'ran.sh'), `#!/bin/sh\ntouch ${mark}\n${oracle.folder}/token.sh\n`, { mode: 0o755 });
    const outcome = await oracle.ours(config(`server: "${server}"`, user));
    expect(outcome).toMatchObject({ arrival: { scheme: 'http', authorization: undefined, certificate: undefined } });
    expect(await readdir(oracle.folder)).not.toContain('ran');
  });

  it('has no use for a password without a username, as kubectl has none', async () => {
    const alone = await oracle.compare(config(CLUSTER, 'password: shh'));
    expect(alone.ours).toEqual({ refused: expect.stringMatching(/"u" has a password without a username/) });
    expect(alone.kubectl).toHaveProperty('refused');
    const beside = await oracle.compare(config(CLUSTER, `password: shh, ${certificate}`));
    expect(beside.ours).toMatchObject({ arrival: { authorization: undefined, certificate: expect.any(String) } });
    expect(beside.ours).toEqual(beside.kubectl);
  });

  it('starts the same plugin over https', async () => {
    expect(await oracle.ours(config(CLUSTER, plugin))).toMatchObject({ arrival: bearer('plugin-token') });
    expect(await readdir(oracle.folder)).toContain('ran');
  });
});
