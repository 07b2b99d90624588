import type { FSWatcher } from 'node:fs';
import { unwatchFile, watch, watchFile } from 'node:fs';
import { lstat, readdir, readlink, stat } from 'node:fs/promises';
import { dirname, join, parse, resolve, sep } from 'node:path';
import { isDeepStrictEqual } from 'node:util';

/** Milliseconds without a further change before a file counts as written: editors and `kubectl config` write in several steps. */
const SETTLE = 200;
/** Milliseconds, at most, that a file which has just become smaller is given to grow again: who writes in place empties it first, and may be slow. */
const GROW = 3000;
/** Milliseconds between looks where the file system tells nothing: network shares, WSL, exhausted inotify watches. */
const LOOK = 5000;

/**
 * Calls `onChange` once the content behind one of the paths has changed and settled. Follows atomic replacement, symbolic links (also of
 * their folders, as in a mounted Secret), deletion and return. Resolves when it watches: what is read after that is never older than what it tells
 * of. The returned function ends it.
 */
export async function watchKubeconfig(paths: readonly string[], onChange: () => void): Promise<() => void> {
  const watchers = new Map<string, FSWatcher | null>();
  const looked = new Set<string>();
  let closed = false;
  let timer: NodeJS.Timeout | undefined;
  let known: Seen | null = null;
  let running = false;
  let again = false;
  let smallerSince: number | undefined;

  const look = (path: string): void => {
    if (looked.has(path) || closed) return;
    looked.add(path);
    watchFile(path, { interval: LOOK, persistent: false }, settle);
  };

  const arm = async (): Promise<void> => {
    const folders = new Set((await Promise.all(paths.map(foldersOf))).flat());
    if (closed) return;
    for (const [folder, watcher] of watchers) {
      if (folders.has(folder)) continue;
      watcher?.close();
      watchers.delete(folder);
    }
    for (const folder of folders) {
      if (watchers.has(folder)) continue;
      try {
        const watcher = watch(folder, { persistent: false }, settle);
        watcher.on('error', () => {
          watcher.close();
          watchers.delete(folder);
          settle();
        });
        watchers.set(folder, watcher);
      } catch {
        watchers.set(folder, null);
        for (const path of paths) look(path);
      }
    }
    for (const path of paths) if (path.startsWith('\\\\')) look(path);
  };

  const settle = (): void => {
    if (closed) return;
    clearTimeout(timer);
    timer = setTimeout(() => void check(), SETTLE);
    timer.unref();
  };

  const check = async (): Promise<void> => {
    if (running) {
      again = true;
      return;
    }
    running = true;
    // Armed first: what happens while the files are looked at is then seen.
    await arm();
    const now: Seen = new Map();
    await Promise.all(paths.map((path) => see(path, now)));
    running = false;
    if (closed) return;
    if (known !== null && isCut(known, now)) {
      smallerSince ??= Date.now();
      if (Date.now() - smallerSince < GROW) return settle();
    }
    smallerSince = undefined;
    const changed = known !== null && !isDeepStrictEqual(now, known);
    known = now;
    if (again) {
      again = false;
      settle();
    }
    if (changed) onChange();
  };

  await check();
  return () => {
    closed = true;
    clearTimeout(timer);
    for (const watcher of watchers.values()) watcher?.close();
    for (const path of looked) unwatchFile(path, settle);
  };
}

/** Files by path, with what tells one content from another without reading it. */
type Seen = Map<string, { readonly ino: number; readonly mtimeMs: number; readonly size: number }>;

async function see(path: string, seen: Seen): Promise<void> {
  try {
    const found = await stat(path);
    if (!found.isDirectory()) {
      const { ino, mtimeMs, size } = found;
      seen.set(path, { ino, mtimeMs, size });
      return;
    }
    const entries = (await readdir(path, { withFileTypes: true })).filter((entry) => !entry.isDirectory());
    await Promise.all(entries.map(({ name }) => see(join(path, name), seen)));
  } catch {
    // Not there.
  }
}

/** Whether one of the files became smaller where it stands. One that was replaced has its whole content at once. */
function isCut(before: Seen, now: Seen): boolean {
  return [...now].some(([path, { ino, size }]) => {
    const old = before.get(path);
    return old !== undefined && old.ino === ino && size < old.size;
  });
}

/** Every folder in which something can happen to the path: its own, those of the links on its way, or the nearest one that exists. */
async function foldersOf(path: string): Promise<string[]> {
  const folders = new Set<string>();
  let rest = resolve(path);
  for (let hops = 0; hops < 40; hops += 1) {
    const target = await firstLink(rest, folders);
    if (target === null) break;
    rest = target;
  }
  return [...folders];
}

/** Walks down to the first symbolic link and answers with the path behind it; null when there is none. */
async function firstLink(path: string, folders: Set<string>): Promise<string | null> {
  const { root } = parse(path);
  const names = path.slice(root.length).split(sep).filter(Boolean);
  let current = root;
  for (const [index, name] of names.entries()) {
    const next = join(current, name);
    try {
      const found = await lstat(next);
      if (found.isSymbolicLink()) {
        folders.add(current);
        return resolve(current, await readlink(next), ...names.slice(index + 1));
      }
      if (index === names.length - 1) folders.add(found.isDirectory() ? next : dirname(next));
    } catch {
      folders.add(current);
      return null;
    }
    current = next;
  }
  return null;
}
