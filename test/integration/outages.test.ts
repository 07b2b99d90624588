import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { systemClock } from '../../main/clock.ts';
import { trayMenu } from '../../main/common/tray/menu.ts';
import { Notifier } from '../../main/desktop/system/notifier.ts';
import type { ApiServer } from '../support/api-server.ts';
import { apiServerRequirement, NAMESPACE } from '../support/api-server.ts';
import type { OpenClusters } from '../support/clusters.ts';
import { openClusters } from '../support/clusters.ts';
import { fullRunTest, inFullRun } from '../support/full-run.ts';
import { describeWith } from '../support/requirement.ts';
import { borrowApiServer } from '../support/shared-api-server.ts';

// What fails on a real API server while no one watches: the tray says it within ten seconds, with one notification of
// it and one of its end.

const TEXT = "- type: detections\n  target: {target-type: kafka, kafka-broker: 'kafka:9092', kafka-topic: audit}\n";
const LABELS = { app: 'kaudit' };
const NAME = 'kaudit-integration-shop';
const CONFIG_MAP = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: NAME, namespace: NAMESPACE, labels: LABELS },
  data: { 'audit-integration': TEXT },
};
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
      spec: {
        containers: [{ name: 'kaudit', image: 'kaudit' }],
        volumes: [{ name: 'integration', configMap: { name: NAME } }],
      },
    },
  },
};

describeWith([apiServerRequirement], 'an outage on a real API server', () => {
  let server: ApiServer;
  let folder: string;
  let kubeconfig: string;
  let open: OpenClusters;
  let notifier: Notifier;
  const told: string[] = [];

  const kubectl = (args: string, object?: object) =>
    server.kubectl(args.split(' '), object === undefined ? {} : { input: JSON.stringify(object) });
  const labels = () => JSON.stringify(trayMenu(open.store.snapshot(), Date.now()));
  /** The tray within ten seconds, the notification a moment later. */
  const says = async (row: RegExp, title: string) => {
    await vi.waitFor(() => expect(labels()).toMatch(row), { timeout: 10_000, interval: 100 });
    await vi.waitFor(() => expect(told).toEqual([title]), { timeout: 15_000, interval: 100 });
    told.length = 0;
  };
  const ready = (count: number) =>
    kubectl(
      `patch statefulset kaudit-shop -n ${NAMESPACE} --subresource=status --type=merge -p {"status":{"replicas":${count},"readyReplicas":${count}}}`,
    );

  beforeAll(async () => {
    server = await borrowApiServer();
    folder = await mkdtemp(join(tmpdir(), 'kaudit-outages-'));
    kubeconfig = join(folder, 'kubeconfig');
    await writeFile(kubeconfig, await readFile(server.kubeconfig));
    await kubectl('apply -f -', CONFIG_MAP);
    await kubectl('apply -f -', STATEFUL_SET);
    await ready(1);
    open = openClusters({ directory: folder, kubeconfig: [kubeconfig] });
    notifier = new Notifier({
      clock: systemClock,
      snapshot: () => open.store.snapshot(),
      isLookedAt: () => false,
      show: ({ title }) => told.push(title),
    });
    open.store.subscribe(() => notifier.changed());
    await open.clusters.start();
    await open.clusters.connect('admin');
    await vi.waitFor(() => expect(open.cluster('admin').configMaps[0]?.workload).toMatchObject({ ready: 1, wanted: 1 }));
    // News are checked a moment after they arrive.
    await new Promise((resolve) => setTimeout(resolve, 3500));
    expect(told).toEqual([]);
  });
  afterAll(async () => {
    notifier?.close();
    await open?.close();
    await server?.stop();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });

  test('a kAudit that is scaled to zero, and returns', async () => {
    await kubectl(`scale statefulset kaudit-shop -n ${NAMESPACE} --replicas=0`);
    await says(/scaled to 0|isn’t running/, 'admin / shop: kAudit isn’t running');
    await kubectl(`scale statefulset kaudit-shop -n ${NAMESPACE} --replicas=1`);
    await says(/shop|Detections/, 'admin / shop: kAudit runs again');
  });

  fullRunTest('a ConfigMap that is deleted, and returns', async () => {
    await kubectl(`delete configmap ${NAME} -n ${NAMESPACE}`);
    await says(/No kaudit-integration ConfigMap was found|no ConfigMap/, 'admin / shop: ConfigMap deleted');
    await kubectl('apply -f -', CONFIG_MAP);
    await says(/shop|Detections/, 'admin / shop: ConfigMap is back');
  });

  inFullRun(() =>
    test('a cluster that is lost, and returns', async () => {
      await server.kill();
      await says(/Nothing listens|unreachable/, 'admin: unreachable');
      await server.restart();
      await says(/shop|Detections/, 'admin: connected again');
    }),
  );

  test('a token that has expired, and one that is valid again', async () => {
    const good = await readFile(kubeconfig, 'utf8');
    await writeFile(kubeconfig, good.replaceAll('admin-token', 'expired-token'));
    await says(/sign-in|sign in|credentials/i, 'admin: sign-in expired');
    await writeFile(kubeconfig, good);
    await says(/shop|Detections/, 'admin: connected again');
  });
});
