import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { presetSchema } from '../../../main/common/coralogix/preset.ts';
import type { Edit } from '../../../main/common/integration/reading/integration.ts';
import { openKeychain } from '../../../main/keychain/keychain.ts';
import type { RawConfigMap } from '../../../main/kube/cluster/config-map.ts';
import { PresetStore } from '../../../main/presets/preset-store.ts';
import { Fingerprinter } from '../../../main/secrets/fingerprint.ts';
import { Redaction } from '../../../main/secrets/redaction.ts';
import { JsonFile } from '../../../main/settings/json-file.ts';
import { SettingsStore } from '../../../main/settings/settings-store.ts';
import type { Clusters } from '../../../main/state/clusters.ts';
import type { ConfigMapsOptions } from '../../../main/state/config-maps.ts';
import { ConfigMaps } from '../../../main/state/config-maps.ts';
import { Drafts } from '../../../main/state/drafts.ts';
import { textWork } from '../../support/texts.ts';

const KEY = 'cxtp_Sentinel4f8a1c2bd93e7061Sentine';
const TYPED = 'cxtp_Typed000000000000000000000000000';
const OF_PRESET = 'cxtp_Preset00000000000000000000000000';
const REF = { context: 'c', namespace: 'n', name: 'kaudit-integration' };
const TEXT = `# Ask before you change it.
- type: detections
  name: one
  target:
    target-type: http-api
    http-api-uri: https://api.eu2.coralogix.com/logs/v1/bulk
    http-api-token: ${KEY}
    rate-limit: 10 # a minute
`;

let directory: string;
let live: RawConfigMap;
let presets: PresetStore | undefined;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'kaudit-tray-drafts-'));
  live = { ref: REF, uid: 'u', resourceVersion: '1', text: TEXT, managed: null };
  presets = undefined;
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** The program, started again on the same data folder with new masks. */
function start() {
  const settings = new SettingsStore({ directory, onProblem: () => {} });
  const fingerprinter = new Fingerprinter(settings.installationKey());
  presets ??= new PresetStore({
    settings,
    keychain: openKeychain({ memory: true }),
    fingerprinter,
    redaction: new Redaction(),
    onChange: () => {},
  });
  const writer = { get: async () => live, permissions: async () => ({ update: true, missing: null }) };
  const clusters = {
    connection: () => ({ writer }),
    isReadOnly: () => false,
    seen: () => undefined,
    server: () => 'https://one.example',
    owner: (of: Pick<RawConfigMap, 'ref' | 'uid'>) => ({ ...of.ref, uid: of.uid, server: 'https://one.example' }),
    saveChoices: () => undefined,
  } as unknown as Clusters;
  const texts = textWork(fingerprinter);
  const configMaps = new ConfigMaps({ clusters, texts, presets, revisions: { usedPreset: () => {} } } as unknown as ConfigMapsOptions);
  const file = new JsonFile({ directory, name: 'drafts.json', what: 'The unsaved changes', onProblem: (message) => expect.fail(message) });
  const drafts = new Drafts({ file, configMaps, clusters, texts, presets });
  return { configMaps, drafts, presets };
}

const limit = (value: number): Edit => ({ op: 'set', path: [0, 'target', 'rate-limit'], value });
const put = (text: string) => {
  live = { ...live, resourceVersion: String(Number(live.resourceVersion) + 1), text };
};
const onDisk = () => readFileSync(join(directory, 'drafts.json'), 'utf8');
/** The cluster's text with the edits, raw. */
async function made({ configMaps, drafts }: ReturnType<typeof start>): Promise<string> {
  const reply = await drafts.get(REF);
  if (reply.outcome !== 'draft') throw new Error(JSON.stringify(reply));
  const result = await configMaps.draft(REF, reply.base, reply.edits);
  if (!result.ok) throw new Error(result.reason);
  return result.draft.text;
}

