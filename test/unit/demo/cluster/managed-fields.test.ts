import { describe, expect, it } from 'vitest';
import { managersAfter } from '../../../../main/demo/cluster/managed-fields.ts';
import type { KubernetesObject, StringMap } from '../../../../main/demo/cluster/objects.ts';

const THEN = '2026-01-01T00:00:00Z';
const NOW = '2026-02-02T00:00:00Z';

function map(data: StringMap, managedFields?: KubernetesObject['metadata']['managedFields']): KubernetesObject {
  const metadata = { name: 'it', uid: '1', resourceVersion: '1', creationTimestamp: THEN, ...(managedFields ? { managedFields } : {}) };
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata, data };
}

function created(data: StringMap, manager: string): KubernetesObject {
  return map(data, managersAfter(undefined, map(data), manager, THEN));
}

describe('managed fields', () => {
  it('belong to their creator', () => {
    expect(created({ a: '1' }, 'helm').metadata.managedFields).toEqual([
      {
        manager: 'helm',
        operation: 'Update',
        apiVersion: 'v1',
        time: THEN,
        fieldsType: 'FieldsV1',
        fieldsV1: { 'f:data': { '.': {}, 'f:a': {} } },
      },
    ]);
  });

  it('pass to whoever changes them', () => {
    const managers = managersAfter(created({ a: '1', b: '1' }, 'helm'), map({ a: '2', b: '1' }), 'kaudit-tray', NOW);
    expect(managers.map(({ manager, time, fieldsV1 }) => [manager, time, fieldsV1])).toEqual([
      ['helm', THEN, { 'f:data': { '.': {}, 'f:b': {} } }],
      ['kaudit-tray', NOW, { 'f:data': { 'f:a': {} } }],
    ]);
  });

  it('belong to no one after their removal', () => {
    const managers = managersAfter(created({ a: '1', b: '1' }, 'helm'), map({ a: '1' }), 'kaudit-tray', NOW);
    expect(managers.map(({ manager, fieldsV1 }) => [manager, fieldsV1])).toEqual([['helm', { 'f:data': { '.': {}, 'f:a': {} } }]]);
  });

  it('of one manager share one entry', () => {
    const managers = managersAfter(created({ a: '1' }, 'helm'), map({ a: '2', c: '3' }), 'helm', NOW);
    expect(managers.map(({ manager, time, fieldsV1 }) => [manager, time, fieldsV1])).toEqual([
      ['helm', NOW, { 'f:data': { '.': {}, 'f:a': {}, 'f:c': {} } }],
    ]);
  });
});
