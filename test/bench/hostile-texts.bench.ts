// What it costs to get, preview, apply, merge and compare texts that someone made to take long. Run it with Node 24:
// node test/bench/hostile-texts.bench.ts [--rounds 5] [--only NAME] Processor time of this thread, median, without a
// server's time. The goals: from 64 to 256 kB and from 256 kB to 1 MiB at most five times as long; 1 MiB at most three
// times one parse of the vendor's document by the yaml package. What is under 30 ms is not compared. With --waits: how
// long anything else has to wait for the main thread while the other one works; at most 100 ms, of 1 MiB.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { parseDocument } from 'yaml';
import { diffDocuments } from '../../main/common/integration/document.ts';
import { ReadyReply } from '../../main/common/replies.ts';
import { holdSources } from '../../main/common/yaml/source.ts';
import { History } from '../../main/history/history.ts';
import { openKeychain } from '../../main/keychain/keychain.ts';
import { PresetStore } from '../../main/presets/preset-store.ts';
import { Fingerprinter } from '../../main/secrets/fingerprint.ts';
import { Redaction } from '../../main/secrets/redaction.ts';
import { JsonFile } from '../../main/settings/json-file.ts';
import { SettingsStore } from '../../main/settings/settings-store.ts';
import { ConfigMaps } from '../../main/state/config-maps.ts';
import { Drafts } from '../../main/state/drafts.ts';
import { Revisions } from '../../main/state/revisions.ts';
import { ensureBuilt } from '../../scripts/bootstrap.mjs';
import { hostileTexts } from '../support/hostile-texts.ts';
import { MemoryCluster } from '../support/memory-cluster.ts';
import { historyTexts, textWork } from '../support/texts.ts';

await ensureBuilt();
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const SIZES = (process.env.SIZES ?? '64,256,1024').split(',').map((size) => Number(size) * 1024);
const GROWTH = 5;
const PARSES = 3;
const SMALL = 30;
const LONGEST_WAIT = 100;
/** A step that takes longer isn't measured again. */
const LONG = 20_000;
/** As in the thread. */
const HELD = 8;
const PARSE = 'one parse of the vendor’s document';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    only: { type: 'string' },
    from: { type: 'string', default: '0' },
    waits: { type: 'boolean', default: false },
  },
});
const rounds = Number(values.rounds);
const directory = mkdtempSync(join(tmpdir(), 'kaudit-tray-hostile-'));
const OWNER = { context: 'c', namespace: 'n', name: 'kaudit-integration-one', server: 'https://one.example', uid: 'u' };
const REF = { context: 'c', namespace: 'n', name: 'kaudit-integration-one' };

function services() {
  const settings = new SettingsStore({ directory, onProblem: () => {} });
  const fingerprinter = new Fingerprinter(settings.installationKey());
  const keychain = openKeychain({ memory: true });
  const presets = new PresetStore({ settings, keychain, fingerprinter, redaction: new Redaction(), onChange: () => {} });
  const cluster = new MemoryCluster(REF);
  // All in this thread, whose time is measured.
  const texts = textWork(fingerprinter, values.waits ? {} : { long: Number.POSITIVE_INFINITY });
  const parts = { clusters: cluster.clusters, texts, presets };
  const history = new History({
    directory,
    digest: (secret) => fingerprinter.digest(secret),
    hash: (hashed) => fingerprinter.hash(hashed),
    signature: (hashed) => fingerprinter.signature(hashed),
    texts: historyTexts(texts),
    onProblem: () => {},
  });
  const revisions = new Revisions({ ...parts, history, fingerprinter });
  const configMaps = new ConfigMaps({ ...parts, revisions, unsettled: cluster.unsettled });
  const file = new JsonFile({ directory, name: 'drafts.json', what: 'drafts', onProblem: () => {} });
  return { cluster, texts, revisions, configMaps, drafts: new Drafts({ ...parts, file, configMaps }) };
}

async function processorTime(work: () => Promise<unknown>): Promise<number> {
  const start = process.threadCpuUsage();
  await work();
  const { user, system } = process.threadCpuUsage(start);
  return (user + system) / 1000;
}

/** The longest wait of a request to this thread. */
async function longestWait(work: () => Promise<unknown>): Promise<number> {
  const waits = monitorEventLoopDelay({ resolution: 5 });
  waits.enable();
  await work();
  await new Promise((resolve) => setTimeout(resolve, 20));
  waits.disable();
  return waits.max / 1e6;
}

