import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { Arrivals, type ArrivalsOptions } from '../../../main/arrivals/arrivals.ts';
import { ArrivalSamples } from '../../../main/arrivals/samples.ts';
import type { ArrivalsReply } from '../../../main/common/arrivals/arrivals.ts';
import { arrivalWords } from '../../../main/common/arrivals/words.ts';
import { presetSchema } from '../../../main/common/coralogix/preset.ts';
import { openKeychain } from '../../../main/keychain/keychain.ts';
import { PresetStore } from '../../../main/presets/preset-store.ts';
import { Fingerprinter } from '../../../main/secrets/fingerprint.ts';
import { Redaction } from '../../../main/secrets/redaction.ts';
import { JsonFile } from '../../../main/settings/json-file.ts';
import { SettingsStore } from '../../../main/settings/settings-store.ts';
import { Store } from '../../../main/state/store.ts';
import { createAuthority } from '../../support/certificates.ts';
import { TestClock } from '../../support/clock.ts';
import { type HeldEntry, linesOf, rowsOf, team } from '../../support/coralogix-team.ts';
import { type Behaviour, type Bench, namesOnLoopback, startBench } from '../../support/delivery-bench.ts';
import { fleet } from '../../support/fleet.ts';
import { FULL } from '../../support/full-run.ts';

// Coralogix's query service over TLS, which misbehaves on command: each fault has its message, and no wrong count.

const DOMAIN = 'eu2.coralogix.com';
const API = `api.${DOMAIN}`;
const OTHER = 'api.us1.coralogix.com';
const KEY = 'cxtp_Sentinel4f8a1c2bd93e7061Sentine';
const READ_BACK = 'cxup_Sentinel77aa1c2bd93e7061Sentin';
const HOUR = 3_600_000;
const MINUTE = 60_000;
const NAMES = [
  { application: 'kaudit', subsystem: 'one' },
  { application: "k'audit", subsystem: 'two \\' },
];

let bench: Bench;
let ca: string;
let directory: string;
let entries: readonly HeldEntry[] = [];
/** Coralogix's clock. */
let there = () => Date.now();
const closing: Arrivals[] = [];

beforeAll(async () => {
  const authority = await createAuthority('Test CA');
  ca = authority.certificate;
  bench = await startBench({ authority, names: [API, OTHER] });
});
afterAll(() => bench.stop());
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'kaudit-tray-arrivals-'));
  (bench.received as unknown[]).length = 0;
  bench.behave(
    team(
      () => entries,
      () => there(),
    ),
  );
});
afterEach(() => {
  for (const arrivals of closing.splice(0)) arrivals.close();
  rmSync(directory, { recursive: true, force: true });
});

/** The service as a start creates it, on the same data folder each time. */
function start(more: Partial<ArrivalsOptions> = {}) {
  const clock = new TestClock();
  clock.time = Date.parse('2026-11-28T16:20:00Z');
  there = () => clock.time;
  const settings = new SettingsStore({ directory, onProblem: () => {} });
  const redaction = new Redaction();
  const store = new Store(fleet({ keychain: { state: 'memory', message: '' } }));
  const presets: PresetStore = new PresetStore({
    settings,
    keychain: openKeychain({ memory: true }),
    fingerprinter: new Fingerprinter(settings.installationKey()),
    redaction,
    onChange: () => {
      store.update((state) => ({ ...state, presets: presets.list() }));
      arrivals.presetsChanged();
    },
  });
  const port = bench.port;
  const network = {
    environment: {},
    lookup: namesOnLoopback([API, OTHER]),
    route: () => ({ host: '127.0.0.1', port }),
    certificateAuthorities: [ca],
  };
  const file = new JsonFile({ directory, name: 'arrivals.json', what: 'Counts', onProblem: () => {} });
  const samples = new ArrivalSamples(file, clock);
  const arrivals = new Arrivals({ store, presets, samples, network, redaction, clock, ...more });
  closing.push(arrivals);
  return { arrivals, presets, store, clock, settings };
}

async function watched(more: { names?: readonly object[]; options?: Partial<ArrivalsOptions>; readBack?: string; name?: string } = {}) {
  const services = start(more.options);
  const preset = presetSchema.parse({ name: more.name ?? 'EU2', domain: DOMAIN, arrivals: { watched: true, names: more.names ?? NAMES } });
  const { preset: saved } = await services.presets.save(preset, KEY, more.readBack ?? READ_BACK);
  return { ...services, id: saved.id };
}

