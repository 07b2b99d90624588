import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { roleFor } from '../../../main/kube/role.ts';

describe('roleFor', () => {
  it('returns YAML for kubectl with every verb that is needed', () => {
    expect(parse(roleFor('security', 'jane'))).toEqual({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata: { name: 'kaudit-tray', namespace: 'security' },
      rules: [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list', 'watch', 'patch'] }],
    });
  });

  it('quotes a user’s name for the shell', () => {
    expect(roleFor('s', "o'brien; rm -rf ~\nx")).toContain("--user='o'\\''brien; rm -rf ~ x'\n");
  });
});
