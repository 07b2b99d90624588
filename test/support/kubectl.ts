import { execFileSync, spawn } from 'node:child_process';
import { delimiter } from 'node:path';
import type { Requirement } from './requirement.ts';

// kubectl as the judge of what a kubeconfig means.

export const KUBECTL: Requirement = {
  name: 'kubectl',
  missing: () => {
    try {
      const { clientVersion } = JSON.parse(execFileSync('kubectl', ['version', '--client', '-o', 'json'], { encoding: 'utf8' }));
      // Older ones don't know interactiveMode and have built-in providers.
      return Number.parseInt(clientVersion.minor, 10) >= 27 ? null : `kubectl 1.27 or later (it is 1.${clientVersion.minor})`;
    } catch {
      return 'kubectl (apt-get install kubernetes-client, or from kubernetes.io)';
    }
  },
};

export interface KubectlAnswer {
  /** The problems, one a line; null: none. */
  readonly complaint: string | null;
  /** It prompted for a name and a password. */
  readonly asked: boolean;
}

/** Asks the context's server for its version. Never prompts. */
export function askKubectl(
  files: readonly string[],
  context: string,
  { folder, flags = [] }: { readonly folder: string; readonly flags?: readonly string[] },
): Promise<KubectlAnswer> {
  const { PATH = '' } = process.env;
  const child = spawn('kubectl', ['--context', context, 'version', '-o', 'json', '--request-timeout=20s', ...flags], {
    env: { PATH, HOME: folder, KUBECONFIG: files.join(delimiter) },
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let complaint = '';
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    said += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    complaint += chunk;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      const [first = '', ...more] = complaint.split('\n').filter((line) => line !== '' && !line.startsWith('Please enter'));
      const why = first.startsWith('Error in configuration:') ? more.join('\n') : first;
      resolve({ complaint: code === 0 ? null : why, asked: code !== 0 && /Please enter Username/.test(said + complaint) });
    });
  });
}
