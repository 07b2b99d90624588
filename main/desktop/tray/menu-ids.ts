import type { MenuItem, TrayAction } from '../../common/tray/menu.ts';

/** A row with its number on D-Bus. */
export interface MenuNode {
  readonly id: number;
  readonly item: MenuItem;
  readonly children: readonly MenuNode[];
}

/** Milliseconds in which a removed row can still be clicked: someone may still see it. */
const REMEMBERED = 600_000;

/** Gives each row its own number: a click on a menu that was replaced does what its row said. */
export class MenuIds {
  readonly #known = new Map<string, { readonly id: number; action: TrayAction | undefined; seen: number }>();
  #last = 0;

  /** `now`: milliseconds. */
  number(items: readonly MenuItem[], now: number): readonly MenuNode[] {
    const nodes = this.#number(items, '', now);
    for (const [path, { seen }] of this.#known) if (now - seen > REMEMBERED) this.#known.delete(path);
    return nodes;
  }

  action(id: number): TrayAction | undefined {
    for (const known of this.#known.values()) if (known.id === id) return known.action;
    return undefined;
  }

  #number(items: readonly MenuItem[], parent: string, now: number): readonly MenuNode[] {
    return items.map((item) => {
      const path = `${parent}\n${item.id}${item.kind === 'action' ? ` ${meaning(item.action)}` : ''}`;
      let known = this.#known.get(path);
      if (known === undefined) {
        this.#last += 1;
        known = { id: this.#last, action: undefined, seen: now };
        this.#known.set(path, known);
      }
      known.seen = now;
      known.action = item.kind === 'action' && item.enabled ? item.action : undefined;
      return { id: known.id, item, children: item.kind === 'submenu' ? this.#number(item.items, path, now) : [] };
    });
  }
}

/** A row with another action is another row. A test's `base` changes with every version. */
function meaning(action: TrayAction): string {
  if (action.do === 'testThese') return action.do;
  return JSON.stringify(action.do === 'test' ? { ...action, base: '' } : action);
}

/** All rows, in their order. */
export function flatten(nodes: readonly MenuNode[]): readonly MenuNode[] {
  return nodes.flatMap((node) => [node, ...flatten(node.children)]);
}

/** Which rows are where. Other changes happen in place. */
export function shapeOf(nodes: readonly MenuNode[]): string {
  return nodes.map(({ id, item, children }) => `${id}${item.kind === 'submenu' ? `(${shapeOf(children)})` : ''}`).join(' ');
}
