import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { presetSchema } from '../../../main/common/coralogix/preset.ts';
import type { DeliveryReport } from '../../../main/common/delivery/delivery.ts';
import { currentReports } from '../../../main/common/fleet/reports.ts';
import type { DeliveryReply } from '../../../main/common/replies.ts';
import { openKeychain } from '../../../main/keychain/keychain.ts';
import { PresetStore } from '../../../main/presets/preset-store.ts';
import { Fingerprinter } from '../../../main/secrets/fingerprint.ts';
import { Redaction } from '../../../main/secrets/redaction.ts';
import { DeliveryHistory } from '../../../main/settings/delivery-history.ts';
import { SettingsStore } from '../../../main/settings/settings-store.ts';
import { Deliveries, type DeliveriesOptions } from '../../../main/state/deliveries.ts';
import { Store } from '../../../main/state/store.ts';
import { createAuthority } from '../../support/certificates.ts';
import { type Bench, startBench } from '../../support/delivery-bench.ts';
import { fleet } from '../../support/fleet.ts';
import { textWork } from '../../support/texts.ts';

const API = 'api.eu2.coralogix.com';
const KEY = 'cxtp_Sentinel4f8a1c2bd93e7061Sentine';
const READ_BACK = 'cxup_Sentinel77aa1c2bd93e7061Sentin';
const ref = { context: 'prod', namespace: 'alcide-kaudit', name: 'kaudit-integration-one' };

const integration = (key: string, url = `https://${API}/logs/v1/bulk`) => `- type: detections
  target:
    target-type: http-api
    http-api-uri: ${url}
    ${key}
`;
const INLINE = integration(`http-api-token: ${KEY}`);
const REFERENCE = integration('ref/http-api-token: val-cx-key');

let bench: Bench;
let ca: string;
let directory: string;
let text = INLINE;

beforeAll(async () => {
  const authority = await createAuthority('Test CA');
  ca = authority.certificate;
  bench = await startBench({ authority, names: [API] });
});
afterAll(() => bench.stop());
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'kaudit-tray-deliveries-'));
  text = INLINE;
  (bench.received as unknown[]).length = 0;
  bench.behave((request, response) => {
    const right = request.headers.authorization === `Bearer ${KEY}`;
    response.writeHead(right ? 200 : 401, { 'Content-Type': 'application/json' }).end('{}');
  });
});
const histories: DeliveryHistory[] = [];
afterEach(() => {
  for (const history of histories.splice(0)) history.close();
  rmSync(directory, { recursive: true, force: true });
});

/** The service as a start creates it, on the same data folder each time. */
function start(more: Partial<DeliveriesOptions> = {}) {
  const problems: string[] = [];
  const onProblem = (message: string) => problems.push(message);
  const settings = new SettingsStore({ directory, onProblem });
  const marks = new Fingerprinter(settings.installationKey());
  const redaction = new Redaction();
  const store = new Store(fleet());
  const presets: PresetStore = new PresetStore({
    settings,
    keychain: openKeychain({ memory: true }),
    fingerprinter: marks,
    redaction,
    onChange: () => store.update((state) => currentReports({ ...state, presets: presets.list() })),
  });
  const history = new DeliveryHistory({ directory, onProblem });
  histories.push(history);
  const deliveries = new Deliveries({
    texts: textWork(marks),
    store,
    settings,
    history,
    presets,
    fingerprints: marks,
    redaction,
    configMaps: {
      draft: async () => ({
        ok: true,
        draft: {
          base: { ref, uid: 'uid', resourceVersion: '1', text, managed: null },
          owner: { ...ref, uid: 'uid', server: 's' },
          text,
          presetKeys: [],
        },
      }),
    },
    network: {
      environment: {},
      certificateAuthorities: [ca],
      route: (host) => (host === API ? { host: '127.0.0.1', port: bench.port } : null),
    },
    coolDown: 0,
    ...more,
  });
  return { settings, presets, store, history, deliveries, problems };
}

const place = { ref, base: '1', integration: 0 };

function reportOf(reply: DeliveryReply): DeliveryReport {
  if (!('report' in reply)) throw new Error(`No report: ${JSON.stringify(reply)}`);
  return reply.report;
}

