import { spawn, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** `session`: only where the system tells. */
interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly session?: number;
}

/** Some may run as another user, who cannot be stopped. */
const MAX_LOOKS = 20;

const ending = new Set<number>();

/**
 * Ends a process that was started `detached`, with all that it has started: its session, its group, and what stems from them in sessions of its own.
 * Out of reach is what has left as a daemon does, with a session of its own and its parent gone: an agent, or a browser, that is to outlive a login.
 * Does nothing where all have ended by themselves.
 */
export function killTree(pid: number | undefined): void {
  if (pid === undefined) return;
  if (process.platform === 'win32') {
    spawn('taskkill', ['/pid', String(pid), '/T', '/F'], { stdio: 'ignore', windowsHide: true }).on('error', () => undefined);
    return;
  }
  // Those that end together share the looks at all processes: each takes some milliseconds.
  if (ending.size === 0) queueMicrotask(endAll);
  ending.add(pid);
}

function endAll(): void {
  const roots = new Set(ending);
  ending.clear();
  const family = new Set<number>();
  // Stopped first, and looked for again until there are no others: none of them starts one between the look and the end.
  for (let looks = 0; looks < MAX_LOOKS; looks += 1) {
    const found = familyOf(roots, family);
    if (found.length === 0) break;
    for (const pid of found) {
      family.add(pid);
      signal(pid, 'SIGSTOP');
    }
  }
  // Mostly the youngest first: a stopped one whose parent ends may be woken, until its own turn comes in this same loop.
  for (const pid of [...family].reverse()) signal(pid, 'SIGKILL');
  // Where the processes could not be looked at.
  for (const pid of roots) signal(-pid, 'SIGKILL');
}

/** The processes of these sessions and groups, and all that stem from them or from `known`, without those. */
function familyOf(roots: ReadonlySet<number>, known: ReadonlySet<number>): readonly number[] {
  const children = Map.groupBy(processes(process.platform), ({ parent }) => parent);
  const all = [...children.values()].flat();
  // Not by the process's own id alone: where it has ended, that may be somebody else's by now.
  const found = all.filter(({ group, session }) => roots.has(group) || (session !== undefined && roots.has(session))).map(({ pid }) => pid);
  const family = new Set([...known, ...found]);
  for (const pid of family) for (const child of children.get(pid) ?? []) family.add(child.pid);
  return [...family].filter((pid) => !known.has(pid));
}

/** All processes that this user may see; none where the system does not say. Exported for its test. */
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
    // Its name stands in brackets before these, and may hold anything.
    const [, parent = 0, group = 0, session = 0] = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    return [{ pid: Number(name), parent, group, session }];
  } catch {
    // It has ended meanwhile.
    return [];
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended by itself.
  }
}
