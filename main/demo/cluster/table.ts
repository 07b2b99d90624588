import type { KubernetesObject, Resource } from './objects.ts';

// Tables for kubectl, where the server chooses the columns.

interface Column {
  readonly name: string;
  readonly priority: 0 | 1;
  readonly cell: (object: KubernetesObject) => string | number;
}

const NAME: Column = { name: 'Name', priority: 0, cell: ({ metadata }) => metadata.name };
const AGE: Column = { name: 'Age', priority: 0, cell: ({ metadata }) => age(Date.now() - Date.parse(metadata.creationTimestamp)) };

const COLUMNS: Readonly<Record<string, readonly Column[]>> = {
  configmaps: [
    NAME,
    {
      name: 'Data',
      priority: 0,
      cell: ({ data, binaryData }) => Object.keys(data ?? {}).length + Object.keys(binaryData ?? {}).length,
    },
    AGE,
  ],
  namespaces: [NAME, { name: 'Status', priority: 0, cell: ({ status }) => text(status, 'phase') }, AGE],
  statefulsets: [
    NAME,
    { name: 'Ready', priority: 0, cell: ({ spec, status }) => `${text(status, 'readyReplicas') || 0}/${text(spec, 'replicas')}` },
    AGE,
  ],
};

export type RowObject = 'None' | 'Metadata' | 'Object';

export function tableOf(resource: Resource, objects: readonly KubernetesObject[], metadata: object, row: RowObject): object {
  const columns = COLUMNS[resource.name] ?? [NAME, AGE];
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: columns.map(({ name, priority }) => ({
      name,
      type: 'string',
      format: name === 'Name' ? 'name' : '',
      description: '',
      priority,
    })),
    rows: objects.map((object) => ({ cells: columns.map(({ cell }) => cell(object)), object: rowObject(object, row) })),
  };
}

function rowObject(object: KubernetesObject, row: RowObject): object | null {
  switch (row) {
    case 'None':
      return null;
    case 'Object':
      return object;
    case 'Metadata':
      return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata };
  }
}

function text(from: unknown, field: string): string {
  const found = typeof from === 'object' && from !== null ? (from as Record<string, unknown>)[field] : undefined;
  return found === undefined ? '' : String(found);
}

function age(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  const two = (large: number, unit: string, rest: number, small: string): string => `${large}${unit}${rest === 0 ? '' : `${rest}${small}`}`;
  if (seconds < 120) return `${seconds}s`;
  if (minutes < 10) return two(minutes, 'm', seconds % 60, 's');
  if (hours < 3) return `${minutes}m`;
  if (hours < 8) return two(hours, 'h', minutes % 60, 'm');
  if (hours < 48) return `${hours}h`;
  if (days < 8) return two(days, 'd', hours % 24, 'h');
  if (days < 2 * 365) return `${days}d`;
  return days < 8 * 365 ? two(Math.floor(days / 365), 'y', days % 365, 'd') : `${Math.floor(days / 365)}y`;
}
