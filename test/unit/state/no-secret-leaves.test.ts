import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { DeliveryReport } from '../../../main/common/delivery/delivery.ts';
import type { Edit } from '../../../main/common/integration/reading/integration.ts';
import { History } from '../../../main/history/history.ts';
import { openKeychain } from '../../../main/keychain/keychain.ts';
import { RequestError } from '../../../main/kube/errors.ts';
import { Masking } from '../../../main/masking/masking.ts';
import { PresetStore } from '../../../main/presets/preset-store.ts';
import { Fingerprinter } from '../../../main/secrets/fingerprint.ts';
import { Redaction } from '../../../main/secrets/redaction.ts';
import { DeliveryHistory } from '../../../main/settings/delivery-history.ts';
import { JsonFile } from '../../../main/settings/json-file.ts';
import { SettingsStore } from '../../../main/settings/settings-store.ts';
import { ConfigMaps } from '../../../main/state/config-maps.ts';
import { Deliveries } from '../../../main/state/deliveries.ts';
import { Drafts } from '../../../main/state/drafts.ts';
import { Revisions } from '../../../main/state/revisions.ts';
import { Store } from '../../../main/state/store.ts';
import { fleet } from '../../support/fleet.ts';
import { FULL } from '../../support/full-run.ts';
import { MemoryCluster } from '../../support/memory-cluster.ts';
import { historyTexts, jsonWithBytes, textWork } from '../../support/texts.ts';

// A sentinel goes wherever a document can contain a key, in every known disguise. Then every command that reads a
// ConfigMap's text runs, and every event is recorded. None may contain the sentinel. The cluster is in memory: this is
// about what leaves main.

const SERVER = 'https://one.example';
const REF = { context: 'c', namespace: 'n', name: 'kaudit-integration-one' };

/** `K` is replaced by the key. The text around it is a target's fields, indented by four. */
const FIELDS: readonly string[] = [
  'http-api-token: K',
  'http-api-token: "K"   # of the team',
  "http-api-token: 'K'",
  'http-api-token: |\n      K',
  'http-api-token: >-\n      K\n      K',
  'http-api-token: !!str K',
  '? http-api-token\n    : K',
  'ref/http-api-token: K',
  'ref/http-api-token: val-K-cxtp_K',
  'slack-uri: https://hooks.example/K',
  'shared-key: [K, {deep: K}]',
  'aws-secret-access-key: K',
  'kafka-password: K',
  'saslJaasConfig: PlainLoginModule required password="K";',
  "config: 'user=joe; password=K; x=1'",
  'kafka-broker: SASL_SSL://u:K@b:9092',
  'kafka-broker: u:K@b:9092,u:K@c:9092',
  'syslog-host: tcp://u:K@h',
  'aws-bucket: "https://b.example/?X-Amz-Signature=K&x=1"',
  'aws-bucket: b?X-Amz-Signature=K',
  'proxy: "http://u:K@proxy:3128"',
  'http-api-uri: https://u:K@api.eu2.coralogix.com/logs/v1/bulk',
  'http-api-uri: https://api.eu2.coralogix.com/logs/v1/bulk?sig=K',
  'http-api-uri: https://collector.example/?a=b&%74oken=K#x',
  'http-api-uri: cxtp_K',
  'http-api-uri: https://collector.example/cxtp_K',
  'http-api-token-header: "X-Api-Key: K"',
  'http-api-token-header: Bearer KKKKKKKK',
  'headers: ["X-Api-Key: K", "Accept: json"]',
  'headers: [{name: X-Api-Key, value: K}, {name: Accept, value: json}]',
  'headers: [{value: K, key: X-Api-Key}]',
  'headers: {Authorization: K}',
  'headers: [[X-Api-Key, K]]',
  'body: \'{"http-api-token": "K"}\'',
  'body: "{\\"http-api-token\\": \\"K\\"}"',
  "body: 'http-api-token: K'",
  'body: |\n      a: 1\n      http-api-token: K',
  '"http-api-token: K": 1',
  'cxtp_K: 1',
  'more: {cxtp_K: {token: K}}',
  'cxtp_K: {"X-Api-Key": K}',
  'kafka-topic: &k K\n    api-key: *k',
  'name: &k K\n    http-api-token: *k',
  'more: &m {a: K, b: [K]}\n    credentials: *m',
  '# http-api-token: K',
  '# http-api-token K',
  '# the old token = K',
  '# - name: X-Api-Key\n    #   value: K',
  '# GET https://u:K@h/?api_key=K',
  'rate-limit: 1 # password: K',
  'http-api-token K',
];

