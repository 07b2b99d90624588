import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { trayMenu } from '../../main/common/tray/menu.ts';
import { newsSince, nothingKnown } from '../../main/common/tray/notifications.ts';
import type { ApiServer } from '../support/api-server.ts';
import { apiServerRequirement, NAMESPACE } from '../support/api-server.ts';
import type { FaultyProxy } from '../support/faulty-proxy.ts';
import { startFaultyProxy } from '../support/faulty-proxy.ts';
import { FULL } from '../support/full-run.ts';
import type { Host } from '../support/host.ts';
import { startHost } from '../support/host.ts';
import { describeWith } from '../support/requirement.ts';
import { borrowApiServer } from '../support/shared-api-server.ts';

// The program is killed between a save and its response. The next start asks the cluster, and reports the outcome.

const TEXT = '# first\n';
/** The change arrived unconfirmed; the same from `binaryData`; or it never arrived (45 seconds to know). */
const CASES = [
  { name: 'kaudit-integration-data', fault: 'hang after', binary: false, ended: 'saved', title: 'was saved' },
  { name: 'kaudit-integration-binary', fault: 'hang after', binary: true, ended: 'saved', title: 'was saved' },
  { name: 'kaudit-integration-lost', fault: 'hang', binary: false, ended: 'not-saved', title: 'wasn’t saved' },
] as const;

describeWith([apiServerRequirement], 'a save that the program’s end interrupted', () => {
  let server: ApiServer;
  let proxy: FaultyProxy;
  let directory: string;
  let host: Host | undefined;
  beforeAll(async () => {
    server = await borrowApiServer();
    directory = await mkdtemp(join(tmpdir(), 'kaudit-unsettled-'));
    for (const { name, binary } of CASES) {
      const metadata = { name, namespace: NAMESPACE, labels: { app: 'kaudit' } };
      const content = binary
        ? { binaryData: { 'audit-integration': Buffer.from(TEXT).toString('base64') } }
        : { data: { 'audit-integration': TEXT } };
      await server.kubectl(['create', '-f', '-'], { input: JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata, ...content }) });
    }
    proxy = await startFaultyProxy(server.server, server.authority.certificate, true, 0);
    const authority = Buffer.from(proxy.authority.certificate).toString('base64');
    const cluster = { server: proxy.url, 'certificate-authority-data': authority };
    await writeFile(
      join(directory, 'config'),
      JSON.stringify({
        clusters: [{ name: 'c', cluster }],
        users: [{ name: 'c', user: { token: server.token('editor') } }],
        contexts: [{ name: 'c', context: { cluster: 'c', user: 'c' } }],
      }),
      { mode: 0o600 },
    );
  });
  afterEach(() => host?.stop());
  afterAll(async () => {
    await proxy?.close();
    await server?.stop();
    if (directory !== undefined) await rm(directory, { recursive: true, force: true });
  });
  const start = () => startHost({ flags: ['--kubeconfig', join(directory, 'config')], directory: join(directory, 'data') });

  it.each(CASES.filter(({ fault }) => FULL || fault !== 'hang'))('is $ended: $name, $fault', async ({ name, fault, ended, title }) => {
    const ref = { context: 'c', namespace: NAMESPACE, name };
    host = await start();
    await host.ask('cluster.connect', { context: 'c' });
    const { resourceVersion: base, text } = await host.ask('configMap.get', { ref });
    proxy.fail('patch', fault);
    const edits = [{ op: 'text' as const, text: name.endsWith('binary') ? text : `${text}# mine\n` }];
    void host.request('configMap.apply', { ref, base, edits }).catch(() => undefined);
    await vi.waitFor(() => expect(proxy.hasFailed()).toBe(true), { timeout: 20_000 });
    host.process.kill('SIGKILL');
    await once(host.process, 'exit');

    host = await start();
    const found = async () => (await host?.ask('fleet.get', {}))?.unsettled;
    // Known from the start: it may have been saved.
    expect(await found()).toEqual([expect.objectContaining({ ref })]);
    await expect.poll(async () => (await found())?.[0]?.ended, { timeout: 90_000 }).toBe(ended);
    const fleet = await host.ask('fleet.get', {});
    const row = trayMenu(fleet, Date.now()).find(({ id }) => id.startsWith('unsettled'));
    expect(row).toMatchObject({ label: expect.stringContaining(ended === 'saved' ? 'change saved' : 'change not saved') });
    expect(newsSince(nothingKnown, fleet, new Set(), { now: Date.now(), afterSleep: false }).notifications).toEqual([
      expect.objectContaining({ title: expect.stringContaining(`${name} in c ${title}`), view: { view: 'configMap', ref } }),
    ]);
    await host.ask('configMap.dismissUnsettled', { ref });
    expect(await found()).toEqual([]);
  });
});
