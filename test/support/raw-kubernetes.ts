import { execFile, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { delimiter } from 'node:path';
import { parse } from 'yaml';

/** Contexts, and at the same time users: `expired` has a token that the server does not know. */
export const USERS = ['admin', 'editor', 'viewer', 'stranger', 'expired'] as const;
export type User = (typeof USERS)[number];

// Kubernetes' protocol without a client library: what an API server really says, to compare two of them.

/** An API server with the users of test/support/api-server.ts. */
export interface Endpoint {
  readonly url: string;
  /** PEM of the authority to trust. */
  readonly certificate: string;
  readonly kubeconfig: string;
  readonly token: (user: User) => string;
}

interface Kubeconfig {
  readonly clusters: readonly { name: string; cluster: { server: string; 'certificate-authority-data': string } }[];
  readonly contexts: readonly { name: string; context: { cluster: string; user: string } }[];
  readonly users: readonly { name: string; user: { token?: string } }[];
}

/** A context's server, with the token of its user for everyone. */
export function endpointOf(kubeconfig: string, context: string): Endpoint {
  const { clusters, contexts, users } = parse(readFileSync(kubeconfig, 'utf8')) as Kubeconfig;
  const names = contexts.find(({ name }) => name === context)?.context;
  const cluster = clusters.find(({ name }) => name === names?.cluster)?.cluster;
  const { token } = users.find(({ name }) => name === names?.user)?.user ?? {};
  if (cluster === undefined || token === undefined) throw new Error(`No token for ${context}`);
  const certificate = Buffer.from(cluster['certificate-authority-data'], 'base64').toString();
  return { url: cluster.server, certificate, kubeconfig, token: () => token };
}

export interface CallOptions {
  readonly user?: User | null;
  readonly method?: string;
  readonly body?: unknown;
  readonly type?: string;
  readonly accept?: string;
  readonly signal?: AbortSignal;
}

export interface Answer {
  readonly code: number;
  readonly type: string;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test says what it expects by looking for it
  readonly json: any;
}

export const MERGE = 'application/merge-patch+json';

/** `user: null` sends no credentials. A string as body is sent unchanged. */
export function call(endpoint: Endpoint, path: string, options: CallOptions = {}): Promise<Answer> {
  const { user = 'admin', method = 'GET', body, type = 'application/json', accept = 'application/json', signal } = options;
  const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const sent = request(
      `${endpoint.url}${path}`,
      {
        method,
        ca: endpoint.certificate,
        ...(signal && { signal }),
        headers: {
          accept,
          'user-agent': 'conformance/1',
          ...(user === null ? {} : { authorization: `Bearer ${endpoint.token(user)}` }),
          // Node doesn't frame the body of a DELETE.
          ...(text === undefined ? {} : { 'content-type': type, 'content-length': Buffer.byteLength(text) }),
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('error', reject);
        response.once('end', () => {
          const text = Buffer.concat(chunks).toString();
          resolve({ code: response.statusCode ?? 0, type: response.headers['content-type'] ?? '', text, json: jsonOf(text) });
        });
      },
    );
    sent.once('error', reject);
    sent.end(text);
  });
}

export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly [field: string]: unknown;
  };
  readonly [part: string]: unknown;
}

/** Namespaces, kinds and names as paths have them. */
function pathOf({ apiVersion, kind, metadata: { namespace, name } }: KubernetesObject): string {
  const group = `/${apiVersion.includes('/') ? 'apis' : 'api'}/${apiVersion}`;
  const place = namespace === undefined ? '' : `/namespaces/${namespace}`;
  return `${group}${place}/${kind.toLowerCase().replace(/y$/, 'ie')}s/${name}`;
}

/** In YAML, as which an applied object is read, these have a special meaning. */
const SPECIAL = /[\u007f-\u009f\u2028\u2029\ufeff]/g;

/**
 * The result of `kubectl apply`: the object, and all of it again in an annotation. kubectl itself needs a third of a
 * second of processor time.
 */
export async function apply(endpoint: Endpoint, object: KubernetesObject): Promise<void> {
  const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': `${JSON.stringify(object)}\n`, ...object.metadata.annotations };
  const body = JSON.stringify({ ...object, metadata: { ...object.metadata, annotations } }).replace(
    SPECIAL,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  const path = `${pathOf(object)}?fieldManager=kubectl-client-side-apply&force=true`;
  const { code, text } = await call(endpoint, path, { method: 'PATCH', type: 'application/apply-patch+yaml', body });
  if (code >= 300) throw new Error(text);
}

/** The same request as that of `kubectl patch --type merge`. Returns the ConfigMap. */
export async function patchText(endpoint: Endpoint, namespace: string, name: string, text: string): Promise<Answer['json']> {
  const path = `/api/v1/namespaces/${namespace}/configmaps/${name}?fieldManager=kubectl-patch`;
  const answer = await call(endpoint, path, { method: 'PATCH', type: MERGE, body: { data: { 'audit-integration': text } } });
  if (answer.code !== 200) throw new Error(answer.text);
  return answer.json;
}

/** The text of a ConfigMap's document. */
export async function textOf(endpoint: Endpoint, namespace: string, name: string): Promise<string> {
  const { code, json, text } = await call(endpoint, `/api/v1/namespaces/${namespace}/configmaps/${name}`);
  if (code !== 200) throw new Error(text);
  return json.data?.['audit-integration'] ?? '';
}

/** Deletes what the path names: one object, or all of a kind. */
export async function remove(endpoint: Endpoint, path: string): Promise<void> {
  const { code, text } = await call(endpoint, path, { method: 'DELETE' });
  if (code >= 300) throw new Error(text);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export interface WatchEvent {
  readonly type: string;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  readonly object: any;
}

/** Watches until `timeoutSeconds` have passed, and returns the events in order. */
export async function watched(endpoint: Endpoint, path: string, user: User = 'admin'): Promise<readonly WatchEvent[]> {
  const { text } = await call(endpoint, path, { user });
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as WatchEvent);
}

/** kubectl may be installed only next to kube-apiserver. */
const environment = { ...process.env, PATH: [process.env.KUBEBUILDER_ASSETS, process.env.PATH].filter(Boolean).join(delimiter) };

export interface Printed {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

export function kubectl(endpoint: Endpoint, args: readonly string[], user: User = 'admin', input = ''): Promise<Printed> {
  return new Promise((resolve) => {
    const all = ['--kubeconfig', endpoint.kubeconfig, '--context', user, '--cache-dir', `${endpoint.kubeconfig}-cache`, ...args];
    const child = execFile('kubectl', all, { env: environment }, (error, output, errors) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), output, errors });
    });
    child.stdin?.end(input);
  });
}

/** Runs `kubectl get -w …`, acts once all but the last line have arrived, and ends it when it shows `until` lines. */
export function kubectlWatch(endpoint: Endpoint, args: readonly string[], until: number, act: () => Promise<unknown>): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const all = ['--kubeconfig', endpoint.kubeconfig, '--context', 'admin', 'get', ...args, '--watch'];
    const child = spawn('kubectl', all, { env: environment, stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    let acted = false;
    const timer = setTimeout(() => {
      child.kill();
      reject(new Error(`kubectl showed only:\n${output}`));
    }, 20_000);
    child.once('error', reject);
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      // The last one may still be on its way.
      const lines = output.split('\n').slice(0, -1);
      if (!acted && lines.length >= until - 1) {
        acted = true;
        act().catch(reject);
      }
      if (lines.length < until) return;
      clearTimeout(timer);
      child.kill();
      resolve(lines);
    });
  });
}
