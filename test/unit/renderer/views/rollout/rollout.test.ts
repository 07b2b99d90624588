import { describe, expect, test } from 'vitest';
import type { DiffLine } from '../../../../../main/common/integration/reading/integration.ts';
import type { PlanRow, RolloutChange } from '../../../../../main/common/rollout/change.ts';
import { changeLike } from '../../../../../renderer/views/drift/like.ts';
import type { Candidate } from '../../../../../renderer/views/rollout/candidates.ts';
import { candidateId, olderWords, targetsOf } from '../../../../../renderer/views/rollout/candidates.ts';
import { NOTHING_WANTED, rolloutChange, wantedFor } from '../../../../../renderer/views/rollout/change-values.ts';
import { sharedChange } from '../../../../../renderer/views/rollout/shared-change.ts';

const ref = (context: string, name = 'a') => ({ context, namespace: 'n', name });
const candidate = (context: string, integration: number, older = 0): Candidate => ({
  id: candidateId({ ref: ref(context), integration }),
  target: { ref: ref(context), integration },
  words: context,
  formerOf: older > 0 ? ['p'] : [],
  presets: [],
  older,
  alike: '',
});

describe('the form of a change', () => {
  const source = candidate('one', 2);
  const every: RolloutChange[] = [
    { op: 'preset', preset: 'p' },
    { op: 'stopped', value: true },
    { op: 'stopped', value: false },
    { op: 'endpoint', endpoint: 'api' },
    { op: 'endpoint', endpoint: 'ingress' },
    { op: 'set', field: 'rate-limit', value: 5 },
    { op: 'set', field: 'confidence', value: [0, 1] },
    { op: 'set', field: 'name', value: 'true' },
    { op: 'remove', field: 'rate-limit' },
    { op: 'addItem', field: 'confidence', value: 2 },
    { op: 'dropItem', field: 'confidence', value: 0 },
    { op: 'insert', from: { ref: source.target.ref, integration: 2 } },
    { op: 'insert', from: { ref: source.target.ref, integration: 2 }, preset: 'p' },
  ];
  test.each(every)('offers $op, and reads it back: %j', (change) => {
    expect(rolloutChange(wantedFor(change), [source])).toEqual(change);
  });

  test('returns no change until it is complete', () => {
    for (const op of ['set', 'remove', 'addItem', 'dropItem', 'insert', null])
      expect(rolloutChange({ ...NOTHING_WANTED, op }, [source])).toBeNull();
    expect(rolloutChange({ ...NOTHING_WANTED, op: 'set', field: 'rate-limit', value: 'many' }, [source])).toBeNull();
  });
});

test('a copy goes to each ConfigMap once, but not to its own', () => {
  const chosen = [candidate('one', 0), candidate('two', 0), candidate('two', 1)];
  expect(targetsOf(chosen, { op: 'insert', from: { ref: ref('one'), integration: 0 } })).toEqual([{ ref: ref('two') }]);
  expect(targetsOf(chosen, { op: 'stopped', value: true })).toHaveLength(3);
});

test('older keys are counted by target and cluster', () => {
  expect(olderWords([candidate('one', 0, 2), candidate('one', 1, 1), candidate('two', 0, 1)], 'EU2')).toBe(
    '4 targets on 2 clusters have an older key of EU2',
  );
  expect(olderWords([candidate('one', 0, 1)], 'EU2')).toBe('1 target on 1 cluster has an older key of EU2');
  expect(olderWords([candidate('one', 0)], 'EU2')).toBeNull();
});

describe('a change that rows have in common', () => {
  const row = (id: string, ...changed: [DiffLine['kind'], string][]): PlanRow => ({
    id,
    ref: ref(id),
    context: id,
    words: id,
    outcome: 'ready',
    changes: [],
    diff: { changes: [], lines: changed.map(([kind, text]) => ({ kind, text, old: 1, new: 1 }) as DiffLine) },
  });
  test('is shown once, wherever it is and whatever mask a key has there', () => {
    const rows = [
      row('a', ['same', 'x'], ['removed', '  token: masked-key-1'], ['added', '  token: masked-key-2']),
      row('b', ['removed', 'token: masked-key-3'], ['added', 'token: masked-key-4'], ['same', 'y']),
      row('c', ['added', 'stopped: true']),
      row('d'),
    ];
    const shared = sharedChange(rows);
    expect([...(shared?.rows ?? [])]).toEqual(['a', 'b']);
    expect(shared?.lines.map(({ kind }) => kind)).toEqual(['removed', 'added']);
  });

  test('isn’t shown if each row changes something else', () => {
    expect(sharedChange([row('a', ['added', 'x']), row('b', ['added', 'y'])])).toBeNull();
  });
});

describe('making others like one', () => {
  const key = { state: 'keychain', fingerprint: '8d10c2aa' };
  const presets = [
    { id: 'p', name: 'EU2', key },
    { id: 'q', name: 'EU2 (old', key: { ...key, fingerprint: '0badcafe' } },
  ] as never;
  test.each([
    ['state', 'stopped', { op: 'stopped', value: true }],
    ['confidence', '[0,1]', { op: 'set', field: 'confidence', value: [0, 1] }],
    ['target 2 rate-limit', '5', { op: 'set', field: 'rate-limit', value: 5 }],
    ['rate-limit', undefined, { op: 'remove', field: 'rate-limit' }],
    ['name', 'ours', { op: 'set', field: 'name', value: 'ours' }],
    ['target 1 credentials', 'the key of EU2 (8d10c2aa)', { op: 'preset', preset: 'p' }],
    ['credentials', 'the key of EU2 (old (0badcafe)', { op: 'preset', preset: 'q' }],
    ['credentials', 'the key of EU2 (0badcafe)', null],
    // Only presets may change destinations and keys without a preset.
    ['sends to', 'api.eu2.coralogix.com', null],
    ['credentials', 'key 8d10c2aa', null],
    ['credentials', 'an older key of EU2 (8d10c2aa)', null],
    ['name', 'key 8d10c2aa', null],
    ['state', 'incomplete', null],
    ['name', 'x'.repeat(200), null],
  ] as const)('with the field %s set to %s', (field, says, change) => {
    expect(changeLike(field, says, presets)).toEqual(change);
  });
});