/** Milliseconds of each step, median. Each round starts with empty caches, and without any garbage. */
async function measure(text: string, withParse: boolean): Promise<Map<string, number>> {
  const times = new Map<string, number[]>();
  for (let round = 0; round < rounds; round++) {
    holdSources(0);
    // What a weak reference gave out stays until its turn of the event loop ends.
    await new Promise(setImmediate);
    collect();
    // In the same rounds: the machine's speed changes.
    const parsing = withParse ? await processorTime(async () => parseDocument(vendor)) : 0;
    times.set(PARSE, [...(times.get(PARSE) ?? []), parsing]);
    collect();
    holdSources(HELD);
    const { cluster, configMaps, drafts, revisions, texts } = services();
    const step = async (name: string, work: () => Promise<unknown>) => {
      const time = await (values.waits ? longestWait : processorTime)(() => work().catch(() => undefined));
      times.set(name, [...(times.get(name) ?? []), time]);
      return time;
    };
    cluster.put(text);
    const base = `${cluster.version}`;
    let masked = '';
    let reply: Uint8Array | undefined;
    let saved: Awaited<ReturnType<typeof configMaps.apply>> | undefined;
    await step('get', async () => {
      const view: unknown = await configMaps.get(REF);
      // In the thread, the host's JSON is made there.
      if (view instanceof ReadyReply) reply = view.envelope;
      else masked = JSON.parse(JSON.stringify(view)).text;
    });
    if (reply !== undefined) masked = JSON.parse(new TextDecoder().decode(reply)).value.text;
    const edits = [{ op: 'text' as const, text: `${masked}\n# mine\n` }];
    await step('preview', () => configMaps.preview(REF, base, edits));
    if (values.waits) await step('keep', () => drafts.save(REF, base, edits));
    await step('apply', () => configMaps.apply(REF, base, edits, false));
    cluster.put(`# theirs\n${text}`);
    await step('merge', async () => {
      saved = await configMaps.apply(REF, base, edits, false);
    });
    if (values.waits) {
      const done = saved;
      await step('history', () => revisions.list(REF));
      if (done?.outcome === 'saved')
        await step('undo', () => configMaps.preview(REF, done.resourceVersion, [{ op: 'undo', revision: done.revision ?? '' }]));
      await step('test', () => texts.run('testedTarget', OWNER, text, { integration: 0 }));
      await step('drift', () => texts.run('driftSays', OWNER, text, new Map()));
      texts.close();
      continue;
    }
    const reversed = masked.split('\n').reverse().join('\n');
    const whole = await step('diff', async () => diffDocuments(masked, reversed));
    if (whole > LONG || Math.max(...[...times.values()].flat()) > LONG) break;
  }
  return new Map([...times].map(([name, all]) => [name, all.toSorted((a, b) => a - b)[all.length >> 1] ?? 0]));
}

const vendor = hostileTexts(1024 * 1024)[0]?.[1] ?? '';
for (let warm = 0; warm < 3; warm++) parseDocument(vendor);
console.log(`| text | step | 64 kB | 256 kB | 1 MiB | growth | parses |\n|---|---|---|---|---|---|---|`);
const bad: string[] = [];
let worst = { name: '', time: 0, parses: 0 };
const names = hostileTexts(1024).map(([name]) => name);
for (const [index, name] of names.entries()) {
  if (index < Number(values.from) || (values.only !== undefined && !name.includes(values.only))) continue;
  const measured: Map<string, number>[] = [];
  for (const size of SIZES) measured.push(await measure(hostileTexts(size)[index]?.[1] ?? '', size === SIZES.at(-1)));
  const parse = measured.at(-1)?.get(PARSE) ?? 0;
  for (const step of measured[0]?.keys() ?? []) {
    if (step === PARSE) continue;
    const times = measured.map((all) => all.get(step) ?? 0);
    const [small = 0, middle = 0, large = 0] = times;
    const growth = [middle / Math.max(small, SMALL), large / Math.max(middle, SMALL)];
    const failed = values.waits ? large > LONGEST_WAIT : growth.some((factor) => factor > GROWTH) || large > PARSES * parse;
    if (large / parse > worst.parses) worst = { name: `${name}, ${step}`, time: large, parses: large / parse };
    if (failed) bad.push(`${name}, ${step}`);
    const cells = [
      ...times.map((time) => `${time.toFixed(0)} ms`),
      growth.map((factor) => factor.toFixed(1)).join(', '),
      (large / parse).toFixed(2),
    ];
    if (failed || values.waits || large > parse / 2) console.log(`| ${name} | ${step} | ${cells.join(' | ')} |${failed ? ' ✗' : ''}`);
  }
}
console.log(`\nThe worst: ${worst.name}, ${worst.time.toFixed(0)} ms, ${worst.parses.toFixed(2)} parses.`);
console.log(bad.length === 0 ? 'All goals are met.' : `Beyond the goals: ${bad.join('; ')}.`);
process.exitCode = bad.length === 0 ? 0 : 1;
rmSync(directory, { recursive: true, force: true });
