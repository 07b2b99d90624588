import type { ChildProcess } from 'node:child_process';
import { execFile, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { accessSync, constants, openSync, rmSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseAllDocuments } from 'yaml';
import type { Authority } from './certificates.ts';
import { createAuthority } from './certificates.ts';
import { apply, call, type Endpoint, type KubernetesObject, USERS, type User } from './raw-kubernetes.ts';
import type { Requirement } from './requirement.ts';

// A real Kubernetes API server for tests: etcd and kube-apiserver on loopback, RBAC on, nothing else. Objects are
// stored, validated, watched and authorised for real; no controller runs and no Pod ever starts.

/** The namespace of kAudit, which the Roles below are for. */
export const NAMESPACE = 'alcide-kaudit';

/** Runs kubectl as `context` (default: admin) and returns its standard output; throws with its standard error. */
export type Kubectl = (args: readonly string[], options?: { input?: string; context?: User }) => Promise<string>;

export interface ApiServer {
  /** Path of a kubeconfig with one context per user. */
  readonly kubeconfig: string;
  /** https://127.0.0.1:port */
  readonly server: string;
  /** For tests that speak the protocol themselves. */
  readonly endpoint: Endpoint;
  /** Its CA, which also issues users' certificates: O is the group, CN the user. */
  readonly authority: Authority;
  /** A folder that is removed at the end, for the test's own files. */
  readonly directory: string;
  token(user: User): string;
  kubectl: Kubectl;
  /** Ends only kube-apiserver, as a crash does. Its store stays. */
  kill(): Promise<void>;
  /** Starts it again on the same port and store. */
  restart(): Promise<void>;
  /** Restores its first state: the namespace with its Roles, and nothing that a test created. */
  reset(): Promise<void>;
  stop(): Promise<void>;
}

export const apiServerRequirement: Requirement = { name: 'kube-apiserver', missing: apiServerMissing };

/** What isn't installed, and how to get it; null when nothing is missing. */
export function apiServerMissing(): string | null {
  const needed = {
    'kube-apiserver': 'set KUBEBUILDER_ASSETS to the folder that setup-envtest made',
    etcd: 'apt-get install etcd-server',
    kubectl: 'apt-get install kubernetes-client',
  };
  const missing = Object.entries(needed).flatMap(([name, how]) => (findTool(name) === null ? [`${name} (${how})`] : []));
  return missing.length === 0 ? null : missing.join(', ');
}

function findTool(name: string): string | null {
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'kubebuilder-envtest');
  const folders = [process.env.KUBEBUILDER_ASSETS, ...(process.env.PATH ?? '').split(delimiter), cache];
  for (const folder of folders) {
    if (!folder) continue;
    try {
      const path = join(folder, process.platform === 'win32' ? `${name}.exe` : name);
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not here.
    }
  }
  return null;
}

function tool(name: string): string {
  const path = findTool(name);
  if (path === null) throw new Error(`Missing: ${apiServerMissing()}`);
  return path;
}

const ROLES = `
apiVersion: v1
kind: Namespace
metadata: {name: ${NAMESPACE}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: kaudit-editor, namespace: ${NAMESPACE}}
rules:
- {apiGroups: [""], resources: [configmaps], verbs: [get, list, watch, update, patch]}
- {apiGroups: [apps], resources: [statefulsets], verbs: [get, list, watch]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: kaudit-viewer, namespace: ${NAMESPACE}}
rules:
- {apiGroups: [""], resources: [configmaps], verbs: [get, list, watch]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: kaudit-editors, namespace: ${NAMESPACE}}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: kaudit-editor}
subjects: [{apiGroup: rbac.authorization.k8s.io, kind: Group, name: kaudit-editors}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: kaudit-viewers, namespace: ${NAMESPACE}}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: kaudit-viewer}
subjects: [{apiGroup: rbac.authorization.k8s.io, kind: Group, name: kaudit-viewers}]
`;

/** `expired` has one that the server doesn't know. */
export const token = (user: User): string => (user === 'expired' ? 'not-a-token' : `${user}-token`);

