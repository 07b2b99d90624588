import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { ConfigMapRef } from '../../main/common/reference.ts';
import type { ApiServer } from '../support/api-server.ts';
import { apiServerRequirement, NAMESPACE } from '../support/api-server.ts';
import { chromiumRequirement } from '../support/chromium.ts';
import type { Desktop } from '../support/desktop.ts';
import { startDesktop } from '../support/desktop.ts';
import { fullRunTest } from '../support/full-run.ts';
import { apply } from '../support/raw-kubernetes.ts';
import type { Relay } from '../support/relay.ts';
import { startRelay } from '../support/relay.ts';
import { describeWith } from '../support/requirement.ts';
import { borrowApiServer } from '../support/shared-api-server.ts';

// The whole way of a sleep and of another network: the system's events, through the services, to a real API server
// behind a relay that dies silently, and back to the window and to the notifications.

const CONTEXT = 'admin';
/** Milliseconds for which addresses must stay the same (main/state/network-settling.ts). */
const SETTLED = 3000;
/** Milliseconds in which news are gathered, and a moment more (main/desktop/notifier.ts). */
const TOLD = 4000;

const document = (name: string, rest = '') =>
  `- type: detections\n  name: ${name}\n  target:\n    target-type: http-api\n    http-api-uri: https://api.eu2.coralogix.com/logs/v1/bulk\n    http-api-token: abc\n${rest}`;

describeWith([apiServerRequirement, chromiumRequirement], 'a machine that sleeps', () => {
  let api: ApiServer;
  let relay: Relay;
  let desktop: Desktop;
  /** How many notifications the tests saw before. */
  let seen = 0;

  const put = async (name: string, text: string) => {
    const metadata = { name: `kaudit-integration-${name}`, namespace: NAMESPACE, labels: { app: 'kaudit' } };
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { 'audit-integration': text } };
    await apply(api.endpoint, object);
  };
  const ref = (name: string): ConfigMapRef => ({ context: CONTEXT, namespace: NAMESPACE, name: `kaudit-integration-${name}` });
  const cluster = async () => {
    const { clusters } = await desktop.ask('fleet.get', {});
    const found = clusters.find(({ context }) => context === CONTEXT);
    if (found === undefined) throw new Error('The cluster is gone');
    return found;
  };
  /** The state of a ConfigMap's integrations. */
  const shown = async (name: string) => {
    const configMap = (await cluster()).configMaps.find((each) => each.ref.name === ref(name).name);
    return configMap?.integrations.map((integration) => `${integration.name} ${integration.state}`);
  };
  const isShown = (name: string, integrations: readonly string[]) =>
    vi.waitFor(async () => expect(await shown(name)).toEqual(integrations), { timeout: 30_000 });
  const told = async () => (await desktop.look()).notifications.slice(seen);
  const suspend = () => desktop.tell({ do: 'power', event: 'suspend' });
  const resume = () => desktop.tell({ do: 'power', event: 'resume' });
  const port = () => Number(new URL(api.server).port);

  beforeAll(async () => {
    api = await borrowApiServer();
    relay = await startRelay(port());
    const kubeconfig = join(api.directory, 'behind-the-relay');
    writeFileSync(kubeconfig, readFileSync(api.kubeconfig, 'utf8').replaceAll(api.server, `https://127.0.0.1:${relay.port}`));
    await put('one', document('first'));
    await put('two', document('second'));
    await put('three', document('third'));
    desktop = await startDesktop({ flags: ['--kubeconfig', kubeconfig], environment: { STAND_IN_ADDRESS: '192.0.2.10' } });
    await desktop.ask('cluster.connect', { context: CONTEXT });
    await isShown('three', ['third active']);
    // The state at the first check isn't news.
    await pause(TOLD);
    // The watch runs when it delivers a change.
    await put('three', document('watched'));
    await isShown('three', ['watched active']);
    await vi.waitFor(async () => expect(await told()).toHaveLength(1), { timeout: 10_000 });
  });
  afterAll(async () => {
    await desktop?.stop();
    await relay?.close();
    await api?.stop();
  });
  beforeEach(async () => {
    seen = (await desktop.look()).notifications.length;
  });

  test('contacts no one during sleep; changes are shown and reported after the network has settled, and nothing else is', async () => {
    await suspend();
    // The watches end; a connection may stay open for a moment without traffic.
    await vi.waitFor(async () => expect(await desktop.request('fleet.get', {})).toMatchObject({ ok: true }));
    await pause(500);
    const before = { made: relay.made(), said: relay.said().length };
    await put('one', document('changed'));
    await put('two', document('second', '    stopped: true\n'));
    await pause(TOLD);
    expect({ made: relay.made(), said: relay.said().length }).toEqual(before);
    expect([await shown('one'), await shown('two')]).toEqual([['first active'], ['second active']]);
    expect(await told()).toEqual([]);

    // Connections from before the sleep have died silently.
    relay.freeze();
    const awake = Date.now();
    await resume();
    await vi.waitFor(() => expect(relay.made()).toBeGreaterThan(before.made), { timeout: 15_000, interval: 20 });
    expect(Date.now() - awake).toBeGreaterThanOrEqual(SETTLED - 50);
    await isShown('one', ['changed active']);
    await isShown('two', ['second stopped']);
    await pause(TOLD);
    expect((await told()).map(({ title }) => title).sort()).toEqual([
      'admin / one: Detections (changed) changed',
      'admin / two: Detections (second) stopped',
    ]);
  });

  test('that wakes far from its clusters says so in the window, notifies of nothing, and reconnects on its own on its return', async () => {
    const { seenAt } = await cluster();
    const one = await shown('one');
    await suspend();
    await relay.close();
    await resume();
    await vi.waitFor(async () => expect((await cluster()).state).toBe('unreachable'), { timeout: 15_000 });
    // Earlier data is still shown, with its age.
    expect([await shown('one'), (await cluster()).seenAt]).toEqual([one, seenAt]);
    await pause(TOLD);
    relay = await startRelay(port(), relay.port);
    await vi.waitFor(async () => expect((await cluster()).state).toBe('online'), { timeout: 60_000 });
    expect((await cluster()).seenAt).not.toBe(seenAt);
    await pause(TOLD);
    expect(await told()).toEqual([]);
    // And watched again.
    await put('one', document('back'));
    await isShown('one', ['back active']);
  });

  fullRunTest('only another network: watches that died silently are restarted after it has settled', async () => {
    relay.freeze();
    const made = relay.made();
    const two = await shown('two');
    await put('two', document('moved'));
    await pause(1000);
    expect([relay.made(), await shown('two')]).toEqual([made, two]);
    const changed = Date.now();
    await desktop.tell({ do: 'network', addresses: ['198.51.100.7'] });
    await vi.waitFor(() => expect(relay.made()).toBeGreaterThan(made), { timeout: 15_000, interval: 20 });
    expect(Date.now() - changed).toBeGreaterThanOrEqual(SETTLED - 50);
    await isShown('two', ['moved active']);
    // The new watch delivers the next change.
    await put('two', document('watched'));
    await isShown('two', ['watched active']);
  });
});
