import { describe, expect, it } from 'vitest';
import { egressOf, type NetworkPolicy, selects } from '../../../../main/common/fleet/cluster-facts.ts';

const labels = { app: 'kaudit', 'app-name': 'kaudit-one' };
const policy = (spec: NetworkPolicy['spec']): NetworkPolicy => ({ metadata: { name: 'out' }, ...(spec === undefined ? {} : { spec }) });

describe('what may leave kAudit’s Pod', () => {
  it('is limited by policies for egress that select the Pod, and by no others', () => {
    expect(egressOf([policy({ podSelector: {}, policyTypes: ['Ingress'] })], labels)).toEqual([]);
    expect(egressOf([policy({ podSelector: { matchLabels: { app: 'other' } }, policyTypes: ['Egress'] })], labels)).toEqual([]);
    expect(egressOf([policy({ podSelector: {}, policyTypes: ['Egress'] })], labels)).toEqual([
      { name: 'out', lets: 'allows nothing', https: false },
    ]);
  });

  it.each([
    ['everything', {}, 'everything to anywhere', true],
    ['port 443 anywhere', { ports: [{ port: 443 }] }, 'TCP 443 to anywhere', true],
    ['a range that holds it', { ports: [{ port: 1, endPort: 1024 }] }, 'TCP 1 to 1024 to anywhere', true],
    ['DNS only', { ports: [{ protocol: 'UDP', port: 53 }] }, 'UDP 53 to anywhere', false],
    ['HTTPS over UDP', { ports: [{ protocol: 'UDP', port: 443 }] }, 'UDP 443 to anywhere', false],
    ['all of IPv4', { to: [{ ipBlock: { cidr: '0.0.0.0/0' } }] }, 'everything to 0.0.0.0/0', true],
    ['some addresses, which may be Coralogix’s', { to: [{ ipBlock: { cidr: '10.0.0.0/8' } }] }, 'everything to 10.0.0.0/8', false],
    ['pods', { to: [{}] }, 'everything to some pods', false],
  ])('is decided by a rule for %s', (_what, rule, words, https) => {
    expect(egressOf([policy({ podSelector: {}, egress: [rule] })], labels)).toEqual([{ name: 'out', lets: `allows ${words}`, https }]);
  });

  it.each([
    [{}, true],
    [{ matchLabels: { app: 'kaudit' } }, true],
    [{ matchExpressions: [{ key: 'app', operator: 'In', values: ['kaudit', 'b'] }] }, true],
    [{ matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['kaudit'] }] }, false],
    [{ matchExpressions: [{ key: 'tier', operator: 'Exists' }] }, false],
    [{ matchExpressions: [{ key: 'tier', operator: 'DoesNotExist' }] }, true],
  ])('is decided by the selector %j', (selector, selected) => {
    expect(selects(selector, labels)).toBe(selected);
  });
});
