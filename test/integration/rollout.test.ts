import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ConfigMapRef } from '../../main/common/reference.ts';
import type { RolloutChange } from '../../main/common/rollout/change.ts';
import type { Host } from '../support/host.ts';
import { startHost } from '../support/host.ts';

// One change to many ConfigMaps, on the running program.

const KEY = 'cxtp_AAAAaaaaAAAAaaaaAAAAaaaaAAAAaa';
const text = (limit: number) => `# ours
- type: detections
  target:
    target-type: http-api
    http-api-uri: https://api.eu2.coralogix.com/api/v1/logs
    http-api-token: ${KEY}   # keep
    rate-limit: ${limit}
  data-filter:
    confidence: [0, 1]
`;

let host: Host;
let refs: ConfigMapRef[];
beforeAll(async () => {
  host = await startHost({ flags: ['--demo'] });
  await host.ask('cluster.connect', { context: 'prod-eu' });
  await host.ask('cluster.connect', { context: 'prod-us' });
  const { clusters } = await host.ask('fleet.get', {});
  refs = clusters
    .filter(({ context }) => context === 'prod-eu' || context === 'prod-us')
    .flatMap(({ configMaps }) => configMaps)
    .filter(({ readOnly, managed }) => !readOnly && managed === null)
    .map(({ ref }) => ref);
  if (refs.length < 3) throw new Error(`The demo has only ${refs.length} ConfigMaps to change.`);
  for (const [index, ref] of refs.entries()) await write(ref, text(index));
});
afterAll(async () => {
  await host?.stop();
});

async function write(ref: ConfigMapRef, all: string): Promise<void> {
  const { resourceVersion } = await host.ask('configMap.get', { ref });
  const reply = await host.ask('configMap.apply', { ref, base: resourceVersion, edits: [{ op: 'text', text: all }] });
  if (reply.outcome !== 'saved') throw new Error(JSON.stringify(reply));
}

const targets = () => refs.map((ref) => ({ ref, integration: 0 }));
const plan = (change: RolloutChange) => host.ask('rollout.plan', { targets: targets(), change });
const texts = () => Promise.all(refs.map(async (ref) => (await host.ask('configMap.get', { ref })).text));
const none = { saved: 0, unchanged: 0, conflict: 0, forbidden: 0, failed: 0, unknown: 0, left: 0 };

