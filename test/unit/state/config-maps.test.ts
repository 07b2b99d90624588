import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { presetSchema } from '../../../main/common/coralogix/preset.ts';
import type { Edit } from '../../../main/common/integration/reading/integration.ts';
import type { Permissions } from '../../../main/common/replies.ts';
import { History } from '../../../main/history/history.ts';
import { openKeychain } from '../../../main/keychain/keychain.ts';
import type { RawConfigMap } from '../../../main/kube/cluster/config-map.ts';
import { RequestError } from '../../../main/kube/errors.ts';
import { PresetStore } from '../../../main/presets/preset-store.ts';
import { Fingerprinter } from '../../../main/secrets/fingerprint.ts';
import { Redaction } from '../../../main/secrets/redaction.ts';
import { SettingsStore } from '../../../main/settings/settings-store.ts';
import type { Clusters } from '../../../main/state/clusters.ts';
import type { ConfigMapsOptions } from '../../../main/state/config-maps.ts';
import { ConfigMaps } from '../../../main/state/config-maps.ts';
import { Revisions } from '../../../main/state/revisions.ts';
import { TextWork } from '../../../main/texts/text-work.ts';
import { historyTexts, textWork } from '../../support/texts.ts';

const KEY = 'cxtp_Sentinel4f8a1c2bd93e7061Sentine';
const OTHER = 'cxtp_Other00000000000000000000000000';
const REF = { context: 'c', namespace: 'n', name: 'kaudit-integration' };
const TEXT = `# Ask before you change it.
- type: detections
  name: one
  target:
    target-type: http-api
    http-api-uri: https://api.eu2.coralogix.com/logs/v1/bulk
    http-api-token: ${KEY}
    rate-limit: 10 # a minute
- type: activity
  target: {target-type: kafka, kafka-broker: b, kafka-topic: t}
`;

/**
 * The text in the cluster, as an API server keeps it; the requests themselves are tested on a real one
 * (test/integration/kube/apply.test.ts).
 */
class Stored {
  uid = 'u';
  version = 1;
  text: string | null = TEXT;
  binary: RawConfigMap['binary'];
  managed: RawConfigMap['managed'] = null;
  written = 0;
  /** What someone else does just before the next write. */
  meanwhile: (() => void) | undefined;

  put(text: string): void {
    this.text = text;
    this.binary = undefined;
    this.version += 1;
  }

  readonly writer = {
    get: async (): Promise<RawConfigMap | null> => this.#live(),
    isEnding: async () => false,
    permissions: async (): Promise<Permissions> => ({ update: true, missing: null }),
    patchText: async (live: RawConfigMap, text: string, { dryRun }: { dryRun: boolean }) => {
      this.meanwhile?.();
      this.meanwhile = undefined;
      if (live.resourceVersion !== `${this.version}` || live.uid !== this.uid) throw new RequestError(409, 'Conflict', '');
      if (dryRun) return live;
      steps.push('sent');
      this.written += 1;
      this.put(text);
      return this.#live();
    },
    translate: (error: unknown) => error,
  };

  #live(): RawConfigMap | null {
    if (this.uid === '') return null;
    const binary = this.binary && { binary: this.binary };
    return { ref: REF, uid: this.uid, resourceVersion: `${this.version}`, text: this.text, managed: this.managed, ...binary };
  }
}

let directory: string;
let stored: Stored;
let readOnly: boolean;
/** What reaches the disk and the cluster, in order. */
let steps: string[];
let presets: PresetStore;
let configMaps: ConfigMaps;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'kaudit-tray-config-maps-'));
  stored = new Stored();
  readOnly = false;
  steps = [];
  const settings = new SettingsStore({ directory, onProblem: () => {} });
  const fingerprinter = new Fingerprinter(settings.installationKey());
  const keychain = openKeychain({ memory: true });
  presets = new PresetStore({ settings, keychain, fingerprinter, redaction: new Redaction(), onChange: () => {} });
  const clusters = {
    connection: () => ({ writer: stored.writer }),
    isReadOnly: () => readOnly,
    seen: () => undefined,
    server: () => 'https://one.example',
    owner: (of: Pick<RawConfigMap, 'ref' | 'uid'>) => ({ ...of.ref, uid: of.uid, server: 'https://one.example' }),
    saveChoices: () => steps.push('choices'),
  };
  const texts = textWork(fingerprinter);
  const parts = { clusters: clusters as unknown as Clusters, texts, presets };
  const history = new History({
    directory,
    digest: (secret) => fingerprinter.digest(secret),
    hash: (parts) => fingerprinter.hash(parts),
    signature: (parts) => fingerprinter.signature(parts),
    texts: historyTexts(texts),
    onProblem: () => {},
  });
  const unsettled: ConfigMapsOptions['unsettled'] = { sending: (_, write) => write(() => void steps.push('begun')) };
  configMaps = new ConfigMaps({ ...parts, revisions: new Revisions({ ...parts, history, fingerprinter }), unsettled });
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const limit = (value: number): Edit => ({ op: 'set', path: [0, 'target', 'rate-limit'], value });
const apply = (base: string, edits: readonly Edit[], override = false) => configMaps.apply(REF, base, edits, override);
const preset = async (domain: string, key: string) => (await presets.save(presetSchema.parse({ name: domain, domain }), key)).preset.id;

