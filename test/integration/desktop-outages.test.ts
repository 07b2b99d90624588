import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import type { AddressInfo, Socket } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { parse, stringify } from 'yaml';
import type { ApiServer } from '../support/api-server.ts';
import { apiServerRequirement, NAMESPACE } from '../support/api-server.ts';
import type { ElectronDesktop } from '../support/desktop-electron.ts';
import { electronRequirement, startElectron } from '../support/desktop-electron.ts';
import type { Relay } from '../support/relay.ts';
import { startRelay } from '../support/relay.ts';
import { describeWith } from '../support/requirement.ts';
import type { DesktopSession } from '../support/session/desktop-session.ts';
import { sessionRequirement, startDesktopSession } from '../support/session/desktop-session.ts';
import { borrowApiServer } from '../support/shared-api-server.ts';

// `outages` proves this with the menu's and the notifications' own functions. Here it is what Electron shows: a real
// API server behind a relay, five contexts that lead to it, the panel and the notification service of a session.

const LABELS = { app: 'kaudit' };
const NAME = 'kaudit-integration-shop';
const TEXT = "- type: detections\n  target: {target-type: kafka, kafka-broker: 'kafka:9092', kafka-topic: audit}\n";
const CONTEXTS = ['admin', 'admin-2', 'admin-3', 'admin-4', 'admin-5'];

describeWith([electronRequirement, sessionRequirement, apiServerRequirement], 'an outage on the desktop', () => {
  let server: ApiServer;
  let relay: Relay | undefined;
  let session: DesktopSession;
  let desktop: ElectronDesktop;
  let kubeconfig: string;
  let port: number;
  let silent: { close(): Promise<void> };

  const target = () => Number(new URL(server.server).port);
  const kubectl = (args: string, object?: object) =>
    server.kubectl(args.split(' '), object === undefined ? {} : { input: JSON.stringify(object) });
  const menu = async () => JSON.stringify(await session.panel.menu());
  /** The tray within ten seconds, one notification a moment later. */
  const says = async (row: RegExp, title: string) => {
    await vi.waitFor(async () => expect(await menu()).toMatch(row), { timeout: 10_000, interval: 100 });
    await vi.waitFor(() => expect(shown()).toEqual([title]), { timeout: 15_000, interval: 100 });
    seen = session.notifications.shown.length;
  };
  let seen = 0;
  const shown = () => session.notifications.shown.slice(seen).map(({ title }) => title);
  const hasTooltip = (tooltip: RegExp) =>
    vi.waitFor(async () => expect((await session.panel.icon()).tooltip).toMatch(tooltip), { timeout: 20_000, interval: 100 });

  beforeAll(async () => {
    server = await borrowApiServer();
    await kubectl('apply -f -', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: NAME, namespace: NAMESPACE, labels: LABELS },
      data: { 'audit-integration': TEXT },
    });
    silent = await startSilentServer();
    const config = parse(readFileSync(server.kubeconfig, 'utf8'));
    const { context } = config.contexts.find(({ name }: { name: string }) => name === 'admin');
    config.contexts = CONTEXTS.map((name) => ({ name, context }));
    config['current-context'] = 'admin';
    for (const { cluster } of config.clusters) cluster.server = `https://127.0.0.1:${port}`;
    kubeconfig = join(server.directory, 'five-contexts');
    writeFileSync(kubeconfig, stringify(config));
    session = await startDesktopSession();
    desktop = await startElectron({ flags: ['--kubeconfig', kubeconfig], environment: session.environment });
  });
  afterAll(async () => {
    await desktop?.stop();
    await session?.stop();
    await relay?.close();
    await server?.stop();
  });

  const startSilentServer = async () => {
    const sockets = new Set<Socket>();
    const listener = createServer((socket) => sockets.add(socket.on('error', () => undefined)));
    listener.listen(0, '127.0.0.1');
    await once(listener, 'listening');
    port = (listener.address() as AddressInfo).port;
    return {
      close: async () => {
        listener.close();
        for (const socket of sockets) socket.destroy();
        await once(listener, 'close');
      },
    };
  };

  test('while it connects, the tooltip says so and counts no integrations', async () => {
    for (const context of CONTEXTS) void desktop.ask('cluster.connect', { context });
    await hasTooltip(/^(?:kAudit: )?.*connecting to 1 cluster …$/i);
    expect((await session.panel.icon()).tooltip).not.toContain('integration');
  });

  test('five contexts of one server count its one integration once', async () => {
    await silent.close();
    relay = await startRelay(target(), port);
    await hasTooltip(/: 1 can’t be tested$/);
    await vi.waitFor(async () => {
      const { clusters } = await desktop.ask('fleet.get', {});
      expect(clusters.map(({ state }) => state)).toEqual(CONTEXTS.map(() => 'online'));
    }, 60_000);
    await hasTooltip(/: 1 can’t be tested$/);
    await desktop.closeWindow();
    await vi.waitFor(() => expect(session.notifications.shown.length).toBeGreaterThan(0));
    // What was there at the start isn't news.
    await new Promise((resolve) => setTimeout(resolve, 4000));
    seen = session.notifications.shown.length;
  });

  test('a lost cluster, and its return', async () => {
    await relay?.close();
    await says(/unreachable/, 'admin: unreachable');
    relay = await startRelay(target(), port);
    await says(/shop|Detections/, 'admin: connected again');
  });

  test('an expired token, and a valid one', async () => {
    const good = readFileSync(kubeconfig, 'utf8');
    writeFileSync(kubeconfig, good.replaceAll('admin-token', 'expired-token'));
    await says(/sign-in|sign in|credentials/i, 'admin: sign-in expired');
    writeFileSync(kubeconfig, good);
    await says(/shop|Detections/, 'admin: connected again');
  });

  test('a kAudit that is scaled to zero, and runs again', async () => {
    const scale = (replicas: number) => kubectl(`scale statefulset kaudit-shop -n ${NAMESPACE} --replicas=${replicas}`);
    await kubectl('apply -f -', STATEFUL_SET);
    await kubectl(
      `patch statefulset kaudit-shop -n ${NAMESPACE} --subresource=status --type=merge -p {"status":{"replicas":1,"readyReplicas":1}}`,
    );
    await vi.waitFor(async () => {
      const { clusters } = await desktop.ask('fleet.get', {});
      expect(clusters[0]?.configMaps[0]?.workload).toMatchObject({ ready: 1, wanted: 1 });
    }, 60_000);
    await new Promise((resolve) => setTimeout(resolve, 4000));
    seen = session.notifications.shown.length;
    await scale(0);
    await says(/scaled to 0|isn’t running/, 'admin / shop: kAudit isn’t running');
    await scale(1);
    await says(/shop|Detections/, 'admin / shop: kAudit runs again');
  });
});

const STATEFUL_SET = {
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name: 'kaudit-shop', namespace: NAMESPACE, labels: LABELS },
  spec: {
    replicas: 1,
    serviceName: 'kaudit',
    selector: { matchLabels: LABELS },
    template: {
      metadata: { labels: LABELS },
      spec: { containers: [{ name: 'kaudit', image: 'kaudit' }], volumes: [{ name: 'integration', configMap: { name: NAME } }] },
    },
  },
};
