import { describe, expect, it } from 'vitest';
import { pickedPreset, withPick } from '../../../main/state/reference-presets.ts';

const ref = (name: string, context = 'c') => ({ context, namespace: 'n', name });

describe('the preset for a reference', () => {
  it('is the one that was picked for this ConfigMap and this reference, and no other', () => {
    const picks = withPick([], ref('one'), 'val-a', 'p');
    expect(pickedPreset(picks, ref('one'), 'val-a')).toBe('p');
    expect(pickedPreset(picks, ref('one'), 'val-b')).toBeUndefined();
    expect(pickedPreset(picks, ref('two'), 'val-a')).toBeUndefined();
    expect(pickedPreset(picks, ref('one', 'other'), 'val-a')).toBeUndefined();
  });

  it('is replaced by the next pick, and the others stay', () => {
    const both = withPick(withPick([], ref('one'), 'val-a', 'p'), ref('two'), 'val-a', 'q');
    const after = withPick(both, ref('one'), 'val-a', 'r');
    expect(after).toHaveLength(2);
    expect(pickedPreset(after, ref('one'), 'val-a')).toBe('r');
    expect(pickedPreset(after, ref('two'), 'val-a')).toBe('q');
    expect(pickedPreset(both, ref('one'), 'val-a')).toBe('p');
  });
});
