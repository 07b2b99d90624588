import type { EventEmitter } from 'node:events';
import type { MessageBus } from '@jellybrick/dbus-next';
import { sessionBus } from '@jellybrick/dbus-next';

/** A connection to the session's bus. Its end is no error: a bus ends before its clients. */
export function connectToBus(environment: Readonly<Record<string, string>>): MessageBus {
  const bus = sessionBus({ busAddress: environment.DBUS_SESSION_BUS_ADDRESS ?? '' });
  (bus as EventEmitter).on('error', () => undefined);
  return bus;
}
