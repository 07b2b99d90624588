import { describe, expect, it } from 'vitest';
import type { KubernetesObject } from '../../../../main/demo/cluster/objects.ts';
import { fieldSelector, labelSelector } from '../../../../main/demo/cluster/selector.ts';

function labelled(labels: Record<string, string>): KubernetesObject {
  const metadata = { name: 'it', namespace: 'here', uid: '1', resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z', labels };
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata };
}

const it1 = labelled({ app: 'kaudit', 'app.kubernetes.io/part-of': 'security', empty: '' });

describe('a label selector', () => {
  it.each([
    '',
    'app=kaudit',
    ' app == kaudit ',
    'app!=other',
    'missing!=kaudit',
    'app in (other, kaudit)',
    'app notin (other)',
    'missing notin (kaudit)',
    'app',
    '!missing',
    'empty=',
    'app.kubernetes.io/part-of=security,app in (kaudit,x),!missing',
  ])('selects an object with %j', (text) => {
    expect(labelSelector(text)(it1)).toBe(true);
  });

  it.each(['app=other', 'app!=kaudit', 'app in (other)', 'app notin (kaudit)', 'missing', '!app', 'missing=', 'app=kaudit,missing'])(
    'skips an object with %j',
    (text) => {
      expect(labelSelector(text)(it1)).toBe(false);
    },
  );

  it.each(['app like kaudit', 'app in kaudit', 'app=a b', '=x', 'app in (a'])('refuses %j', (text) => {
    expect(() => labelSelector(text)).toThrow(/unable to parse/);
  });

  it('never mistakes an inherited property for a label', () => {
    expect(labelSelector('constructor')(it1)).toBe(false);
  });
});

describe('a field selector', () => {
  it('selects by name and namespace', () => {
    expect(fieldSelector('metadata.name=it,metadata.namespace==here')(it1)).toBe(true);
    expect(fieldSelector('metadata.name!=it')(it1)).toBe(false);
  });

  it('refuses other fields', () => {
    expect(() => fieldSelector('data.a=b')).toThrow('"data.a" is not a known field selector');
    expect(() => fieldSelector('metadata.name')).toThrow("can't understand");
  });
});