/** kubectl with that kubeconfig, in that home. */
export const kubectlWith =
  (kubeconfig: string, home: string): Kubectl =>
  (args, { input, context = 'admin' } = {}) =>
    new Promise((resolve, reject) => {
      const all = ['--kubeconfig', kubeconfig, '--context', context, ...args];
      const options = { maxBuffer: 50_000_000, env: { ...process.env, HOME: home } };
      const child = execFile(tool('kubectl'), all, options, (error, output, problems) => {
        if (error === null) resolve(output);
        else reject(new Error(`kubectl ${args.join(' ')}: ${problems || error.message}`));
      });
      child.stdin?.end(input ?? '');
    });

/**
 * Starts everything; takes about 10 seconds. The caller stops it. Most tests can share one: see shared-api-server.ts.
 */
export async function startApiServer(): Promise<ApiServer> {
  const directory = await mkdtemp(join(tmpdir(), 'kaudit-api-server-'));
  const inside = (name: string) => join(directory, name);
  const [client, peer, secure] = await freePorts(3);
  const server = `https://127.0.0.1:${secure}`;
  const authority = await createAuthority();
  const serving = await authority.issue({ commonName: 'kube-apiserver', names: ['localhost', 'kubernetes'], addresses: ['127.0.0.1'] });
  const account = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const tokens =
    'admin-token,admin,1,"system:masters"\neditor-token,editor,2,"kaudit-editors"\nviewer-token,viewer,3,"kaudit-viewers"\nstranger-token,stranger,4,""\n';
  await Promise.all([
    writeFile(inside('ca.crt'), authority.certificate),
    writeFile(inside('tls.crt'), serving.certificate),
    writeFile(inside('tls.key'), serving.key, { mode: 0o600 }),
    writeFile(inside('sa.key'), account.privateKey.export({ type: 'pkcs1', format: 'pem' }), { mode: 0o600 }),
    writeFile(inside('tokens.csv'), tokens, { mode: 0o600 }),
    writeFile(inside('kubeconfig'), kubeconfigText(server, authority), { mode: 0o600 }),
  ]);

  const children = new Set<ChildProcess>();
  const start = (name: string, args: readonly string[]): ChildProcess => {
    const log = openSync(inside(`${name}.log`), 'a');
    const child = spawn(tool(name), [...args], { stdio: ['ignore', log, log] });
    children.add(child);
    child.once('exit', () => children.delete(child));
    return child;
  };
  // A test run that is interrupted leaves no process.
  const sweep = (): void => {
    for (const child of children) child.kill('SIGKILL');
    rmSync(directory, { recursive: true, force: true });
  };
  // A test runner ends its workers with a signal, which skips `exit`.
  const interrupted = (): void => process.exit(1);
  process.once('exit', sweep);
  process.once('SIGTERM', interrupted);
  process.once('SIGINT', interrupted);

  start('etcd', [
    ...['--data-dir', inside('etcd'), '--unsafe-no-fsync'],
    ...['--listen-client-urls', `http://127.0.0.1:${client}`, '--advertise-client-urls', `http://127.0.0.1:${client}`],
    ...['--listen-peer-urls', `http://127.0.0.1:${peer}`, '--initial-advertise-peer-urls', `http://127.0.0.1:${peer}`],
    ...['--initial-cluster', `default=http://127.0.0.1:${peer}`],
  ]);
  const startServer = (): ChildProcess =>
    start('kube-apiserver', [
      ...['--etcd-servers', `http://127.0.0.1:${client}`, '--secure-port', String(secure)],
      ...['--bind-address', '127.0.0.1', '--advertise-address', '127.0.0.1', '--cert-dir', directory],
      ...['--tls-cert-file', inside('tls.crt'), '--tls-private-key-file', inside('tls.key'), '--client-ca-file', inside('ca.crt')],
      ...['--token-auth-file', inside('tokens.csv'), '--authorization-mode', 'RBAC', '--service-cluster-ip-range', '10.0.0.0/24'],
      ...['--service-account-issuer', 'https://kubernetes', '--service-account-key-file', inside('sa.key')],
      ...['--service-account-signing-key-file', inside('sa.key'), '--disable-admission-plugins', 'ServiceAccount'],
      ...['--max-requests-inflight', '2000', '--max-mutating-requests-inflight', '1000'],
    ]);
  let current = startServer();

  const kubectl = kubectlWith(inside('kubeconfig'), directory);
  const endpoint: Endpoint = { url: server, certificate: authority.certificate, kubeconfig: inside('kubeconfig'), token };

  const ready = async (): Promise<void> => {
    const deadline = Date.now() + 90_000;
    for (;;) {
      if (current.exitCode !== null || Date.now() > deadline) {
        const log = await readFile(inside('kube-apiserver.log'), 'utf8').catch(() => '');
        throw new Error(`kube-apiserver did not start:\n${log.slice(-2000)}`);
      }
      if (
        await call(endpoint, '/readyz', { signal: AbortSignal.timeout(5000) }).then(
          ({ code }) => code === 200,
          () => false,
        )
      )
        return;
      await wait(100);
    }
  };
  const end = async (child: ChildProcess): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  };

  const stop = async (): Promise<void> => {
    await Promise.all([...children].map(end));
    await rm(directory, { recursive: true, force: true });
    process.off('exit', sweep);
    process.off('SIGTERM', interrupted);
    process.off('SIGINT', interrupted);
  };
  const restart = async (): Promise<void> => {
    await end(current);
    current = startServer();
    await ready();
  };
  const reset = async (): Promise<void> => {
    if (current.exitCode !== null || current.signalCode !== null) await restart();
    await empty(endpoint);
    await makeRoles(endpoint);
  };
  try {
    await ready();
    await makeRoles(endpoint);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    kubeconfig: inside('kubeconfig'),
    server,
    endpoint,
    authority,
    directory,
    token,
    kubectl,
    kill: () => end(current),
    restart,
    reset,
    stop,
  };
}

