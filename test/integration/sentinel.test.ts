import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { CommandName } from '../../main/common/api.ts';
import type { ConfigMapRef } from '../../main/common/reference.ts';
import { formatRoute } from '../../renderer/state/router.ts';
import { reportText } from '../../renderer/views/delivery/report-text.ts';
import { apiServerRequirement, NAMESPACE } from '../support/api-server.ts';
import { chromiumRequirement } from '../support/chromium.ts';
import type { Host } from '../support/host.ts';
import { keychainRequirement } from '../support/keychain.ts';
import { type OpenPage, openPage } from '../support/page.ts';
import { describeWith } from '../support/requirement.ts';
import { DOMAIN, type SecretsBench, startSecretsBench } from '../support/secrets-bench.ts';

// Keys that exist nowhere else go through every feature that there is. Afterwards each is where it belongs, and nowhere else.

const random = (prefix: string) =>
  prefix +
  randomBytes(40)
    .toString('base64')
    .replaceAll(/[^A-Za-z0-9]/g, '')
    .slice(0, 30)
    .padEnd(30, '0');
/** Entered by the user, kept in the keychain, written to the ConfigMap. */
const ENTERED = random('cxtp_');
/** Replaces it later. */
const NEXT = random('cxtp_');
const READS_BACK = random('cxup_');
/** Stood in the ConfigMap from the beginning; the first is adopted as a preset. */
const FOUND = random('cxtp_');
const IN_COMMENT = random('cxtp_');
const SLACK = random('https://hooks.slack.com/services/T0/B0/');
/** Tested, and not saved. */
const TRIED = random('cxtp_');
/** Goes through a crash. */
const CRASHED = random('cxtp_');
const ALL = { ENTERED, NEXT, READS_BACK, FOUND, IN_COMMENT, SLACK, TRIED, CRASHED };

const TEXT = `- type: detections
  name: findings
  target:
    target-type: http-api
    http-api-uri: https://api.${DOMAIN}/logs/v1/bulk
    http-api-token: ${FOUND}
# http-api-token: ${IN_COMMENT}
- type: selections
  target:
    target-type: slack
    slack-uri: ${SLACK}
`;

/** The names of the keys that a text holds: whole, in part, encoded, or spelt backwards. */
function keysIn(text: string): string[] {
  return Object.entries(ALL).flatMap(([name, key]) => {
    const secret = key.slice(-30);
    const parts = [secret.slice(0, 12), secret.slice(9, 21), secret.slice(18)];
    // base64 of what stands somewhere within a longer text depends on where it starts there.
    const encoded = [0, 1, 2].map((skip) => Buffer.from(secret.slice(skip)).toString('base64').slice(0, 20));
    const forms = [...parts, ...encoded, Buffer.from(secret).toString('hex'), [...secret].reverse().join('')];
    return forms.some((form) => text.includes(form)) ? [name] : [];
  });
}

