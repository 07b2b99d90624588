import { expect, test } from 'vitest';
import { formatRoute, parseRoute, type Route, Router } from '../../../../renderer/state/router.ts';

const ref = { context: 'arn:aws:eks/a b#1', namespace: 'alcide-kaudit', name: 'kaudit-integration-x' };

/** The parts of a window that the router uses. */
function windowAt(hash: string) {
  const target = new EventTarget();
  const location = { hash };
  const entries = [hash];
  const history = {
    pushState: (_: unknown, __: string, next: string) => {
      location.hash = next;
      entries.push(next);
    },
    replaceState: (_: unknown, __: string, next: string) => {
      location.hash = next;
      entries.splice(-1, 1, next);
    },
  };
  const window = Object.assign(target, { location, history });
  const goBackTo = (previous: string) => {
    location.hash = previous;
    target.dispatchEvent(new Event('hashchange'));
  };
  return { window: window as unknown as Window, location, entries, goBackTo };
}

test.each<Route>([
  { view: 'home' },
  { view: 'drift' },
  { view: 'rollouts' },
  { view: 'presets' },
  { view: 'configMap', ref },
  { view: 'configMap', ref, integration: 3 },
  { view: 'home', panel: { ref } },
  { view: 'home', panel: { ref, integration: 3 } },
  { view: 'home', panel: { ref, integration: 3, target: 1 } },
])('parses the address of %j back to the same view', (route) => {
  expect(parseRoute(formatRoute(route))).toEqual(route);
});

test.each([
  '',
  '#/nowhere',
  '#/configmap/only/two',
  '#/configmap/%E0%A4%A/b/c',
  '#/configmap///',
  '#/?panel=a/b',
  '#/?panel=a/b/c/x',
  '#/?panel=a/b/c/1/2/3',
])('opens the home screen for %j', (hash) => {
  expect(parseRoute(hash)).toEqual({ view: 'home' });
});

test('asks before unsaved edits are left, and leaves only after a yes', () => {
  const { window, location } = windowAt('#/presets');
  const router = new Router(window);
  let unsaved = true;
  router.guard(() => unsaved);
  router.navigate({ view: 'about' });
  expect(router.snapshot()).toMatchObject({ route: { view: 'presets' }, blocked: { view: 'about' } });
  router.decide(false);
  expect(router.snapshot()).toMatchObject({ route: { view: 'presets' }, blocked: null });
  unsaved = false;
  router.navigate({ view: 'about' });
  expect(router.snapshot().route).toEqual({ view: 'about' });
  expect(location.hash).toBe('#/about');
});

test('asks when the back button leaves unsaved edits, and keeps the address until then', () => {
  const { window, location, goBackTo } = windowAt('#/presets');
  const router = new Router(window);
  router.guard(() => true);
  goBackTo('#/');
  expect(location.hash).toBe('#/presets');
  expect(router.snapshot()).toMatchObject({ route: { view: 'presets' }, blocked: { view: 'home' } });
  router.decide(true);
  expect(router.snapshot()).toMatchObject({ route: { view: 'home' }, blocked: null });
});

test('stops asking when the guard is removed', () => {
  const router = new Router(windowAt('').window);
  router.guard(() => true)();
  router.navigate({ view: 'settings' });
  expect(router.snapshot().route).toEqual({ view: 'settings' });
});

test('staying in the open ConfigMap isn’t leaving it: unsaved edits remain, and the question comes later', () => {
  const { window, location, goBackTo } = windowAt('#/configmap/prod/ns/name');
  const here = { context: 'prod', namespace: 'ns', name: 'name' };
  const router = new Router(window);
  router.guard(() => true);
  router.navigate({ view: 'configMap', ref: here, integration: 2 });
  expect(router.snapshot()).toMatchObject({ route: { view: 'configMap', ref: here, integration: 2 }, blocked: null });
  expect(location.hash).toBe('#/configmap/prod/ns/name?integration=2');
  goBackTo('#/configmap/prod/ns/name?integration=1');
  expect(router.snapshot().route).toMatchObject({ integration: 1 });
  for (const route of [
    { view: 'home' },
    { view: 'configMap', ref: here, integration: 2, stopped: true },
    { view: 'configMap', ref: { ...here, context: 'other' } },
  ] as const) {
    router.navigate(route);
    expect(router.snapshot().blocked).toEqual(route);
  }
});

test('leaving during an apply waits for it: goes there after a success, and asks after a failure', () => {
  const { window, location } = windowAt('#/presets');
  const router = new Router(window);
  let unsaved = true;
  router.guard(() => unsaved);
  router.applies(true);
  router.navigate({ view: 'about' });
  expect(router.snapshot()).toMatchObject({ route: { view: 'presets' }, applying: true });
  router.applies(false);
  expect(router.snapshot()).toEqual({ route: { view: 'presets' }, blocked: { view: 'about' }, applying: false });
  unsaved = false;
  router.settled();
  expect(router.snapshot()).toEqual({ route: { view: 'about' }, blocked: null, applying: false });
  expect(location.hash).toBe('#/about');
});

test('a panel and the page of one ConfigMap keep its edits for each other; another panel, or none, asks', () => {
  const { window, entries } = windowAt('#/');
  const here = { context: 'prod', namespace: 'ns', name: 'name' };
  const router = new Router(window);
  router.navigate({ view: 'home', panel: { ref: here, integration: 0 } });
  router.guard(() => true);
  for (const route of [
    { view: 'home', panel: { ref: here, integration: 1 } },
    { view: 'configMap', ref: here, integration: 1 },
    { view: 'home', panel: { ref: { ...here }, integration: 1, target: 1 } },
  ] as const) {
    router.navigate(route);
    expect(router.snapshot()).toMatchObject({ route, blocked: null });
    expect(router.goesOnWith(here)).toBe(true);
  }
  // From row to row in place: the back button closes the panel.
  expect(entries).toEqual(['#/', '#/?panel=prod/ns/name/1', '#/configmap/prod/ns/name?integration=1', '#/?panel=prod/ns/name/1/1']);
  for (const route of [{ view: 'home' }, { view: 'home', panel: { ref: { ...here, name: 'other' } } }] as const) {
    router.navigate(route);
    expect(router.snapshot().blocked).toEqual(route);
  }
  router.decide(true);
  expect(router.goesOnWith(here)).toBe(false);
  // A page that begins with a fix doesn't continue earlier edits.
  router.navigate({ view: 'configMap', ref: here, edits: [] });
  expect(router.goesOnWith(here)).toBe(false);
});