/** The same for whole entries. */
const ENTRIES: readonly string[] = [
  '- val-my-key: K\n',
  '- "http-api-token: K"\n',
  '- http-api-token K\n',
  '- cxtp_K\n',
  '- {type: cxtp_K, target: {target-type: cxtp_K}}\n',
  '- type: &a K\n  name: &b K\n  target: {target-type: http-api, http-api-token: *a, api-key: *b, http-api-uri: *a}\n',
  '- type: detections\n  name: &n K\n  target: {target-type: aws-s3, aws-bucket: *n, aws-secret-access-key: *n, aws-region: r}\n',
  '- type: detections\n  target: {target-type: &t K, x-api-key: *t}\n',
  '- type: detections\n  target:\n  - - http-api\n    - {http-api-uri: "https://x.example/?token=K", http-api-token: K}\n',
  '- type: activity\n  target:\n    - target-type: aws-s3\n    - aws-secret-access-key: K\n    - aws-bucket: "s3://u:K@b"\n',
  '# - type: detections\n#   target:\n#     http-api-token: K\n',
  '- type: selections\n  data-filter: {entity-match: "http-api-token: K"}\n',
];

const wrapped = (field: string) => {
  const has = (name: string) => field.startsWith(name);
  const type = ['slack', 'syslog', 'kafka', 'aws-s3', 'azure'].find((one) => has(one.replace('-s3', ''))) ?? 'http-api';
  const uri = has('http-api-uri') ? '' : '    http-api-uri: https://api.eu2.coralogix.com/logs/v1/bulk\n';
  const key = has('http-api-uri') ? '    http-api-token: some-key\n' : '';
  return `- type: detections\n  target:\n    target-type: ${type}\n${uri}${key}    ${field}\n`;
};
const PIECES = [...FIELDS.map(wrapped), ...ENTRIES];

/** Damage to a text: invalid YAML is read line by line. */
const DAMAGE: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => text.replaceAll('\n', '\r\n'),
  (text) => `${text}broken: [\n`,
  (text) => `\t${text}`,
  (text) => text.replace(/^/gm, '# '),
  (text) => `---\n${text}---\n${text}`,
];

