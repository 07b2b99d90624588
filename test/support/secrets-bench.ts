import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ApiServer, NAMESPACE } from './api-server.ts';
import { type Bench, createAuthority, startBench } from './delivery-bench.ts';
import { type Host, startHost } from './host.ts';
import { startKeychain, type TestKeychain } from './keychain.ts';
import { startProxy, type TestProxy } from './proxy.ts';
import { apply, textOf } from './raw-kubernetes.ts';
import { borrowApiServer } from './shared-api-server.ts';

// The program with everything real around it: an API server, a keychain, and an ingest behind the company's proxy.

export const DOMAIN = 'eu2.coralogix.com';
export const ATTACKER = 'attacker.example';
const HOSTS = [`api.${DOMAIN}`, `ingress.${DOMAIN}`, 'api.us1.coralogix.com', `api.${ATTACKER}`, ATTACKER];

export interface SecretsBench {
  readonly api: ApiServer;
  readonly keychain: TestKeychain;
  /** Serves all hosts, the attacker's too: the Host header says where a request went. */
  readonly ingest: Bench;
  readonly proxy: TestProxy;
  /** How to start either host on all this. */
  readonly flags: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  start(options?: { directory?: string; environment?: Readonly<Record<string, string>> }): Promise<Host>;
  /** Makes or changes a ConfigMap as `kubectl apply` does, with its annotation of the whole text. */
  put(name: string, text: string): Promise<void>;
  /** The ConfigMap's text in the cluster. */
  stored(name: string): Promise<string>;
  stop(): Promise<void>;
}

/** `display`: where the keychain asks for its password (test/support/screen.ts); without one it can't prompt. */
export async function startSecretsBench(options: { readonly display?: string } = {}): Promise<SecretsBench> {
  const authority = await createAuthority();
  const [api, keychain, ingest] = await Promise.all([borrowApiServer(), startKeychain(options), startBench({ authority, names: HOSTS })]);
  const proxy = await startProxy({ routes: Object.fromEntries(HOSTS.map((host) => [`${host}:443`, ingest.port])) });
  const ca = join(api.directory, 'extra-ca.pem');
  writeFileSync(ca, authority.certificate);
  const flags = ['--kubeconfig', api.kubeconfig];
  const surroundings = { ...keychain.environment, HTTPS_PROXY: proxy.url, NODE_EXTRA_CA_CERTS: ca };
  return {
    flags,
    environment: surroundings,
    api,
    keychain,
    ingest,
    proxy,
    start: ({ environment, ...options } = {}) => startHost({ ...options, flags, environment: { ...surroundings, ...environment } }),
    put: async (name, text) => {
      const object = {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name, namespace: NAMESPACE, labels: { app: 'kaudit' } },
        data: { 'audit-integration': text },
      };
      await apply(api.endpoint, object);
    },
    stored: (name) => textOf(api.endpoint, NAMESPACE, name),
    stop: async () => {
      await Promise.all([api.stop(), keychain.stop(), ingest.stop(), proxy.stop()]);
    },
  };
}
