// What the desktop host costs next to an empty Electron window, in turns: process start to a drawn window with all
// contexts, the memory of all processes (PSS) 30 seconds later, and the timers of main that fire at rest. 10 contexts,
// no demo. Each on a screen and a session bus of its own. Run it on Linux, as anyone but root, on a quiet machine,
// after `npm run build`, with Xvfb, openbox and dbus: node test/bench/desktop-cost.bench.ts [rounds]
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { electronBinary } from '../../scripts/electron.mjs';
import { startDesktopSession } from '../support/session/desktop-session.ts';

const ROUNDS = Number(process.argv[2] ?? 5);
const CONTEXTS = 10;
/** Milliseconds from the drawn window to the measurement of its memory; timers are counted in the last part of it. */
const SETTLED = 30_000;
const COUNTED = 20_000;
/** Times the empty window, megabytes more than it, and calls of one timer in ten seconds. */
const GOALS = { time: 1.5, memory: 80, calls: 1 };

const root = join(import.meta.dirname, '..', '..');
const directory = mkdtempSync(join(tmpdir(), 'kaudit-tray-bench-'));

const empty = join(directory, 'empty');
mkdirSync(empty);
writeFileSync(join(empty, 'package.json'), '{"name": "empty", "main": "main.js"}');
writeFileSync(join(empty, 'page.html'), '<!doctype html><title>Empty</title><p>cluster-9</p>');
writeFileSync(
  join(empty, 'main.js'),
  `const { app, BrowserWindow } = require('electron');
app.setPath('userData', process.argv.at(-1));
app.whenReady().then(() => new BrowserWindow({ width: 1180, height: 800 }).loadFile(__dirname + '/page.html'));
process.on('SIGTERM', () => app.exit(0));`,
);

// Loaded before either program: it says when the last context is drawn, and counts the timers that fire. It costs both
// the same.
const probe = join(directory, 'probe.cjs');
writeFileSync(
  probe,
  `const { app } = require('electron');
const { countTimers } = require(${JSON.stringify(join(root, 'test', 'support', 'timer-count.cjs'))});
const drawn = \`new Promise((resolve) => {
  const look = () => document.body?.innerText.includes('cluster-${CONTEXTS - 1}')
    ? requestAnimationFrame(() => requestAnimationFrame(() => resolve()))
    : setTimeout(look, 5);
  look();
})\`;
app.on('browser-window-created', (_, window) => {
  window.webContents.once('dom-ready', async () => {
    await window.webContents.executeJavaScript(drawn);
    console.error('DRAWN ' + (Date.now() - process.getCreationTime()).toFixed(0));
    setTimeout(() => {
      const stop = countTimers();
      setTimeout(() => console.error('CALLS ' + JSON.stringify(stop().filter(([what]) => !what.includes('CALLS')))), ${COUNTED});
    }, ${SETTLED - COUNTED});
  });
});`,
);

const kubeconfig = join(directory, 'config');
const names = Array.from({ length: CONTEXTS }, (_, index) => `cluster-${index}`);
writeFileSync(
  kubeconfig,
  JSON.stringify({
    clusters: names.map((name) => ({ name, cluster: { server: 'https://127.0.0.1:1' } })),
    users: names.map((name) => ({ name, user: { token: 'none' } })),
    contexts: names.map((name) => ({ name, context: { cluster: name, user: name } })),
  }),
);

interface Cost {
  readonly milliseconds: number;
  /** Megabytes of each kind of process. */
  readonly memory: Readonly<Record<string, number>>;
  /** Calls of one timer in ten seconds, by its function. */
  readonly calls: readonly (readonly [string, number])[];
}

const binary = electronBinary(process.env);
if (binary === undefined) throw new Error('Electron is not here (npx install-electron)');
const session = await startDesktopSession();

function start(program: string, flags: readonly string[]) {
  const data = mkdtempSync(join(directory, 'data-'));
  const child = spawn(
    binary as string,
    ['-r', probe, program, ...flags, '--user-data', data].map((flag) => (flag === '--user-data' && program === empty ? '--' : flag)),
    {
      env: { ...process.env, ...session.environment },
      stdio: ['ignore', 'ignore', 'pipe'],
      cwd: directory,
    },
  );
  return { child, exited: once(child, 'exit'), said: lines(child) };
}

async function cost(program: string, flags: readonly string[]): Promise<Cost> {
  const { child, exited, said } = start(program, flags);
  const milliseconds = Number(await said('DRAWN '));
  await wait(SETTLED);
  const memory = memoryOf(child.pid ?? 0);
  const calls = (JSON.parse(await said('CALLS ')) as [string, number][]).map(
    ([where, count]) => [where, count / (COUNTED / 10_000)] as const,
  );
  child.kill('SIGTERM');
  await exited;
  return { milliseconds, memory, calls };
}

