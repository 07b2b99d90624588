import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Edit } from '../../main/common/integration/reading/integration.ts';
import type { ApiServer } from '../support/api-server.ts';
import { apiServerRequirement, NAMESPACE } from '../support/api-server.ts';
import { FULL } from '../support/full-run.ts';
import type { Host } from '../support/host.ts';
import { startHost } from '../support/host.ts';
import { hostileTexts } from '../support/hostile-texts.ts';
import { describeWith } from '../support/requirement.ts';
import { borrowApiServer } from '../support/shared-api-server.ts';

// Whatever a ConfigMap contains, the program stays responsive while it reads, compares and saves it.

/** Bytes; a ConfigMap has at most 1 MiB with everything. */
const SIZE = FULL ? 1_000_000 : 200_000;
const TEXTS = FULL ? ['comments with one key', 'integrations', 'one block with many keys'] : ['comments with one key'];
/** Milliseconds between two requests. Linux counts processor time in steps of 10. */
const PAUSE = 10;
/** Milliseconds that one may take on any machine, and the share of the step that it may take on a slow one. */
const LONGEST = 200;
const SHARE = 1 / 4;

/** Requests the state, and measures the main thread's processor time until the reply: no other load counts. */
const ASKER = `
const { readFileSync } = require('node:fs');
const { parentPort, workerData: { origin, token, pid, pause, stop } } = require('node:worker_threads');
const worked = () => {
  const [, fields] = readFileSync('/proc/' + pid + '/task/' + pid + '/stat', 'utf8').split(') ');
  const [user, system] = fields.split(' ').slice(11, 13).map(Number);
  return (user + system) * 10;
};
(async () => {
  const times = [];
  const headers = { 'content-type': 'application/json', authorization: 'Bearer ' + token };
  while (Atomics.load(stop, 0) === 0) {
    const start = worked();
    const reply = await fetch(origin + '/api', { method: 'POST', headers, body: '{"name":"fleet.get","args":{}}' });
    await reply.arrayBuffer();
    times.push(worked() - start);
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
  parentPort.postMessage(times);
})();
`;

describeWith([apiServerRequirement], 'a ConfigMap with a huge text', () => {
  let server: ApiServer;
  let host: Host;
  beforeAll(async () => {
    server = await borrowApiServer();
    for (const [index, name] of TEXTS.entries()) {
      const text = hostileTexts(SIZE).find(([known]) => known === name)?.[1];
      expect(text).toBeDefined();
      const metadata = { name: `kaudit-integration-${index}`, namespace: NAMESPACE, labels: { app: 'kaudit' } };
      const input = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { 'audit-integration': text } });
      await server.kubectl(['create', '-f', '-'], { input });
    }
    host = await startHost({ flags: ['--kubeconfig', server.kubeconfig] });
    // The first connection of a run loads the client.
    await host.ask('cluster.connect', { context: 'stranger' });
  });
  afterAll(async () => {
    await host?.stop();
    await server?.stop();
  });

  /** Runs it while a thread requests the state, so that this thread's reading delays no request. */
  async function asking<Result>(what: string, work: () => Promise<Result>): Promise<Result> {
    const stop = new Int32Array(new SharedArrayBuffer(4));
    const data = { origin: host.origin, token: host.token, pid: host.process.pid };
    const asker = new Worker(ASKER, { eval: true, workerData: { ...data, pause: PAUSE, stop } });
    const asked = once(asker, 'message') as Promise<[number[]]>;
    const start = performance.now();
    const result = await work().finally(() => Atomics.store(stop, 0, 1));
    const took = performance.now() - start;
    const [times] = await asked;
    const longest = Math.max(...times);
    console.log(`${what}: ${took.toFixed(0)} ms, ${times.length} answers, the longest after ${longest} ms`);
    // Work on the main thread would delay one request for nearly all of the step.
    expect(longest, what).toBeLessThan(Math.max(LONGEST, took * SHARE));
    return result;
  }

  it.each(TEXTS.map((name, index) => [name, index] as const))('blocks nothing else: %s', async (name, index) => {
    const context = 'editor';
    const ref = { context, namespace: NAMESPACE, name: `kaudit-integration-${index}` };
    const seen = async () => {
      const { clusters } = await host.ask('fleet.get', {});
      const cluster = clusters.find((one) => one.context === context);
      expect(cluster?.configMaps.some((configMap) => configMap.ref.name === ref.name)).toBe(true);
    };
    if (index === 0)
      await asking(`${name}, connect`, async () => {
        await host.ask('cluster.connect', { context });
        await expect.poll(() => seen().then(() => true), { timeout: 60_000 }).toBe(true);
      });
    const view = await asking(`${name}, get`, () => host.ask('configMap.get', { ref }));
    const base = view.resourceVersion;
    const edit = (line: string): Edit[] => [{ op: 'text', text: `${view.text}${line}\n` }];
    const preview = await asking(`${name}, preview`, () => host.ask('configMap.preview', { ref, base, edits: edit('# mine') as never }));
    expect(preview.outcome).toBe('preview');
    const draft = await asking(`${name}, keep`, () => host.ask('draft.save', { ref, base, edits: edit('# mine') as never }));
    expect(draft.lostKeys).toBe(0);
    const saved = await asking(`${name}, apply`, () => host.ask('configMap.apply', { ref, base, edits: edit('# mine') as never }));
    expect(saved.outcome).toBe('saved');
    // Based on the previous version: it is merged with what has just been saved.
    const merge = await asking(`${name}, merge`, () =>
      host.ask('configMap.apply', { ref, base, edits: [{ op: 'text', text: `# first\n${view.text}` }] as never }),
    );
    expect(merge.outcome).toBe('saved');
    if (!FULL) return;

    const { revisions } = await asking(`${name}, history`, () => host.ask('configMap.history', { ref }));
    const [newest, before] = revisions;
    const live = await host.ask('configMap.get', { ref });
    const backs = { undo: { op: 'undo', revision: newest?.id }, restore: { op: 'restore', revision: before?.id } };
    for (const [op, edit] of Object.entries(backs)) {
      const args = { ref, base: live.resourceVersion, edits: [edit] as never };
      const back = await asking(`${name}, ${op}`, () => host.ask('configMap.preview', args));
      expect(back.outcome).toBe('preview');
    }
    const tested = { ref, base: live.resourceVersion, integration: 0 };
    expect((await asking(`${name}, test`, () => host.ask('delivery.test', tested))).outcome).not.toBe('passed');
    await asking(`${name}, drift`, () => host.ask('drift.get', {}));
    const change = { op: 'stopped' as const, value: true };
    const { rows } = await asking(`${name}, plan`, () => host.ask('rollout.plan', { targets: [{ ref, integration: 0 }], change }));
    expect(rows).toHaveLength(1);
  });
});