describeWith([apiServerRequirement, keychainRequirement, chromiumRequirement], 'no key is anywhere but where it belongs', () => {
  let bench: SecretsBench;
  let host: Host;
  let open: OpenPage;
  let scratch: string;
  let events: Awaited<ReturnType<Host['events']>>;
  let watch: NodeJS.Timeout;
  /** Everything that came out of the program: answers, events, reports as they are copied. */
  const came: string[] = [];
  /** Arguments and environments of the program's processes, as often as could be looked. */
  const seen = new Set<string>();
  const ref: ConfigMapRef = { context: 'editor', namespace: NAMESPACE, name: 'kaudit-integration-sentinel' };

  beforeAll(async () => {
    bench = await startSecretsBench();
    scratch = mkdtempSync(join(tmpdir(), 'kaudit-tray-sentinel-'));
    await bench.put(ref.name, TEXT);
    host = await bench.start({ environment: { NODE_OPTIONS: `--import=${bug()}` } });
    watch = setInterval(() => {
      for (const text of processTexts(host.process.pid)) seen.add(text);
    }, 20);
    events = await host.events();
    open = await openPage(host.url);
    open.page.on(
      'response',
      (response) =>
        void response.text().then(
          (text) => came.push(text),
          () => undefined,
        ),
    );
  });
  afterAll(async () => {
    clearInterval(watch);
    events?.stop();
    await open?.close();
    await host?.stop();
    await bench?.stop();
    rmSync(scratch, { recursive: true, force: true });
  });

  /** A bug for the program to have: what is written to the keychain cannot be made into JSON, and the error quotes it. */
  function bug(): string {
    const file = join(scratch, 'bug.mjs');
    writeFileSync(
      file,
      `const stringify = JSON.stringify;
JSON.stringify = (value, ...more) => {
  if (value?.version === 1 && value.name === 'Crash') throw new TypeError('Cannot write ' + value.key);
  return stringify(value, ...more);
};
`,
    );
    return file;
  }

  async function ask<Name extends CommandName>(name: Name, args: Parameters<typeof host.request<Name>>[1]) {
    const answer = await host.request(name, args);
    came.push(JSON.stringify(answer));
    return answer;
  }
  async function value<Name extends CommandName>(name: Name, args: Parameters<typeof host.request<Name>>[1]) {
    const answer = await ask(name, args);
    if (!answer.ok) throw new Error(`${name}: ${answer.error.message}`);
    return answer.value;
  }
  const get = () => value('configMap.get', { ref });

  test('every feature, with keys that exist nowhere else', async () => {
    const preset = { name: 'Sentinel', domain: DOMAIN };
    bench.ingest.behave((_request, response) => void response.writeHead(200).end('{}'));
    expect(await value('preset.test', { preset, key: TRIED })).toMatchObject({ outcome: 'passed' });
    const { preset: saved, stored } = await value('preset.save', { preset, key: `Bearer ${ENTERED}\n`, readBackKey: READS_BACK });
    expect(stored).toBe('keychain');
    const { id } = saved;

    await value('cluster.connect', { context: 'editor' });
    const first = await get();
    const preset0 = [{ op: 'preset' as const, integration: 0, preset: id }];
    const base = first.resourceVersion;
    const adopted = await value('preset.adopt', { ref, base, integration: 0, preset: { ...preset, name: 'Adopted' } });
    expect(adopted.stored).toBe('keychain');
    expect(await value('configMap.preview', { ref, base, edits: preset0 })).toMatchObject({ outcome: 'preview' });
    expect(await value('delivery.test', { ref, base, edits: preset0, integration: 0 })).toMatchObject({ outcome: 'passed' });
    expect(await value('configMap.apply', { ref, base, edits: preset0 })).toMatchObject({ outcome: 'saved' });
    expect(await bench.stored(ref.name)).toBe(TEXT.replace(FOUND, ENTERED));

    // The key is replaced, and meanwhile somebody changes the same field by kubectl: a conflict that holds three keys.
    const second = await get();
    await value('preset.save', { preset: { ...preset, id }, key: NEXT });
    await bench.put(ref.name, TEXT);
    const conflict = await value('configMap.apply', { ref, base: second.resourceVersion, edits: preset0 });
    expect(conflict).toMatchObject({ outcome: 'conflict' });
    const third = await get();
    expect(await value('configMap.apply', { ref, base: third.resourceVersion, edits: preset0 })).toMatchObject({ outcome: 'saved' });

    // An ingest that says no, and quotes the key.
    bench.ingest.behave(
      ({ headers }, response) => void response.writeHead(401).end(JSON.stringify({ error: `bad key ${headers.authorization}` })),
    );
    const { resourceVersion } = await get();
    for (const reply of [
      await value('delivery.test', { ref, base: resourceVersion, integration: 0 }),
      await value('delivery.testPreset', { id }),
      await value('preset.test', { preset, key: TRIED }),
    ]) {
      if (reply.outcome !== 'failed') throw new Error(`The test ended with ${reply.outcome}`);
      came.push(reportText(reply.report, 'Sentinel'));
    }
    await value('delivery.testAll', {});

    // A bug whose error quotes the key.
    const crash = await ask('preset.save', { preset: { ...preset, name: 'Crash' }, key: CRASHED });
    expect(crash).toMatchObject({ ok: false, error: { code: 'internal', message: expect.stringContaining('log id') } });
    expect(readFileSync(join(host.directory, 'kaudit-tray.log'), 'utf8')).toContain('Cannot write [redacted]');

    // Refusals and failures.
    const moved = third.text.replace('name: findings', `name: ${third.secrets[0]?.mask}`);
    expect(await value('configMap.preview', { ref, base, edits: [{ op: 'text', text: moved }] })).toMatchObject({ outcome: 'refused' });
    await ask('configMap.apply', { ref, base: resourceVersion, edits: [{ op: 'text', text: `a: [${FOUND}` }] });
    await ask('preset.import', { text: `{"key": "${ENTERED}"}` });
    await ask('preset.save', { preset, key: `${ENTERED} ${NEXT}` });
    await bench.keychain.lock();
    expect(await ask('delivery.testPreset', { id })).toMatchObject({ ok: false, error: { code: 'keychain' } });
    await bench.keychain.restart();
    came.push((await value('preset.export', {})).text);
    await value('fleet.refresh', {});
    await value('fleet.get', {});
  });

  test('they are in the keychain and in the ConfigMap', async () => {
    const presets = await host.ask('preset.list', {});
    const entries = await Promise.all(presets.map(({ id }) => bench.keychain.lookup('kaudit-tray', `preset:${id}`)));
    expect(keysIn(entries.join())).toEqual(['NEXT', 'READS_BACK', 'FOUND']);
    expect(keysIn(await bench.stored(ref.name))).toEqual(['NEXT', 'IN_COMMENT', 'SLACK']);
    // What they would be found by, if they were anywhere else.
    for (const [name, key] of Object.entries(ALL)) {
      expect(keysIn(`x${Buffer.from(`Bearer ${key}`).toString('base64')}`)).toEqual([name]);
    }
  });

  test('not in the data folder, nor in the log', () => {
    const files = readdirSync(host.directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(files.map(({ name }) => name)).toEqual(expect.arrayContaining(['settings.json', 'kaudit-tray.log']));
    for (const { parentPath, name } of files) expect([name, keysIn(readFileSync(join(parentPath, name), 'latin1'))]).toEqual([name, []]);
    expect(keysIn(host.errors())).toEqual([]);
  });

  test('not in the event stream, an answer, an error or a copied report', () => {
    const stream = JSON.stringify(events.list);
    expect(stream).toContain('Sentinel');
    expect(keysIn(stream)).toEqual([]);
    expect(came.length).toBeGreaterThan(20);
    expect(came.join()).toContain('masked-key-');
    expect(keysIn(came.join('\n'))).toEqual([]);
  });

  test('not in the arguments or the environment of any of its processes', () => {
    const all = [...seen].join('\n');
    expect(all).toContain('browser.js');
    expect(all).toContain('keychain.cjs');
    expect(keysIn(all)).toEqual([]);
  });

  test('not in the page, nor in its memory', async () => {
    const { page } = open;
    const go = async (route: Parameters<typeof formatRoute>[0]) => {
      await page.evaluate((hash) => {
        window.location.hash = hash;
      }, formatRoute(route));
    };
    let content = '';
    const look = async () => {
      content += await page.content();
      content += await page.evaluate(() =>
        [...document.querySelectorAll('input, textarea')].map((each) => (each as HTMLInputElement).value).join(),
      );
    };
    await go({ view: 'presets' });
    await page.getByRole('article', { name: 'Preset Sentinel' }).waitFor();
    await look();
    await go({ view: 'configMap', ref });
    await page.getByLabel('URL', { exact: true }).waitFor();
    await look();
    await page.getByRole('button', { name: 'Test delivery' }).first().click();
    await page.getByRole('dialog').getByText('Failed').first().waitFor();
    await look();
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('tab', { name: 'Text' }).click();
    await vi.waitFor(async () => expect(await page.content()).toContain('masked-key-'));
    await look();
    expect(keysIn(content)).toEqual([]);

    const session = await page.context().newCDPSession(page);
    let snapshot = '';
    session.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => {
      snapshot += chunk;
    });
    await session.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
    expect(snapshot).toContain('masked-key-');
    expect(keysIn(snapshot)).toEqual([]);
    expect(open.errors).toEqual([]);
  });
});

/** Command lines and environments of a process and of all that it has started. */
function processTexts(root: number | undefined): string[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    const parent = /\nPPid:\t(\d+)/.exec(read(`/proc/${name}/status`))?.[1];
    if (parent !== undefined) parents.set(Number(name), Number(parent));
  }
  const isOurs = (pid: number): boolean => pid === root || (parents.has(pid) && isOurs(parents.get(pid) ?? 0));
  return [...parents.keys()].filter(isOurs).flatMap((pid) => [read(`/proc/${pid}/cmdline`), read(`/proc/${pid}/environ`)]);
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