describe('the cool-down', () => {
  it('delays a second test of the same configuration, says so, and then sends it', async () => {
    const { deliveries, store } = start({ coolDown: 700 });
    const said: string[] = [];
    store.subscribe((event) => {
      if (event.name === 'fleet.changed') said.push(...(event.value.reports?.changed ?? []).map(({ summary }) => summary));
    });
    await deliveries.test(place);
    expect(said.join()).not.toContain('was tested just now');
    const second = deliveries.test(place);
    await new Promise((done) => setTimeout(done, 300));
    expect(bench.received).toHaveLength(1);
    expect(await second).toMatchObject({ outcome: 'passed' });
    expect(bench.received).toHaveLength(2);
    expect(said.join()).toContain('This target was tested just now. The next test starts in 1 s.');
  });

  it('lasts as long as the server requires', async () => {
    bench.behave((_request, response) => void response.writeHead(429, { 'Retry-After': '30' }).end('{}'));
    const { deliveries, store } = start();
    expect(await deliveries.test(place)).toMatchObject({ outcome: 'failed', report: { retryAfter: 30, attempts: 1 } });
    const again = deliveries.test(place);
    await vi.waitFor(() => expect(store.snapshot().reports[0]?.summary).toMatch(/The next test starts in (30|29) s/));
    deliveries.cancel();
    expect(await again).toMatchObject({ outcome: 'cancelled' });
    expect(bench.received).toHaveLength(1);
  });

  it('doesn’t delay another configuration, and can be cancelled', async () => {
    const { deliveries } = start({ coolDown: 60_000 });
    await deliveries.test(place);
    text = integration(`http-api-token: ${KEY}`, `https://${API}/logs/v1/singles`);
    expect(await deliveries.test(place)).toMatchObject({ outcome: 'passed' });
    const waiting = deliveries.test(place);
    setTimeout(() => deliveries.cancel(), 100);
    expect(await waiting).toMatchObject({ outcome: 'cancelled' });
    expect(bench.received).toHaveLength(2);
  });
});

describe('a key that looks like a number', () => {
  it.each([
    ['12345678901234567890', '12345678901234567890'],
    ['61e9540', '61e9540'],
    ['0777777777', '0777777777'],
    ["! '1_000_000_000'", '1_000_000_000'],
    ['!!int 0x1F2F3F4F', '0x1F2F3F4F'],
  ])('is sent as written: %s', async (written, key) => {
    text = integration(`http-api-token: ${written}`);
    const { deliveries } = start();
    expect(await deliveries.test(place)).toMatchObject({ outcome: 'failed' });
    expect(bench.received.map(({ headers }) => headers.authorization)).toEqual([`Bearer ${key}`]);
  });
});

describe('a key that is a reference', () => {
  it('is asked for once per reference, then taken from the picked preset', async () => {
    text = REFERENCE;
    const first = start();
    expect(await first.deliveries.test(place)).toMatchObject({ outcome: 'not-testable', reference: 'val-cx-key' });
    const { preset } = await first.presets.save(presetSchema.parse({ name: 'EU2', domain: 'eu2.coralogix.com' }), KEY);
    const reply = await first.deliveries.test({ ...place, preset: preset.id });
    expect(reply).toMatchObject({ outcome: 'passed', report: { warnings: [expect.stringContaining('preset “EU2”')] } });
    expect(await first.deliveries.test(place)).toMatchObject({ outcome: 'passed' });
    expect(bench.received).toHaveLength(2);
    expect(first.settings.settings.referencePresets).toEqual([{ ref, reference: 'val-cx-key', preset: preset.id }]);
  });

  it('isn’t sent to another domain than the preset’s own, and such a pick isn’t remembered', async () => {
    text = REFERENCE;
    const { deliveries, presets, settings } = start();
    const { preset } = await presets.save(presetSchema.parse({ name: 'US1', domain: 'us1.coralogix.com' }), KEY);
    expect(await deliveries.test({ ...place, preset: preset.id, confirmed: true })).toMatchObject({
      outcome: 'not-testable',
      reference: 'val-cx-key',
      reason: expect.stringContaining(`belongs to us1.coralogix.com, so kAudit Tray doesn’t send it to ${API}`),
    });
    expect(settings.settings.referencePresets).toEqual([]);
    expect(bench.received).toHaveLength(0);
  });

  it('is asked for again when its preset is gone', async () => {
    text = REFERENCE;
    const { deliveries, presets } = start();
    const { preset } = await presets.save(presetSchema.parse({ name: 'EU2', domain: 'eu2.coralogix.com' }), KEY);
    await deliveries.test({ ...place, preset: preset.id });
    await presets.remove(preset.id);
    expect(await deliveries.test(place)).toMatchObject({ outcome: 'not-testable', reference: 'val-cx-key' });
  });
});