describe('a draft', () => {
  it('is restored unchanged after a restart', async () => {
    const { configMaps, drafts } = start();
    const { resourceVersion } = await configMaps.get(REF);
    expect(await drafts.get(REF)).toEqual({ outcome: 'none' });
    expect(await drafts.save(REF, resourceVersion, [limit(20)])).toEqual({ lostKeys: 0 });
    const again = start();
    expect(await again.drafts.get(REF)).toMatchObject({ outcome: 'draft', base: '1', edits: [limit(20)], older: false, lostKeys: 0 });
    expect(await made(again)).toBe(TEXT.replace(': 10', ': 20'));
    again.drafts.discard(REF);
    expect(await start().drafts.get(REF)).toEqual({ outcome: 'none' });
    expect(statSync(join(directory, 'drafts.json')).mode & 0o777).toBe(0o600);
  });

  it('of a text is restored with the keys that the cluster has', async () => {
    const { configMaps, drafts } = start();
    const { resourceVersion, text } = await configMaps.get(REF);
    await drafts.save(REF, resourceVersion, [{ op: 'text', text: text.replace('Ask before', 'Never') }]);
    expect(onDisk()).not.toContain(KEY);
    expect(await made(start())).toBe(TEXT.replace('Ask before', 'Never'));
  });

  it('is applied to what others have changed since then', async () => {
    const { configMaps, drafts } = start();
    await drafts.save(REF, (await configMaps.get(REF)).resourceVersion, [limit(20)]);
    put(TEXT.replace('name: one', 'name: other').replace(KEY, TYPED));
    const again = start();
    expect(await again.drafts.get(REF)).toMatchObject({ outcome: 'draft', base: '2', older: true });
    expect(await made(again)).toBe(TEXT.replace('name: one', 'name: other').replace(KEY, TYPED).replace(': 10', ': 20'));
  });

  it('that contradicts others’ changes is shown, without a key', async () => {
    const { configMaps, drafts } = start();
    await drafts.save(REF, (await configMaps.get(REF)).resourceVersion, [limit(20)]);
    put(TEXT.replace(': 10', ': 30'));
    const reply = await start().drafts.get(REF);
    expect(reply).toMatchObject({ outcome: 'conflict', mine: expect.stringContaining('rate-limit: 20') });
    expect(JSON.stringify(reply)).not.toContain(KEY);
  });

  it('that was applied before the program ended is gone', async () => {
    const { configMaps, drafts } = start();
    await drafts.save(REF, (await configMaps.get(REF)).resourceVersion, [limit(20)]);
    put(TEXT.replace(': 10', ': 20'));
    expect(await start().drafts.get(REF)).toEqual({ outcome: 'none' });
  });

  it.each<[string, (text: string) => Edit[]]>([
    ['in its field', () => [{ op: 'set', path: [0, 'target', 'http-api-token'], value: TYPED }]],
    ['in a new integration', () => [{ op: 'insert', index: 1, value: { type: 'activity', target: { 'http-api-token': TYPED } } }]],
    ['in the text', (text) => [{ op: 'text', text: `${text}# http-api-token: ${TYPED}\n` }]],
    ['and taken out again', () => [{ op: 'set', path: [0, 'target', 'http-api-token'], value: TYPED }, limit(20)]],
  ])('with a key that was typed %s is kept without it, and says so', async (_, edits) => {
    const { configMaps, drafts } = start();
    const { resourceVersion, text } = await configMaps.get(REF);
    expect(await drafts.save(REF, resourceVersion, edits(text))).toEqual({ lostKeys: 1 });
    expect(onDisk()).not.toContain(TYPED);
    expect(onDisk()).not.toContain(KEY);
    expect(await start().drafts.get(REF)).toMatchObject({ outcome: 'draft', lostKeys: 1 });
  });

  it('with a preset is restored with the preset, and never contains its key', async () => {
    const { configMaps, drafts, presets } = start();
    const checked = presetSchema.parse({ name: 'p', domain: 'eu2.coralogix.com' });
    const { preset } = await presets.save(checked, OF_PRESET);
    const { resourceVersion } = await configMaps.get(REF);
    await drafts.save(REF, resourceVersion, [{ op: 'preset', integration: 0, preset: preset.id }, limit(20)]);
    expect(onDisk()).not.toContain(OF_PRESET);
    put(TEXT.replace('name: one', 'name: other'));
    expect(await made(start())).toContain(OF_PRESET);
    expect(await made(start())).toContain('rate-limit: 20');
  });

  it('that is discarded while it is being kept isn’t kept', async () => {
    const { configMaps, drafts } = start();
    const { resourceVersion } = await configMaps.get(REF);
    const first = drafts.save(REF, resourceVersion, [limit(20)]);
    const second = drafts.save(REF, resourceVersion, [limit(30)]);
    await Promise.all([first, second]);
    expect(await drafts.get(REF)).toMatchObject({ edits: [limit(30)] });
    const third = drafts.save(REF, resourceVersion, [limit(40)]);
    drafts.discard(REF);
    await third;
    expect(await drafts.get(REF)).toEqual({ outcome: 'none' });
  });

  it('that is being kept when the program quits is waited for', async () => {
    const { configMaps, drafts } = start();
    const { resourceVersion } = await configMaps.get(REF);
    void drafts.save(REF, resourceVersion, [limit(20)]);
    await drafts.settled();
    expect(await start().drafts.get(REF)).toMatchObject({ edits: [limit(20)] });
    const invalid = drafts.save(REF, resourceVersion, [{ op: 'set', path: [7, 'name'], value: 'x' }]);
    await Promise.all([drafts.settled(), expect(invalid).rejects.toThrow()]);
    expect(await start().drafts.get(REF)).toMatchObject({ edits: [limit(20)] });
  });

  it('whose name has become a key since then is shown without it, and nothing is merged', async () => {
    const { configMaps, drafts } = start();
    const base = (await configMaps.get(REF)).resourceVersion;
    await drafts.save(REF, base, [{ op: 'set', path: [0, 'name'], value: 'Sentinel7words' }]);
    put(TEXT.replace(/http-api-token: \S+/, 'http-api-token: Sentinel7words'));
    const again = start();
    await again.configMaps.get(REF);
    const reply = await again.drafts.get(REF);
    expect(reply).toMatchObject({ outcome: 'conflict', reason: expect.stringContaining('has become a key') });
    expect(JSON.stringify(reply)).not.toContain('Sentinel7words');
    put(TEXT);
    expect(JSON.stringify(await again.drafts.get(REF))).not.toContain('Sentinel7words');
  });
});
