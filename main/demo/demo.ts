import type { LookupFunction } from 'node:net';
import { isCoralogixHost } from '../common/coralogix/coralogix.ts';
import { type DemoCluster, startCluster } from './cluster/cluster.ts';
import { type Ingest, startIngest } from './ingest/ingest.ts';
import { createAuthority } from './server/certificates.ts';
import { holdRefusingPort } from './server/server.ts';
import { writeKubeconfig } from './story/kubeconfig.ts';
import { type DemoPreset, tellStory } from './story/story.ts';

// The demo: clusters and a log ingest inside this process, for `npm run demo` and for tests. Nothing of it leaves the machine.

export interface Demo {
  /** Path of the kubeconfig, complete for kubectl too; mode 0600. */
  readonly kubeconfig: string;
  /** PEM of the demo's own authority, for the delivery tests' agent only. The kubeconfig embeds it for the clusters. */
  readonly certificateAuthority: string;
  /** Every Coralogix host is on loopback, every other name is not found. Not asked for IP addresses: `route` is. */
  readonly lookup: LookupFunction;
  /** Where a connection has to go in the demo; null: nowhere, refuse it. */
  route(hostname: string, port: number): DemoRoute | null;
  readonly ingest: Ingest;
  readonly presets: readonly DemoPreset[];
  close(): Promise<void>;
}

export interface DemoRoute {
  readonly host: '127.0.0.1';
  readonly port: number;
}

/** Starts clusters and ingest and writes the kubeconfig into `directory`, which has to exist. */
export async function startDemo(options: { readonly directory: string }): Promise<Demo> {
  const authority = await createAuthority('kAudit Tray demo');
  const story = tellStory(new Date());
  const ingest = await startIngest({ authority, keys: story.keys });
  const refusing = await holdRefusingPort();
  const credentials = await authority.issue(['localhost', '127.0.0.1']);
  const clusters = new Map<string, DemoCluster>();
  for (const { name, users, objects } of story.clusters) clusters.set(name, await startCluster({ credentials, users, objects }));

  const kubeconfig = await writeKubeconfig({
    directory: options.directory,
    certificateAuthority: authority.certificate,
    contexts: story.contexts,
    // A cluster that the story does not start is one that nobody can reach.
    serverOf: (cluster) => clusters.get(cluster)?.url ?? `https://127.0.0.1:${refusing.port}`,
  });

  return {
    kubeconfig,
    certificateAuthority: authority.certificate,
    lookup,
    route: (hostname, port) => (port === 443 && isCoralogixHost(hostname) ? { host: '127.0.0.1', port: ingest.port } : null),
    ingest,
    presets: story.presets,
    async close() {
      await Promise.all([ingest.close(), refusing.close(), ...[...clusters.values()].map((cluster) => cluster.close())]);
    },
  };
}

// SECURITY: the demo asks no name server, so that not even the names that it looks for leave the machine.
const lookup: LookupFunction = (hostname, options, done) => {
  if (!isCoralogixHost(hostname)) {
    const error: NodeJS.ErrnoException = new Error(`getaddrinfo ENOTFOUND ${hostname}`);
    done(Object.assign(error, { code: 'ENOTFOUND', syscall: 'getaddrinfo', hostname }), '');
  } else if (options.all) done(null, [{ address: '127.0.0.1', family: 4 }]);
  else done(null, '127.0.0.1', 4);
};