describe('results', () => {
  it('survive a restart, with their time, without keys, for this user only', async () => {
    const first = start();
    const report = reportOf(await first.deliveries.test(place));
    first.history.close();
    const file = join(directory, 'deliveries.json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8')).not.toContain('Sentinel4f8a');
    const second = start();
    expect(second.store.snapshot().reports).toEqual([report]);
    expect(second.deliveries.history(report.id)).toEqual([report]);
    expect(second.problems).toEqual([]);
  });

  it('are the newest 20 of an integration, next to the last success', async () => {
    const { deliveries, history } = start();
    const success = reportOf(await deliveries.test(place));
    text = integration('http-api-token: cxtp_Wrong0000000000000000000000000');
    let last = success;
    for (let round = 0; round < 21; round++) last = reportOf(await deliveries.test(place));
    const kept = history.besides(last.id);
    expect(kept).toHaveLength(20);
    expect(kept[0]).toEqual(last);
    expect(kept.at(-1)?.id).toBe(success.id);
  });

  it('after a failure, say what changed since the last success', async () => {
    const { deliveries } = start();
    await deliveries.test(place);
    text = integration('http-api-token: cxtp_Wrong0000000000000000000000000');
    const failed = reportOf(await deliveries.test(place));
    expect(failed.sinceSuccess?.changes).toEqual([
      expect.stringMatching(/^The key was a different one \(fingerprint [0-9a-f]{8}, now [0-9a-f]{8}\)/),
    ]);
    bench.behave((_request, response) => void response.writeHead(403).end());
    text = INLINE;
    expect(reportOf(await deliveries.test(place)).sinceSuccess?.changes).toEqual([
      expect.stringContaining('Nothing that this computer can see'),
    ]);
  });

  it('of a reference are untested again when its preset gets another key or is removed', async () => {
    text = REFERENCE;
    const { deliveries, presets, store } = start();
    const one = presetSchema.parse({ name: 'EU2', domain: 'eu2.coralogix.com' });
    const { preset } = await presets.save(one, KEY);
    await deliveries.test({ ...place, preset: preset.id });
    expect(store.snapshot().reports).toMatchObject([{ outcome: 'passed', preset: preset.id }]);
    await presets.save({ ...one, id: preset.id, name: 'renamed' });
    expect(store.snapshot().reports).toHaveLength(1);
    await presets.save({ ...one, id: preset.id }, 'cxtp_Other0000000000000000000000000');
    expect(store.snapshot().reports).toEqual([]);
    expect(await deliveries.test(place)).toMatchObject({ outcome: 'failed' });
    await presets.remove(preset.id);
    expect(store.snapshot().reports).toEqual([]);
  });

  it('of a preset are untested again when its key or its address changes', async () => {
    const { deliveries, presets, store } = start();
    const one = presetSchema.parse({ name: 'EU2', domain: 'eu2.coralogix.com' });
    const { preset } = await presets.save(one, KEY);
    const shown = async () => {
      await deliveries.testPreset(preset.id);
      return store.snapshot().reports.length;
    };
    expect(await shown()).toBe(1);
    await presets.save({ ...one, id: preset.id, endpoint: 'ingress' });
    expect(store.snapshot().reports).toEqual([]);
    await presets.save({ ...one, id: preset.id });
    expect(await shown()).toBe(1);
    await presets.save({ ...one, id: preset.id }, 'cxtp_Other0000000000000000000000000');
    expect(store.snapshot().reports).toEqual([]);
  });

  it.each([
    ['no JSON', 'nonsense'],
    ['another form', '{"a":1}'],
    ['invalid entries', '[{"subject":"x","report":{"id":1}}, null]'],
  ])('start again after a file that contains %s, and say so', (_what, content) => {
    writeFileSync(join(directory, 'deliveries.json'), content);
    const { store, problems } = start();
    expect(store.snapshot().reports).toEqual([]);
    expect(problems).toEqual([expect.stringContaining('can’t be read')]);
  });

  it('of a cancelled test aren’t kept', async () => {
    bench.behave(() => {});
    const { deliveries, history } = start();
    setTimeout(() => deliveries.cancel(), 100);
    await deliveries.test(place);
    history.close();
    expect(existsSync(join(directory, 'deliveries.json'))).toBe(false);
  });
});