describe('a rollout', () => {
  test('is planned, run, listed, and undone to the last byte', async () => {
    const before = await texts();
    const made = await plan({ op: 'endpoint', endpoint: 'ingress' });
    expect(made.rows.map(({ outcome }) => outcome)).toEqual(refs.map(() => 'ready'));
    expect(made.rows[0]?.changes).toEqual([
      'detections → Coralogix: http-api-uri https://api.eu2.coralogix.com/api/v1/logs → https://ingress.eu2.coralogix.com/logs/v1/bulk',
    ]);
    expect(await texts()).toEqual(before);
    expect(await host.ask('rollout.run', { plan: made.plan })).toEqual({ ...none, saved: refs.length });
    for (const one of await texts()) expect(one).toContain('https://ingress.eu2.coralogix.com/logs/v1/bulk');
    expect((await host.ask('fleet.get', {})).rollout).toMatchObject({ plan: made.plan, state: 'ended', counts: { saved: refs.length } });
    const [record] = await host.ask('rollout.list', {});
    expect(record?.rows.every(({ outcome, revision }) => outcome === 'saved' && revision !== undefined)).toBe(true);
    // Again: nothing is left.
    expect(await host.ask('rollout.run', { plan: made.plan })).toEqual(none);
    const again = await plan({ op: 'endpoint', endpoint: 'ingress' });
    expect(again.rows.map(({ outcome }) => outcome)).toEqual(refs.map(() => 'unchanged'));
    expect(await host.ask('rollout.undo', { plan: made.plan })).toEqual({ ...none, saved: refs.length });
    expect(await texts()).toEqual(before);
  });

  test('keeps what others change during it, and leaves the same field to them', async () => {
    const made = await plan({ op: 'set', field: 'rate-limit', value: 100 });
    const [first, second] = refs as [ConfigMapRef, ConfigMapRef];
    const change = async (ref: ConfigMapRef, path: (string | number)[], value: number | boolean) => {
      const { resourceVersion: base } = await host.ask('configMap.get', { ref });
      await host.ask('configMap.apply', { ref, base, edits: [{ op: 'set', path, value }] });
    };
    await change(first, [0, 'target', 'rate-limit'], 55);
    await change(second, [0, 'target', 'stopped'], true);
    expect(await host.ask('rollout.run', { plan: made.plan })).toEqual({ ...none, saved: refs.length - 1, conflict: 1 });
    const [one = '', two = ''] = await texts();
    expect(one).toContain('rate-limit: 55');
    expect(two).toContain('rate-limit: 100');
    expect(two).toContain('stopped: true');
    // Another run skips it; chosen by name it is done.
    expect(await host.ask('rollout.run', { plan: made.plan })).toEqual({ ...none, conflict: 1 });
    expect(await host.ask('rollout.run', { plan: made.plan, rows: ['1'] })).toEqual({ ...none, saved: 1 });
    expect((await texts())[0]).toContain('rate-limit: 100');
  });

  test('offers for each conflicting place of a row the rollout’s value, theirs, or another', async () => {
    const limit = [0, 'target', 'rate-limit'];
    const meet = async (value: number) => {
      const made = await plan({ op: 'set', field: 'rate-limit', value });
      for (const [index, ref] of refs.slice(0, 3).entries()) {
        const { resourceVersion: base } = await host.ask('configMap.get', { ref });
        const edits = [{ op: 'set' as const, path: limit, value: 60 + index }];
        await host.ask('configMap.apply', { ref, base, edits });
      }
      expect(await host.ask('rollout.run', { plan: made.plan })).toMatchObject({ conflict: 3 });
      return made.plan;
    };
    const rowsOf = async (id: string) => (await host.ask('rollout.list', {})).find((one) => one.plan === id)?.rows ?? [];
    const id = await meet(200);
    const rows = (await rowsOf(id)).filter(({ met }) => met !== undefined);
    expect(rows.map(({ met }) => met?.conflicts)).toEqual(
      [60, 61, 62].map((theirs) => [
        expect.objectContaining({ path: limit, words: expect.stringMatching(/Rate limit$/), mine: 200, theirs }),
      ]),
    );
    expect(rows[0]?.met?.writer).toMatchObject({ manager: 'kaudit-tray', at: expect.any(String) });
    const choices = [{ take: 'mine' as const }, { take: 'theirs' as const }, { value: 99 }];
    const chosen = rows.map(({ id: row, met }, index) => ({
      row,
      on: met?.on ?? '',
      fields: [{ path: limit, ...(choices[index] ?? { value: 0 }) }],
    }));
    const [first, ...others] = chosen as [(typeof chosen)[number], ...typeof chosen];
    // SECURITY: not a conflicting place of the row.
    const elsewhere = [{ ...first, fields: [...first.fields, { path: [0, 'target', 'http-api-uri'], value: 'https://evil.example' }] }];
    expect(await host.ask('rollout.run', { plan: id, rows: [first.row], chosen: elsewhere })).toMatchObject({ conflict: 1, saved: 0 });
    expect((await texts())[0]).toContain('rate-limit: 60');
    expect((await texts()).join()).not.toContain('evil.example');
    // A choice on an outdated version decides nothing.
    const stale = [{ ...first, on: '1' }];
    expect(await host.ask('rollout.run', { plan: id, rows: [first.row], chosen: stale })).toMatchObject({ conflict: 1, saved: 0 });

    const wanted = { plan: id, rows: chosen.map(({ row }) => row), chosen: [first, ...others] };
    expect(await host.ask('rollout.run', wanted)).toMatchObject({ saved: 2, unchanged: 1, conflict: 0 });
    expect((await texts()).slice(0, 3).map((one) => /rate-limit: (\d+)/.exec(one)?.[1])).toEqual(['200', '61', '99']);
    expect((await rowsOf(id)).every(({ met }) => met === undefined)).toBe(true);
    await host.ask('rollout.undo', { plan: id });
    expect((await texts()).slice(0, 3).map((one) => /rate-limit: (\d+)/.exec(one)?.[1])).toEqual(['60', '61', '62']);
  });

  test('changes lists, stops and starts, and refuses keys and destinations', async () => {
    const added = await plan({ op: 'addItem', field: 'confidence', value: 2 });
    expect(added.rows[0]?.changes.join()).toContain('confidence');
    const refused = await plan({ op: 'set', field: 'http-api-token', value: 'x' });
    expect(refused.rows.every(({ outcome }) => outcome === 'refused')).toBe(true);
    const elsewhere = await plan({ op: 'set', field: 'http-api-uri', value: 'https://evil.example' });
    expect(elsewhere.rows.every(({ outcome }) => outcome === 'refused')).toBe(true);
    const copied = await host.ask('rollout.plan', {
      targets: refs.map((ref) => ({ ref })),
      change: { op: 'insert', from: { ref: refs[0] as ConfigMapRef, integration: 0 } },
    });
    expect(copied.rows.every(({ outcome, reason }) => outcome === 'refused' && /key/.test(reason ?? ''))).toBe(true);
  });

  test('exports a planned change, with placeholders for keys', async () => {
    const made = await plan({ op: 'stopped', value: true });
    const ready = made.rows.find(({ outcome }) => outcome === 'ready');
    if (ready === undefined) throw new Error('No row is ready.');
    const before = await texts();
    const reply = await host.ask('rollout.export', { plan: made.plan, row: ready.id, form: 'patch' });
    if (reply.outcome !== 'exported') throw new Error(reply.reason);
    expect(reply.text).toMatch(/http-api-token: <key-\w+> {3}# keep\n/);
    expect(reply.text).toContain('stopped: true');
    expect(reply.placeholders).toHaveLength(1);
    expect(reply.text).not.toMatch(/masked-key|AAAAaaaa/);
    expect(await texts()).toEqual(before);
    const { resourceVersion: base } = await host.ask('configMap.get', { ref: ready.ref });
    const edits = [{ op: 'set' as const, path: [0, 'target', 'rate-limit'], value: 8 }];
    const own = await host.ask('configMap.export', { ref: ready.ref, base, edits, form: 'kubectl' });
    expect(own).toMatchObject({ outcome: 'exported', text: expect.stringContaining(`patch configmap '${ready.ref.name}'`) });
    expect((await host.request('rollout.export', { plan: made.plan, row: '999', form: 'patch' })).ok).toBe(false);
  });

  test('never writes to a cluster that is marked as read-only, nor contacts a disconnected one', async () => {
    const [first] = refs as [ConfigMapRef];
    await host.ask('cluster.mark', { context: first.context, marks: { readOnly: true } });
    const made = await plan({ op: 'stopped', value: true });
    await host.ask('cluster.mark', { context: first.context, marks: {} });
    const marked = made.rows.filter(({ context }) => context === first.context);
    expect(marked.every(({ outcome }) => outcome === 'read-only')).toBe(true);
    const far = await host.ask('rollout.plan', {
      targets: [{ ref: { ...first, context: 'nowhere' }, integration: 0 }],
      change: { op: 'stopped', value: true },
    });
    expect(far.rows[0]?.outcome).toBe('unreachable');
  });

  test('sends a preset to many together, and its undo restores the previous key', async () => {
    const { preset } = await host.ask('preset.save', {
      preset: { name: 'rotated', domain: 'eu2.coralogix.com' },
      key: 'cxtp_DDDDddddDDDDddddDDDDddddDDDDdd',
    });
    const before = await Promise.all(refs.map(async (ref) => (await host.ask('configMap.get', { ref })).secrets));
    const made = await plan({ op: 'preset', preset: preset.id });
    expect(await host.ask('rollout.run', { plan: made.plan })).toMatchObject({ saved: refs.length });
    const after = await Promise.all(refs.map(async (ref) => (await host.ask('configMap.get', { ref })).secrets));
    expect(after.every(([secret]) => secret?.preset === preset.id)).toBe(true);
    expect(await host.ask('rollout.undo', { plan: made.plan })).toMatchObject({ saved: refs.length });
    const back = await Promise.all(refs.map(async (ref) => (await host.ask('configMap.get', { ref })).secrets));
    expect(back).toEqual(before);
    for (const folder of ['rollouts', 'history'])
      for (const name of readdirSync(join(host.directory, folder), { recursive: true }) as string[]) {
        const path = join(host.directory, folder, name);
        if (existsSync(path) && /\.jsonl?$/.test(name)) expect(readFileSync(path, 'utf8')).not.toMatch(/AAAAaaaa|DDDDdddd/);
      }
  });
});
