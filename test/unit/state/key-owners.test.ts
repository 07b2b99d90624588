import { describe, expect, it } from 'vitest';
import type { KeyOwner } from '../../../main/common/coralogix/preset.ts';
import type { Fleet } from '../../../main/common/fleet/fleet.ts';
import { Fingerprinter } from '../../../main/secrets/fingerprint.ts';
import { KeyOwners } from '../../../main/state/key-owners.ts';
import { Texts } from '../../../main/texts/texts.ts';

const fingerprinter = new Fingerprinter(Buffer.alloc(32));
const P = { preset: 'p', name: 'P', domain: 'eu2.coralogix.com' };
const Q = { preset: 'q', name: 'Q', domain: 'us1.coralogix.com' };
const text = ['one', 'two']
  .map(
    (key) => `- type: detections\n  target:\n    target-type: http-api\n    http-api-uri: https://a.example/\n    http-api-token: ${key}\n`,
  )
  .join('');

describe('the owner of a target’s key', () => {
  it('is known from the start, follows the presets, and doesn’t touch what stays the same', () => {
    const presets = new Map<string, KeyOwner>([[fingerprinter.digest('one'), { ...P, former: false }]]);
    const owners = new KeyOwners({ ownerOfDigest: (digest) => presets.get(digest) });
    const ref = { context: 'c', namespace: 'n', name: 'kaudit-integration' };
    const input = { ref, uid: 'u', resourceVersion: '1', instance: 'i', text, readOnly: false, managed: null };
    const { summary, digests } = new Texts(fingerprinter).summary({ ...ref, uid: 'u', server: 's' }, input);
    const configMap = owners.owned(summary, digests);
    const fleet = {
      clusters: [
        { context: 'c', configMaps: [configMap] },
        { context: 'idle', configMaps: [] },
      ],
    } as unknown as Fleet;
    const ownersOf = (state: Fleet) =>
      state.clusters.flatMap((cluster) =>
        cluster.configMaps.flatMap((map) => map.integrations.map(({ targets }) => targets[0]?.key.owner)),
      );

    expect(ownersOf(fleet)).toEqual([{ ...P, former: false }, undefined]);
    expect(owners.refreshed(fleet)).toBe(fleet);
    presets.set(fingerprinter.digest('one'), { ...P, former: true });
    presets.set(fingerprinter.digest('two'), { ...Q, former: false });
    const after = owners.refreshed(fleet);
    expect(ownersOf(after)).toEqual([
      { ...P, former: true },
      { ...Q, former: false },
    ]);
    expect(after.clusters[1]).toBe(fleet.clusters[1]);
    presets.clear();
    expect(ownersOf(owners.refreshed(after))).toEqual([undefined, undefined]);
  });
});
