import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';

export type DemoSignIn = { readonly token: string } | { readonly exec: { readonly command: string; readonly installHint: string } };

export interface DemoContext {
  readonly name: string;
  readonly cluster: string;
  readonly user: string;
  readonly signIn: DemoSignIn;
  readonly namespace?: string;
}

/** The first context is the current one. */
export async function writeKubeconfig(options: {
  readonly directory: string;
  readonly certificateAuthority: string;
  readonly contexts: readonly DemoContext[];
  readonly serverOf: (cluster: string) => string;
}): Promise<string> {
  const { contexts, certificateAuthority, serverOf } = options;
  const authority = Buffer.from(certificateAuthority).toString('base64');
  const clusters = new Set(contexts.map(({ cluster }) => cluster));
  const text = stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': contexts[0]?.name ?? '',
    clusters: [...clusters].map((name) => ({ name, cluster: { server: serverOf(name), 'certificate-authority-data': authority } })),
    contexts: contexts.map(({ name, cluster, user, namespace }) => ({
      name,
      context: { cluster, user, ...(namespace === undefined ? {} : { namespace }) },
    })),
    users: contexts.map(({ user, signIn }) => ({ name: user, user: credentialsOf(signIn) })),
  });
  const path = join(options.directory, 'kubeconfig');
  await rm(path, { force: true });
  // SECURITY: holds tokens, if only the demo's. `wx` never writes through an existing file or link.
  await writeFile(path, text, { mode: 0o600, flag: 'wx' });
  return path;
}

function credentialsOf(signIn: DemoSignIn): object {
  if ('token' in signIn) return signIn;
  return {
    exec: {
      apiVersion: 'client.authentication.k8s.io/v1',
      interactiveMode: 'IfAvailable',
      command: signIn.exec.command,
      args: ['get-token'],
      installHint: signIn.exec.installHint,
    },
  };
}