describe('seen in Coralogix', () => {
  const times = { every: 50, frequent: 200, whole: 400 };
  const queries = () => bench.received.filter(({ path }) => path === '/api/v1/dataprime/query');

  async function tested(more: Partial<DeliveriesOptions> = {}) {
    const services = start({ readBackTimes: times, ...more });
    await services.presets.save(presetSchema.parse({ name: 'EU2', domain: 'eu2.coralogix.com' }), KEY, READ_BACK);
    return { ...services, report: reportOf(await services.deliveries.test(place)) };
  }

  function answer(lines: (query: { metadata: { tier: string }; query: string }, count: number) => readonly unknown[], status = 200) {
    bench.behave((request, response) => {
      expect(request.headers.authorization).toBe(`Bearer ${READ_BACK}`);
      const body = lines(JSON.parse(request.body), queries().length).map((line) => JSON.stringify(line));
      response.writeHead(status, { 'Content-Type': 'application/x-ndjson' }).end(body.join('\n'));
    });
  }
  const found = (id: string) => ({ result: { results: [{ userData: JSON.stringify({ test_id: id }) }] } });

  it('queries with the read-back key until the entry appears', async () => {
    const { deliveries, store, report } = await tested({ readBackTimes: { every: 20, frequent: 60_000, whole: 120_000 } });
    answer((_query, count) => (count < 3 ? [{ queryId: {} }] : [found(report.id)]));
    const reply = await deliveries.seen(report.id);
    expect(reply).toMatchObject({ outcome: 'seen' });
    expect(queries()).toHaveLength(3);
    expect(JSON.parse(queries()[0]?.body ?? '').query).toContain(`$d.test_id == '${report.id}'`);
    const stage = store.snapshot().reports[0]?.stages.at(-1);
    expect(stage).toMatchObject({
      name: 'seen',
      state: 'passed',
      evidence: expect.stringMatching(/^Found in the frequent tier, \d+ s after/),
    });
    expect(JSON.stringify(store.snapshot())).not.toContain('Sentinel77aa');
  });

  it('continues with the archive, and ends in time', async () => {
    const { deliveries, report } = await tested();
    answer(() => []);
    const started = performance.now();
    const reply = await deliveries.seen(report.id);
    expect(performance.now() - started).toBeLessThan(2000);
    expect(reply).toMatchObject({ outcome: 'not-seen', report: { outcome: 'passed' } });
    const tiers = queries().map(({ body }) => JSON.parse(body).metadata.tier);
    expect(tiers[0]).toBe('TIER_FREQUENT_SEARCH');
    expect(tiers.at(-1)).toBe('TIER_ARCHIVE');
  });

  it('isn’t fooled by a response with another entry', async () => {
    const { deliveries, report } = await tested();
    answer(() => [found('00000000-0000-4000-8000-000000000000')]);
    expect(await deliveries.seen(report.id)).toMatchObject({ outcome: 'not-seen' });
  });

  it('hides a key that a response quotes', async () => {
    const { deliveries, store, report } = await tested();
    answer(() => [{ statistics: { status: READ_BACK } }]);
    let shown = '';
    store.subscribe((event) => {
      shown += JSON.stringify(event);
    });
    expect(await deliveries.seen(report.id)).toMatchObject({ outcome: 'not-seen' });
    expect(shown).toContain('The query ended with the status [redacted]');
    expect(shown + JSON.stringify(store.snapshot())).not.toContain('Sentinel77aa');
  });

  it('stops querying with a key that has no permission to query', async () => {
    const { deliveries, report } = await tested({ readBackTimes: { every: 20, frequent: 60_000, whole: 120_000 } });
    answer(() => [], 403);
    const reply = await deliveries.seen(report.id);
    expect(reply).toMatchObject({ outcome: 'not-seen' });
    expect('report' in reply && reply.report.stages.at(-1)?.fix).toContain('DataQuerying');
    expect(queries()).toHaveLength(1);
  });

  it('ends when it is cancelled', async () => {
    const { deliveries, report } = await tested({ readBackTimes: { every: 60_000, frequent: 60_000, whole: 120_000 } });
    answer(() => []);
    setTimeout(() => deliveries.cancel(), 300);
    expect(await deliveries.seen(report.id)).toMatchObject({ outcome: 'cancelled' });
  });

  it('needs a preset of that domain with a read-back key', async () => {
    const { deliveries, presets } = start();
    await presets.save(presetSchema.parse({ name: 'US1', domain: 'us1.coralogix.com' }), KEY, READ_BACK);
    const { id } = reportOf(await deliveries.test(place));
    expect(await deliveries.seen(id)).toMatchObject({ outcome: 'not-testable', reason: expect.stringContaining('eu2.coralogix.com') });
    expect(queries()).toHaveLength(0);
  });
});
