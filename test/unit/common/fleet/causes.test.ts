import { describe, expect, it } from 'vitest';
import { sharedCauses } from '../../../../main/common/fleet/causes.ts';
import type { ClusterProblem } from '../../../../main/common/fleet/fleet.ts';
import { cluster } from '../../../support/fleet.ts';

const dark: ClusterProblem = { step: 'tcp', message: 'x did not answer', fix: 'Check the VPN.' };
const many = (name: string, count: number, problem: ClusterProblem | null) =>
  Array.from({ length: count }, (_, index) => cluster(`${name}${index}`, { problem, state: problem === null ? 'online' : 'unreachable' }));

describe('sharedCauses', () => {
  it('shares one line among three clusters or more, the most frequent cause first', () => {
    const dns = { step: 'dns', message: 'y does not resolve', fix: 'Connect to the VPN.' } as const;
    const causes = sharedCauses([...many('fine', 5, null), ...many('dns', 3, dns), ...many('dark', 18, dark)]);
    expect(causes.map(({ message, fix }) => [message, fix])).toEqual([
      ['18 clusters don’t respond.', 'Check the VPN.'],
      ['3 clusters have a name that doesn’t resolve.', 'Connect to the VPN.'],
    ]);
    expect(causes[1]?.contexts).toEqual(['dns0', 'dns1', 'dns2']);
  });

  it('separates causes that need another fix, and leaves a Role out of the line', () => {
    const refused = { step: 'tcp', message: 'refused', fix: 'Start the cluster.' } as const;
    const forbidden = (index: number): ClusterProblem => ({ step: 'permission', message: 'm', fix: `Ask for this Role.\nname: ${index}` });
    expect(sharedCauses([...many('a', 2, dark), ...many('b', 2, refused)])).toEqual([]);
    const clusters = [1, 2, 3].map((index) => cluster(`c${index}`, { problem: forbidden(index) }));
    expect(sharedCauses(clusters)).toMatchObject([{ message: '3 clusters don’t let you list ConfigMaps.', fix: 'Ask for this Role.' }]);
  });

  it('ignores clusters that the user hid', () => {
    const [first, ...rest] = many('dark', 3, dark);
    expect(sharedCauses([...(first ? [{ ...first, marks: { hidden: true } }] : []), ...rest])).toEqual([]);
  });
});
