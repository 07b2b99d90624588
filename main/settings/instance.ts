import { createHash, randomUUID } from 'node:crypto';
import { chmodSync, linkSync, lstatSync, mkdirSync, readdirSync, realpathSync, renameSync, rmSync, statSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import * as strings from './strings.ts';

// One program per data folder: otherwise the last writer wins silently. A socket, unlike a process id, shows whether
// its owner lives.

export interface Instance {
  readonly id: string | null;
  readonly pid: number | null;
  readonly host: 'desktop' | 'browser' | null;
  /** Without the token; null: in a window. */
  readonly address: string | null;
}

export interface Claim {
  /** SECURITY: never with the token. */
  announce(address: string): void;
  close(): void;
}

/** Milliseconds for a running instance to respond. */
const PATIENCE = 2000;
/** Milliseconds for racing starts to finish. */
const SETTLING = 100;

/**
 * Returns the claim, or the instance that has the folder. null: no socket can be opened (a read-only folder has no
 * second writer). `foreign`: the folder for it, because it is another user's. `onSecondStart`: another start found this
 * one.
 */
export async function claimFolder(
  directory: string,
  host: 'desktop' | 'browser',
  onSecondStart: () => void,
): Promise<{ readonly running: Instance } | { readonly claim: Claim | null; readonly foreign?: string }> {
  const path = socketPath(directory);
  if (typeof path !== 'string') return { claim: null, foreign: path.foreign };
  let own: Instance = { id: randomUUID(), pid: process.pid, host, address: null };
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.end(`${JSON.stringify(own)}\n`);
    onSecondStart();
  });
  const claim: Claim = {
    announce: (address) => {
      own = { ...own, address };
    },
    close: () => {
      if (isOwn(path, ownPath)) rmSync(path, { force: true });
      server.close();
    },
  };
  // A Windows pipe ends with its process. Elsewhere, linking to the folder's name succeeds only once.
  const ownPath = process.platform === 'win32' ? path : `${path}.${own.id}`;
  const code = await listen(server, ownPath);
  if (code === undefined && ownPath === path) return { claim };
  if (code === 'EADDRINUSE') return { running: (await ask(path)) ?? SILENT };
  if (code !== undefined) return { claim: null };
  chmodSync(ownPath, 0o600);
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const linked = link(ownPath, path);
    // Several starts may find one dead socket: whose is there after the race wins.
    if (linked && attempt > 0) await delay(SETTLING);
    const running = linked && attempt === 0 ? own : ((await ask(path)) ?? (linked ? undefined : await takenAside(path)));
    if (running?.id === own.id) {
      removeOthers(path, ownPath);
      return { claim };
    }
    if (running !== undefined) {
      server.close();
      return { running };
    }
  }
  server.close();
  return { claim: null };
}

function link(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch {
    return false;
  }
}

/** A racing start loses its name, too, and then finds this one. */
function removeOthers(path: string, ownPath: string): void {
  for (const name of readdirSync(dirname(path))) {
    const other = join(dirname(path), name);
    if (name.startsWith(`${basename(path)}.`) && other !== ownPath) rmSync(other, { force: true });
  }
}

function isOwn(path: string, ownPath: string): boolean {
  try {
    return path !== ownPath && statSync(path).ino === statSync(ownPath).ino;
  } catch {
    return false;
  }
}

/** In the folder, so that hosts agree. A socket's path has about 100 characters, 37 for an own name. */
function socketPath(directory: string): string | { readonly foreign: string } {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  } catch {
    // Listening reports it.
  }
  let folder = directory;
  try {
    folder = realpathSync(directory);
  } catch {
    // It doesn't exist.
  }
  const name = createHash('sha256').update(folder).digest('hex').slice(0, 32);
  if (process.platform === 'win32') return `\\\\.\\pipe\\kaudit-tray-${name}`;
  const path = join(folder, 'instance.sock');
  if (Buffer.byteLength(path) <= 60) return path;
  // Nothing of the environment: a start from a terminal and one from the desktop find the same socket.
  const shared = `/tmp/kaudit-tray-${process.getuid?.() ?? 0}`;
  return ensureOwnFolder(shared) ? join(shared, name) : { foreign: shared };
}

/** SECURITY: in another user's folder, that user could take the socket's name. */
function ensureOwnFolder(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const found = lstatSync(folder);
    return found.isDirectory() && found.uid === process.getuid?.();
  } catch {
    return false;
  }
}

function listen(server: Server, path: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const failed = (error: NodeJS.ErrnoException) => resolve(error.code ?? 'unknown');
    server.once('error', failed);
    server.listen({ path, readableAll: false, writableAll: false }, () => {
      server.off('error', failed);
      server.unref();
      resolve(undefined);
    });
  });
}

/** Removes a dead socket. If another start replaced it by now, puts that back: it runs. */
async function takenAside(path: string): Promise<Instance | undefined> {
  const aside = `${path}.${randomUUID()}`;
  try {
    renameSync(path, aside);
    const running = await ask(aside);
    if (running !== undefined) link(aside, path);
    return running;
  } catch {
    return undefined;
  } finally {
    rmSync(aside, { force: true });
  }
}

function ask(path: string): Promise<Instance | undefined> {
  return new Promise((resolve) => {
    let text = '';
    let connected = false;
    const socket: Socket = connect(path);
    const done = () => {
      socket.destroy();
      resolve(connected ? instanceOf(text) : undefined);
    };
    socket.on('connect', () => {
      connected = true;
    });
    socket.setTimeout(PATIENCE, done);
    socket.setEncoding('utf8');
    socket.on('error', done);
    socket.on('data', (chunk: string) => {
      text = (text + chunk).slice(0, 4096);
    });
    socket.on('end', done);
  });
}

const SILENT: Instance = { id: null, pid: null, host: null, address: null };

function instanceOf(text: string): Instance {
  try {
    const { id, pid, host, address } = JSON.parse(text) as Partial<Record<keyof Instance, unknown>>;
    if (typeof pid !== 'number' || (host !== 'desktop' && host !== 'browser')) return SILENT;
    return { id: typeof id === 'string' ? id : null, pid, host, address: typeof address === 'string' ? address : null };
  } catch {
    return SILENT;
  }
}

export function foreignWords(foreign: string, directory: string): string {
  return strings.cantTellWhetherAnother(directory, foreign);
}

export function runningWords({ pid, host, address }: Instance, directory: string): string {
  const other = strings.useRunningOneOrUserData;
  if (pid === null) return strings.anotherKAuditTrayUsesData(directory);
  const where = host === 'desktop' ? strings.desktopApplication : address === null ? strings.inTheBrowser : strings.inTheBrowserAt(address);
  return strings.kAuditTrayAlreadyRunsProcess(where, pid, directory, other);
}
