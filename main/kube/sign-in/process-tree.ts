import { spawn, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly session?: number;
}

/** Processes of another user can't be stopped. */
const MAX_LOOKS = 20;

const ending = new Set<number>();

/**
 * Kills a `detached` process and all its descendants, even those in their own sessions. Daemons (own session, parent
 * gone) survive: an agent or a browser may outlive a login.
 */
export function killTree(pid: number | undefined): void {
  if (pid === undefined) return;
  if (process.platform === 'win32') {
    spawn('taskkill', ['/pid', String(pid), '/T', '/F'], { stdio: 'ignore', windowsHide: true }).on('error', () => undefined);
    return;
  }
  if (ending.size === 0) queueMicrotask(endAll);
  ending.add(pid);
}

function endAll(): void {
  const roots = new Set(ending);
  ending.clear();
  const family = new Set<number>();
  // Stops them before the kill, and lists again until no new ones appear: none can start another in between.
  for (let looks = 0; looks < MAX_LOOKS; looks += 1) {
    const found = familyOf(roots, family);
    if (found.length === 0) break;
    for (const pid of found) {
      family.add(pid);
      signal(pid, 'SIGSTOP');
    }
  }
  // Youngest first: a stopped process whose parent ends may wake.
  for (const pid of [...family].reverse()) signal(pid, 'SIGKILL');
  for (const pid of roots) signal(-pid, 'SIGKILL');
}

function familyOf(roots: ReadonlySet<number>, known: ReadonlySet<number>): readonly number[] {
  const children = Map.groupBy(processes(process.platform), ({ parent }) => parent);
  const all = [...children.values()].flat();
  // Not by process id alone: it may be reused.
  const found = all.filter(({ group, session }) => roots.has(group) || (session !== undefined && roots.has(session))).map(({ pid }) => pid);
  const family = new Set([...known, ...found]);
  for (const pid of family) for (const child of children.get(pid) ?? []) family.add(child.pid);
  return [...family].filter((pid) => !known.has(pid));
}

/** All visible processes; empty if the system doesn't report them. Exported for its test. */
export function processes(platform: NodeJS.Platform): readonly Process[] {
  if (platform !== 'linux') {
    const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid=,pgid='], { encoding: 'utf8', timeout: 2_000 });
    return (stdout ?? '').split('\n').flatMap((line) => {
      const [pid, parent, group] = line.trim().split(/\s+/).map(Number);
      return pid && parent !== undefined && group !== undefined ? [{ pid, parent, group }] : [];
    });
  }
  try {
    return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? readStat(name) : []));
  } catch {
    return [];
  }
}

function readStat(name: string): Process[] {
  try {
    const stat = readFileSync(`/proc/${name}/stat`, 'latin1');
    // The name in brackets may hold anything.
    const [, parent = 0, group = 0, session = 0] = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    return [{ pid: Number(name), parent, group, session }];
  } catch {
    return [];
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended.
  }
}
