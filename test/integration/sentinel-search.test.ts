import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { chromiumRequirement } from '../support/chromium.ts';
import type { Host } from '../support/host.ts';
import { startHost } from '../support/host.ts';
import type { OpenPage } from '../support/page.ts';
import { openPage } from '../support/page.ts';
import { type Relay, startRelay } from '../support/relay.ts';
import { describeWith } from '../support/requirement.ts';
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
  WHOLE_STRINGS,
  watchProcesses,
} from '../support/sentinel.ts';

// The sentinel test finds nothing. That says something only because of this one: it searches a program that leaks a key
// in every place with the same functions, and each of them must find its own.

const PLANTED: Readonly<Record<string, readonly string[]>> = {
  'data folder': ['in UTF-16', 'in base64', 'in a name'],
  log: ['logged'],
  'standard output': ['printed'],
  'standard error': ['complained'],
  'HTTP replies': ['in a header', 'in a reply', 'in an event', 'in an error'],
  arguments: ['argument', 'short argument'],
  environments: ['variable', 'short variable'],
  document: ['in a field', 'in an attribute', 'in a shadow'],
  'kept by the page': ['kept'],
  heap: ['behind much text', 'in pieces', 'in a closure'],
  'memory of the page': ['in bytes'],
};
const KEYS = Object.fromEntries(Object.values(PLANTED).flatMap((names) => names.map((name) => [name, plainKey()])));

/** Loaded by the program before its own code. */
const leaks = (file: string, directory: string) => `import { execFile, spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { ServerResponse } from 'node:http';
const keys = JSON.parse(readFileSync(${JSON.stringify(file)}, 'utf8'));
const directory = ${JSON.stringify(directory)};
mkdirSync(directory + '/deep/er', { recursive: true });
writeFileSync(directory + '/deep/er/a.bin', Buffer.from('<' + keys['in UTF-16'] + '>', 'utf16le'));
writeFileSync(directory + '/deep/b.json', JSON.stringify({ authorization: Buffer.from('Bearer ' + keys['in base64']).toString('base64') }));
writeFileSync(directory + '/' + keys['in a name'], 'x');
appendFileSync(directory + '/kaudit-tray.log', 'bug: ' + keys.logged + '\\n');
process.stdout.write(keys.printed + '\\n');
process.stderr.write(keys.complained + '\\n');
const stringify = JSON.stringify;
JSON.stringify = (value, ...more) => {
  if (value?.name === 'fleet.changed') return stringify({ ...value, leak: keys['in an event'] });
  if (value?.ok === true) return stringify({ ...value, leak: keys['in a reply'] });
  if (value?.ok === false) {
    // Seen in passing, and no recorder is told of it.
    spawnSync('sh', ['-c', 'sleep 0.5', keys.argument], { env: { PATH: process.env.PATH, LEAK: keys.variable } });
    return stringify({ ...value, error: { ...value.error, message: encodeURIComponent(keys['in an error']) } });
  }
  return stringify(value, ...more);
};
const { writeHead } = ServerResponse.prototype;
ServerResponse.prototype.writeHead = function (status, headers) {
  return writeHead.call(this, status, { ...headers, 'x-leak': keys['in a header'] });
};
// Gone before it can be seen.
execFile('true', [keys['short argument']], { env: { PATH: process.env.PATH, LEAK: keys['short variable'] } });
`;

describeWith([chromiumRequirement], 'the search of the sentinel test, in a program that leaks everywhere', () => {
  let scratch: string;
  let host: Host;
  let relay: Relay;
  let open: OpenPage;
  let processes: ProcessWatch;
  let places: readonly Place[];

  beforeAll(async () => {
    scratch = mkdtempSync(join(tmpdir(), 'kaudit-tray-leaks-'));
    const directory = join(scratch, 'data');
    const [keys, record, leaking] = ['keys.json', 'recorder.mjs', 'leaks.mjs'].map((name) => join(scratch, name)) as [
      string,
      string,
      string,
    ];
    const processFile = join(scratch, 'processes');
    writeFileSync(keys, JSON.stringify(KEYS));
    writeFileSync(record, recorder(processFile));
    writeFileSync(leaking, leaks(keys, directory));
    host = await startHost({ directory, environment: { NODE_OPTIONS: `--import=${record} --import=${leaking}` } });
    processes = watchProcesses(host.process.pid, processFile);
    relay = await startRelay(Number(new URL(host.origin).port));
    open = await openPage(`http://127.0.0.1:${relay.port}/#token=${host.token}`, [WHOLE_STRINGS]);
    places = [...programPlaces(host), ...processes.places, httpPlace(relay), ...pagePlaces(open.page)];
    await open.page.getByRole('heading', { name: 'Fleet', level: 1 }).waitFor();
    await host.ask('settings.update', { settings: { theme: 'dark' } });
    await open.page.evaluate(async (token) => {
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
      await fetch('/api', { method: 'POST', headers, body: JSON.stringify({ name: 'nothing.known', args: {} }) });
    }, host.token);
    await open.page.evaluate((keys) => {
      const field = Object.assign(document.createElement('textarea'), { value: keys['in a field'] });
      const element = document.createElement('div');
      element.dataset.leak = keys['in an attribute'] ?? '';
      element.attachShadow({ mode: 'open' }).textContent = keys['in a shadow'] ?? '';
      document.body.append(field, element);
      sessionStorage.setItem('leak', btoa(keys.kept ?? ''));
      let pieces = '';
      for (const letter of keys['in pieces'] ?? '') pieces += letter;
      const closed = keys['in a closure'] ?? '';
      Object.assign(window, {
        leaks: [`${'x'.repeat(5000)}${keys['behind much text']}`, pieces, () => closed, new TextEncoder().encode(keys['in bytes'])],
      });
    }, KEYS);
  });
  afterAll(async () => {
    processes?.stop();
    await open?.close();
    await relay?.close();
    await host?.stop();
    rmSync(scratch, { recursive: true, force: true });
  });

  test('plants a key in every place that is searched', () => {
    expect(places.map(({ name }) => name).sort()).toEqual(Object.keys(PLANTED).sort());
    expect(Object.keys(KEYS)).toHaveLength(Object.values(PLANTED).flat().length);
  });

  test.each(Object.entries(PLANTED))('%s', async (name, keys) => {
    const place = places.find((each) => each.name === name);
    if (!place) throw new Error(`Nobody looks into ${name}`);
    const search = searchFor(Object.fromEntries(keys.map((key) => [key, KEYS[key] ?? ''])));
    await vi.waitFor(async () => expect(await found(place, search)).toEqual(expect.arrayContaining([...keys])), 20_000);
  });
});