function reasonOf(reply: ArrivalsReply): string {
  if (reply.outcome !== 'not-askable') throw new Error('It was known');
  return reply.reason;
}

/** Coralogix's clock is the test's: compared with that, a real date would mean a wrong clock. */
const dated = () => ({ 'Content-Type': 'application/x-ndjson', Date: new Date(there()).toUTCString() });
const answer = (status: number, body = '', headers: Record<string, string> = {}): Behaviour => {
  return (_request, response) => void response.writeHead(status, { ...dated(), ...headers }).end(body);
};

describe('a team that responds', () => {
  it('is queried once for all names, and returns the last entry and 24 hours of each', async () => {
    const { arrivals, id, clock, store } = await watched();
    const time = clock.time;
    entries = [
      { ...NAMES[0], time: time - 3 * MINUTE },
      { ...NAMES[0], time: time - 3 * MINUTE - 1 },
      { ...NAMES[1], time: time - 23 * HOUR },
      { ...NAMES[1], time: time - 25 * HOUR },
      { application: 'other', subsystem: 'one', time },
    ] as HeldEntry[];
    const reply = await arrivals.get(id);
    if (reply.outcome !== 'known') throw new Error(reply.reason);
    expect(bench.received).toHaveLength(1);
    expect(reply.names.map(({ application, subsystem, last }) => [application, subsystem, last])).toEqual([
      ['kaudit', 'one', new Date(time - 3 * MINUTE).toISOString()],
      ["k'audit", 'two \\', new Date(time - 23 * HOUR).toISOString()],
    ]);
    for (const { hours } of reply.names) expect(hours).toHaveLength(24);
    expect(reply.names[0]?.hours.at(-1)).toEqual({ at: '2026-11-28T16:00:00.000Z', count: 2 });
    expect(reply.names[1]?.hours[0]).toEqual({ at: '2026-11-27T17:00:00.000Z', count: 1 });
    expect(store.snapshot().arrivals).toMatchObject([{ preset: id, known: { ahead: 0 } }]);
  });

  it('is queried again after five minutes, but not before', async () => {
    const { arrivals, id, clock } = await watched();
    entries = [];
    await Promise.all([arrivals.get(id), arrivals.get(id)]);
    clock.pass(4 * MINUTE + 59_000);
    const reply = await arrivals.get(id);
    arrivals.look();
    expect(bench.received).toHaveLength(1);
    expect(reply).toMatchObject({ outcome: 'known', askedAt: '2026-11-28T16:20:00.000Z' });
    clock.pass(1000);
    await arrivals.get(id);
    expect(bench.received).toHaveLength(2);
  });

  it('is queried immediately for other names', async () => {
    const { arrivals, presets, id } = await watched();
    await arrivals.get(id);
    const preset = presetSchema.parse({ id, name: 'EU2', domain: DOMAIN, arrivals: { watched: true, names: NAMES.slice(0, 1) } });
    await presets.save(preset);
    expect(await arrivals.get(id)).toMatchObject({ names: [NAMES[0]] });
    expect(bench.received).toHaveLength(2);
  });

  it('isn’t queried about anything that the user didn’t select', async () => {
    const { arrivals, presets, id, store } = await watched();
    const save = (preset: object, readBackKey?: string | null) =>
      presets.save(presetSchema.parse({ id, name: 'EU2', domain: DOMAIN, ...preset }), undefined, readBackKey);
    await save({ arrivals: { watched: false, names: NAMES } });
    expect(reasonOf(await arrivals.get(id))).toMatch(/switched off/);
    await save({ arrivals: { watched: true, names: [] } });
    expect(reasonOf(await arrivals.get(id))).toMatch(/No names are selected/);
    await save({ arrivals: { watched: true, names: NAMES } }, null);
    expect(reasonOf(await arrivals.get(id))).toMatch(/no longer has a read-back key|no read-back key/);
    await expect(arrivals.discover(id)).rejects.toMatchObject({ code: 'delivery', message: expect.stringContaining('no read-back key') });
    arrivals.look();
    await expect(arrivals.get('nobody')).rejects.toMatchObject({ code: 'not-found' });
    expect(bench.received).toHaveLength(0);
    expect(store.snapshot().arrivals).toEqual([]);
  });

  it('has its query cancelled when the preset is switched off', async () => {
    const { arrivals, presets, id, store } = await watched();
    bench.behave(() => undefined);
    const asked = arrivals.get(id);
    await vi.waitFor(() => expect(bench.received).toHaveLength(1));
    await presets.save(presetSchema.parse({ id, name: 'EU2', domain: DOMAIN, arrivals: { watched: false, names: NAMES } }), undefined);
    await asked;
    await vi.waitFor(() => expect(bench.open()).toBe(0));
    expect(store.snapshot().arrivals).toEqual([]);
  });

  it('isn’t queried automatically if the keychain could prompt', async () => {
    const { arrivals, id, store } = await watched();
    const keychain = (state: 'unknown' | 'refused') => store.update((before) => ({ ...before, keychain: { state, message: '' } }));
    keychain('unknown');
    arrivals.look();
    keychain('refused');
    arrivals.look();
    expect(reasonOf(await arrivals.get(id))).toMatch(/keychain is locked/);
    expect(bench.received).toHaveLength(0);
  });

  it('is queried when someone reads the tray’s menu, with one prompt of an unused keychain', async () => {
    const { arrivals, presets, store } = await watched();
    for (const name of ['Second', 'Third'])
      await presets.save(presetSchema.parse({ name, domain: DOMAIN, arrivals: { watched: true, names: NAMES } }), KEY, READ_BACK);
    const keychain = (state: 'unknown' | 'waiting' | 'refused' | 'available') =>
      store.update((before) => ({ ...before, keychain: { state, message: '' } }));
    for (const state of ['waiting', 'refused'] as const) {
      keychain(state);
      arrivals.look(true);
    }
    keychain('unknown');
    arrivals.look();
    expect(store.snapshot().arrivals).toEqual([]);
    arrivals.look(true);
    arrivals.look(true);
    await vi.waitFor(() => expect(store.snapshot().arrivals?.filter(({ known }) => known)).toHaveLength(1));
    expect(bench.received).toHaveLength(1);
    keychain('available');
    arrivals.look();
    await vi.waitFor(() => expect(store.snapshot().arrivals?.filter(({ known }) => known)).toHaveLength(3));
    expect(bench.received).toHaveLength(3);
  });

  it('stays watched when the preset is renamed, but not on another domain', async () => {
    const { presets, id } = await watched();
    await presets.save(presetSchema.parse({ id, name: 'Renamed', domain: DOMAIN }));
    expect(presets.list()[0]?.arrivals).toEqual({ watched: true, names: NAMES });
    await presets.save(presetSchema.parse({ id, name: 'Renamed', domain: 'us1.coralogix.com' }), KEY, READ_BACK);
    expect(presets.list()[0]?.arrivals).toBeUndefined();
    expect(presets.exportText()).not.toContain('arrivals');
  });

  it('lists its names, the likely ones first', async () => {
    const { arrivals, id, clock } = await watched();
    const at = (application: string, subsystem: string, count: number) =>
      Array.from({ length: count }, (_, index) => ({ application, subsystem, time: clock.time - index * 1000 }));
    entries = [...at('shop', 'nginx', 9), ...at('kaudit', 'payments', 3), ...at('k8s', 'audit', 5), ...at(READ_BACK, 'leak', 2)];
    expect(await arrivals.discover(id)).toEqual({
      names: [
        { application: 'kaudit', subsystem: 'payments', count: 3, last: new Date(clock.time).toISOString(), likely: true },
        { application: 'k8s', subsystem: 'audit', count: 5, last: new Date(clock.time).toISOString(), likely: true },
        { application: 'shop', subsystem: 'nginx', count: 9, last: new Date(clock.time).toISOString(), likely: false },
      ],
    });
  });

  it('is remembered by counts only: last entry and habit survive a restart', async () => {
    const first = await watched();
    const time = first.clock.time;
    // Eight days, an entry an hour, asked once a day.
    entries = Array.from({ length: 8 * 24 }, (_, hour) => ({ application: 'kaudit', subsystem: 'one', time: time + hour * HOUR + MINUTE }));
    for (let day = 1; day <= 9; day += 1) {
      first.clock.pass(24 * HOUR);
      await first.arrivals.get(first.id);
    }
    first.arrivals.close();
    const kept = readFileSync(join(directory, 'arrivals.json'), 'utf8');
    expect(kept).not.toMatch(/cxtp_|cxup_|Sentinel/);

    const second = start();
    second.clock.time = first.clock.time + 10 * HOUR;
    await second.presets.save(presetSchema.parse({ id: first.id, name: 'EU2', domain: DOMAIN }), KEY, READ_BACK);
    await second.arrivals.get(first.id);
    const name = second.store.snapshot().arrivals?.[0]?.known?.names[0];
    expect(name).toMatchObject({ last: new Date(time + (8 * 24 - 1) * HOUR + MINUTE).toISOString(), habit: { gap: expect.any(Number) } });
    expect(name?.counts.every((count) => count === 0)).toBe(true);
    // What is no longer watched isn't kept.
    await second.presets.remove(first.id);
    second.arrivals.close();
    expect(readFileSync(join(directory, 'arrivals.json'), 'utf8')).toBe('[]');
  });
});

