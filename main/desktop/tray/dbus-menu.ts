import * as dbus from '@jellybrick/dbus-next';
import type { MenuItem, TrayAction } from '../../common/tray/menu.ts';
import { BusObject } from './bus-object.ts';
import type { MenuNode } from './menu-ids.ts';
import { flatten, MenuIds, shapeOf } from './menu-ids.ts';
import * as strings from './strings.ts';

// The menu for Linux panels: com.canonical.dbusmenu (libdbusmenu). Electron's own gives every row of every menu a new
// number and doesn't notice that a menu opens: clicks on it could be lost.

type Properties = Record<string, dbus.Variant>;
type Layout = [id: number, properties: Properties, children: dbus.Variant<Layout>[]];

export interface MenuListener {
  /** A panel requests its rows and shows them immediately, with what `showMenu` gets until then. */
  aboutToOpen(): void;
  opened(): void;
  closed(): void;
}

const ROOT = 0;
const LAYOUT = '(ia{sv}av)';

/** One menu on the bus. */
export class DbusMenu extends BusObject {
  readonly #listener: MenuListener;
  readonly #ids = new MenuIds();
  #nodes: readonly MenuNode[] = [];
  #act: (action: TrayAction) => void = () => undefined;
  #revision = 1;

  // The library takes properties by the names that they have on the bus.
  readonly Version = 3;
  readonly TextDirection = 'ltr';
  readonly Status = 'normal';
  readonly IconThemePath: readonly string[] = [];

  constructor(listener: MenuListener) {
    super('com.canonical.dbusmenu');
    this.#listener = listener;
  }

