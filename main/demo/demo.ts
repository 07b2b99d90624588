import type { LookupFunction } from 'node:net';
import { isCoralogixHost } from '../common/coralogix/coralogix.ts';
import { type DemoCluster, startCluster } from './cluster/cluster.ts';
import { type Ingest, startIngest } from './ingest/ingest.ts';
import { createAuthority } from './server/certificates.ts';
import { holdRefusingPort } from './server/server.ts';
import { writeKubeconfig } from './story/kubeconfig.ts';
import { type DemoPreset, tellStory } from './story/story.ts';

// In-process clusters and log ingest for `npm run demo` and tests. Nothing leaves the machine.

export interface Demo {
  readonly kubeconfig: string;
  /** PEM, for delivery tests only. The kubeconfig embeds it for clusters. */
  readonly certificateAuthority: string;
  /** Coralogix hosts resolve to loopback, all other names fail. IP addresses go through `route`. */
  readonly lookup: LookupFunction;
  route(hostname: string, port: number): DemoRoute | null;
  readonly ingest: Ingest;
  readonly presets: readonly DemoPreset[];
  close(): Promise<void>;
}

export interface DemoRoute {
  readonly host: '127.0.0.1';
  readonly port: number;
}

export async function startDemo(options: { readonly directory: string }): Promise<Demo> {
  const authority = await createAuthority('kAudit Tray demo');
  const story = tellStory(new Date());
  const ingest = await startIngest({ authority, keys: story.keys, readingKeys: story.readingKeys, traffic: story.traffic });
  const refusing = await holdRefusingPort();
  const credentials = await authority.issue(['localhost', '127.0.0.1']);
  const clusters = new Map<string, DemoCluster>();
  for (const { name, users, objects } of story.clusters) clusters.set(name, await startCluster({ credentials, users, objects }));

  const kubeconfig = await writeKubeconfig({
    directory: options.directory,
    certificateAuthority: authority.certificate,
    contexts: story.contexts,
    // A cluster that isn't started is unreachable.
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

// SECURITY: asks no name server, so not even host names leave the machine.
const lookup: LookupFunction = (hostname, options, done) => {
  if (!isCoralogixHost(hostname)) {
    const error: NodeJS.ErrnoException = new Error(`getaddrinfo ENOTFOUND ${hostname}`);
    done(Object.assign(error, { code: 'ENOTFOUND', syscall: 'getaddrinfo', hostname }), '');
  } else if (options.all) done(null, [{ address: '127.0.0.1', family: 4 }]);
  else done(null, '127.0.0.1', 4);
};
