// Runs a tool while the process stays able to show progress and to be stopped.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { root } from './node24.mjs';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Runs a command to its end. What it prints goes to standard error: standard output belongs to the program that is
 * started afterwards. A signal to this process ends the command, and then this process.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @param {(child: import('node:child_process').ChildProcess) => void} [started]
 * @returns {Promise<{ status: number | null, error?: Error }>}
 */
export async function run(command, args, options = {}, started = () => {}) {
  const child = spawn(command, args, { cwd: root, stdio: ['ignore', 2, 2], ...options });
  started(child);
  let stoppedBy;
  const stop = (signal) => {
    stoppedBy = signal;
    child.kill(signal);
  };
  for (const signal of SIGNALS) process.on(signal, stop);
  try {
    const result = await new Promise((resolve) => {
      child.on('error', (error) => resolve({ status: null, error }));
      child.on('close', (status) => resolve({ status }));
    });
    if (stoppedBy !== undefined) process.exit(128 + constants.signals[stoppedBy]);
    return result;
  } finally {
    for (const signal of SIGNALS) process.off(signal, stop);
  }
}
