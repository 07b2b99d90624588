import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { Server } from 'node:https';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ClusterConnection } from '../../../../main/kube/cluster/cluster-connection.ts';
import { readKubeconfig } from '../../../../main/kube/kubeconfig/kubeconfig.ts';
import { createAuthority } from '../../../support/certificates.ts';

// The API server refuses every credential, so each request that may run the plugin does.
describe.skipIf(process.platform === 'win32')('when a connection runs its credential plugin', () => {
  let folder: string;
  let server: Server;
  let connection: ClusterConnection;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kaudit-sign-in-mode-'));
    const authority = await createAuthority();
    const { certificate, key } = await authority.issue({ commonName: 'localhost' });
    server = createServer({ cert: certificate, key }, (_, response) => response.writeHead(401).end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const credential = JSON.stringify({ kind: 'ExecCredential', status: { token: 't' } });
    await writeFile(join(folder, 'plugin'), `#!/bin/sh\necho run >> ${folder}/runs\nprintf '%s' '${credential}'\n`);
    await chmod(join(folder, 'plugin'), 0o755);
    const address = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const config = {
      clusters: [{ name: 'c', cluster: { server: address, 'insecure-skip-tls-verify': true } }],
      users: [
        { name: 'u', user: { exec: { apiVersion: 'client.authentication.k8s.io/v1', interactiveMode: 'Never', command: './plugin' } } },
      ],
      contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    };
    await writeFile(join(folder, 'config'), JSON.stringify(config));
    const [entry] = (await readKubeconfig([join(folder, 'config')])).contexts;
    if (entry === undefined) throw new Error('No context');
    connection = new ClusterConnection(entry, { namespaces: [], onUpdate: () => undefined });
  });
  afterEach(async () => {
    await connection.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await rm(folder, { recursive: true, force: true });
  });

  const runs = async (): Promise<number> => (await readFile(join(folder, 'runs'), 'utf8').catch(() => '')).split('\n').length - 1;
  const ref = { context: 'x', namespace: 'kaudit', name: 'kaudit-integration-prod' };

  it('does so for someone who connects, but not for a refresh before or after', async () => {
    expect(await connection.refresh()).toMatchObject({ state: 'needs-sign-in' });
    expect(await runs()).toBe(0);
    expect(await connection.connect()).toMatchObject({ state: 'needs-sign-in' });
    const connected = await runs();
    expect(connected).toBeGreaterThan(0);
    expect(await connection.refresh()).toMatchObject({ state: 'needs-sign-in' });
    expect(await runs()).toBe(connected);
  });

  it('does so for a refresh if the user allows it, until they disallow it', async () => {
    connection.allowSignIn(true);
    await connection.refresh();
    const allowed = await runs();
    expect(allowed).toBeGreaterThan(0);
    connection.allowSignIn(false);
    await connection.refresh();
    expect(await runs()).toBe(allowed);
  });

  it('does so for a ConfigMap that someone opens, but not for one that is read automatically', async () => {
    await connection.refresh();
    await expect(connection.writer.get(ref, { alone: true })).rejects.toMatchObject({ code: 'needs-sign-in' });
    expect(await runs()).toBe(0);
    await expect(connection.writer.get(ref)).rejects.toMatchObject({ code: 'needs-sign-in' });
    expect(await runs()).toBeGreaterThan(0);
  });
});
