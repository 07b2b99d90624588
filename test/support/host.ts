import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Args, CommandName, Envelope, Event, Reply } from '../../main/common/api.ts';

// The real browser host in its own process, as a user starts it.

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Milliseconds until the line with the address must appear. */
const START_TIME = 30_000;

export interface Host {
  readonly url: string;
  readonly origin: string;
  readonly token: string;
  readonly process: ChildProcess;
  readonly directory: string;
  /** Standard output and standard error so far. */
  readonly output: () => string;
  readonly errors: () => string;
  request<Name extends CommandName>(name: Name, args: Args<Name>): Promise<Envelope<Reply<Name>>>;
  /** The same, for a request that must succeed. */
  ask<Name extends CommandName>(name: Name, args: Args<Name>): Promise<Reply<Name>>;
  /** Collects events until `stop`. */
  events(): Promise<{ readonly list: readonly Event[]; stop(): void }>;
  stop(): Promise<{ code: number | null; milliseconds: number }>;
}

export interface HostOptions {
  readonly flags?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Keeps the data folder of an earlier run. */
  readonly directory?: string;
  /** The command that starts it: it replaces itself with its last arguments. */
  readonly through?: readonly string[];
  /** Whether the system's browser opens. */
  readonly open?: boolean;
}

/**
 * Starts `dist/main/browser.js` (built before the tests) with its own data folder and an environment without the user's
 * own clusters.
 */
export async function startHost(options: HostOptions = {}): Promise<Host> {
  const entry = join(root, 'dist', 'main', 'browser.js');
  if (!existsSync(entry)) throw new Error('dist/ is not built: npm run build');
  const directory = options.directory ?? mkdtempSync(join(tmpdir(), 'kaudit-tray-host-'));
  const flags = ['--user-data', directory, '--port', '0', ...(options.open ? [] : ['--no-open']), ...(options.flags ?? [])];
  const [command = process.execPath, ...args] = [...(options.through ?? []), process.execPath, entry, ...flags];
  const child = spawn(command, args, {
    env: { PATH: process.env.PATH, HOME: directory, ...options.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const url = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`The host printed no address in ${START_TIME} ms.\n${output}${errors}`)), START_TIME);
    child.once('exit', (code) => reject(new Error(`The host ended with ${code}.\n${output}${errors}`)));
    child.stdout.on('data', () => {
      const match = /^kAudit Tray: (http:\/\/127(?:\.\d+){3}:\d+\/#token=[\w-]+)$/m.exec(output);
      if (match?.[1] === undefined) return;
      clearTimeout(timer);
      resolve(match[1]);
    });
  });
  let stopping = false;
  child.once('exit', (code, signal) => {
    if (stopping) return;
    // A failure then would give no reason.
    const log = join(directory, 'kaudit-tray.log');
    const logged = existsSync(log) ? readFileSync(log, 'utf8').slice(-2000) : '';
    process.stderr.write(`The host ended by itself, with ${code ?? signal}.\n${errors.slice(-2000)}${logged}`);
  });
  const { origin } = new URL(url);
  const token = url.slice(url.indexOf('token=') + 6);

  const request = async (name: string, args: unknown) => {
    const response = await fetch(`${origin}/api`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ name, args }),
    });
    return (await response.json()) as Envelope<never>;
  };

  return {
    url,
    origin,
    token,
    process: child,
    directory,
    output: () => output,
    errors: () => errors,
    request,
    ask: async (name, args) => {
      const envelope = await request(name, args);
      if (!envelope.ok) throw new Error(`${name}: ${envelope.error.code}: ${envelope.error.message}`);
      return envelope.value;
    },
    events: () => listen(origin, token),
    stop: async () => {
      const started = Date.now();
      stopping = true;
      if (child.exitCode === null) {
        child.kill('SIGTERM');
        await once(child, 'exit');
      }
      if (options.directory === undefined) rmSync(directory, { recursive: true, force: true });
      return { code: child.exitCode, milliseconds: Date.now() - started };
    },
  };
}

async function listen(origin: string, token: string): Promise<{ list: Event[]; stop(): void }> {
  const controller = new AbortController();
  const response = await fetch(`${origin}/events`, { headers: { authorization: `Bearer ${token}` }, signal: controller.signal });
  if (response.body === null || response.status !== 200) throw new Error(`events: ${response.status}`);
  const list: Event[] = [];
  const read = async (body: ReadableStream<Uint8Array>) => {
    let text = '';
    const decoder = new TextDecoder();
    for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
      text += decoder.decode(chunk, { stream: true });
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const block = text.slice(0, end);
        text = text.slice(end + 2);
        if (block.startsWith('data: ')) list.push(JSON.parse(block.slice(6)) as Event);
      }
    }
  };
  read(response.body).catch(() => undefined);
  return { list, stop: () => controller.abort() };
}
