import { expect, test, vi } from 'vitest';
import type { Event } from '../../../../main/common/api.ts';
import { AppError } from '../../../../main/common/errors.ts';
import type { Fleet } from '../../../../main/common/fleet/fleet.ts';
import { defaultSettings } from '../../../../main/common/settings.ts';
import type { Client } from '../../../../renderer/client/client.ts';
import { FleetStore } from '../../../../renderer/state/fleet-store.ts';

function fleet(revision: number, version = '1'): Fleet {
  return {
    revision,
    host: 'browser',
    version,
    demo: false,
    files: [],
    clusters: [],
    presets: [],
    keychain: { state: 'unknown', message: '' },
    settings: defaultSettings,
    reports: [],
    testAll: null,
    unsettled: [],
    desktop: null,
  };
}

function changed(revision: number, version: string): Event {
  return { name: 'fleet.changed', value: { revision, clusters: [], removed: [], fields: { version } } };
}

/** A client with replies and events from the test. */
function scripted() {
  const answers: { resolve: (fleet: Fleet) => void; reject: (error: Error) => void }[] = [];
  let tell: (event: Event) => void = () => {};
  let connect: (connected: boolean) => void = () => {};
  const client = {
    request: () => new Promise((resolve, reject) => answers.push({ resolve, reject })),
    subscribe: (listener: (event: Event) => void, onState: (connected: boolean) => void) => {
      tell = listener;
      connect = onState;
      return () => {};
    },
  } as unknown as Client;
  const store = new FleetStore(client);
  store.start(() => {});
  return { store, answers, tell: (event: Event) => tell(event), connect: (connected: boolean) => connect(connected) };
}

const settle = () => new Promise((resolve) => setTimeout(resolve));

test('applies changes that were announced between the request and its response', async () => {
  const { store, answers, tell, connect } = scripted();
  connect(true);
  tell(changed(5, 'already in it'));
  tell(changed(6, 'newer'));
  answers[0]?.resolve(fleet(5, 'fetched'));
  await settle();
  expect(store.snapshot()).toMatchObject({ connection: 'up', fleet: { revision: 6, version: 'newer' } });
});

test('fetches again when a revision is missing', async () => {
  const { store, answers, tell, connect } = scripted();
  connect(true);
  answers[0]?.resolve(fleet(1));
  await settle();
  tell(changed(2, 'second'));
  expect(store.snapshot().fleet?.version).toBe('second');
  tell(changed(4, 'fourth'));
  expect(answers).toHaveLength(2);
  expect(store.snapshot().fleet?.revision).toBe(2);
  answers[1]?.resolve(fleet(4, 'fourth'));
  await settle();
  expect(store.snapshot().fleet).toMatchObject({ revision: 4, version: 'fourth' });
});

test('keeps showing the last state while the connection is down, and takes main’s state afterwards', async () => {
  const { store, answers, connect } = scripted();
  connect(true);
  answers[0]?.resolve(fleet(9, 'before'));
  await settle();
  connect(false);
  answers[1]?.reject(new AppError('connection-lost', 'gone', { retry: true }));
  await settle();
  expect(store.snapshot()).toMatchObject({ connection: 'down', fleet: { version: 'before' }, error: { code: 'connection-lost' } });
  connect(true);
  answers[2]?.resolve(fleet(1, 'restarted'));
  await settle();
  expect(store.snapshot()).toMatchObject({ connection: 'up', fleet: { revision: 1, version: 'restarted' }, error: null });
});

test('stops asking after the token is refused', async () => {
  const { store, answers, connect } = scripted();
  connect(false);
  answers[0]?.reject(new AppError('unauthorized', 'expired'));
  await settle();
  await store.fetch();
  expect(store.snapshot().connection).toBe('expired');
  expect(answers).toHaveLength(1);
});

test('notifies its listeners until they leave', async () => {
  const { store, answers, connect } = scripted();
  const listener = vi.fn();
  const leave = store.subscribe(listener);
  connect(true);
  answers[0]?.resolve(fleet(1));
  await settle();
  expect(listener).toHaveBeenCalledTimes(1);
  leave();
  connect(false);
  expect(listener).toHaveBeenCalledTimes(1);
});
