import { setTimeout as wait } from 'node:timers/promises';
import * as z from 'zod';
import { checked, listOf, optional } from './answer.ts';
import type { ClusterClient } from './client.ts';
import { KAUDIT_LABEL } from './config-map.ts';
import { notKubernetes, RequestError } from './errors.ts';
import { aborted } from './follow.ts';
import type { StatefulSet } from './stateful-set.ts';
import { statefulSetSchema, trimmed } from './stateful-set.ts';

/** Milliseconds until it is listed again: after a watch that came to its end, and after a failure. */
const AGAIN = 1_000;
const AFTER_FAILURE = 30_000;

/** More of kAudit's StatefulSets than any cluster has. SECURITY: a watch may tell of new ones without an end. */
const MAX_SETS = 1_000;

const listSchema = z.object({
  metadata: z.object({ resourceVersion: z.string().max(256) }),
  items: optional(listOf(statefulSetSchema, MAX_SETS)),
});

/** kAudit's StatefulSets by namespace. null: they may not be read. */
export type StatefulSets = ReadonlyMap<string, readonly StatefulSet[]> | null;

/**
 * Lists kAudit's StatefulSets and follows them until `signal`: of the whole cluster, or of `namespaces` where that is not permitted. They are good to
 * know and nothing stands on them: where they may not be read, it says so once and waits.
 */
export async function followStatefulSets(
  client: ClusterClient,
  namespaces: readonly string[],
  signal: AbortSignal,
  onChange: (sets: StatefulSets) => void,
): Promise<void> {
  const cluster = ['/apis/apps/v1/statefulsets'];
  const each = namespaces.map((namespace) => `/apis/apps/v1/namespaces/${encodeURIComponent(namespace)}/statefulsets`);
  let paths = cluster;
  while (!signal.aborted) {
    let pause = AGAIN;
    try {
      await followPaths(client, paths, signal, onChange);
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof RequestError && error.status === 403 && paths === cluster) {
        paths = each;
        continue;
      }
      if (error instanceof RequestError && error.status < 500 && error.status !== 410) {
        onChange(null);
        return aborted(signal);
      }
      // What the network breaks ends the watches of the ConfigMaps too, and with them this.
      if (!(error instanceof RequestError && error.status === 410)) pause = AFTER_FAILURE;
    }
    await wait(pause * (0.5 + Math.random()), undefined, { signal, ref: false }).catch(() => undefined);
  }
}

/** Answers, or throws, when one of their watches comes to its end. */
async function followPaths(
  client: ClusterClient,
  paths: readonly string[],
  signal: AbortSignal,
  onChange: (sets: StatefulSets) => void,
): Promise<void> {
  const known = new Map<string, StatefulSet>();
  const tell = (): void => onChange(Map.groupBy(known.values(), ({ namespace }) => namespace));
  const labelSelector = KAUDIT_LABEL;
  const versions = await Promise.all(
    paths.map(async (path) => {
      const reply = checked(listSchema, await client.request('GET', path, { query: { labelSelector }, signal }));
      for (const set of reply.items ?? []) known.set(keyOf(set), trimmed(set));
      return reply.metadata.resourceVersion;
    }),
  );
  tell();
  const ended = new AbortController();
  const both = AbortSignal.any([signal, ended.signal]);
  const watches = paths.map((path, index) =>
    // Where the connection dies, the ConfigMaps' watches find out.
    client.watch(path, { labelSelector, resourceVersion: versions[index] }, both, {
      bookmarks: false,
      opened: () => undefined,
      onEvent: ({ type, object }) => {
        if (type === 'BOOKMARK') return true;
        const set = checked(statefulSetSchema, object);
        if (type === 'DELETED') known.delete(keyOf(set));
        else known.set(keyOf(set), trimmed(set));
        if (known.size > MAX_SETS) throw notKubernetes();
        tell();
        return true;
      },
    }),
  );
  try {
    await Promise.race(watches);
  } finally {
    ended.abort();
    await Promise.allSettled(watches);
  }
}

function keyOf({ namespace, name }: StatefulSet): string {
  return `${namespace}/${name}`;
}