/** Measures nothing: it fills the disk's caches. */
async function warmUp(program: string, flags: readonly string[]): Promise<void> {
  const { child, exited, said } = start(program, flags);
  await said('DRAWN ');
  child.kill('SIGTERM');
  await exited;
}

function lines({ stderr }: ChildProcess): (start: string) => Promise<string> {
  let text = '';
  stderr?.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  return async (start) => {
    for (let tries = 0; tries < 1200; tries += 1) {
      const line = text.split('\n').find((each) => each.startsWith(start));
      if (line !== undefined) return line.slice(start.length);
      await wait(100);
    }
    throw new Error(`It never said ${start}\n${text}`);
  };
}

/** Shared pages are divided among those that share them. */
function memoryOf(pid: number): Record<string, number> {
  const memory: Record<string, number> = {};
  const children = new Map<number, number[]>();
  for (const entry of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const parent = Number(readFileSync(`/proc/${entry}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[1]);
      children.set(parent, [...(children.get(parent) ?? []), Number(entry)]);
    } catch {
      // It has ended.
    }
  }
  const queue = [pid];
  for (const each of queue) {
    queue.push(...(children.get(each) ?? []));
    try {
      const command = readFileSync(`/proc/${each}/cmdline`, 'utf8');
      const kind =
        each === pid
          ? 'main'
          : (/--utility-sub-type=(?:\w+\.)*(\w+)/.exec(command)?.[1] ?? /--type=([\w-]+)/.exec(command)?.[1] ?? 'other');
      const kilobytes = Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${each}/smaps_rollup`, 'utf8'))?.[1]);
      memory[kind] = (memory[kind] ?? 0) + kilobytes / 1024;
    } catch {
      // It has ended, or a sandbox hides it.
      memory.unread = (memory.unread ?? 0) + 1;
    }
  }
  return memory;
}

const median = (values: readonly number[]): number => values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
const total = (memory: Readonly<Record<string, number>>): number =>
  Object.entries(memory).reduce((sum, [kind, value]) => (kind === 'unread' ? sum : sum + value), 0);

const PROGRAMS: Record<'empty' | 'program', [string, string[]]> = { empty: [empty, []], program: [root, ['--kubeconfig', kubeconfig]] };
const costs: Record<'empty' | 'program', Cost[]> = { empty: [], program: [] };
try {
  for (const [program, flags] of Object.values(PROGRAMS)) await warmUp(program, flags);
  for (let round = 0; round < ROUNDS; round += 1)
    for (const name of ['empty', 'program'] as const) costs[name].push(await cost(...PROGRAMS[name]));
} finally {
  await session.stop();
  rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
}

const kinds = [...new Set([...costs.empty, ...costs.program].flatMap(({ memory }) => Object.keys(memory)))].sort();
const of = (name: 'empty' | 'program', kind: string) => median(costs[name].map(({ memory }) => memory[kind] ?? 0));
console.log(`Medians of ${costs.empty.length} rounds    empty window   kAudit Tray`);
const row = (what: string, one: number, other: number) =>
  console.log(`${what.padEnd(24)} ${one.toFixed(0).padStart(12)} ${other.toFixed(0).padStart(12)}`);
const time = {
  empty: median(costs.empty.map(({ milliseconds }) => milliseconds)),
  program: median(costs.program.map(({ milliseconds }) => milliseconds)),
};
row('drawn, ms', time.empty, time.program);
for (const kind of kinds) row(kind === 'unread' ? 'processes not read' : `${kind}, MB`, of('empty', kind), of('program', kind));
const memory = {
  empty: median(costs.empty.map((each) => total(each.memory))),
  program: median(costs.program.map((each) => total(each.memory))),
};
row('all processes, MB', memory.empty, memory.program);
const calls = new Map<string, number>();
for (const [where, count] of costs.program.flatMap((each) => each.calls)) calls.set(where, Math.max(count, calls.get(where) ?? 0));
for (const [where, count] of calls) console.log(`A timer fires ${count} times in 10 s: ${where}`);
const ratio = time.program / time.empty;
const more = memory.program - memory.empty;
const most = Math.max(0, ...calls.values());
const met = ratio <= GOALS.time && more <= GOALS.memory && most <= GOALS.calls;
console.log(
  `${ratio.toFixed(2)} times the time (goal ${GOALS.time}), ${more.toFixed(0)} MB more (goal ${GOALS.memory}), at most ${most} calls of one timer in 10 s (goal ${GOALS.calls}): ${met ? 'met' : 'missed'}`,
);
process.exitCode = met ? 0 : 1;
