import { beforeEach, expect, test } from 'vitest';
import type { Fleet } from '../../../../main/common/fleet/fleet.ts';
import { Notifier } from '../../../../main/desktop/system/notifier.ts';
import { TestClock } from '../../../support/clock.ts';
import { clusterOf, configMapOf, fleetOf, integrationOf } from '../../../support/shown-fleet.ts';

const { ref } = configMapOf('prod', []);
const says = (content: string) => fleetOf([clusterOf('prod', [configMapOf('prod', [integrationOf(0, { content })])])]);

let clock: TestClock;
let fleet: Fleet;
let lookedAt: boolean;
let shown: string[];
let notifier: Notifier;

beforeEach(() => {
  clock = new TestClock();
  fleet = says('a');
  lookedAt = false;
  shown = [];
  notifier = new Notifier({ clock, snapshot: () => fleet, isLookedAt: () => lookedAt, show: ({ title }) => shown.push(title) });
});

function becomes(content: string): void {
  fleet = says(content);
  notifier.changed();
}

test('the notifier shows what someone else changed, once, a moment later', () => {
  becomes('b');
  expect(shown).toEqual([]);
  clock.pass(3000);
  notifier.changed();
  clock.pass(3000);
  expect(shown).toEqual(['prod: Detections changed']);
});

test('the notifier shows nothing while the user looks at the window, and not later either', () => {
  lookedAt = true;
  becomes('b');
  clock.pass(3000);
  lookedAt = false;
  notifier.changed();
  clock.pass(3000);
  expect(shown).toEqual([]);
});

test('your own save is no news, however slow the cluster’s response and the change are', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  notifier.saves(ref, promise);
  notifier.changed();
  clock.pass(60_000);
  resolve();
  await promise;
  clock.pass(2500);
  becomes('b');
  clock.pass(3000);
  expect(shown).toEqual([]);
  becomes('c');
  clock.pass(3000);
  expect(shown).toEqual(['prod: Detections changed']);
});

test('a change a minute after your own save is news, although nothing happened in between', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  notifier.saves(ref, promise);
  becomes('b');
  clock.pass(1000);
  resolve();
  await promise;
  clock.pass(60_000);
  becomes('c');
  clock.pass(3000);
  expect(shown).toEqual(['prod: Detections changed']);
});

test('a cluster that stays away is reported although nothing else happens, and later after sleep', () => {
  const away = fleetOf([clusterOf('prod', [], { state: 'unreachable' })]);
  fleet = away;
  notifier.changed();
  clock.pass(7900);
  expect(shown).toEqual([]);
  clock.pass(200);
  expect(shown).toEqual(['prod: unreachable']);
  becomes('a');
  clock.pass(3000);
  expect(shown).toEqual(['prod: unreachable', 'prod: connected again']);
  notifier.woke();
  fleet = away;
  notifier.changed();
  clock.pass(40_000);
  expect(shown).toHaveLength(2);
  clock.pass(10_000);
  expect(shown).toHaveLength(3);
});

test('the notifier leaves no timer running', () => {
  fleet = fleetOf([clusterOf('prod', [], { state: 'unreachable' })]);
  notifier.changed();
  clock.pass(3000);
  expect(clock.waiting).toBe(1);
  notifier.changed();
  notifier.close();
  expect(clock.waiting).toBe(0);
});
