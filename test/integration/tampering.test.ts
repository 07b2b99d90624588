import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Edit } from '../../main/common/integration/reading/integration.ts';
import type { ConfigMapRef } from '../../main/common/reference.ts';
import { apiServerRequirement, NAMESPACE } from '../support/api-server.ts';
import type { Host } from '../support/host.ts';
import { keychainRequirement } from '../support/keychain.ts';
import { describeWith } from '../support/requirement.ts';
import { ATTACKER, DOMAIN, type SecretsBench, startSecretsBench } from '../support/secrets-bench.ts';

// Whoever can change a file of this computer, or a ConfigMap, must not get a key from the keychain sent to their own
// host.

const KEY = 'cxtp_Tt0Aa1Mm2Pp3Ee4Rr5Ii6Nn7Gg8Kk9';
const EVIL_URL = `https://api.${ATTACKER}/logs/v1/bulk`;
const WATCHED = { watched: true, names: [{ application: 'kaudit', subsystem: 'findings' }] };
const text = (url: string, key: string) => `- type: detections
  target:
    target-type: http-api
    http-api-uri: ${url}
    http-api-token: ${key}
`;

describeWith([apiServerRequirement, keychainRequirement], 'a key of the keychain', () => {
  let bench: SecretsBench;
  let host: Host;
  let directory: string;
  let preset: string;
  const ref: ConfigMapRef = { context: 'editor', namespace: NAMESPACE, name: 'kaudit-integration-victim' };
  const other: ConfigMapRef = { ...ref, name: 'kaudit-integration-other' };

  beforeAll(async () => {
    bench = await startSecretsBench();
    directory = mkdtempSync(join(tmpdir(), 'kaudit-tray-tampering-'));
    host = await bench.start({ directory });
    await bench.put(ref.name, text(EVIL_URL, 'cxtp_OfTheConfigMapItself'));
    await bench.put(other.name, text(`https://api.${DOMAIN}/logs/v1/bulk`, 'cxtp_OfTheOtherConfigMap'));
    const saved = await host.ask('preset.save', {
      preset: { name: 'Prod', domain: DOMAIN, arrivals: WATCHED },
      key: KEY,
      readBackKey: 'cxup_ReadsBack',
    });
    expect(saved.stored).toBe('keychain');
    preset = saved.preset.id;
    await host.ask('cluster.connect', { context: 'editor' });
  });
  afterAll(async () => {
    await host?.stop();
    await bench?.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  /** What reached the attacker's hosts. */
  const stolen = () => JSON.stringify(bench.ingest.received.filter(({ headers }) => String(headers.host).includes(ATTACKER)));

  async function view(of: ConfigMapRef = ref) {
    return host.ask('configMap.get', { ref: of });
  }
  async function deliver(edits: Edit[], confirmed = true) {
    const { resourceVersion } = await view();
    return host.ask('delivery.test', { ref, base: resourceVersion, edits: edits as never, integration: 0, confirmed });
  }

  test('goes to its own domain, and the attacker is reachable', async () => {
    expect(await host.ask('delivery.testPreset', { id: preset })).toMatchObject({ outcome: 'passed' });
    expect(bench.ingest.received.at(-1)?.headers).toMatchObject({ host: `api.${DOMAIN}`, authorization: `Bearer ${KEY}` });
    // The ConfigMap's own key goes where the ConfigMap says, after its user agreed.
    expect(await deliver([], false)).toMatchObject({ outcome: 'confirm', host: `api.${ATTACKER}` });
    expect(await deliver([])).toMatchObject({ outcome: 'passed' });
    expect(stolen()).toContain('cxtp_OfTheConfigMapItself');
  });

  test('isn’t sent to a URL that someone wrote into the ConfigMap: the preset provides its own', async () => {
    expect(await deliver([{ op: 'preset', integration: 0, preset }])).toMatchObject({ outcome: 'passed' });
    expect(bench.ingest.received.at(-1)?.headers.host).toBe(`api.${DOMAIN}`);
    expect(stolen()).not.toContain(KEY);
  });

  test.each([
    ['the attacker', EVIL_URL],
    ['a look-alike', `https://api.${DOMAIN}.${ATTACKER}/logs/v1/bulk`],
    ['credentials in front', `https://api.${DOMAIN}@${ATTACKER}/logs/v1/bulk`],
    ['another region', 'https://api.us1.coralogix.com/logs/v1/bulk'],
    ['its own host in clear', `http://api.${DOMAIN}/logs/v1/bulk`],
    ['another port of its own host', `https://api.${DOMAIN}:8443/logs/v1/bulk`],
  ])('isn’t sent when the URL is set to %s after the preset, even if the user agrees', async (_what, url) => {
    const before = bench.ingest.received.length;
    const reply = await deliver([
      { op: 'preset', integration: 0, preset },
      { op: 'set', path: [0, 'target', 'http-api-uri'], value: url },
    ]);
    expect(reply).toMatchObject({ outcome: 'not-testable' });
    expect(bench.ingest.received).toHaveLength(before);
  });

  test('isn’t written next to another URL either', async () => {
    const before = await view();
    const edits = [
      { op: 'preset' as const, integration: 0, preset },
      { op: 'set' as const, path: [0, 'target', 'http-api-uri'], value: EVIL_URL },
    ];
    const reply = await host.request('configMap.apply', { ref, base: before.resourceVersion, edits });
    expect(reply).toMatchObject({ ok: false, error: { code: 'preset', message: expect.stringContaining(ATTACKER) } });
    expect((await view()).resourceVersion).toBe(before.resourceVersion);
  });

  test.each([
    ['of another host', EVIL_URL],
    ['in clear', `http://api.${DOMAIN}/logs/v1/bulk`],
    ['of another port', `https://api.${DOMAIN}:8443/logs/v1/bulk`],
  ])('isn’t merged next to a URL %s that someone else set in the meantime', async (_what, url) => {
    const raced: ConfigMapRef = { ...ref, name: 'kaudit-integration-raced' };
    await bench.put(raced.name, text(`https://api.${DOMAIN}/logs/v1/bulk`, 'cxtp_OfTheRacedConfigMap'));
    const { resourceVersion } = await view(raced);
    await bench.put(raced.name, text(url, 'cxtp_OfTheRacedConfigMap'));
    const edits = [{ op: 'preset' as const, integration: 0, preset }];
    const reply = await host.ask('configMap.apply', { ref: raced, base: resourceVersion, edits });
    expect(reply).toMatchObject({
      outcome: 'conflict',
      // A merge treats the key and its URL as one value.
      reason: expect.stringContaining('changed the same fields'),
    });
    expect(await bench.stored(raced.name)).toBe(text(url, 'cxtp_OfTheRacedConfigMap'));
  });

  test('for a reference is sent to its own domain, not where the ConfigMap says', async () => {
    const referring: ConfigMapRef = { ...ref, name: 'kaudit-integration-referring' };
    const write = (url: string) => bench.put(referring.name, text(url, 'val-elsewhere').replace('http-api-token', 'ref/http-api-token'));
    const deliverIt = async () => {
      const { resourceVersion: base } = await view(referring);
      return host.ask('delivery.test', { ref: referring, base, integration: 0, preset, confirmed: true });
    };
    for (const url of [EVIL_URL, `http://api.${DOMAIN}/logs/v1/bulk`, `https://api.${DOMAIN}:8443/logs/v1/bulk`]) {
      await write(url);
      const before = bench.ingest.received.length;
      expect(await deliverIt()).toMatchObject({
        outcome: 'not-testable',
        reason: expect.stringContaining(`belongs to ${DOMAIN}, so kAudit Tray doesn’t send it to`),
      });
      expect(bench.ingest.received).toHaveLength(before);
    }
    await write(`https://api.${DOMAIN}/logs/v1/bulk`);
    expect(await deliverIt()).toMatchObject({ outcome: 'passed' });
  });

  test('isn’t sent with a form that has another domain than the preset', async () => {
    const reply = await host.request('preset.test', { preset: { id: preset, name: 'Prod', domain: ATTACKER } });
    expect(reply).toMatchObject({ ok: false, error: { code: 'preset', message: expect.stringContaining(DOMAIN) } });
    const saved = await host.request('preset.save', { preset: { id: preset, name: 'Prod', domain: ATTACKER } });
    expect(saved).toMatchObject({ ok: false, error: { code: 'preset' } });
    expect(stolen()).not.toContain(KEY);
  });

  test('isn’t adopted for another domain than its URL’s', async () => {
    const { resourceVersion } = await view(other);
    const adopt = (domain: string) =>
      host.request('preset.adopt', { ref: other, base: resourceVersion, integration: 0, preset: { name: 'Adopted', domain } });
    expect(await adopt(ATTACKER)).toMatchObject({ ok: false, error: { code: 'preset', message: expect.stringContaining(DOMAIN) } });
    expect(await adopt(DOMAIN)).toMatchObject({ ok: true, value: { stored: 'keychain', preset: { domain: DOMAIN } } });
  });

  test('a mask that was moved, copied, truncated or comes from another ConfigMap is refused, with the reason', async () => {
    const mine = await view();
    const theirs = await view(other);
    const [mask, foreign] = [mine.secrets[0]?.mask ?? '', theirs.secrets[0]?.mask ?? ''];
    const replies = await Promise.all(
      [
        mine.text.replace('type: detections', `type: detections\n  name: ${mask}`),
        mine.text.replace(EVIL_URL, `${EVIL_URL}?key=${mask}`).replace(`http-api-token: ${mask}`, 'http-api-token: x'),
        `${mine.text}${mine.text}`,
        mine.text.replace(mask, mask.slice(0, -6)),
        mine.text.replace(mask, foreign),
      ].map((edited) => host.ask('configMap.preview', { ref, base: mine.resourceVersion, edits: [{ op: 'text', text: edited }] })),
    );
    for (const reply of replies) expect(reply).toMatchObject({ outcome: 'refused', reason: expect.stringMatching(/mask/i) });
    expect(JSON.stringify(replies)).not.toMatch(/cxtp_/);
    const set = await host.ask('configMap.preview', {
      ref,
      base: mine.resourceVersion,
      edits: [{ op: 'set', path: [0, 'target', 'http-api-token'], value: foreign }],
    });
    expect(set).toMatchObject({ outcome: 'refused', reason: expect.stringContaining('another ConfigMap') });
  });

  test('isn’t written when its user chose another preset: names that were swapped in the settings are noticed', async () => {
    const { preset: lab } = await host.ask('preset.save', { preset: { name: 'Lab', domain: DOMAIN }, key: 'cxtp_OfTheLab' });
    await host.stop();
    const file = join(directory, 'settings.json');
    const before = readFileSync(file, 'utf8');
    writeFileSync(file, before.replace('"Prod"', '"x"').replace('"Lab"', '"Prod"').replace('"x"', '"Lab"'));
    host = await bench.start({ directory });
    expect((await host.ask('preset.list', {})).find(({ id }) => id === lab.id)?.name).toBe('Prod');
    await host.ask('cluster.connect', { context: 'editor' });

    const refused = { ok: false, error: { code: 'preset', message: expect.stringMatching(/“Prod”.*“Lab”.*Nothing was sent/) } };
    const { resourceVersion } = await view();
    const edits = [{ op: 'preset' as const, integration: 0, preset: lab.id }];
    expect(await host.request('delivery.testPreset', { id: lab.id })).toMatchObject(refused);
    expect(await host.request('configMap.preview', { ref, base: resourceVersion, edits })).toMatchObject(refused);
    expect(await host.request('configMap.apply', { ref, base: resourceVersion, edits })).toMatchObject(refused);
    expect((await view()).resourceVersion).toBe(resourceVersion);
    expect((await host.ask('preset.list', {})).find(({ id }) => id === lab.id)?.key.state).toBe('renamed');

    await host.stop();
    writeFileSync(file, before);
    host = await bench.start({ directory });
    await host.ask('cluster.connect', { context: 'editor' });
    expect(await host.ask('delivery.testPreset', { id: lab.id })).toMatchObject({ outcome: 'passed' });
  });

  test('doesn’t follow a domain that someone wrote into the settings', async () => {
    await host.stop();
    const file = join(directory, 'settings.json');
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll(`"${DOMAIN}"`, `"${ATTACKER}"`));
    host = await bench.start({ directory });
    expect(await host.ask('preset.list', {})).toContainEqual(expect.objectContaining({ id: preset, domain: ATTACKER }));
    await host.ask('cluster.connect', { context: 'editor' });

    const refused = { ok: false, error: { code: 'preset', message: expect.stringContaining(`belongs to ${DOMAIN}`) } };
    expect(await host.request('delivery.testPreset', { id: preset })).toMatchObject(refused);
    expect(await host.request('preset.test', { preset: { id: preset, name: 'Prod', domain: ATTACKER } })).toMatchObject(refused);
    const { resourceVersion } = await view();
    const edits = [{ op: 'preset' as const, integration: 0, preset }];
    expect(await host.request('delivery.test', { ref, base: resourceVersion, edits, integration: 0, confirmed: true })).toMatchObject(
      refused,
    );
    expect(await host.request('configMap.apply', { ref, base: resourceVersion, edits })).toMatchObject(refused);
    expect(await host.ask('arrivals.get', { preset })).toMatchObject({ outcome: 'not-askable', reason: refused.error.message });
    expect(await host.request('arrivals.discover', { preset })).toMatchObject(refused);
    // Renaming it, or adding a read-back key, doesn't bind the key to the new domain.
    await host.ask('preset.save', { preset: { id: preset, name: 'Renamed', domain: ATTACKER } });
    const added = await host.request('preset.save', { preset: { id: preset, name: 'Renamed', domain: ATTACKER }, readBackKey: 'cxup_New' });
    expect(added).toMatchObject({ ok: false, error: { code: 'preset' } });
    expect(await host.request('delivery.testPreset', { id: preset })).toMatchObject(refused);
    expect((await host.ask('preset.list', {})).find(({ id }) => id === preset)?.key.state).toBe('changed');
    expect(stolen()).not.toContain(KEY);
    expect(stolen()).not.toContain('cxup_');
  });
});
