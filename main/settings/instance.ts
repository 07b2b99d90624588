import { createHash, randomUUID } from 'node:crypto';
import { chmodSync, linkSync, mkdirSync, readdirSync, realpathSync, renameSync, rmSync, statSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

// One program for each data folder: of two, the last writer would win silently. The first one listens on a socket in the folder, so a lock that a
// kill left behind is recognised by nobody listening there, and a process id that is used again means nothing.

/** Who uses a data folder. */
export interface Instance {
  /** Of this start, random. */
  readonly id: string | null;
  /** null: it listens and does not answer. */
  readonly pid: number | null;
  readonly host: 'desktop' | 'browser' | null;
  /** Where its page is served, without the token; null: in a window of its own. */
  readonly address: string | null;
}

export interface Claim {
  /** Says where the page is served, as soon as that is known. SECURITY: never with the token. */
  announce(address: string): void;
  close(): void;
}

/** Milliseconds in which an instance that runs answers. */
const PATIENCE = 2000;
/** Milliseconds in which starts that race for the folder of a killed one are done. */
const SETTLING = 100;

/**
 * Claims the data folder. `onSecondStart` is called when another start finds this one. Resolves to the instance that has the folder already, or to
 * the claim; null: no socket can be opened there (a folder that cannot be written has no second writer either).
 */
export async function claimFolder(
  directory: string,
  host: 'desktop' | 'browser',
  onSecondStart: () => void,
): Promise<{ readonly running: Instance } | { readonly claim: Claim | null }> {
  const path = socketPath(directory);
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
  // A pipe of Windows ends with its process. Elsewhere each start listens on a name of its own, and links it to the folder's: only one can.
  const ownPath = process.platform === 'win32' ? path : `${path}.${own.id}`;
  const code = await listen(server, ownPath);
  if (code === undefined && ownPath === path) return { claim };
  if (code === 'EADDRINUSE') return { running: (await ask(path)) ?? SILENT };
  if (code !== undefined) return { claim: null };
  chmodSync(ownPath, 0o600);
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const linked = link(ownPath, path);
    // Several may have found the same old socket: whose stands there when all have settled is the one.
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

/** What kills left behind. A start that is still on its way loses its name with it, and then finds this one. */
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

/** In the folder itself, so that both hosts agree; a socket's path holds about 100 characters, 37 of them for an own name. */
function socketPath(directory: string): string {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  } catch {
    // Listening fails as well, and says so.
  }
  let folder = directory;
  try {
    folder = realpathSync(directory);
  } catch {
    // It is not there.
  }
  const name = createHash('sha256').update(folder).digest('hex').slice(0, 32);
  if (process.platform === 'win32') return `\\\\.\\pipe\\kaudit-tray-${name}`;
  const path = join(folder, 'instance.sock');
  if (Buffer.byteLength(path) <= 60) return path;
  // SECURITY: a folder of the user's own, so that nobody else holds the name.
  const runtime = join(process.env.XDG_RUNTIME_DIR ?? join(tmpdir(), `kaudit-tray-${process.getuid?.() ?? 0}`), name);
  mkdirSync(runtime, { recursive: true, mode: 0o700 });
  return join(runtime, 'instance.sock');
}

/** Resolves to the code of the error, or to undefined when it listens. */
function listen(server: Server, path: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const failed = (error: NodeJS.ErrnoException) => resolve(error.code ?? 'unknown');
    server.once('error', failed);
    server.listen({ path, readableAll: false, writableAll: false }, () => {
      server.off('error', failed);
      // It keeps no program alive.
      server.unref();
      resolve(undefined);
    });
  });
}

/**
 * Removes a socket that a kill left behind. Another start may have put its own in that place since it was asked: that one is put back, and it is
 * the one that runs.
 */
async function takenAside(path: string): Promise<Instance | undefined> {
  const aside = `${path}.${randomUUID()}`;
  try {
    renameSync(path, aside);
    const running = await ask(aside);
    if (running !== undefined) link(aside, path);
    return running;
  } catch {
    // Somebody else was faster: the next attempt finds out.
    return undefined;
  } finally {
    rmSync(aside, { force: true });
  }
}

/** Who listens at a socket; undefined: nobody. */
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

/** What a second start says. */
export function runningWords({ pid, host, address }: Instance, directory: string): string {
  const other = 'Use that one, or start this one with --user-data and another folder.';
  if (pid === null)
    return `Another kAudit Tray uses the data folder ${directory} and does not respond. End it, or use --user-data with another folder.`;
  const where = host === 'desktop' ? 'as a desktop application' : address === null ? 'in the browser' : `in the browser at ${address}`;
  return `kAudit Tray already runs ${where} (process ${pid}) with the data folder ${directory}. ${other}`;
}
