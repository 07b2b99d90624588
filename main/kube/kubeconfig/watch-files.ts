import type { FSWatcher } from 'node:fs';
import { unwatchFile, watch, watchFile } from 'node:fs';
import { lstat, readdir, readlink, stat } from 'node:fs/promises';
import { dirname, join, parse, resolve, sep } from 'node:path';
import { isDeepStrictEqual } from 'node:util';

/** Milliseconds until a file counts as written: `kubectl config` writes in several steps. */
const SETTLE = 200;
/** Longest wait, in milliseconds, for a shrunk file to grow: writing in place empties it first. */
const GROW = 3000;
/** Milliseconds between polls, for file systems without events: network shares, WSL, exhausted inotify watches. */
const LOOK = 5000;

/**
 * Calls `onChange` after the content of a path has changed and settled. Follows atomic replacement, symbolic links
 * (also of folders, as in a mounted Secret), deletion and return. Resolves once it watches, so that a later read misses
 * nothing. The returned function stops it.
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
    // It is missing.
  }
}

/** Whether a file shrank in place. A replaced file is complete. */
function isCut(before: Seen, now: Seen): boolean {
  return [...now].some(([path, { ino, size }]) => {
    const old = before.get(path);
    return old !== undefined && old.ino === ino && size < old.size;
  });
}

/** Folders to watch for a path: its own, those of its links, or the nearest that exists. */
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

/** The target of the path's first symbolic link; null: none. */
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
