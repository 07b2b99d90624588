import type { EventEmitter } from 'node:events';
import type { MessageBus } from '@jellybrick/dbus-next';
import * as dbus from '@jellybrick/dbus-next';
import type { Health } from '../../common/fleet/rows.ts';
import type { MenuItem, TrayAction } from '../../common/tray/menu.ts';
import { BusObject } from './bus-object.ts';
import type { MenuListener } from './dbus-menu.ts';
import { DbusMenu } from './dbus-menu.ts';
import { WATCHER, WATCHER_PATH } from './host.ts';
import { sessionBusPath } from './session-bus.ts';
import * as strings from './strings.ts';
import type { TraySurface } from './updates.ts';

// The tray icon on Linux, https://www.freedesktop.org/wiki/Specifications/StatusNotifierItem. Not
// Electron's, because of its menu: see dbus-menu.ts.

const ITEM_PATH = '/StatusNotifierItem';
const MENU_PATH = '/StatusNotifierItem/Menu';

/** One size: red, green, blue and alpha in the specification's order, alpha first. */
export type Pixmap = [width: number, height: number, argb: Buffer];

export interface NotifierEvents extends MenuListener {
  /** The icon itself was clicked. */
  clicked(): void;
}

export interface NotifierOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The icon for a state, in its sizes. */
  pixmaps(health: Health): Pixmap[];
  readonly events: NotifierEvents;
}

class Item extends BusObject {
  readonly #clicked: () => void;
  // The library takes properties by the names that they have on the bus.
  Category = 'ApplicationStatus';
  Id = 'kaudit-tray';
  Title = strings.kAuditTray;
  Status = 'Active';
  WindowId = 0;
  IconName = '';
  IconPixmap: Pixmap[] = [];
  ToolTip: [string, Pixmap[], string, string] = ['', [], strings.kAuditTray, ''];
  ItemIsMenu = false;
  Menu = MENU_PATH;

  constructor(clicked: () => void) {
    super('org.kde.StatusNotifierItem');
    this.#clicked = clicked;
  }

  activate(): void {
    this.#clicked();
  }

  newIcon(): void {}

  newToolTip(): void {}
}

const text = { signature: 's', access: 'read' } as const;
Item.configureMembers({
  properties: {
    Category: text,
    Id: text,
    Title: text,
    Status: text,
    WindowId: { signature: 'i', access: 'read' },
    IconName: text,
    IconPixmap: { signature: 'a(iiay)', access: 'read' },
    ToolTip: { signature: '(sa(iiay)ss)', access: 'read' },
    ItemIsMenu: { signature: 'b', access: 'read' },
    Menu: { signature: 'o', access: 'read' },
  },
  methods: {
    activate: { name: 'Activate', inSignature: 'ii', outSignature: '' },
  },
  signals: {
    newIcon: { name: 'NewIcon', signature: '' },
    newToolTip: { name: 'NewToolTip', signature: '' },
  },
});

let last = 0;

/** An icon with its menu, registered with whoever watches for icons. */
export class StatusNotifier implements TraySurface {
  readonly #options: NotifierOptions;
  readonly #bus: MessageBus;
  readonly #item: Item;
  readonly #menu: DbusMenu;
  /** Resolves when a panel has accepted it. */
  readonly registered: Promise<void>;
  /** Resolves when the connection to the bus has ended: no one sees the icon now. */
  readonly ended: Promise<void>;

  /** Throws without a bus address. */
  constructor(options: NotifierOptions) {
    this.#options = options;
    const path = sessionBusPath(options.environment);
    if (path === undefined) throw new Error(strings.theresNoSessionBus);
    this.#bus = dbus.sessionBus({ busAddress: path.startsWith('\0') ? `unix:abstract=${path.slice(1)}` : `unix:path=${path}` });
    guardReading(this.#bus);
    refuseWrites(this.#bus);
    this.#item = new Item(() => options.events.clicked());
    this.#menu = new DbusMenu(options.events);
    const failed = Promise.withResolvers<never>();
    const ended = Promise.withResolvers<void>();
    this.ended = ended.promise;
    (this.#bus as unknown as EventEmitter).on('error', (error) => {
      failed.reject(error);
      ended.resolve();
    });
    connectionOf(this.#bus).once('end', () => ended.resolve());
    failed.promise.catch(() => undefined);
    this.registered = Promise.race([this.#register(), failed.promise]);
  }

  showState(health: Health, tooltip: string): void {
    this.#item.IconPixmap = this.#options.pixmaps(health);
    this.#item.ToolTip = ['', [], tooltip, ''];
    this.#item.newIcon();
    this.#item.newToolTip();
  }

  showMenu(items: readonly MenuItem[], act: (action: TrayAction) => void): void {
    this.#menu.show(items, act);
  }

  destroy(): void {
    this.#bus.disconnect();
  }

  async #register(): Promise<void> {
    this.#bus.export(ITEM_PATH, this.#item);
    this.#bus.export(MENU_PATH, this.#menu);
    last += 1;
    const name = `org.kde.StatusNotifierItem-${process.pid}-${last}`;
    await this.#bus.requestName(name);
    const tell = () =>
      this.#bus.call(
        new dbus.Message({
          destination: WATCHER,
          path: WATCHER_PATH,
          interface: WATCHER,
          member: 'RegisterStatusNotifierItem',
          signature: 's',
          body: [name],
        }),
      );
    // A restarted panel knows no icons.
    this.#bus.on('message', ({ type, member, body }) => {
      if (type !== dbus.MessageType.SIGNAL || member !== 'NameOwnerChanged' || body[0] !== WATCHER || body[2] === '') return;
      tell().catch(() => undefined);
    });
    await this.#bus.call(
      new dbus.Message({
        destination: 'org.freedesktop.DBus',
        path: '/org/freedesktop/DBus',
        interface: 'org.freedesktop.DBus',
        member: 'AddMatch',
        signature: 's',
        body: [`type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged',arg0='${WATCHER}'`],
      }),
    );
    await tell();
  }
}

function connectionOf(bus: MessageBus): EventEmitter & { readonly stream: EventEmitter } {
  return (bus as unknown as { _connection: EventEmitter & { readonly stream: EventEmitter } })._connection;
}

/** SECURITY: the library throws from its stream if a message announces a file that doesn't follow. */
function guardReading(bus: MessageBus): void {
  const connection = connectionOf(bus);
  connection.once('connect', () =>
    queueMicrotask(() => {
      const { stream } = connection;
      const [read] = stream.listeners('readable') as (() => void)[];
      if (read === undefined) return;
      stream.off('readable', read);
      stream.on('readable', () => {
        for (;;) {
          try {
            read.call(stream);
            return;
          } catch {
            // That message is read to its end: the next one may be well-formed.
          }
        }
      });
    }),
  );
}

/** SECURITY: the library refuses to set a read-only property, but sets it anyway. */
function refuseWrites(bus: MessageBus): void {
  bus.addMethodHandler((message) => {
    if (message.interface !== 'org.freedesktop.DBus.Properties' || message.member !== 'Set') return false;
    bus.send(dbus.Message.newError(message, 'org.freedesktop.DBus.Error.PropertyReadOnly', strings.readOnly));
    return true;
  });
}
