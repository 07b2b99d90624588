import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { CommandName, Envelope, Reply } from '../../main/common/api.ts';
import { commands } from '../../main/common/api.ts';
import type { ConfigMapRef } from '../../main/common/reference.ts';
import { formatRoute } from '../../renderer/state/router.ts';
import { apiServerRequirement, NAMESPACE } from '../support/api-server.ts';
import { chromiumRequirement } from '../support/chromium.ts';
import type { Behaviour } from '../support/delivery-bench.ts';
import { type Desktop, startDesktop } from '../support/desktop.ts';
import { inFullRun } from '../support/full-run.ts';
import type { Host } from '../support/host.ts';
import { keychainRequirement } from '../support/keychain.ts';
import { type OpenPage, openPage } from '../support/page.ts';
import { type Relay, startRelay } from '../support/relay.ts';
import { describeWith } from '../support/requirement.ts';
import { DOMAIN, type SecretsBench, startSecretsBench } from '../support/secrets-bench.ts';
import {
  found,
  httpPlace,
  type Place,
  type ProcessWatch,
  pagePlaces,
  plainKey,
  programPlaces,
  recorder,
  searchFor,
  shapedKey,
  WHOLE_STRINGS,
  watchProcesses,
} from '../support/sentinel.ts';
import type { TrayPanel } from '../support/session/tray-panel.ts';
import { startTrayPanel } from '../support/session/tray-panel.ts';

// Keys that exist nowhere else go through every feature. Afterwards each is where it belongs, and nowhere else.
// sentinel-search.test.ts shows that the searches work.

/** Most have the older shape, which redaction doesn't recognise by its form. */
const KEYS = {
  /** Entered by the user, kept in the keychain, written to the ConfigMap. */
  entered: plainKey(),
  /** Replaces it later. */
  next: shapedKey('cxtp_'),
  readsBack: shapedKey('cxup_'),
  /** In the ConfigMap from the beginning; adopted as a preset. */
  found: plainKey(),
  inComment: plainKey(),
  inUrl: plainKey(),
  named: plainKey(),
  shared: plainKey(),
  slack: shapedKey('https://hooks.slack.com/services/T0/B0/'),
  /** Tested, and not saved. */
  tried: plainKey(),
  /** Of a preset that is removed again. */
  removed: plainKey(),
  /** In bugs. */
  crashed: plainKey(),
  rejected: plainKey(),
  uncaught: plainKey(),
};
const search = searchFor(KEYS);

const text = (key: string) => `- val-named: ${KEYS.named}
- type: detections
  name: findings
  target:
    target-type: http-api
    http-api-uri: https://api.${DOMAIN}/logs/v1/bulk
    http-api-token: ${key}
# http-api-token: ${KEYS.inComment}
- type: selections
  target:
    target-type: slack
    slack-uri: ${KEYS.slack}
- type: activity
  target:
    - target-type: azure
      workspace-id: acme
      shared-key: "${KEYS.shared}"
    - target-type: http-api
      http-api-uri: https://logs:${KEYS.inUrl}@logs.acme.example/in
      ref/http-api-token: val-named
`;
/** Stays in the ConfigMap all the time. */
const KEPT = ['inComment', 'inUrl', 'named', 'shared', 'slack'];

/**
 * Bugs for the program. What is written to the keychain can't be turned into JSON, and the error quotes it. Unhandled
 * rejections and exceptions quote keys, too.
 */
const BUGS = `const stringify = JSON.stringify;
JSON.stringify = (value, ...more) => {
  if (value?.version === 1 && value.name === 'Crash') throw new TypeError('Cannot write ' + value.key);
  if (value?.version === 1 && value.name === 'Rejection') Promise.reject(new Error('Cannot keep ' + value.key));
  if (value?.version === 1 && value.name === 'Exception') process.once('SIGUSR2', () => { throw new RangeError('Cannot bear ' + value.key); });
  return stringify(value, ...more);
};
`;

/** Refuses, and quotes the key. */
const refusing: Behaviour = ({ headers }, response) =>
  void response.writeHead(401).end(JSON.stringify({ error: `bad ${headers.authorization}` }));