describe('a ConfigMap that the program serves', () => {
  it('contains no key, and a mask for each that turns back into the key', async () => {
    const view = await configMaps.get(REF);
    expect(JSON.stringify(view)).not.toContain(KEY);
    expect(view.secrets).toEqual([expect.objectContaining({ fingerprint: expect.stringMatching(/^[0-9a-f]{8}$/) })]);
    expect(await apply(view.resourceVersion, [{ op: 'text', text: `${view.text}# more\n` }])).toMatchObject({ outcome: 'saved' });
    expect(stored.text).toBe(`${TEXT}# more\n`);
  });

  it('is sent a change only when the next start would contact its cluster and ask how the change ended', async () => {
    const { resourceVersion } = await configMaps.get(REF);
    expect(steps).toEqual([]);
    expect(await apply(resourceVersion, [limit(20)])).toMatchObject({ outcome: 'saved' });
    expect(steps).toEqual(['choices', 'begun', 'sent']);
  });

  it('that doesn’t exist is reported as not found', async () => {
    stored.uid = '';
    await expect(configMaps.get(REF)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('in a cluster that is marked as read-only can’t be changed, and nothing is written', async () => {
    readOnly = true;
    const view = await configMaps.get(REF);
    expect(view.permissions).toEqual({ update: false, missing: null, marked: true });
    await expect(apply(view.resourceVersion, [limit(20)])).rejects.toMatchObject({ code: 'forbidden' });
    expect(stored.written).toBe(0);
  });
});

describe('a preview', () => {
  it('shows what an apply would write, masked, and writes nothing', async () => {
    const { resourceVersion } = await configMaps.get(REF);
    const preview = await configMaps.preview(REF, resourceVersion, [limit(20)]);
    expect(preview).toMatchObject({ outcome: 'preview', diff: { changes: [expect.stringContaining('10')] } });
    expect(JSON.stringify(preview)).not.toContain(KEY);
    expect(stored.written).toBe(0);
    const saved = await apply(resourceVersion, [limit(20)]);
    expect(saved).toMatchObject({ outcome: 'saved', merged: [] });
    expect(preview.outcome === 'preview' && saved.outcome === 'saved' && saved.configMap.text === preview.text).toBe(true);
    expect(stored.text).toBe(TEXT.replace('rate-limit: 10', 'rate-limit: 20'));
  });

  it('of a version that was never served is refused', async () => {
    expect(await configMaps.preview(REF, '77', [limit(20)])).toMatchObject({ outcome: 'refused' });
  });
});

describe('a preset’s key next to a URL of another region', () => {
  const find = async () => (await configMaps.get(REF)).problems.find(({ rule }) => rule === 'key-of-another-region');

  it('is a problem of the URL, with the preset’s own domain as its fix', async () => {
    await preset('us1.coralogix.com', KEY);
    const problem = await find();
    expect(problem).toMatchObject({ severity: 'warning', line: 6, path: [0, 'target', 'http-api-uri'] });
    expect(problem?.message).toContain('of US1, but the URL sends to EU2');
    const { resourceVersion } = await configMaps.get(REF);
    expect(await apply(resourceVersion, problem?.fix?.edits ?? [])).toMatchObject({ outcome: 'saved' });
    expect(stored.text).toBe(TEXT.replace('api.eu2.', 'api.us1.'));
    expect(await find()).toBeUndefined();
  });

  it('is a problem when a reference provides the key, too', async () => {
    await preset('us1.coralogix.com', KEY);
    stored.text = TEXT.replace(`http-api-token: ${KEY}`, 'ref/http-api-token: val-key').concat(`- val-key: ${KEY}\n`);
    expect(await find()).toMatchObject({ path: [0, 'target', 'http-api-uri'] });
  });

  it('isn’t a problem next to its own URL, nor is a key that no preset has', async () => {
    expect(await find()).toBeUndefined();
    await preset('eu2.coralogix.com', KEY);
    expect(await find()).toBeUndefined();
  });
});

describe('a placeholder of the documentation', () => {
  it('is filled in with one click when all presets send to one URL', async () => {
    stored.text = TEXT.replace('eu2.coralogix.com', '<domain>');
    const fixes = async () => (await configMaps.get(REF)).problems.flatMap(({ rule, fix }) => (rule === 'placeholder' ? [fix] : []));
    expect(await fixes()).toEqual([undefined]);
    await preset('eu2.coralogix.com', OTHER);
    const [fix] = await fixes();
    expect(fix?.label).toBe('Use https://api.eu2.coralogix.com/logs/v1/bulk');
    expect(await apply('1', fix?.edits ?? [])).toMatchObject({ outcome: 'saved' });
    expect(stored.text).toBe(TEXT);
    stored.put(TEXT.replace('eu2.coralogix.com', '<domain>'));
    await preset('us1.coralogix.com', KEY);
    expect(await fixes()).toEqual([undefined]);
  });
});

describe('a text in binaryData', () => {
  it('is shown masked, and one previewed apply moves it to data', async () => {
    stored.binary = 'Windows-1252';
    const view = await configMaps.get(REF);
    expect(view).toMatchObject({ state: 'invalid', integrations: [], problems: [{ rule: 'binary-data', severity: 'error' }] });
    expect(JSON.stringify(view)).not.toContain(KEY);
    const edits = view.problems[0]?.fix?.edits ?? [];
    expect(edits).toEqual([{ op: 'text', text: view.text }]);
    const preview = await configMaps.preview(REF, view.resourceVersion, edits);
    expect(preview).toMatchObject({ outcome: 'preview', state: 'ready', diff: { changes: [expect.stringContaining('binaryData')] } });
    expect(stored.written).toBe(0);
    expect(await apply(view.resourceVersion, edits)).toMatchObject({ outcome: 'saved', configMap: { state: 'ready', text: view.text } });
    expect(stored).toMatchObject({ text: TEXT, binary: undefined, written: 1 });
  });
});

describe('an apply', () => {
  it('merges what someone else changed elsewhere, and reports it', async () => {
    const { resourceVersion } = await configMaps.get(REF);
    stored.put(TEXT.replace('kafka-topic: t', 'kafka-topic: audit'));
    const reply = await apply(resourceVersion, [limit(20)]);
    expect(reply).toMatchObject({ outcome: 'saved', merged: [expect.stringContaining('audit')] });
    expect(stored.text).toBe(TEXT.replace('kafka-topic: t', 'kafka-topic: audit').replace('rate-limit: 10', 'rate-limit: 20'));
  });

  it('merges again what changes between the read and the write', async () => {
    const { resourceVersion } = await configMaps.get(REF);
    stored.meanwhile = () => stored.put(TEXT.replace('name: one', 'name: other'));
    expect(await apply(resourceVersion, [limit(20)])).toMatchObject({ outcome: 'saved' });
    expect(stored.text).toBe(TEXT.replace('name: one', 'name: other').replace('rate-limit: 10', 'rate-limit: 20'));
  });

  it('writes nothing when both changed the same field, and shows neither key', async () => {
    const { resourceVersion } = await configMaps.get(REF);
    stored.put(TEXT.replace(KEY, OTHER));
    const key = { op: 'set' as const, path: [0, 'target', 'http-api-token'], value: 'cxtp_Mine000000000000000000000000000' };
    const reply = await apply(resourceVersion, [key]);
    expect(reply).toMatchObject({ outcome: 'conflict', conflicts: [{ path: [0, 'target', 'http-api-token'] }] });
    expect(JSON.stringify(reply)).not.toMatch(/cxtp_/);
    expect(stored.text).toBe(TEXT.replace(KEY, OTHER));
  });

  it('to another object of that name, or from an unknown version, is a conflict; to a deleted one, it says so', async () => {
    const { resourceVersion } = await configMaps.get(REF);
    expect(await apply('77', [limit(20)])).toMatchObject({ outcome: 'conflict', base: null, mine: null });
    stored.uid = 'another';
    expect(await apply(resourceVersion, [limit(20)])).toMatchObject({ outcome: 'conflict' });
    stored.uid = '';
    expect(await apply(resourceVersion, [limit(20)])).toMatchObject({ outcome: 'gone' });
    expect(stored.written).toBe(0);
  });

  it('to a managed ConfigMap needs a second yes, and an immutable one is never written', async () => {
    stored.managed = { by: 'Helm' } as RawConfigMap['managed'];
    const { resourceVersion } = await configMaps.get(REF);
    expect(await apply(resourceVersion, [limit(20)])).toMatchObject({ outcome: 'managed' });
    expect(stored.written).toBe(0);
    expect(await apply(resourceVersion, [limit(20)], true)).toMatchObject({ outcome: 'saved' });
    stored.managed = { by: 'immutable' } as RawConfigMap['managed'];
    expect(await apply(`${stored.version}`, [limit(30)], true)).toMatchObject({ outcome: 'managed' });
  });

  it('of a text that kAudit couldn’t read writes nothing', async () => {
    const { resourceVersion } = await configMaps.get(REF);
    expect(await apply(resourceVersion, [{ op: 'text', text: 'no: list\n' }])).toMatchObject({ outcome: 'invalid' });
    expect(stored.written).toBe(0);
  });
});

describe('a preset', () => {
  it('sets its URL and its key on a target, in place of a reference, and changes nothing else', async () => {
    stored.put(TEXT.replace(`http-api-token: ${KEY}`, 'ref/http-api-token: val-k'));
    const { resourceVersion } = await configMaps.get(REF);
    const edit: Edit = { op: 'preset', preset: await preset('us1.coralogix.com', OTHER), integration: 0 };
    const reply = await apply(resourceVersion, [edit]);
    expect(reply).toMatchObject({ outcome: 'saved' });
    expect(JSON.stringify(reply)).not.toContain(OTHER);
    expect(stored.text).toContain('http-api-uri: https://api.us1.coralogix.com/logs/v1/bulk\n');
    expect(stored.text).toContain(`http-api-token: ${OTHER}\n`);
    expect(stored.text).not.toContain('ref/');
    expect(stored.text).toContain('rate-limit: 10 # a minute');
  });

  it('doesn’t fit a target of another type', async () => {
    const { resourceVersion } = await configMaps.get(REF);
    const edit: Edit = { op: 'preset', preset: await preset('us1.coralogix.com', OTHER), integration: 1 };
    expect(await configMaps.preview(REF, resourceVersion, [edit])).toMatchObject({
      outcome: 'refused',
      reason: expect.stringContaining('kafka'),
    });
  });

  it('never puts its key next to a foreign URL: neither by this change nor by someone else’s', async () => {
    const { resourceVersion } = await configMaps.get(REF);
    const edit: Edit = { op: 'preset', preset: await preset('eu2.coralogix.com', OTHER), integration: 0 };
    const away: Edit = { op: 'set', path: [0, 'target', 'http-api-uri'], value: 'https://collector.example/logs' };
    await expect(apply(resourceVersion, [edit, away])).rejects.toMatchObject({ code: 'preset' });
    // The preset's URL is there already, so only its key is an edit; theirs is the URL.
    stored.put(TEXT.replace('https://api.eu2.coralogix.com/logs/v1/bulk', 'https://collector.example/logs'));
    expect(await apply(resourceVersion, [edit])).toMatchObject({ outcome: 'conflict' });
    expect(stored.written).toBe(0);
    expect(stored.text).not.toContain(OTHER);
  });

  it('takes over a key only if it already goes to its own domain', async () => {
    const { resourceVersion } = await configMaps.get(REF);
    const keyOf = (version: string, integration: number) => configMaps.keyOf(REF, version, { integration });
    expect(await keyOf(resourceVersion, 0)).toMatchObject({ key: KEY, domain: 'eu2.coralogix.com' });
    await expect(keyOf(resourceVersion, 1)).rejects.toThrow(/has no Coralogix key/);
    for (const [written, key] of [
      ['12345678901234567890', '12345678901234567890'],
      ['61e9540', '61e9540'],
      ["!!int '0777777777'", '0777777777'],
    ] as const) {
      stored.put(TEXT.replace(KEY, written));
      const { resourceVersion: digits } = await configMaps.get(REF);
      expect(await keyOf(digits, 0)).toMatchObject({ key, domain: 'eu2.coralogix.com' });
    }
    stored.put(TEXT.replace('https://api', 'http://api'));
    const { resourceVersion: plain } = await configMaps.get(REF);
    await expect(keyOf(plain, 0)).rejects.toThrow(/Correct the URL first/);
  });
});

describe('a choice in an undo', () => {
  const entry = (key: string, rest = '') =>
    `- type: detections\n  name: bee\n  target: {target-type: http-api, http-api-uri: 'https://api.us2.coralogix.com/2', http-api-token: ${key}${rest}}\n`;

  it('reveals no key, whatever its mask is put into', async () => {
    stored.put(`- type: detections\n  name: one\n${entry(KEY)}`);
    const first = await configMaps.get(REF);
    const saved = await apply(first.resourceVersion, [{ op: 'set', path: [0, 'name'], value: 'two' }]);
    const { resourceVersion, secrets } = await configMaps.get(REF);
    const value = { 'http-api-token': secrets[0]?.mask ?? '', other: `${secrets[0]?.mask}`, x: 1 };
    const revision = saved.outcome === 'saved' ? (saved.revision ?? '') : '';
    const undo: Edit = { op: 'undo', revision, choices: [{ path: [0, 'target'], value }] };
    const reply = await configMaps.preview(REF, resourceVersion, [{ op: 'remove', path: [0] }, undo]);
    expect(JSON.stringify(reply)).not.toContain(KEY);
    expect(stored.written).toBe(1);
  });

  it('with the mask of its own place keeps the current key', async () => {
    stored.put(entry(KEY));
    const first = await configMaps.get(REF);
    const saved = await apply(first.resourceVersion, [{ op: 'set', path: [0, 'target', 'http-api-token'], value: OTHER }]);
    const third = 'cxtp_Third00000000000000000000000000';
    stored.put(entry(third));
    const { resourceVersion, secrets } = await configMaps.get(REF);
    const choices = [{ path: [0, 'target', 'http-api-token'], value: secrets[0]?.mask ?? '' }];
    const revision = saved.outcome === 'saved' ? (saved.revision ?? '') : '';
    expect(await apply(resourceVersion, [{ op: 'undo', revision, choices }])).toMatchObject({ outcome: 'saved' });
    expect(stored.text).toBe(entry(third));
  });
});

describe('during a save', () => {
  it('a view that can’t be created says that it was saved, and reveals nothing of the bug', async () => {
    const { resourceVersion } = await configMaps.get(REF);
    const shown = vi.spyOn(TextWork.prototype, 'reply').mockRejectedValue(new Error(`bug near ${KEY}`));
    try {
      const failure = await apply(resourceVersion, [limit(20)]).catch((error: unknown) => error);
      expect(failure).toMatchObject({ code: 'document', message: expect.stringContaining('was saved') });
      expect(JSON.stringify(failure, ['message', 'code'])).not.toContain(KEY);
      // Main itself needs no view.
      const { resourceVersion: now = '' } = (await configMaps.fetch(REF)) ?? {};
      expect(await configMaps.write(REF, now, [limit(30)], false)).toMatchObject({ outcome: 'saved', sent: true });
      const { resourceVersion: last = '' } = (await configMaps.fetch(REF)) ?? {};
      expect(await configMaps.write(REF, last, [limit(30)], false)).toMatchObject({ outcome: 'saved', sent: false });
    } finally {
      shown.mockRestore();
    }
  });

  it('a cluster that is marked as read-only is no longer written to', async () => {
    const { resourceVersion } = await configMaps.get(REF);
    const { get } = stored.writer;
    stored.writer.get = async () => {
      readOnly = true;
      return get();
    };
    await expect(apply(resourceVersion, [limit(20)])).rejects.toMatchObject({ code: 'forbidden' });
    expect(stored.written).toBe(0);
  });
});

it('remembers the newest 30 texts that it served, and no others', async () => {
  const versions: string[] = [];
  for (let count = 0; count < 31; count += 1) {
    stored.put(`# ${count}\n${TEXT}`);
    versions.push((await configMaps.get(REF)).resourceVersion);
  }
  const known = versions.filter((version) => configMaps.base(REF, version) !== undefined);
  expect(known).toEqual(versions.slice(1));
});
