import { spawn } from 'node:child_process';

/** Ends a process that was started `detached`, with all that it has started. Does nothing when it has ended by itself. */
export function killTree(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    if (process.platform === 'win32') spawn('taskkill', ['/pid', String(pid), '/T', '/F'], { stdio: 'ignore', windowsHide: true });
    else process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
