import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { instanceName, isIntegrationConfigMap, managedBy, toRawConfigMap } from '../../../../main/kube/cluster/config-map.ts';

describe('instanceName', () => {
  it.each([
    ['kaudit-integration-prod', 'prod'],
    ['kaudit-integration-kaudit-prod', 'prod'],
    ['kaudit-integrations-prod', 'prod'],
    ['kaudit-integrations-kaudit-eu-1', 'eu-1'],
    ['kaudit-integration', 'kaudit-integration'],
    ['own-name', 'own-name'],
  ])('reads %s as %s', (name, instance) => expect(instanceName(name)).toBe(instance));
});

describe('isIntegrationConfigMap', () => {
  it('goes by the name or by the key, not by the label', () => {
    expect(isIntegrationConfigMap({ metadata: { name: 'kaudit-integration-x' } })).toBe(true);
    expect(isIntegrationConfigMap({ metadata: { name: 'kaudit-integrations-x', labels: {} } })).toBe(true);
    expect(isIntegrationConfigMap({ metadata: { name: 'x' }, data: { 'audit-integration': '' } })).toBe(true);
    expect(isIntegrationConfigMap({ metadata: { name: 'kaudit-x', labels: { app: 'kaudit' } }, data: { 'audit-source': '' } })).toBe(false);
    expect(isIntegrationConfigMap({ metadata: { name: 'kaudit-policy-x' }, data: { 'audit-policy': '' } })).toBe(false);
    expect(isIntegrationConfigMap({})).toBe(false);
  });
});

describe('toRawConfigMap', () => {
  it('distinguishes an absent key from an empty one', () => {
    const metadata = { name: 'n', namespace: 's', uid: 'u', resourceVersion: '7' };
    expect(toRawConfigMap('c', { metadata, data: { other: 'x' } })).toEqual({
      ref: { context: 'c', namespace: 's', name: 'n' },
      uid: 'u',
      resourceVersion: '7',
      text: null,
      managed: null,
    });
    expect(toRawConfigMap('c', { metadata, data: { 'audit-integration': '' } }).text).toBe('');
  });
});

describe('a text in binaryData', () => {
  const metadata = { name: 'n', namespace: 's', uid: 'u', resourceVersion: '7' };
  const read = (bytes: Buffer) => toRawConfigMap('c', { metadata, binaryData: { 'audit-integration': bytes.toString('base64') } });
  const latin1 = readFileSync(new URL('../../../fixtures/config-map/latin1.yaml', import.meta.url));
  const text = '# Zürich – 鍵\n- type: detections\n';
  const utf16 = Buffer.from(`\ufeff${text}`, 'utf16le');

  it('is decoded, and never read as empty', () => {
    expect(read(latin1)).toMatchObject({ binary: 'Windows-1252', text: expect.stringMatching(/^# Zürich\n- type: detections\n/) });
    expect(read(utf16)).toMatchObject({ binary: 'UTF-16', text });
    expect(read(Buffer.from(utf16).swap16())).toMatchObject({ binary: 'UTF-16', text });
    expect(read(Buffer.from(`\ufeff${text}`))).toMatchObject({ binary: 'UTF-8', text: `\ufeff${text}` });
    expect(read(Buffer.from([0x80, 0x81, 0xff, 0x00]))).toMatchObject({ binary: 'Windows-1252', text: '€\u0081ÿ\u0000' });
  });

  it('makes its ConfigMap one of kAudit’s, whatever its name, and has a writer', () => {
    const binaryData = { 'audit-integration': latin1.toString('base64') };
    expect(isIntegrationConfigMap({ metadata: { name: 'x' }, binaryData })).toBe(true);
    const managedFields = [
      { manager: 'kubectl', time: '2026-01-01T00:00:00Z', fieldsV1: { 'f:binaryData': { 'f:audit-integration': {} } } },
    ];
    expect(toRawConfigMap('c', { metadata: { ...metadata, managedFields }, binaryData }).writer?.manager).toBe('kubectl');
  });
});

describe('managedBy', () => {
  it.each([
    ['Helm', 'audit', { annotations: { 'meta.helm.sh/release-name': 'audit' } }],
    ['Helm', 'audit', { labels: { 'app.kubernetes.io/managed-by': 'Helm', 'app.kubernetes.io/instance': 'audit' } }],
    ['Argo CD', 'audit', { annotations: { 'argocd.argoproj.io/tracking-id': 'audit:/ConfigMap:alcide-kaudit/x' } }],
    ['Argo CD', 'audit', { labels: { 'argocd.argoproj.io/instance': 'audit', 'app.kubernetes.io/managed-by': 'Helm' } }],
    ['Argo CD', 'argocd', { managedFields: [{ manager: 'argocd-controller' }] }],
    ['Flux', 'audit', { labels: { 'kustomize.toolkit.fluxcd.io/name': 'audit' } }],
    ['Flux', 'helm-controller', { managedFields: [{ manager: 'helm-controller' }], annotations: { 'meta.helm.sh/release-name': 'audit' } }],
    ['another tool', 'Terraform', { managedFields: [{ manager: 'Terraform' }] }],
  ])('recognises %s (%s)', (by, name, metadata) => {
    const managed = managedBy({ metadata });
    expect(managed).toMatchObject({ by, name });
    expect(managed?.advice).toContain(by === 'another tool' ? name : by === 'Helm' ? 'helm upgrade' : by);
  });

  it('puts immutable first, as nothing else matters then', () => {
    expect(managedBy({ immutable: true, metadata: { name: 'x', annotations: { 'meta.helm.sh/release-name': 'audit' } } })?.by).toBe(
      'immutable',
    );
  });

  it('counts kubectl, dashboards and this program as people', () => {
    const managedFields = ['kubectl-edit', 'kubectl-client-side-apply', 'kaudit-tray', 'node-fetch', 'Mozilla'].map((manager) => ({
      manager,
    }));
    expect(managedBy({ metadata: { managedFields, labels: { 'app.kubernetes.io/managed-by': 'kaudit-tray' } } })).toBeNull();
  });
});
