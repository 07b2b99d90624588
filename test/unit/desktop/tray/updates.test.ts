import { beforeEach, describe, expect, test } from 'vitest';
import type { Fleet } from '../../../../main/common/fleet/fleet.ts';
import type { MenuItem } from '../../../../main/common/tray/menu.ts';
import { TrayUpdates } from '../../../../main/desktop/tray/updates.ts';
import { TestClock } from '../../../support/clock.ts';
import { clusterOf, configMapOf, fleetOf, integrationOf } from '../../../support/shown-fleet.ts';

let clock: TestClock;
let fleet: Fleet;
let menus: { at: number; items: readonly MenuItem[] }[];
let states: string[];
let updates: TrayUpdates;

const others = Array.from({ length: 499 }, (_, index) => clusterOf(`other-${index}`, [configMapOf(`other-${index}`, [integrationOf(0)])]));
const numbered = (number: number, rest: typeof others = []) =>
  fleetOf([...rest, clusterOf(`cluster-${number}`, [], { state: 'unreachable' })]);
const lastMenu = () => JSON.stringify(menus.at(-1)?.items);

beforeEach(() => {
  clock = new TestClock();
  fleet = numbered(0);
  menus = [];
  states = [];
  const surface = {
    showState: (health: string, tooltip: string) => states.push(`${health}: ${tooltip}`),
    showMenu: (items: readonly MenuItem[]) => menus.push({ at: clock.now(), items }),
  };
  updates = new TrayUpdates(surface, { snapshot: () => fleet, recent: () => [] }, () => undefined, clock);
});

describe('TrayUpdates', () => {
  test('shows the state immediately', () => {
    expect(states).toEqual(['attention: kAudit: cluster-0: 1 cluster unreachable']);
    expect(lastMenu()).toContain('cluster-0');
  });

  test('rebuilds at most twice a second under 1,000 changes a second for 10 s of 500 contexts, never while open, and shows the last state', () => {
    menus = [];
    const start = clock.now();
    for (let change = 1; change <= 10_000; change++) {
      fleet = numbered(change, others);
      if (change === 4000) updates.menuOpened();
      if (change === 6000) updates.menuClosed();
      updates.changed();
      clock.pass(1);
    }
    clock.pass(500);
    expect(menus.length).toBeGreaterThanOrEqual(14);
    expect(menus.length).toBeLessThanOrEqual(21);
    expect(menus.filter(({ at }) => at > start + 4000 && at < start + 5999)).toEqual([]);
    const pauses = menus.slice(1).map(({ at }, index) => at - (menus[index]?.at ?? 0));
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(500);
    expect(lastMenu()).toContain('cluster-10000');
  });

  test('leaves an open menu alone, keeps the icon correct, and shows the last state when the menu closes', () => {
    updates.menuOpened();
    menus = [];
    fleet = fleetOf([clusterOf('prod', [], { state: 'connecting' })]);
    updates.changed();
    clock.pass(10_000);
    expect(menus).toEqual([]);
    expect(states.at(-1)).toMatch(/^unknown/);
    updates.menuClosed();
    clock.pass(500);
    expect(lastMenu()).toContain('prod · connecting');
  });

  test('doesn’t set a menu again that hasn’t changed', () => {
    menus = [];
    for (let time = 0; time < 10; time++) {
      updates.changed();
      clock.pass(1000);
    }
    expect(menus).toEqual([]);
    updates.redraw();
    clock.pass(500);
    expect(menus).toHaveLength(1);
  });

  test('continues after five minutes although no one reported that the menu closed', () => {
    updates.menuOpened();
    fleet = numbered(1);
    updates.changed();
    clock.pass(6 * 60_000);
    expect(lastMenu()).toContain('cluster-1');
  });

  test('gives a panel that asks for the menu the last state, then leaves it alone for 90 seconds', () => {
    fleet = numbered(1);
    updates.menuAboutToOpen();
    expect(lastMenu()).toContain('cluster-1');
    fleet = numbered(2);
    updates.changed();
    clock.pass(89_000);
    expect(lastMenu()).toContain('cluster-1');
    updates.menuAboutToOpen();
    expect(lastMenu()).toContain('cluster-2');
    // An open menu isn't updated by a second request.
    updates.menuOpened();
    fleet = numbered(3);
    updates.menuAboutToOpen();
    expect(lastMenu()).toContain('cluster-2');
  });

  test('leaves no timer running', () => {
    updates.changed();
    updates.close();
    expect(clock.waiting).toBe(0);
  });
});
