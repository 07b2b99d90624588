import { vi } from 'vitest';
import type { ConnectionTimes } from '../../../main/kube/cluster/cluster-connection.ts';
import { ClusterConnection } from '../../../main/kube/cluster/cluster-connection.ts';
import type { ConnectionUpdate } from '../../../main/kube/cluster/connection-update.ts';
import type { ContextEntry } from '../../../main/kube/kubeconfig/kubeconfig.ts';
import { readKubeconfig } from '../../../main/kube/kubeconfig/kubeconfig.ts';

/** A connection and all its updates. */
export interface Watching {
  readonly connection: ClusterConnection;
  readonly updates: ConnectionUpdate[];
  latest(): ConnectionUpdate;
  names(): string[];
  text(name: string): string | null | undefined;
  /** Waits until the latest update satisfies the assertions. Milliseconds. */
  until(assertions: (update: ConnectionUpdate) => void, timeout?: number): Promise<void>;
}

export async function entryOf(kubeconfig: string, context: string): Promise<ContextEntry> {
  const { contexts } = await readKubeconfig([kubeconfig], { environment: {} });
  const entry = contexts.find((found) => found.context === context);
  if (entry === undefined) throw new Error(`No context ${context} in ${kubeconfig}`);
  return entry;
}

/** `times`: in milliseconds, in place of the usual ones. */
export function watching(entry: ContextEntry, namespaces: readonly string[] = [], times: ConnectionTimes = {}): Watching {
  const updates: ConnectionUpdate[] = [];
  const connection = new ClusterConnection(entry, { namespaces, times, onUpdate: (update) => updates.push(update) });
  const latest = (): ConnectionUpdate => {
    const update = updates.at(-1);
    if (update === undefined) throw new Error('No update yet');
    return update;
  };
  return {
    connection,
    updates,
    latest,
    names: () => latest().configMaps.map(({ ref }) => `${ref.namespace}/${ref.name}`),
    text: (name) => latest().configMaps.find(({ ref }) => ref.name === name)?.text,
    until: (assertions, timeout = 10_000) => vi.waitFor(() => assertions(latest()), { timeout, interval: 25 }),
  };
}
