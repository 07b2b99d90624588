import { setTimeout as wait } from 'node:timers/promises';
import * as z from 'zod';
import { notKubernetes, RequestError } from '../errors.ts';
import type { ClusterClient } from '../transport/client.ts';
import { aborted } from '../transport/follow.ts';
import { KAUDIT_LABEL } from './config-map.ts';
import { checked, listOf, optional } from './response.ts';
import type { StatefulSet } from './stateful-set.ts';
import { statefulSetSchema, trimmed } from './stateful-set.ts';

/** Milliseconds until the next list: after a watch ends, and after a failure. */
const AGAIN = 1_000;
const AFTER_FAILURE = 30_000;

/** SECURITY: a watch may report new StatefulSets endlessly. No cluster has that many. */
const MAX_SETS = 1_000;

const listSchema = z.object({
  metadata: z.object({ resourceVersion: z.string().max(256) }),
  items: optional(listOf(statefulSetSchema, MAX_SETS)),
});

export type StatefulSets = (namespace: string) => readonly StatefulSet[] | undefined;

export const UNKNOWN: StatefulSets = () => undefined;

/**
 * Lists and watches kAudit's StatefulSets until `signal`: in the whole cluster, or in `namespaces` without that
 * permission. Optional: without permission it says so once and waits.
 */
export async function followStatefulSets(
  client: ClusterClient,
  namespaces: readonly string[],
  signal: AbortSignal,
  onChange: (sets: StatefulSets) => void,
): Promise<void> {
  let places: readonly (string | null)[] = [null];
  while (!signal.aborted) {
    let pause = AGAIN;
    try {
      await followPlaces(client, places, signal, onChange);
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof RequestError && error.status === 403 && places.includes(null)) {
        places = namespaces;
        continue;
      }
      if (error instanceof RequestError && error.status < 500 && error.status !== 410) {
        onChange(UNKNOWN);
        return aborted(signal);
      }
      if (!(error instanceof RequestError && error.status === 410)) pause = AFTER_FAILURE;
    }
    await wait(pause * (0.5 + Math.random()), undefined, { signal, ref: false }).catch(() => undefined);
  }
}

async function followPlaces(
  client: ClusterClient,
  places: readonly (string | null)[],
  signal: AbortSignal,
  onChange: (sets: StatefulSets) => void,
): Promise<void> {
  const known = new Map<string, StatefulSet>();
  const versions = new Map<string | null, string>();
  const tell = (): void => {
    const byNamespace = Map.groupBy(known.values(), ({ namespace }) => namespace);
    onChange((namespace) => (versions.has(null) || versions.has(namespace) ? (byNamespace.get(namespace) ?? []) : undefined));
  };
  const labelSelector = KAUDIT_LABEL;
  await Promise.all(
    places.map(async (place) => {
      try {
        const reply = checked(listSchema, await client.request('GET', pathOf(place), { query: { labelSelector }, signal }));
        for (const set of reply.items ?? []) known.set(keyOf(set), trimmed(set));
        versions.set(place, reply.metadata.resourceVersion);
      } catch (error) {
        if (place === null || !(error instanceof RequestError && error.status === 403)) throw error;
      }
    }),
  );
  tell();
  if (versions.size === 0) return aborted(signal);
  const ended = new AbortController();
  const both = AbortSignal.any([signal, ended.signal]);
  const watches = [...versions].map(([place, resourceVersion]) =>
    client.watch(pathOf(place), { labelSelector, resourceVersion }, both, {
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

function pathOf(namespace: string | null): string {
  return namespace === null ? '/apis/apps/v1/statefulsets' : `/apis/apps/v1/namespaces/${encodeURIComponent(namespace)}/statefulsets`;
}