/** Accepts, finds what is searched for, and quotes the key anyway. */
const accepting: Behaviour = ({ path, headers, body }, response) => {
  if (!path.includes('dataprime')) return void response.writeHead(200).end(JSON.stringify({ echo: headers.authorization }));
  const [, id] = /test_id == '([^']+)'/.exec(JSON.parse(body).query) ?? [];
  const authorization = String(headers.authorization);
  if (id === undefined) {
    const names = { application: authorization, subsystem: authorization.replace('Bearer ', ''), entries: 1, last: Date.now() * 1e6 };
    return void response
      .writeHead(200)
      .end(
        `${JSON.stringify({ warning: { [authorization.slice(7)]: 1 } })}\n${JSON.stringify({ result: { results: [{ userData: names }] } })}`,
      );
  }
  response.writeHead(200).end(JSON.stringify({ result: { results: [{ test_id: id, by: headers.authorization }] } }));
};

describeWith([apiServerRequirement, keychainRequirement, chromiumRequirement], 'every key is only where it belongs', () => {
  let bench: SecretsBench;
  let scratch: string;
  const module = (name: string, source: string) => {
    const file = join(scratch, `${name}.mjs`);
    writeFileSync(file, source);
    return `--import=${file}`;
  };
  const clean = async (places: readonly Place[]) => {
    for (const place of places) expect([place.name, await found(place, search)]).toEqual([place.name, []]);
  };

  beforeAll(async () => {
    bench = await startSecretsBench();
    scratch = mkdtempSync(join(tmpdir(), 'kaudit-tray-sentinel-'));
  });
  afterAll(async () => {
    await bench?.stop();
    rmSync(scratch, { recursive: true, force: true });
  });

  describe('through the browser host', () => {
    let host: Host;
    let relay: Relay;
    let open: OpenPage;
    let processes: ProcessWatch;
    /** Everything that the page showed, or put into the clipboard. */
    const shown: string[] = [];
    const asked = new Set<string>();
    const ref: ConfigMapRef = { context: 'editor', namespace: NAMESPACE, name: 'kaudit-integration-sentinel' };
    const preset = { name: 'Sentinel', domain: DOMAIN };

    beforeAll(async () => {
      await bench.put(ref.name, text(KEYS.found));
      const file = join(scratch, 'processes');
      const environment = {
        NODE_OPTIONS: `${module('recorder', recorder(file))} ${module('bugs', BUGS)}`,
        // As someone who looks for a problem enables it.
        NODE_DEBUG: 'http,https,http2,net,tls,undici,fetch,child_process,stream,module',
      };
      host = await bench.start({ environment });
      processes = watchProcesses(host.process.pid, file);
      relay = await startRelay(Number(new URL(host.origin).port));
      open = await openPage(`http://127.0.0.1:${relay.port}/#token=${host.token}`, [WHOLE_STRINGS]);
      await open.page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: `http://127.0.0.1:${relay.port}` });
    });
    afterAll(async () => {
      processes?.stop();
      await open?.close();
      await relay?.close();
      await host?.stop();
    });

    /** Through the relay, which records every byte of the replies. */
    async function ask<Name extends CommandName>(
      name: Name,
      args: Parameters<typeof host.request<Name>>[1],
    ): Promise<Envelope<Reply<Name>>> {
      asked.add(name);
      const response = await fetch(`http://127.0.0.1:${relay.port}/api`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${host.token}` },
        body: JSON.stringify({ name, args }),
      });
      return (await response.json()) as Envelope<Reply<Name>>;
    }
    async function value<Name extends CommandName>(name: Name, args: Parameters<typeof host.request<Name>>[1]) {
      const answer = await ask(name, args);
      if (!answer.ok) throw new Error(`${name}: ${answer.error.message}`);
      return answer.value;
    }
    const get = () => value('configMap.get', { ref });
    const log = () => readFileSync(join(host.directory, 'kaudit-tray.log'), 'utf8');
    const entryOf = (id: string) => bench.keychain.lookup('kaudit-tray', `preset:${id}`);

    test('every feature, with keys that exist nowhere else', async () => {
      bench.ingest.behave(accepting);
      expect(await value('preset.test', { preset, key: KEYS.tried })).toMatchObject({ outcome: 'passed' });
      const { preset: saved, stored } = await value('preset.save', {
        preset,
        key: `Bearer ${KEYS.entered}\n`,
        readBackKey: KEYS.readsBack,
      });
      expect(stored).toBe('keychain');
      const { id } = saved;

      await value('cluster.connect', { context: 'editor' });
      await value('cluster.connectAll', { contexts: ['editor'] });
      const first = await get();
      expect(first.secrets).toHaveLength(6);
      const edits = [{ op: 'preset' as const, integration: 1, preset: id }];
      const base = first.resourceVersion;
      const adopted = await value('preset.adopt', { ref, base, integration: 1, preset: { ...preset, name: 'Adopted' } });
      expect(adopted.stored).toBe('keychain');
      expect(await value('configMap.preview', { ref, base, edits })).toMatchObject({ outcome: 'preview' });
      const tested = await value('delivery.test', { ref, base, edits, integration: 1 });
      if (tested.outcome !== 'passed') throw new Error(`The test ended with ${tested.outcome}`);
      expect(await value('delivery.seen', { id: tested.report.id })).toMatchObject({ outcome: 'seen' });
      expect(await value('delivery.history', { id: tested.report.id })).toHaveLength(1);
      await value('delivery.clusterFacts', { ref });
      await value('cluster.principals', { ref });
      expect(await value('configMap.apply', { ref, base, edits })).toMatchObject({ outcome: 'saved' });
      expect(await bench.stored(ref.name)).toBe(text(KEYS.entered));

      // The key is replaced, and someone changes the same field with kubectl: a conflict between three keys.
      const second = await get();
      await value('preset.save', { preset: { ...preset, id }, key: KEYS.next });
      await bench.put(ref.name, text(KEYS.found));
      const conflict = await value('configMap.apply', { ref, base: second.resourceVersion, edits });
      expect(conflict).toMatchObject({ outcome: 'conflict' });
      const third = await get();
      expect(await value('configMap.apply', { ref, base: third.resourceVersion, edits })).toMatchObject({ outcome: 'saved' });

      bench.ingest.behave(refusing);
      const { resourceVersion } = await get();
      for (const reply of [
        await value('delivery.test', { ref, base: resourceVersion, integration: 1 }),
        await value('delivery.testPreset', { id }),
        await value('preset.test', { preset, key: KEYS.tried }),
      ]) {
        if (reply.outcome !== 'failed') throw new Error(`The test ended with ${reply.outcome}`);
        expect(reply.report).toMatchObject({ status: 401, body: expect.stringContaining('[redacted]') });
        expect(JSON.stringify(reply.report)).toContain('doctor');
      }
      await value('delivery.testAll', {});
      await value('delivery.cancel', {});

      // Refusals and failures.
      const moved = third.text.replace('name: findings', `name: ${third.secrets[1]?.mask}`);
      expect(await value('configMap.preview', { ref, base, edits: [{ op: 'text', text: moved }] })).toMatchObject({ outcome: 'refused' });
      await ask('configMap.apply', { ref, base: resourceVersion, edits: [{ op: 'text', text: `a: [${KEYS.found}` }] });
      await ask('preset.import', { text: `{"key": "${KEYS.entered}"}` });
      await ask('preset.save', { preset, key: `${KEYS.entered} ${KEYS.next}` });
      await bench.keychain.lock();
      expect(await ask('delivery.testPreset', { id })).toMatchObject({ ok: false, error: { code: 'keychain' } });
      await value('keychain.cancel', {});
      await bench.keychain.restart();

      // Drafts, history, a rollout, and drift.
      const now = await get();
      const drafted = [{ op: 'set' as const, path: [1, 'target', 'http-api-token'], value: KEYS.tried }];
      await value('draft.save', { ref, base: now.resourceVersion, edits: drafted });
      await value('draft.get', { ref });
      await value('draft.discard', { ref });
      await ask('configMap.dismissUnsettled', { ref });
      const { revisions } = await value('configMap.history', { ref });
      for (const { id: revision } of revisions) await value('configMap.revision', { ref, id: revision });
      const { plan } = await value('rollout.plan', { targets: [{ ref, integration: 1 }], change: { op: 'preset', preset: id } });
      for (const form of ['patch', 'kubectl', 'values'] as const) await ask('rollout.export', { plan, row: '1', form });
      await value('rollout.run', { plan });
      await value('rollout.undo', { plan });
      await value('rollout.list', {});
      await value('rollout.pause', {});
      await value('rollout.resume', {});
      await value('rollout.cancel', {});
      await value('drift.get', {});
      for (const format of ['csv', 'json'] as const) await value('drift.export', { format });
      // An exported change with typed keys; a restore and an undo that ask for keys.
      const last = await get();
      for (const form of ['patch', 'kubectl', 'values'] as const)
        expect(await value('configMap.export', { ref, base: last.resourceVersion, edits: drafted, form })).toMatchObject({
          outcome: 'exported',
          text: expect.stringMatching(/http-api-token: <key-\w+>/),
        });
      for (const { id: revision } of revisions)
        for (const op of ['restore', 'undo'] as const) {
          const keys = [{ path: [1, 'target', 'http-api-token'], key: KEYS.tried }];
          await ask('configMap.preview', { ref, base: last.resourceVersion, edits: [{ op, revision, keys }] });
          await ask('configMap.preview', { ref, base: last.resourceVersion, edits: [{ op, revision }] });
        }
      const decided = [{ path: [1, 'target', 'http-api-token'], value: KEYS.tried }];
      for (const { id: revision } of revisions)
        await ask('configMap.preview', { ref, base: last.resourceVersion, edits: [{ op: 'undo', revision, choices: decided }] });

      // A preset whose key is removed, then the preset itself.
      const { preset: short } = await value('preset.save', { preset: { ...preset, name: 'Short' }, key: KEYS.removed });
      await value('preset.save', { preset: { ...preset, name: 'Short', id: short.id }, key: null });
      await value('preset.save', { preset: { ...preset, name: 'Short', id: short.id }, key: KEYS.removed });
      expect(await value('preset.remove', { id: short.id })).toEqual({ outcome: 'removed', left: null });
      expect(await entryOf(short.id)).toBeNull();

      const { text: exported } = await value('preset.export', {});
      expect(await value('preset.import', { text: exported.replace('"Sentinel"', '"Imported"') })).toMatchObject({ added: 1 });
      await value('preset.list', {});

      // Arrivals, from responses that quote the key as a name, as a warning and as a refusal.
      bench.ingest.behave(accepting);
      const arrivals = { watched: true, names: [{ application: 'kaudit', subsystem: 'findings' }] };
      await value('preset.save', { preset: { ...preset, id, arrivals } });
      expect(await value('arrivals.get', { preset: id })).toMatchObject({ outcome: 'not-askable' });
      await value('arrivals.cancel', { query: randomUUID() });
      expect(await value('arrivals.discover', { preset: id })).toMatchObject({ names: [], warning: expect.stringContaining('[redacted]') });
      bench.ingest.behave(refusing);
      expect(await ask('arrivals.discover', { preset: id })).toMatchObject({ ok: false, error: { code: 'delivery' } });
      await value('settings.update', { settings: { theme: 'dark' } });
      await value('settings.get', {});
      await value('cluster.mark', { context: 'viewer', marks: { readOnly: true } });
      await ask('cluster.allowSignIn', { context: 'viewer', allow: true });
      await value('cluster.connect', { context: 'viewer' });
      await value('cluster.disconnect', { context: 'viewer' });
      await value('fleet.refresh', {});
      await value('fleet.get', {});
      expect([...asked].sort()).toEqual(Object.keys(commands).sort());
    });

    test('the keys are in the keychain and in the ConfigMap', async () => {
      const presets = await host.ask('preset.list', {});
      const entries = await Promise.all(presets.map(({ id }) => entryOf(id)));
      expect(search(entries.join()).sort()).toEqual(['found', 'next', 'readsBack']);
      expect(search(await bench.stored(ref.name)).sort()).toEqual([...KEPT, 'next'].sort());
    });

    test('the page shows, copies and keeps none', async () => {
      const { page } = open;
      const [document] = pagePlaces(page);
      const look = async () => {
        shown.push(...((await document?.texts()) ?? []));
      };
      await walk(page, look);
      const copied = async (button: string, words: string) => {
        await page.getByRole('dialog').getByRole('button', { name: button, exact: true }).click();
        await vi.waitFor(async () => expect(await page.evaluate(() => navigator.clipboard.readText())).toContain(words));
        shown.push(await page.evaluate(() => navigator.clipboard.readText()));
      };
      await page.getByRole('button', { name: 'Test delivery' }).first().click();
      await page.getByRole('dialog').getByText('Failed').first().waitFor();
      await look();
      await copied('Copy report', 'kAudit Tray delivery test: failed');
      await copied('Copy as curl', '$CORALOGIX_KEY');
      await page.getByRole('button', { name: 'Done' }).click();
      const stopped = page.getByRole('switch', { name: 'Stopped' });
      await stopped.focus();
      await page.keyboard.press('Space');
      await page.getByRole('button', { name: 'Review and apply' }).click();
      await page.getByRole('dialog', { name: 'Review and apply' }).waitFor();
      await look();
      await page.keyboard.press('Escape');
      await page.getByRole('tab', { name: 'Text' }).click();
      await vi.waitFor(async () => expect(await page.content()).toContain('masked-key-'));
      await look();

      expect(shown.length).toBeGreaterThan(8);
      await clean([{ name: 'what was shown', texts: () => shown }, ...pagePlaces(page)]);
      expect(open.errors).toEqual([]);
    });

    async function walk(page: Page, look: () => Promise<void>): Promise<void> {
      const go = (hash: string) =>
        page.evaluate((address) => {
          window.location.hash = address;
        }, hash);
      await go(formatRoute({ view: 'presets' }));
      await page.getByRole('article', { name: 'Preset Sentinel' }).waitFor();
      await look();
      await page.getByRole('button', { name: 'Edit preset Sentinel' }).click();
      await page.getByRole('dialog').getByText('Configured').first().waitFor();
      await look();
      await page.getByRole('button', { name: 'Cancel' }).click();
      for (const view of ['home', 'settings', 'about'] as const) {
        await go(formatRoute({ view }));
        await page.getByRole('heading', { level: 1 }).waitFor();
        await look();
      }
      await go(formatRoute({ view: 'configMap', ref }));
      await page
        .getByRole('navigation', { name: 'Integrations' })
        .getByRole('button', { name: /Detections/ })
        .first()
        .click();
      await page.getByLabel('URL', { exact: true }).waitFor({ state: 'attached' });
      await look();
    }

    test('bugs whose errors quote keys are reported without them', async () => {
      const bug = (name: string, key: string) => ask('preset.save', { preset: { ...preset, name }, key });
      expect(await bug('Crash', KEYS.crashed)).toMatchObject({
        ok: false,
        error: { code: 'internal', message: expect.stringContaining('log id') },
      });
      expect(log()).toContain('Cannot write [redacted]');
      expect(await bug('Rejection', KEYS.rejected)).toMatchObject({ ok: true });
      await vi.waitFor(() => expect(log()).toContain('Cannot keep [redacted]'));
      const ended = once(host.process, 'exit');
      expect(await bug('Exception', KEYS.uncaught)).toMatchObject({ ok: true });
      host.process.kill('SIGUSR2');
      expect(await ended).toEqual([1, null]);
      expect(log()).toContain('Cannot bear [redacted]');
      expect(host.errors()).toContain('has to quit because of a bug');
      expect(host.errors()).not.toContain('Cannot bear');
    });

    test('none in the data folder, the log, the output, the replies, arguments and environments', async () => {
      const answers = relay.said();
      for (const words of ['masked-key-', 'event-stream', 'fleet.changed', '"ok":false']) expect(answers).toContain(words);
      expect(host.errors()).toContain('NET ');
      const [args] = processes.places;
      const started = [...((await args?.texts()) ?? [])].join();
      for (const program of ['browser.js', 'keychain.cjs']) expect(started).toContain(program);
      await clean([...programPlaces(host), httpPlace(relay), ...processes.places]);
    });
  });

  inFullRun(() =>
    describe('through the desktop host', () => {
      let desktop: Desktop;
      let directory: string;
      let processes: ProcessWatch;
      let panel: TrayPanel;
      let output = '';
      const shown: string[] = [];
      const ref: ConfigMapRef = { context: 'editor', namespace: NAMESPACE, name: 'kaudit-integration-desktop' };

      beforeAll(async () => {
        await bench.put(ref.name, text(KEYS.found));
        directory = join(scratch, 'desktop');
        panel = await startTrayPanel(bench.environment);
        const file = join(scratch, 'desktop-processes');
        desktop = await startDesktop({
          directory,
          flags: ['--user-data', directory, ...bench.flags],
          environment: { ...bench.environment, NODE_OPTIONS: module('desktop-recorder', recorder(file)) },
        });
        desktop.process.stdout?.on('data', (chunk: Buffer) => {
          output += chunk.toString();
        });
        processes = watchProcesses(desktop.process.pid, file);
      });
      afterAll(async () => {
        processes?.stop();
        await desktop?.stop();
        panel?.stop();
      });

      test('tray, notifications and window mention integrations, but no key', async () => {
        bench.ingest.behave(accepting);
        await desktop.ask('cluster.connect', { context: 'editor' });
        const { resourceVersion: base } = await desktop.ask('configMap.get', { ref });
        // Its key comes from the ConfigMap: an entered one goes through the page.
        const adopted = { ref, base, integration: 1, preset: { name: 'Sentinel', domain: DOMAIN } };
        const { preset } = await desktop.ask('preset.adopt', adopted);
        const edits = [{ op: 'preset' as const, integration: 3, target: 1, preset: preset.id }];
        expect(await desktop.ask('configMap.apply', { ref, base, edits })).toMatchObject({ outcome: 'saved' });
        await desktop.tell({ do: 'focus', window: false });
        const look = async () => {
          const seen = await desktop.look();
          const menu = panel.count() === 0 ? [] : await panel.menu();
          shown.push(JSON.stringify(seen), JSON.stringify(menu));
          return seen;
        };
        const told = (title: RegExp) =>
          vi.waitFor(
            async () => expect((await look()).notifications.map((each) => each.title)).toContainEqual(expect.stringMatching(title)),
            15_000,
          );
        // Longer than news are gathered: what was saved here needs no notification.
        await vi.waitFor(async () => expect(JSON.stringify(await panel.menu())).toContain('findings'), 10_000);
        await new Promise((done) => setTimeout(done, 3500));

        bench.ingest.behave(refusing);
        const { resourceVersion } = await desktop.ask('configMap.get', { ref });
        expect(await desktop.ask('delivery.test', { ref, base: resourceVersion, integration: 1 })).toMatchObject({ outcome: 'failed' });
        await told(/ failed$/);
        await bench.put(ref.name, text(KEYS.found).replace('name: findings', 'name: changed'));
        await told(/ changed$/);
        await desktop.tell({ do: 'clickNotification', title: (await look()).notifications[0]?.title ?? '' });
        await desktop.page.getByRole('heading', { name: ref.name, level: 1 }).waitFor();
        await look();
        // There was nothing to log; the heap needs a switch of Chromium's, and the page's memory contains more.
        const left = programPlaces({ directory, output: () => output, errors: desktop.errors }).filter(({ name }) => name !== 'log');
        const places = pagePlaces(desktop.page).filter(({ name }) => name !== 'heap');
        await clean([{ name: 'tray and notifications', texts: () => shown }, ...left, ...processes.places, ...places]);
      });
    }),
  );
});
