import { execFileSync, spawn } from 'node:child_process';
import { dirname } from 'node:path';
import type { Requirement } from './requirement.ts';

// kubectl as the judge of what a kubeconfig means.

export const KUBECTL: Requirement = {
  name: 'kubectl',
  missing: () => {
    try {
      const { clientVersion } = JSON.parse(execFileSync('kubectl', ['version', '--client', '-o', 'json'], { encoding: 'utf8' }));
      // Older ones knew no interactiveMode and had built-in providers.
      return Number.parseInt(clientVersion.minor, 10) >= 27 ? null : `kubectl 1.27 or later (it is 1.${clientVersion.minor})`;
    } catch {
      return 'kubectl (apt-get install kubernetes-client, or from kubernetes.io)';
    }
  },
};

/**
 * Asks the context's server for its version. The first line of what kubectl complains of; null when it was content.
 * Never waits for anybody.
 */
export function askKubectl(kubeconfig: string, context: string): Promise<string | null> {
  const { PATH = '' } = process.env;
  const child = spawn('kubectl', ['--kubeconfig', kubeconfig, '--context', context, 'version', '-o', 'json', '--request-timeout=20s'], {
    env: { PATH, HOME: dirname(kubeconfig) },
    cwd: dirname(kubeconfig),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    complaint += chunk;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) =>
      resolve(code === 0 ? null : (complaint.split('\n').find((line) => !line.startsWith('Please enter')) ?? '')),
    );
  });
}
