import * as dbus from '@jellybrick/dbus-next';
import { connectToBus } from './bus-client.ts';

// The desktop's notification service (org.freedesktop.Notifications), on a session bus of the tests.

const NOTIFICATIONS = 'org.freedesktop.Notifications';
const PATH = '/org/freedesktop/Notifications';

export interface ShownNotification {
  readonly id: number;
  readonly title: string;
  readonly body: string;
  readonly actions: readonly string[];
}

export interface NotificationServer {
  /** All that were shown so far. */
  readonly shown: readonly ShownNotification[];
  /** Clicks the newest one with that title. */
  click(title: string): void;
  stop(): void;
}

export async function startNotificationServer(environment: Readonly<Record<string, string>>): Promise<NotificationServer> {
  const bus = connectToBus(environment);
  const shown: ShownNotification[] = [];
  const signal = (name: string, signature: string, ...body: unknown[]) =>
    bus.send(dbus.Message.newSignal(PATH, NOTIFICATIONS, name, signature, body));
  const answers: Readonly<Record<string, (body: readonly unknown[]) => readonly [string, unknown[]]>> = {
    Notify: ([, replaces, , title, body, actions]) => {
      const id = Number(replaces) || (shown.at(-1)?.id ?? 0) + 1;
      shown.push({ id, title: String(title), body: String(body), actions: actions as string[] });
      return ['u', [id]];
    },
    CloseNotification: ([id]) => {
      signal('NotificationClosed', 'uu', id, 3);
      return ['', []];
    },
    GetCapabilities: () => ['as', [['actions', 'body', 'persistence']]],
    GetServerInformation: () => ['ssss', ['test', 'test', '1', '1.2']],
  };
  bus.addMethodHandler((message) => {
    const answer = message.path === PATH ? answers[message.member ?? ''] : undefined;
    if (answer === undefined) return false;
    const [signature, body] = answer(message.body);
    bus.send(dbus.Message.newMethodReturn(message, signature, body));
    return true;
  });
  await bus.requestName(NOTIFICATIONS);
  return {
    shown,
    click: (title) => {
      const clicked = shown.findLast((each) => each.title === title);
      if (clicked === undefined)
        throw new Error(`There is no notification “${title}”, only: ${shown.map((each) => each.title).join(', ')}`);
      signal('ActionInvoked', 'us', clicked.id, 'default');
      signal('NotificationClosed', 'uu', clicked.id, 2);
    },
    stop: () => bus.disconnect(),
  };
}
