import { describe, expect, test, vi } from 'vitest';
import type { Event } from '../../../main/common/api.ts';
import { applyChange } from '../../../main/common/fleet/fleet.ts';
import { Store } from '../../../main/state/store.ts';
import { cluster, fleet } from '../../support/fleet.ts';

describe('the store', () => {
  test('combines updates into one event, from which the listener gets the same state', async () => {
    const store = new Store(fleet({ clusters: [cluster('a'), cluster('b')] }));
    let copy = store.snapshot();
    const events: Event[] = [];
    store.subscribe((event) => {
      events.push(event);
      if (event.name === 'fleet.changed') copy = applyChange(copy, event.value);
    });
    store.update((state) => ({
      ...state,
      clusters: state.clusters.map((item) => (item.context === 'a' ? { ...item, state: 'connecting' as const } : item)),
    }));
    store.update((state) => ({
      ...state,
      clusters: state.clusters.map((item) => (item.context === 'a' ? { ...item, state: 'online' as const } : item)),
    }));
    await vi.waitFor(() => expect(events).toHaveLength(1));
    expect(copy).toEqual(store.snapshot());
    expect(copy.clusters[0]?.state).toBe('online');
    expect(copy.revision).toBe(2);
    store.close();
  });

  test('an update that changes nothing announces nothing', async () => {
    const store = new Store(fleet());
    const listener = vi.fn();
    store.subscribe(listener);
    store.update((state) => state);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(listener).not.toHaveBeenCalled();
    expect(store.snapshot().revision).toBe(1);
    store.close();
  });

  test('a snapshot changes nothing: its state has its own revision, which listeners receive in order', async () => {
    const store = new Store(fleet());
    let copy = store.snapshot();
    const revisions: number[] = [];
    store.subscribe((event) => {
      if (event.name !== 'fleet.changed') return;
      revisions.push(event.value.revision);
      copy = applyChange(copy, event.value);
    });
    store.update((state) => ({ ...state, demo: true }));
    expect(store.snapshot()).toMatchObject({ revision: 2, demo: true });
    expect(store.snapshot()).toBe(store.snapshot());
    expect(revisions).toEqual([]);
    // The snapshot's revision reaches listeners before the next one.
    store.update((state) => ({ ...state, version: '1' }));
    await vi.waitFor(() => expect(revisions).toEqual([2, 3]));
    expect(copy).toEqual(store.snapshot());
    store.close();
  });

  test('every listener receives the revisions in order, whatever another one reads or changes', async () => {
    const store = new Store(fleet());
    const heard: number[][] = [[], []];
    store.subscribe((event) => {
      if (event.name !== 'fleet.changed') return;
      heard[0]?.push(event.value.revision);
      if (event.value.revision > 3) return;
      store.update((state) => ({ ...state, version: `${event.value.revision}` }));
      store.snapshot();
    });
    store.subscribe((event) => void (event.name === 'fleet.changed' && heard[1]?.push(event.value.revision)));
    store.update((state) => ({ ...state, demo: true }));
    await vi.waitFor(() =>
      expect(heard).toEqual([
        [2, 3, 4],
        [2, 3, 4],
      ]),
    );
    store.close();
  });

  test('a listener that unsubscribed receives nothing more', async () => {
    const store = new Store(fleet());
    const [listener, other] = [vi.fn(), vi.fn()];
    store.subscribe(listener)();
    store.subscribe(other);
    store.update((state) => ({ ...state, demo: true }));
    await vi.waitFor(() => expect(other).toHaveBeenCalled());
    expect(listener).not.toHaveBeenCalled();
    store.close();
  });
});