const root = mkdtempSync(join(tmpdir(), 'kaudit-tray-sentinel-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** The services as a start creates them. */
function start() {
  const directory = mkdtempSync(join(root, 'start-'));
  const settings = new SettingsStore({ directory, onProblem: () => {} });
  const fingerprinter = new Fingerprinter(settings.installationKey());
  const redaction = new Redaction();
  const presets = new PresetStore({ settings, keychain: openKeychain({ memory: true }), fingerprinter, redaction, onChange: () => {} });
  const cluster = new MemoryCluster(REF);
  const { clusters } = cluster;
  const texts = textWork(fingerprinter);
  const problems: string[] = [];
  const onProblem = (message: string) => problems.push(message);
  const hashes = {
    digest: (secret: string) => fingerprinter.digest(secret),
    hash: (parts: readonly string[]) => fingerprinter.hash(parts),
    signature: (parts: readonly string[]) => fingerprinter.signature(parts),
  };
  const history = new History({ directory, ...hashes, texts: historyTexts(texts), onProblem });
  const revisions = new Revisions({ clusters, texts, presets, fingerprinter, history });
  const configMaps = new ConfigMaps({ clusters, texts, presets, revisions, unsettled: cluster.unsettled });
  const store = new Store(fleet());
  // Nothing leaves: every host is refused when its name is resolved.
  const network = { environment: {}, route: () => null };
  const reports = new DeliveryHistory({ directory, onProblem });
  const parts = { store, texts, settings, history: reports, configMaps, presets, fingerprints: fingerprinter, network, redaction };
  const deliveries = new Deliveries({ ...parts, coolDown: 0 });
  const restart = () => new Deliveries({ ...parts, coolDown: 0 });
  const file = new JsonFile({ directory, name: 'drafts.json', what: 'drafts', onProblem });
  const drafts = new Drafts({ file, configMaps, clusters, texts, presets });
  const services = { cluster, configMaps, revisions, deliveries, drafts, history, restart, store, settings, texts };
  return { ...services, directory, problems, reports };
}

const said = (error: unknown) => `${String(error)} ${JSON.stringify(error)}`;

/** All that leaves main about this text, by its request. `earlier`: the texts before. */
async function leaving(text: string, earlier: readonly string[] = []): Promise<Map<string, string>> {
  const services = start();
  const { cluster, configMaps, revisions, deliveries, drafts, history, store, settings, texts, problems, reports, directory } = services;
  const heard: unknown[] = [];
  store.subscribe((event) => heard.push(event));
  const out = new Map<string, string>();
  const keep = async (name: string, work: () => Promise<unknown>) => {
    out.set(name, jsonWithBytes(await work().catch((error: unknown) => ({ error: said(error) }))) ?? '');
  };
  for (const each of [...earlier, text]) {
    cluster.put(each);
    history.seen(SERVER, cluster.live());
    await history.settled();
  }
  const base = `${cluster.version}`;
  await keep('configMap.get', () => configMaps.get(REF));
  const view = await configMaps.get(REF);
  const rest = { ref: REF, uid: 'u', resourceVersion: base, instance: 'one', readOnly: false, managed: null };
  const owner = { ...REF, uid: 'u', server: SERVER };
  await keep('fleet.get', async () => (await texts.run('summary', owner, { ...rest, text })).summary);
  await keep('drift.compare', () => texts.run('driftSays', owner, text, new Map()));
  await keep('rollout.plan insert', async () => (await texts.run('copied', owner, text, 0, false)).copy);
  const facts = { owners: new Map(), urls: new Map() };
  for (const change of [
    { op: 'endpoint', endpoint: 'api' },
    { op: 'set', field: 'region', value: 'r' },
  ] as const)
    await keep(`rollout.plan ${change.op}`, async () => {
      const { found, words } = await texts.run('change', owner, text, { integration: 0 }, change, facts);
      return [found.ok || found.reason, words];
    });
  const edits: readonly (readonly Edit[])[] = [
    [{ op: 'text', text: `${view.text}# more\n` }],
    [{ op: 'set', path: [0, 'name'], value: 'n' }],
    [{ op: 'remove', path: [0] }],
    [{ op: 'duplicate', integration: 0 }],
    [{ op: 'text', text: view.text.replace(/masked-key-\w+/, 'x $&') }],
  ];
  for (const [index, edit] of edits.entries()) await keep(`configMap.preview ${index}`, () => configMaps.preview(REF, base, edit));
  for (const [index, edit] of edits.entries()) {
    await keep(`draft.save ${index}`, () => drafts.save(REF, base, edit));
    await keep(`draft.get ${index}`, () => drafts.get(REF));
    out.set(`drafts.json ${index}`, written(directory));
  }
  const integrations = Math.max(1, view.integrations.length);
  for (let integration = 0; integration < integrations; integration++)
    for (const confirmed of [false, true])
      await keep(`delivery.test ${integration} ${confirmed}`, () => deliveries.test({ ref: REF, base, integration, confirmed }));
  // A webhook quotes the text as it likes.
  cluster.refusal = new RequestError(422, 'Invalid', `denied: ${text} ${JSON.stringify(text)} token=${text.trim()}\\n`);
  await keep('configMap.apply, refused', () => configMaps.apply(REF, base, [{ op: 'set', path: [0, 'name'], value: 'n' }], false));
  cluster.refusal = undefined;
  // Someone else changes the same, then someone saves invalid YAML.
  for (const [name, theirs] of Object.entries({ same: text.replaceAll('detections', 'activity'), broken: `${text}\n  : {` })) {
    cluster.put(text);
    const now = `${cluster.version}`;
    await configMaps.get(REF);
    cluster.put(theirs);
    const edit: Edit = { op: 'text', text: view.text.replaceAll('detections', 'selections').replace(/masked-key-\w+/, 'another-key') };
    await keep(`configMap.apply, ${name}`, () => configMaps.apply(REF, now, [edit], false));
  }
  await keep('configMap.history', () => revisions.list(REF));
  for (const { id } of (await revisions.list(REF)).revisions) {
    await keep(`configMap.revision ${id}`, () => revisions.view(REF, id));
    for (const op of ['restore', 'undo'] as const)
      await keep(`configMap.preview, ${op} ${id}`, () => configMaps.preview(REF, `${cluster.version}`, [{ op, revision: id }]));
  }
  out.set('files', written(directory));
  out.set('events', JSON.stringify(heard));
  out.set('state', JSON.stringify(store.snapshot()));
  out.set('settings', JSON.stringify(settings.settings));
  out.set('kept reports', JSON.stringify(reports.all() satisfies readonly DeliveryReport[]));
  out.set('log', JSON.stringify(problems));
  reports.close();
  return out;
}

/** All files of the data folder. */
function written(directory: string): string {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8')).join('\n');
}

async function leaks(text: string, sentinel: string, earlier: readonly string[] = []): Promise<string[]> {
  const found = [...(await leaving(text, earlier))].filter(([, told]) => told.includes(sentinel));
  return found.map(([name, told]) => `${name}: ${told.slice(Math.max(0, told.indexOf(sentinel) - 60), told.indexOf(sentinel) + 40)}`);
}

/** In the gate and in the full run. */
const TIMEOUT = FULL ? 1_800_000 : 60_000;
const RUNS = FULL ? 1000 : 40;

/** No known form: a separate word that no sentence contains. */
const SENTINEL = 'Zqxjkvbwn';
const DECORATED = 'Zqxjkvbwn7Qx';

describe('no reply and no event contains a secret', () => {
  it('of the settings that an older version kept a key in', () => {
    const { settings, store, restart } = start();
    settings.update({ referencePresets: [{ ref: REF, reference: `cxtp_${SENTINEL}0123456789`, preset: 'one' }] });
    restart();
    expect(settings.settings.referencePresets).toEqual([{ ref: REF, reference: expect.stringMatching(/^[0-9a-f]{8}$/), preset: 'one' }]);
    expect(store.snapshot().settings.referencePresets).toEqual(settings.settings.referencePresets);
  });

  it.each(PIECES.map((piece) => [piece]))('of %j', async (piece) => {
    expect(
      await leaks(
        piece.replaceAll('K', (_, at: number) => (/[A-Za-z]/.test(piece[at + 1] ?? '') ? 'K' : SENTINEL)),
        SENTINEL,
      ),
    ).toEqual([]);
  });

  it(
    'in any combination, and however the text is damaged',
    async () => {
      const piece = fc.constantFrom(...PIECES);
      await fc.assert(
        fc.asyncProperty(fc.array(piece, { minLength: 1, maxLength: 3 }), fc.constantFrom(...DAMAGE), async (pieces, damage) => {
          const text = damage(pieces.join(''));
          const secret = text.replaceAll('K', (_, at: number) => (/[A-Za-z]/.test(text[at + 1] ?? '') ? 'K' : DECORATED));
          expect(await leaks(secret, DECORATED)).toEqual([]);
        }),
        { numRuns: RUNS },
      );
    },
    TIMEOUT,
  );

  it(
    'that was a key in an earlier version, wherever it is now',
    async () => {
      const document = `- type: detections
  name: number one
  note: &note some text
  target:
    target-type: http-api
    http-api-uri: https://api.eu2.coralogix.com/logs/v1/bulk
    http-api-token: some-key
  data-filter: {entity-match: ^system, etype: [principal]}
- val-k: other-key
# a comment
`;
      const before = document.replace('some-key', DECORATED);
      // As a word: a part of a longer one is no key.
      const words = [...document.matchAll(/(?<![.\w-])[a-z][\w-]+(?![.\w-])/g)];
      await fc.assert(
        fc.asyncProperty(fc.nat(words.length - 1), fc.boolean(), async (index, again) => {
          const word = words[index];
          const [from, to] = [word?.index ?? 0, (word?.index ?? 0) + (word?.[0].length ?? 0)];
          const text = `${document.slice(0, from)}${DECORATED}${document.slice(to)}`;
          // A file from before anyone knew that it is a key stays as it was written.
          const found = await leaks(text, DECORATED, again ? [document, text, before] : [before]);
          expect(again ? found.filter((one) => !/^(?:files|drafts)/.test(one)) : found).toEqual([]);
        }),
        { numRuns: RUNS },
      );
    },
    TIMEOUT,
  );

  it(
    'that the editor doesn’t show: what is masked there is masked everywhere',
    async () => {
      // Anywhere at all; if the editor shows it, it isn't secret.
      const document = `- type: detections
  name: number one
  target:
    target-type: http-api
    http-api-uri: https://api.eu2.coralogix.com/logs/v1/bulk?page=2
    http-api-token: some-key
  data-filter: {entity-match: ^system, etype: [principal]}
- val-k: other-key
# old: http-api-token: third-key
`;
      const words = [...document.matchAll(/[\w.]+/g)];
      await fc.assert(
        fc.asyncProperty(fc.nat(words.length - 1), fc.constantFrom('before', 'instead', 'behind'), async (index, where) => {
          const word = words[index];
          const [from, to] = [word?.index ?? 0, (word?.index ?? 0) + (word?.[0].length ?? 0)];
          const text = `${document.slice(0, where === 'behind' ? to : from)}cxtp_${DECORATED}${document.slice(where === 'before' ? from : to)}`;
          const shown = new Masking().mask({ ...REF, uid: 'u', server: 's' }, text).text.includes(DECORATED);
          if (!shown) expect(await leaks(text, DECORATED)).toEqual([]);
        }),
        { numRuns: RUNS },
      );
    },
    TIMEOUT,
  );
});
