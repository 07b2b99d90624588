import { expect, test } from 'vitest';
import type { Client } from '../../../../../renderer/client/client.ts';
import type { Route } from '../../../../../renderer/state/router.ts';
import { commandsOf, findCommands } from '../../../../../renderer/views/palette/commands.ts';
import { cluster } from '../../../../support/fleet.ts';
import { clusterOf, configMapOf, fleetOf, integrationOf } from '../../../../support/shown-fleet.ts';

test('every command is found by its visible words, and does what they say', () => {
  const asked: unknown[] = [];
  const went: Route[] = [];
  const pressed: string[] = [];
  const client = { request: async (...args: unknown[]) => asked.push(args) } as unknown as Client;
  const map = configMapOf('prod', [integrationOf(0, { name: 'findings' })]);
  const fleet = fleetOf([clusterOf('prod', [map]), cluster('idle', { marks: { alias: 'Cash desk' } })]);
  const commands = commandsOf(fleet, {
    client,
    navigate: (route) => went.push(route),
    showShortcuts: () => undefined,
    press: (words) => pressed.push(words),
  });
  const found = (query: string) => findCommands(commands, query, 5).map(({ words }) => words);
  expect(found('con cash')).toEqual(['Connect Cash desk']);
  expect(found('disc')).toEqual(['Disconnect prod']);
  expect(found('open find')).toEqual(['Open prod, Detections findings']);
  expect(found('nothing like it')).toEqual([]);
  for (const query of ['con cash', 'open find', 'test all', 'dark']) findCommands(commands, query, 1)[0]?.run();
  expect(asked).toEqual([
    ['cluster.connect', { context: 'idle' }],
    ['settings.update', { settings: { theme: 'dark' } }],
  ]);
  expect(went).toEqual([{ view: 'configMap', ref: map.ref, integration: 0 }, { view: 'home' }]);
  expect(pressed).toEqual(['Test all']);
  expect(new Set(commands.map(({ id }) => id)).size).toBe(commands.length);
});
