import { describe, expect, test, vi } from 'vitest';
import type { Event } from '../../../main/common/api.ts';
import { applyChange } from '../../../main/common/fleet/fleet.ts';
import { Store } from '../../../main/state/store.ts';
import { cluster, fleet } from '../../support/fleet.ts';

describe('the store', () => {
  test('gathers updates into one event, from which the listener gets the same state', async () => {
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

  test('a snapshot never runs ahead of the events: what is in it was announced before', () => {
    const store = new Store(fleet());
    const revisions: number[] = [];
    store.subscribe((event) => {
      if (event.name === 'fleet.changed') revisions.push(event.value.revision);
    });
    store.update((state) => ({ ...state, demo: true }));
    expect(store.snapshot().revision).toBe(2);
    expect(revisions).toEqual([2]);
    store.close();
  });

  test('a listener that unsubscribed hears nothing more', () => {
    const store = new Store(fleet());
    const listener = vi.fn();
    store.subscribe(listener)();
    store.update((state) => ({ ...state, demo: true }));
    store.snapshot();
    expect(listener).not.toHaveBeenCalled();
    store.close();
  });
});