describe('a service that misbehaves', () => {
  const good = () => linesOf([]);
  const cases: [string, Behaviour, RegExp][] = [
    ['401', answer(401, '{}'), /HTTP 401: the read-back key is wrong, or belongs to a team in another region/],
    ['403', answer(403, '{}'), /HTTP 403: this key can’t query, and no Send-Your-Data key can/],
    ['404', answer(404), /doesn’t accept queries/],
    ['400', answer(400), /didn’t understand the query/],
    ['429 without a time', answer(429), /used up its queries \(30 a minute\)\. kAudit Tray waits 5 min, then tries again/],
    ['500', answer(500), /: Coralogix failed/],
    ['418', answer(418), /isn’t known to return/],
    [
      'a redirect to another region',
      answer(307, '', { Location: `https://${OTHER}/api/v1/dataprime/query` }),
      /redirect to api\.us1\.coralogix\.com, which kAudit Tray doesn’t follow/,
    ],
    ['200 with a web page', answer(200, '<html>Sign in</html>', { 'Content-Type': 'text/html' }), /returned a web page/],
    ['nothing', answer(200, ''), /ended before its result/],
    ['cut lines', answer(200, linesOf([{ application: 'kaudit', subsystem: 'one' }]).slice(0, 100)), /is incomplete/],
    ['a query that failed', answer(200, good().replace('COMPLETED', 'FAILED')), /ended with the status FAILED/],
    ['an error line', answer(200, `{"error":{}}\n`), /refused the query/],
    [
      'rows of another region',
      answer(200, linesOf([{ application: 'kaudit', subsystem: 'us', hour: 1e18, entries: 3, last: 1e18 }])),
      /about names that weren’t in the query/,
    ],
    [
      'rows of another time',
      answer(200, linesOf([{ ...NAMES[0], hour: 1728763200000000000, entries: 3, last: 1728763200000000000 }])),
      /about hours that weren’t in the query/,
    ],
    ['unreadable rows', answer(200, linesOf([{ ...NAMES[0], entries: 'many' }])), /row of the result can’t be read/],
    [
      'a response in drops',
      (_request, response) => void response.writeHead(200).write(good().slice(0, 10)),
      /No complete response within 0\.4 s/,
    ],
    ['no response', () => {}, /No complete response within 0\.4 s/],
    ['a reset', () => bench.reset(), /ended before the response was complete/],
    [
      'more than requested',
      (_request, response) => void response.writeHead(200, dated()).end(`${'{"new":1}\n'.repeat(300_000)}${good()}`),
      /too long for this query/,
    ],
  ];
  it.each(cases)('%s: has its own message, and counts nothing', async (what, behaviour, words) => {
    const { arrivals, id, store, clock } = await watched({ options: { limits: { http: what.includes('response') ? 400 : 10_000 } } });
    bench.behave(behaviour);
    const reason = reasonOf(await arrivals.get(id));
    expect(reason).toMatch(words);
    expect(store.snapshot().arrivals).toEqual([{ preset: id, problem: reason }]);
    expect(JSON.stringify(store.snapshot())).not.toContain('Sentinel');
    expect(bench.received).toHaveLength(1);
    // Neither repeated immediately, nor kept as a sample.
    clock.pass(4 * MINUTE);
    await arrivals.get(id);
    expect(bench.received).toHaveLength(1);
  });

  it('is slow, and still right', async () => {
    const { arrivals, id } = await watched();
    entries = [];
    bench.behave((request, response) => {
      const whole = linesOf(rowsOf(request.body, entries));
      response.writeHead(200, dated());
      const pieces = whole.match(/.{1,20}/gs) ?? [];
      const next = () => void (pieces.length === 0 ? response.end() : response.write(pieces.shift() ?? '', () => setTimeout(next, 5)));
      next();
    });
    expect(await arrivals.get(id)).toMatchObject({ outcome: 'known' });
  });

  it('recognises the preset’s own Send-Your-Data key when it is used for reading', async () => {
    const { arrivals, id } = await watched({ readBack: KEY });
    bench.behave(answer(403));
    expect(reasonOf(await arrivals.get(id))).toMatch(/is the preset’s Send-Your-Data key, which can send but not query/);
  });

  it('truncates the result: the reply says so, and claims no silence', async () => {
    const { arrivals, id, store } = await watched();
    bench.behave(answer(200, `${good()}{"warning":{"numberOfResultsLimitWarning":{}}}\n`));
    expect(await arrivals.get(id)).toMatchObject({ outcome: 'known', warning: expect.stringContaining('numberOfResultsLimitWarning') });
    expect(store.snapshot().arrivals).toMatchObject([{ known: { warning: { cut: true } } }]);
  });

  it('adds another kind of warning: its message, but neither a count on screen nor a sample', async () => {
    const { arrivals, id, store, clock } = await watched();
    entries = [{ application: 'kaudit', subsystem: 'one', time: clock.time - 3 * MINUTE }];
    bench.behave((request, response) => {
      const lines = linesOf(rowsOf(request.body, entries));
      response.writeHead(200, dated()).end(`${lines}{"warning":{"compileWarning":{"warningMessage":"${READ_BACK}"}}}\n`);
    });
    expect(await arrivals.get(id)).toMatchObject({
      outcome: 'known',
      warning: expect.stringMatching(/doubts about the query \(compileWarning\)/),
    });
    const [view] = store.snapshot().arrivals ?? [];
    const words = arrivalWords(view, view?.known?.names ?? [], clock.time);
    expect(words).toMatchObject({ state: 'arriving', sentence: expect.stringMatching(/^Last entry 3 min ago\. Coralogix has doubts/) });
    expect(words).not.toHaveProperty('hours');
    arrivals.close();
    expect(existsSync(join(directory, 'arrivals.json'))).toBe(false);
    expect(JSON.stringify(store.snapshot())).not.toContain('Sentinel');
  });

  it('asks to wait: all presets of that team do, for as long as it says', async () => {
    const { arrivals, presets, id, clock } = await watched();
    const other = await presets.save(
      presetSchema.parse({ name: 'Other', domain: DOMAIN, arrivals: { watched: true, names: NAMES } }),
      KEY,
      READ_BACK,
    );
    bench.behave(answer(429, '', { 'Retry-After': '900' }));
    expect(reasonOf(await arrivals.get(id))).toMatch(/waits 15 min/);
    clock.pass(14 * MINUTE);
    bench.behave(team(() => []));
    expect(reasonOf(await arrivals.get(other.preset.id))).toMatch(/waits as long as Coralogix requires/);
    await expect(arrivals.discover(id)).rejects.toMatchObject({ message: expect.stringContaining('waits') });
    expect(bench.received).toHaveLength(1);
    clock.pass(2 * MINUTE);
    expect(await arrivals.get(other.preset.id)).toMatchObject({ outcome: 'known' });
  });

  it('asks to wait: queued queries do, too', async () => {
    const { arrivals, presets, clock } = start();
    for (let index = 0; index < 12; index += 1) {
      const preset = { name: `Preset ${index}`, domain: DOMAIN, arrivals: { watched: true, names: NAMES } };
      await presets.save(presetSchema.parse(preset), KEY, READ_BACK);
    }
    bench.behave(answer(429, '', { 'Retry-After': '900' }));
    arrivals.look();
    for (let minute = 0; minute < 4; minute += 1) {
      await vi.waitFor(() => expect(bench.open()).toBe(0));
      clock.pass(MINUTE);
    }
    // Three are under way before the first response.
    expect(bench.received.length).toBeLessThanOrEqual(3);
  });

  it('is queried immediately when the clock is set back, and nothing is claimed until then', async () => {
    const { arrivals, id, clock, store } = await watched();
    bench.behave(
      team(
        () => [],
        () => clock.time,
      ),
    );
    await arrivals.get(id);
    expect(bench.received).toHaveLength(1);
    clock.time -= 3 * 60 * MINUTE;
    const [before] = store.snapshot().arrivals ?? [];
    expect(arrivalWords(before, before?.known?.names ?? [], clock.time)).toMatchObject({ state: 'unknown' });
    await arrivals.get(id);
    expect(bench.received.length).toBeGreaterThan(1);
  });

  it('is queried less and less often while it fails', async () => {
    const { arrivals, id, clock } = await watched();
    bench.behave(answer(500));
    const asked: number[] = [];
    for (let minute = 0; minute <= 100; minute += 1) {
      await arrivals.get(id);
      if (bench.received.length > asked.length) asked.push(minute);
      clock.pass(MINUTE);
    }
    expect(asked).toEqual([0, 5, 15, 35, 75]);
  });

  it('is no longer waited for when the machine goes to sleep, and is queried again afterwards', async () => {
    const { arrivals, id } = await watched();
    bench.behave(() => arrivals.cancel());
    expect(await arrivals.get(id)).toMatchObject({ outcome: 'not-askable' });
    bench.behave(team(() => []));
    expect(await arrivals.get(id)).toMatchObject({ outcome: 'known' });
    bench.behave(() => arrivals.cancel());
    await expect(arrivals.discover(id)).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('is queried again at the next check after the network returns', async () => {
    const { arrivals, id } = await watched();
    bench.behave(() => bench.reset());
    for (let times = 0; times < 3; times += 1) expect(reasonOf(await arrivals.get(id))).toMatch(/ended before the response/);
    expect(bench.received).toHaveLength(1);
    bench.behave(team(() => [], there));
    arrivals.networkReturned();
    expect(bench.received).toHaveLength(1);
    expect(await arrivals.get(id)).toMatchObject({ outcome: 'known' });
    // Known results aren't requested again.
    arrivals.networkReturned();
    await arrivals.get(id);
    expect(bench.received).toHaveLength(2);
  });

  it('is queried again after the network returns while a query on the old one still waits', async () => {
    const { arrivals, id, clock } = await watched();
    bench.behave(() => undefined);
    const asked = arrivals.get(id);
    await vi.waitFor(() => expect(bench.received).toHaveLength(1));
    clock.pass(1000);
    arrivals.networkReturned();
    bench.reset();
    expect(reasonOf(await asked)).toMatch(/ended before the response/);
    bench.behave(team(() => []));
    expect(await arrivals.get(id)).toMatchObject({ outcome: 'known' });
  });

  it('asks to wait: a network that returns doesn’t shorten it', async () => {
    const { arrivals, id } = await watched();
    bench.behave(answer(429, '', { 'Retry-After': '900' }));
    await arrivals.get(id);
    bench.behave(team(() => []));
    arrivals.networkReturned();
    expect(reasonOf(await arrivals.get(id))).toMatch(/waits 15 min|waits as long as/);
    expect(bench.received).toHaveLength(1);
  });

  it('is no longer waited for when the dialog that asked for names closes: that query ends, and no other', async () => {
    const { arrivals, id } = await watched();
    bench.behave(() => undefined);
    const [first, second] = ['9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d', '1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed'];
    const closed = arrivals.discover(id, first);
    const stays = arrivals.discover(id, second);
    await vi.waitFor(() => expect(bench.received).toHaveLength(2));
    arrivals.cancelDiscover(first);
    await expect(closed).rejects.toMatchObject({ code: 'cancelled' });
    await vi.waitFor(() => expect(bench.open()).toBe(1));
    arrivals.cancelDiscover(second);
    await expect(stays).rejects.toMatchObject({ code: 'cancelled' });
    await vi.waitFor(() => expect(bench.open()).toBe(0));
  });

  it('is never asked for names whose dialog closed while the query was queued', async () => {
    const { arrivals, id } = await watched();
    bench.behave(() => undefined);
    const query = '9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d';
    // Three run at a time.
    const others = [1, 2, 3].map(() => arrivals.discover(id).catch((error: unknown) => error));
    await vi.waitFor(() => expect(bench.received).toHaveLength(3));
    const waits = arrivals.discover(id, query);
    arrivals.cancelDiscover(query);
    await expect(waits).rejects.toMatchObject({ code: 'cancelled' });
    arrivals.cancel();
    await Promise.all(others);
    expect(bench.received).toHaveLength(3);
  });

  it('presents a certificate of another region: nothing is sent', async () => {
    const authority = await createAuthority('Test CA');
    const elsewhere = await startBench({ authority, names: [OTHER] });
    try {
      const network = {
        environment: {},
        lookup: namesOnLoopback([API]),
        route: () => ({ host: '127.0.0.1', port: elsewhere.port }),
        certificateAuthorities: [authority.certificate],
      };
      const { arrivals, id } = await watched({ options: { network } });
      expect(reasonOf(await arrivals.get(id))).toMatch(/certificate isn’t for api\.eu2\.coralogix\.com/);
      expect(elsewhere.received).toHaveLength(0);
    } finally {
      await elsewhere.stop();
    }
  });
});

describe('the read-back key', () => {
  it('goes to the query service of its own domain, and nowhere else', async () => {
    const { arrivals, id } = await watched();
    await arrivals.get(id);
    await arrivals.discover(id);
    expect(bench.received.map(({ path, headers }) => [headers.host, path, headers.authorization])).toEqual(
      Array.from({ length: 2 }, () => [API, '/api/v1/dataprime/query', `Bearer ${READ_BACK}`]),
    );
  });

  it('doesn’t follow a domain or a name that someone wrote into the settings', async () => {
    const { presets, id, settings, arrivals, clock } = await watched();
    const file = join(directory, 'settings.json');
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll(DOMAIN, 'us1.coralogix.com'));
    // What a restart would read.
    settings.savePresets(settings.presets().map((preset) => ({ ...preset, domain: 'us1.coralogix.com' })));
    expect(presets.list()[0]).toMatchObject({ domain: 'us1.coralogix.com', arrivals: { watched: true } });
    expect(reasonOf(await arrivals.get(id))).toMatch(/belongs to eu2\.coralogix\.com/);
    await expect(arrivals.discover(id)).rejects.toMatchObject({ code: 'preset' });
    clock.pass(10 * MINUTE);
    arrivals.look();
    await arrivals.get(id);
    expect(bench.received).toHaveLength(0);
  });

  it('is in no output, although every response quotes it', async () => {
    const { arrivals, id, store } = await watched();
    const told: unknown[] = [];
    store.subscribe((event) => told.push(event));
    for (const body of [
      `{"statistics":{"status":"${READ_BACK}"}}`,
      `{"warning":{"${READ_BACK}":{}}}\n${linesOf([])}`,
      linesOf([{ application: READ_BACK, subsystem: READ_BACK, entries: 1, last: 1e18, hour: 1e18 }]),
      `{"error":"${READ_BACK}"}`,
    ]) {
      bench.behave(answer(200, body));
      told.push(await arrivals.get(id), await arrivals.discover(id).catch((error: unknown) => String(error)), store.snapshot());
      arrivals.presetsChanged();
      closing.at(-1)?.cancel();
    }
    bench.behave(answer(302, READ_BACK, { Location: `https://evil.example/${READ_BACK}` }));
    told.push(await arrivals.discover(id).catch((error: unknown) => String(error)));
    expect(JSON.stringify(told)).not.toContain('Sentinel77aa');
  });
});

/** Quarters of a minute. */
const STEPS = FULL ? 80 : 28;

describe('60 presets', () => {
  it('make at most ten queries in any minute, and each gets its turn', async () => {
    const services = start();
    const { presets, clock, store } = services;
    let begun = 0;
    const use = (id: string) => {
      begun += 1;
      return presets.use(id);
    };
    const { arrivals } = start({ store, clock, presets: { list: () => presets.list(), use } });
    const times: number[] = [];
    bench.behave((request, response) => {
      times.push(clock.time);
      team(
        () => [],
        () => clock.time,
      )(request, response);
    });
    for (let index = 0; index < 60; index += 1) {
      const preset = { name: `Preset ${index}`, domain: DOMAIN, arrivals: { watched: true, names: NAMES } };
      await presets.save(presetSchema.parse(preset), KEY, READ_BACK);
    }
    const ids = presets.list().map(({ id }) => id);
    for (let step = 0; step < STEPS; step += 1) {
      arrivals.look();
      // A visible window doesn't wait for the others.
      await Promise.all(ids.slice(0, 3).map((id) => arrivals.get(id)));
      // No time passes during a query.
      await vi.waitFor(() => expect([times.length, bench.open()]).toEqual([begun, 0]));
      clock.pass(15_000);
    }
    for (const time of times) expect(times.filter((other) => other >= time && other < time + MINUTE).length).toBeLessThanOrEqual(10);
    // Seven minutes are a turn for each, twenty are three.
    expect(times.length).toBeGreaterThanOrEqual(FULL ? 150 : 60);
    const replies = await Promise.all(ids.map((id) => arrivals.get(id)));
    expect(replies.filter(({ outcome }) => outcome === 'known')).toHaveLength(60);
  });
});

describe('the counts', () => {
  const zones = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe', 'Pacific/Chatham', 'Pacific/Apia'];
  /** Around the changes of the clocks, and anywhere. */
  const times = fc.oneof(
    ...['2026-03-29T01:00:00Z', '2026-10-25T01:00:00Z', '2026-03-08T07:00:00Z', '2026-11-01T06:00:00Z', '2026-04-04T15:00:00Z'].map(
      (change) => fc.integer({ min: -30 * 60, max: 30 * 60 }).map((minutes) => Date.parse(change) + minutes * MINUTE),
    ),
    fc.integer({ min: Date.parse('2026-01-01'), max: Date.parse('2027-01-01') }),
  );
  const skews = fc.oneof(fc.constant(0), fc.integer({ min: -10_000, max: 10_000 }), fc.integer({ min: -26 * HOUR, max: 26 * HOUR }));

  it(`equal the team’s entries, over ${FULL ? 1000 : 30} histories, whatever this computer's clock and time zone`, {
    timeout: 170_000,
  }, async () => {
    const zone = process.env.TZ;
    const { arrivals, presets, id, clock } = await watched();
    const names = NAMES.slice(0, 2);
    try {
      await fc.assert(
        fc.asyncProperty(
          times,
          skews,
          fc.constantFrom(...zones),
          fc.array(fc.tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: -30 * HOUR, max: HOUR })), { maxLength: 60 }),
          async (now, skew, tz, offsets) => {
            process.env.TZ = tz;
            // The pace of an earlier history doesn't count for this one.
            clock.pass(2 * MINUTE);
            clock.time = now - skew;
            there = () => now;
            const held = [...names, { application: 'kaudit', subsystem: 'other' }];
            entries = offsets.map(([name, offset]) => ({ ...(held[name] ?? NAMES[0]), time: now + offset }) as HeldEntry);
            // Like a new run: nothing is known of earlier histories.
            await presets.save(presetSchema.parse({ id, name: 'EU2', domain: DOMAIN, arrivals: { watched: false, names: [] } }));
            await presets.save(presetSchema.parse({ id, name: 'EU2', domain: DOMAIN, arrivals: { watched: true, names } }));
            const reply = await arrivals.get(id);
            if (reply.outcome !== 'known') throw new Error(reply.reason);
            const running = Math.floor(now / HOUR) * HOUR;
            for (const name of names) {
              const found = reply.names.find((one) => one.application === name.application);
              const own = entries.filter((one) => one.application === name.application && one.subsystem === name.subsystem);
              const inside = own.filter(({ time }) => time >= running - 23 * HOUR && time < running + HOUR);
              expect(found?.hours.map(({ at }) => Date.parse(at))).toEqual(
                Array.from({ length: 24 }, (_, hour) => running - (23 - hour) * HOUR),
              );
              for (const { at, count } of found?.hours ?? []) {
                const hour = Date.parse(at);
                expect(count).toBe(inside.filter(({ time }) => time >= hour && time < hour + HOUR).length);
              }
              const last = inside.length === 0 ? null : new Date(Math.max(...inside.map(({ time }) => time))).toISOString();
              expect(found?.last).toBe(last);
            }
          },
        ),
        { numRuns: FULL ? 1000 : 30 },
      );
    } finally {
      if (zone === undefined) delete process.env.TZ;
      else process.env.TZ = zone;
    }
  });
});