/**
 * Deletes what tests create. No controller runs here, so a namespace deletes nothing in it, and the test confirms its
 * end.
 */
async function empty(endpoint: Endpoint): Promise<void> {
  const listed = await call(endpoint, '/api/v1/namespaces');
  const namespaces: string[] = listed.json.items.map(({ metadata }: { metadata: { name: string } }) => metadata.name);
  for (const namespace of namespaces.filter((name) => !name.startsWith('kube-'))) {
    for (const kind of [
      `/api/v1/namespaces/${namespace}/configmaps`,
      `/apis/apps/v1/namespaces/${namespace}/statefulsets`,
      `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/rolebindings`,
      `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/roles`,
    ])
      await call(endpoint, kind, { method: 'DELETE' });
    if (namespace === 'default' || namespace === NAMESPACE) continue;
    const path = `/api/v1/namespaces/${namespace}`;
    await call(endpoint, path, { method: 'DELETE' });
    const end = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace }, spec: { finalizers: [] } };
    await call(endpoint, `${path}/finalize`, { method: 'PUT', body: end });
  }
}

async function makeRoles(endpoint: Endpoint): Promise<void> {
  for (const document of parseAllDocuments(ROLES)) await apply(endpoint, document.toJS() as KubernetesObject);
  await rolesKnown(endpoint);
}

/** An API server knows its roles a moment after their creation. */
async function rolesKnown(endpoint: Endpoint): Promise<void> {
  const deadline = Date.now() + 30_000;
  for (const user of ['editor', 'viewer'] as const)
    while ((await call(endpoint, `/api/v1/namespaces/${NAMESPACE}/configmaps`, { user })).code !== 200) {
      if (Date.now() > deadline) throw new Error(`The API server does not let "${user}" list its ConfigMaps.`);
      await wait(50);
    }
}

function kubeconfigText(server: string, authority: Authority): string {
  const ca = Buffer.from(authority.certificate).toString('base64');
  return JSON.stringify(
    {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'admin',
      clusters: [{ name: 'real', cluster: { server, 'certificate-authority-data': ca } }],
      users: USERS.map((name) => ({ name, user: { token: token(name) } })),
      contexts: USERS.map((name) => ({ name, context: { cluster: 'real', user: name } })),
    },
    null,
    2,
  );
}

/** Free when asked; another program could take one before it is used, which a test run on loopback can live with. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, () => {
      const listener = createServer();
      return new Promise<typeof listener>((resolve) => listener.listen(0, '127.0.0.1', () => resolve(listener)));
    }),
  );
  return Promise.all(
    servers.map((listener) => {
      const address = listener.address();
      return new Promise<number>((resolve) =>
        listener.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0)),
      );
    }),
  );
}