  show(items: readonly MenuItem[], act: (action: TrayAction) => void): void {
    const before = this.#nodes;
    this.#act = act;
    this.#nodes = this.#ids.number(items, Date.now());
    if (shapeOf(before) !== shapeOf(this.#nodes)) {
      this.#revision += 1;
      this.layoutUpdated(this.#revision, ROOT);
      return;
    }
    const old = new Map(flatten(before).map(({ id, item }) => [id, JSON.stringify(plainProperties(item))]));
    const changed = flatten(this.#nodes).filter(({ id, item }) => old.get(id) !== JSON.stringify(plainProperties(item)));
    if (changed.length > 0)
      this.itemsPropertiesUpdated(
        changed.map(({ id, item }) => [id, propertiesOf(item)]),
        // Omitted properties have their defaults.
        changed.filter(({ item }) => plainProperties(item).enabled === undefined).map(({ id }) => [id, ['enabled']]),
      );
  }

  getLayout(parent: number, depth: number, wanted: readonly string[]): [number, Layout] {
    const layout = (node: MenuNode, left: number): Layout => [
      node.id,
      picked(propertiesOf(node.item), wanted),
      left === 0 ? [] : node.children.map((child) => new dbus.Variant(LAYOUT, layout(child, left - 1))),
    ];
    if (parent === ROOT) {
      const children = depth === 0 ? [] : this.#nodes.map((child) => new dbus.Variant(LAYOUT, layout(child, depth - 1)));
      return [this.#revision, [ROOT, rootProperties(), children]];
    }
    const node = flatten(this.#nodes).find(({ id }) => id === parent);
    if (node === undefined) throw new dbus.DBusError('com.canonical.dbusmenu.Error', strings.rowNoLongerExists);
    return [this.#revision, layout(node, depth)];
  }

  getGroupProperties(ids: readonly number[], wanted: readonly string[]): [number, Properties][] {
    const nodes = flatten(this.#nodes);
    const found = ids.length === 0 ? nodes : nodes.filter(({ id }) => ids.includes(id));
    const root: [number, Properties][] = ids.includes(ROOT) ? [[ROOT, rootProperties()]] : [];
    return [...root, ...found.map(({ id, item }): [number, Properties] => [id, picked(propertiesOf(item), wanted)])];
  }

  getProperty(id: number, name: string): dbus.Variant {
    const node = flatten(this.#nodes).find((each) => each.id === id);
    const value = node === undefined ? undefined : propertiesOf(node.item)[name];
    if (value === undefined) throw new dbus.DBusError('com.canonical.dbusmenu.Error', strings.propertyDoesntExist);
    return value;
  }

  event(id: number, name: string): void {
    if (name === 'opened' && id === ROOT) this.#listener.opened();
    if (name === 'closed' && id === ROOT) this.#listener.closed();
    if (name !== 'clicked') return;
    const action = this.#ids.action(id);
    if (action !== undefined) this.#act(action);
    // A click closes a menu, but not every panel reports it.
    this.#listener.closed();
  }

  /** The numbers of rows that never existed: none is refused. */
  eventGroup(events: readonly [number, string, dbus.Variant, number][]): number[] {
    // SECURITY: a click that arrives a thousand times counts once.
    for (const [id, name] of new Map(events.map(([id, name]) => [`${id} ${name}`, [id, name] as const])).values()) this.event(id, name);
    return [];
  }

  aboutToShow(id: number): boolean {
    const revision = this.#revision;
    if (id === ROOT) this.#listener.aboutToOpen();
    return this.#revision !== revision;
  }

  aboutToShowGroup(ids: readonly number[]): [number[], number[]] {
    return [[...new Set(ids)].filter((id) => this.aboutToShow(id)), []];
  }

  itemsPropertiesUpdated(changed: [number, Properties][], usual: [number, string[]][]): unknown {
    return [changed, usual];
  }

  layoutUpdated(revision: number, parent: number): unknown {
    return [revision, parent];
  }
}

DbusMenu.configureMembers({
  properties: {
    Version: { signature: 'u', access: 'read' },
    TextDirection: { signature: 's', access: 'read' },
    Status: { signature: 's', access: 'read' },
    IconThemePath: { signature: 'as', access: 'read' },
  },
  methods: {
    getLayout: { name: 'GetLayout', inSignature: 'iias', outSignature: `u${LAYOUT}` },
    getGroupProperties: { name: 'GetGroupProperties', inSignature: 'aias', outSignature: 'a(ia{sv})' },
    getProperty: { name: 'GetProperty', inSignature: 'is', outSignature: 'v' },
    event: { name: 'Event', inSignature: 'isvu', outSignature: '' },
    eventGroup: { name: 'EventGroup', inSignature: 'a(isvu)', outSignature: 'ai' },
    aboutToShow: { name: 'AboutToShow', inSignature: 'i', outSignature: 'b' },
    aboutToShowGroup: { name: 'AboutToShowGroup', inSignature: 'ai', outSignature: 'aiai' },
  },
  signals: {
    itemsPropertiesUpdated: { name: 'ItemsPropertiesUpdated', signature: 'a(ia{sv})a(ias)' },
    layoutUpdated: { name: 'LayoutUpdated', signature: 'ui' },
  },
});

function rootProperties(): Properties {
  return { 'children-display': new dbus.Variant('s', 'submenu') };
}

function plainProperties(item: MenuItem): { readonly label?: string; readonly enabled?: false } {
  if (item.kind === 'separator') return {};
  // A single underscore would underline the next letter and vanish.
  const label = item.label.replaceAll('_', '__');
  return item.kind === 'text' || (item.kind === 'action' && !item.enabled) ? { label, enabled: false } : { label };
}

function propertiesOf(item: MenuItem): Properties {
  if (item.kind === 'separator') return { type: new dbus.Variant('s', 'separator') };
  const { label = '', enabled } = plainProperties(item);
  return {
    label: new dbus.Variant('s', label),
    ...(enabled === false ? { enabled: new dbus.Variant('b', false) } : {}),
    ...(item.kind === 'submenu' ? { 'children-display': new dbus.Variant('s', 'submenu') } : {}),
  };
}

/** No name means all. */
function picked(properties: Properties, wanted: readonly string[]): Properties {
  return wanted.length === 0 ? properties : Object.fromEntries(Object.entries(properties).filter(([name]) => wanted.includes(name)));
}
