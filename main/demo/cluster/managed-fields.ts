import type { KubernetesObject, ManagedFields, StringMap } from './objects.ts';

// `metadata.managedFields`, enough to see which program wrote last and what.

/** FieldsV1 path, joined by a character that no key may hold; null: the map itself. */
type Leaves = ReadonlyMap<string, unknown>;

const JOINT = '\n';

export function managersAfter(
  before: KubernetesObject | undefined,
  after: KubernetesObject,
  manager: string,
  time: string,
): readonly ManagedFields[] {
  const old = before ? leavesOf(before) : new Map<string, unknown>();
  const now = leavesOf(after);
  const changed = [...now].filter(([path, value]) => !old.has(path) || old.get(path) !== value).map(([path]) => path);

  const entries = (before?.metadata.managedFields ?? []).flatMap((entry): ManagedFields[] => {
    const mine = entry.manager === manager && entry.operation === 'Update';
    const owned = pathsIn(entry.fieldsV1);
    const kept = owned.filter((path) => now.has(path) && !changed.includes(path));
    if (mine) return changed.length === 0 ? [entry] : [];
    return kept.length === 0 ? [] : [{ ...entry, fieldsV1: treeOf(kept) }];
  });
  if (changed.length === 0) return entries;

  const own = before?.metadata.managedFields?.find((entry) => entry.manager === manager && entry.operation === 'Update');
  const kept = own ? pathsIn(own.fieldsV1).filter((path) => now.has(path)) : [];
  const fieldsV1 = treeOf([...new Set([...kept, ...changed])]);
  return [...entries, { manager, operation: 'Update', apiVersion: after.apiVersion, time, fieldsType: 'FieldsV1', fieldsV1 }];
}

function leavesOf({ data, binaryData, immutable, metadata }: KubernetesObject): Leaves {
  return new Map([
    ...mapLeaves(['f:data'], data),
    ...mapLeaves(['f:binaryData'], binaryData),
    ...mapLeaves(['f:metadata', 'f:labels'], metadata.labels),
    ...mapLeaves(['f:metadata', 'f:annotations'], metadata.annotations),
    ...(immutable === undefined ? [] : [['f:immutable', immutable] as const]),
  ]);
}

function mapLeaves(path: readonly string[], map: StringMap | undefined): (readonly [string, unknown])[] {
  if (map === undefined) return [];
  const self = [[...path, '.'].join(JOINT), null] as const;
  return [self, ...Object.entries(map).map(([name, value]) => [[...path, `f:${name}`].join(JOINT), value] as const)];
}

function pathsIn(tree: object, prefix: readonly string[] = []): string[] {
  return Object.entries(tree).flatMap(([name, below]: [string, object]) => {
    const path = [...prefix, name];
    return Object.keys(below).length === 0 ? [path.join(JOINT)] : pathsIn(below, path);
  });
}

interface Tree {
  [name: string]: Tree;
}

function treeOf(paths: readonly string[]): Tree {
  const tree: Tree = {};
  for (const path of [...paths].sort()) {
    let below = tree;
    for (const name of path.split(JOINT)) {
      below[name] ??= {};
      below = below[name];
    }
  }
  return tree;
}
