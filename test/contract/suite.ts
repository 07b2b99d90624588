import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Args, CommandName, Envelope, Event, Reply } from '../../main/common/api.ts';
import { commands } from '../../main/common/api.ts';
import { applyChange } from '../../main/common/fleet/fleet.ts';
import type { ConfigMapRef } from '../../main/common/reference.ts';

/** What the suite needs from a host that runs the demo. */
export interface ContractHost {
  request<Name extends CommandName>(name: Name, args: Args<Name>): Promise<Envelope<Reply<Name>>>;
  ask<Name extends CommandName>(name: Name, args: Args<Name>): Promise<Reply<Name>>;
  events(): Promise<{ readonly list: readonly Event[]; stop(): void }>;
  stop(): Promise<unknown>;
}

/** The contract of main/common/api.ts, which both hosts must keep, on the demo's clusters. */
export function describeContract(name: string, start: () => Promise<ContractHost>): void {
  describe(`the contract through ${name}`, () => {
    let host: ContractHost;
    const payments: ConfigMapRef = { context: 'prod-eu', namespace: 'alcide-kaudit', name: 'kaudit-integration-payments' };

    beforeAll(async () => {
      host = await start();
      await vi.waitFor(
        async () => {
          const { clusters } = await host.ask('fleet.get', {});
          expect(
            clusters.filter((cluster) => cluster.state === 'connecting' || (cluster.state === 'idle' && cluster.auth === 'static')),
          ).toEqual([]);
        },
        { timeout: 20_000 },
      );
    });

    afterAll(async () => {
      await host?.stop();
    });

    test('every command refuses arguments that don’t fit, and none reports a bug', async () => {
      for (const command of Object.keys(commands) as CommandName[]) {
        const envelope = await host.request(command, { nonsense: true } as never);
        expect(envelope, command).toMatchObject({ ok: false, error: { code: 'invalid-arguments' } });
      }
    });

    test('an unknown command is refused', async () => {
      expect(await host.request('fleet.destroy' as CommandName, {})).toMatchObject({ ok: false, error: { code: 'unknown-command' } });
    });

    test('the snapshot contains the demo’s story', async () => {
      const fleet = await host.ask('fleet.get', {});
      expect(fleet.demo).toBe(true);
      const states = Object.fromEntries(fleet.clusters.map((cluster) => [cluster.context, cluster.state]));
      expect(states).toMatchObject({ 'prod-eu': 'online', 'edge-berlin': 'unreachable', staging: 'online', 'audit-readonly': 'online' });
      const configMaps = fleet.clusters.flatMap((cluster) => cluster.configMaps);
      expect(configMaps.filter((configMap) => configMap.ref.context === 'prod-eu')).toHaveLength(2);
      expect(configMaps.some((configMap) => configMap.state === 'invalid' && configMap.ref.context === 'staging')).toBe(true);
      expect(configMaps.every((configMap) => configMap.readOnly === (configMap.ref.context === 'audit-readonly'))).toBe(true);
    });

    test('a ConfigMap comes masked, with only the fingerprints of its keys', async () => {
      const view = await host.ask('configMap.get', { ref: payments });
      expect(view.state).toBe('ready');
      expect(view.secrets.length).toBeGreaterThan(0);
      for (const secret of view.secrets) {
        expect(view.text).toContain(secret.mask);
        expect(secret.fingerprint).toMatch(/^[0-9a-f]{8}$/);
      }
      expect(view.text).not.toMatch(/cxtp_[A-Za-z0-9]{30}/);
    });

    test('an edit is previewed, applied, read back, and announced; the opposite edit restores the old text', async () => {
      const events = await host.events();
      let copy = await host.ask('fleet.get', {});
      const before = await host.ask('configMap.get', { ref: payments });
      const [first] = before.integrations;
      if (first === undefined) throw new Error('no integration');
      const path = [...(first.targets[0]?.path ?? []), 'rate-limit'];
      const edits = [{ op: 'set' as const, path, value: 77 }];

      const preview = await host.ask('configMap.preview', { ref: payments, base: before.resourceVersion, edits });
      expect(preview).toMatchObject({ outcome: 'preview', diff: { changes: [expect.any(String)] } });

      const saved = await host.ask('configMap.apply', { ref: payments, base: before.resourceVersion, edits });
      if (saved.outcome !== 'saved') throw new Error(JSON.stringify(saved));
      expect(saved.configMap.text).toContain('rate-limit: 77');
      expect(preview.outcome === 'preview' && preview.text).toBe(saved.configMap.text);

      const text = [{ op: 'text' as const, text: before.text }];
      const restored = await host.ask('configMap.apply', { ref: payments, base: saved.resourceVersion, edits: text });
      if (restored.outcome !== 'saved') throw new Error(JSON.stringify(restored));
      expect(restored.configMap.text).toBe(before.text);

      await vi.waitFor(
        async () => {
          const now = await host.ask('fleet.get', {});
          for (const event of events.list) if (event.name === 'fleet.changed') copy = applyChange(copy, event.value);
          expect(copy).toEqual(now);
          const shown = now.clusters.flatMap((cluster) => cluster.configMaps).find((configMap) => configMap.uid === before.uid);
          expect(shown?.resourceVersion).toBe(restored.resourceVersion);
        },
        { timeout: 10_000 },
      );
      events.stop();
    });

    test('a long text is shown, previewed, kept and saved as a short one is', async () => {
      const short = await host.ask('configMap.get', { ref: payments });
      const long = `${short.text}${'# a long comment: ü\n'.repeat(5_000)}`;
      const edits = [{ op: 'text' as const, text: long }];
      const base = short.resourceVersion;
      const preview = await host.ask('configMap.preview', { ref: payments, base, edits });
      expect(preview).toMatchObject({ outcome: 'preview', text: long, secrets: short.secrets });
      expect(await host.ask('draft.save', { ref: payments, base, edits })).toEqual({ lostKeys: 0 });
      expect(await host.ask('draft.get', { ref: payments })).toMatchObject({ outcome: 'draft', base, edits });
      const saved = await host.ask('configMap.apply', { ref: payments, base, edits });
      expect(saved).toMatchObject({ outcome: 'saved', configMap: { text: long, secrets: short.secrets } });
      const view = await host.ask('configMap.get', { ref: payments });
      expect(view).toMatchObject({ text: long, integrations: short.integrations });
      const back = [{ op: 'text' as const, text: short.text }];
      const restored = await host.ask('configMap.apply', { ref: payments, base: view.resourceVersion, edits: back });
      expect(restored).toMatchObject({ outcome: 'saved', configMap: { text: short.text } });
      await host.ask('draft.discard', { ref: payments });
    });

    test('without permission: forbidden, with the verb and the Role that grants it', async () => {
      const fleet = await host.ask('fleet.get', {});
      const ref = fleet.clusters.find((cluster) => cluster.context === 'audit-readonly')?.configMaps[0]?.ref;
      if (ref === undefined) throw new Error('no ConfigMap');
      const view = await host.ask('configMap.get', { ref });
      expect(view.permissions).toMatchObject({
        update: false,
        missing: { verb: expect.any(String), role: expect.stringContaining('kind: Role') },
      });
      const edits = [{ op: 'set' as const, path: [0, 'name'], value: 'renamed' }];
      const reply = await host.ask('configMap.apply', { ref, base: view.resourceVersion, edits, override: true });
      expect(reply).toMatchObject({ outcome: 'forbidden', role: expect.stringContaining('kind: Role') });
    });

    test('principals: the names in a cluster’s role bindings, those of one namespace, or none without permission', async () => {
      const names = { outcome: 'principals', more: false, names: expect.arrayContaining(['ada@acme.example', 'system:kube-scheduler']) };
      expect(await host.ask('cluster.principals', { ref: payments })).toMatchObject({ ...names, partial: false });
      const orders = { ...payments, context: 'prod-us', name: 'kaudit-integration-orders' };
      expect(await host.ask('cluster.principals', { ref: orders })).toEqual({ outcome: 'not-permitted' });
      const idle = { ...payments, context: 'sso-lab' };
      expect(await host.request('cluster.principals', { ref: idle })).toMatchObject({ ok: false, error: { code: 'not-connected' } });
    });

    test('delivery: the healthy one passes all stages, the retired URL fails with its reason and the twin that responds', async () => {
      const fleet = await host.ask('fleet.get', {});
      const test = async (context: string, host_: string) => {
        for (const configMap of fleet.clusters.find((cluster) => cluster.context === context)?.configMaps ?? []) {
          for (const integration of configMap.integrations) {
            if (!integration.targets.some((target) => target.host?.startsWith(host_) && !target.stopped)) continue;
            return host.ask('delivery.test', { ref: configMap.ref, base: configMap.resourceVersion, integration: integration.index });
          }
        }
        throw new Error(`no integration of ${context} sends to ${host_}`);
      };
      const healthy = await test('prod-eu', '');
      expect(healthy).toMatchObject({ outcome: 'passed' });
      expect(healthy.outcome === 'passed' && healthy.report.stages.map((stage) => stage.state)).not.toContain('not-reached');
      const retired = await test('prod-us', 'api.');
      expect(retired).toMatchObject({ outcome: 'failed', report: { twin: { outcome: 'passed' } } });
    });

    test('presets: saved with the key, listed without it, tested, removed', async () => {
      const key = 'cxtp_0123456789abcdefghijABCDEFGHIJ';
      const { preset, stored } = await host.ask('preset.save', { preset: { name: 'New', domain: 'eu2.coralogix.com' }, key });
      expect(stored).toBe('memory');
      expect(preset).toMatchObject({
        endpoint: 'api',
        applicationName: 'kaudit',
        subsystemName: 'delivery-test',
        key: { state: 'memory' },
      });
      expect(JSON.stringify(await host.ask('preset.list', {}))).not.toContain(key);
      expect(await host.ask('delivery.testPreset', { id: preset.id })).toMatchObject({ outcome: 'failed', report: { status: 401 } });
      await host.ask('preset.remove', { id: preset.id });
      expect((await host.ask('preset.list', {})).some(({ id }) => id === preset.id)).toBe(false);
    });

    test('arrivals: one preset is busy, one silent since yesterday, one never seen', async () => {
      const presets = await host.ask('preset.list', {});
      const idOf = (domain: string) => presets.find((preset) => preset.domain === domain)?.id ?? '';
      const newest = async (domain: string) => {
        const reply = await host.ask('arrivals.get', { preset: idOf(domain) });
        if (reply.outcome !== 'known') throw new Error(reply.reason);
        for (const { hours } of reply.names) expect(hours).toHaveLength(24);
        const counted = reply.names.flatMap(({ hours }) => hours).reduce((sum, { count }) => sum + count, 0);
        const lasts = reply.names.map(({ last }) => (last === null ? Number.POSITIVE_INFINITY : Date.now() - Date.parse(last)));
        return { counted: counted > 0, hoursAgo: Math.round(Math.min(...lasts) / 3_600_000) };
      };
      expect(await newest('eu2.coralogix.com')).toEqual({ counted: true, hoursAgo: 0 });
      expect(await newest('us1.coralogix.com')).toEqual({ counted: true, hoursAgo: 20 });
      expect(await newest('eu1.coralogix.com')).toEqual({ counted: false, hoursAgo: Number.POSITIVE_INFINITY });
      const { names } = await host.ask('arrivals.discover', { preset: idOf('eu2.coralogix.com') });
      expect(names.map(({ application, likely }) => [application, likely])).toEqual([
        ['kaudit', true],
        ['kaudit', true],
        ['shop', false],
      ]);
      const fleet = await host.ask('fleet.get', {});
      expect(fleet.arrivals?.map(({ preset }) => preset).sort()).toEqual(presets.map(({ id }) => id).sort());
      expect(JSON.stringify(fleet)).not.toContain('cxup_');
    });

    test('settings: a part is changed, the rest stays', async () => {
      const before = await host.ask('settings.get', {});
      const after = await host.ask('settings.update', { settings: { theme: 'dark' } });
      expect(after).toEqual({ ...before, theme: 'dark' });
    });

    test('settings: kinds of notifications that are switched at the same time are all kept', async () => {
      const { notify } = await host.ask('settings.get', {});
      const kinds = ['changed', 'stopped', 'failing', 'lost', 'silent'] as const;
      await Promise.all(kinds.map((kind) => host.ask('settings.update', { settings: { notify: { [kind]: !notify[kind] } } })));
      const after = await host.ask('settings.get', {});
      expect(after.notify).toEqual(Object.fromEntries(kinds.map((kind) => [kind, !notify[kind]])));
      await host.ask('settings.update', { settings: { notify } });
    });

    test('a disconnected cluster is idle and returns no ConfigMaps until it is connected', async () => {
      await host.ask('cluster.disconnect', { context: 'prod-eu' });
      expect(await host.request('configMap.get', { ref: payments })).toMatchObject({ ok: false, error: { code: 'not-connected' } });
      expect(await host.ask('cluster.connect', { context: 'prod-eu' })).toEqual({ state: 'online' });
    });

    test('the error for an unknown context names it', async () => {
      expect(await host.request('cluster.connect', { context: 'nowhere' })).toMatchObject({
        ok: false,
        error: { code: 'not-found', message: expect.stringContaining('nowhere') },
      });
    });
  });
}
