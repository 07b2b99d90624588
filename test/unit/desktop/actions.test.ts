import { beforeEach, describe, expect, test } from 'vitest';
import type { Envelope } from '../../../main/common/api.ts';
import type { TrayAction } from '../../../main/common/tray/menu.ts';
import { runTrayAction } from '../../../main/desktop/actions.ts';

const ref = { context: 'prod', namespace: 'alcide-kaudit', name: 'kaudit-integration-prod' };
const testAction: TrayAction = { do: 'test', ref, base: '7', integration: 0, target: 1 };

let done: unknown[];
let reply: Envelope<unknown>;

beforeEach(() => {
  done = [];
  reply = { ok: true, value: null };
});

const run = (action: TrayAction) =>
  runTrayAction(action, {
    dispatch: async (name, args) => {
      done.push([name, args]);
      return reply;
    },
    show: (view) => done.push(['show', view]),
    quit: () => done.push(['quit']),
  });

describe('a click in the menu', () => {
  test.each([
    [{ do: 'open' }, ['show', undefined]],
    [{ do: 'show', view: { view: 'settings' } }, ['show', { view: 'settings' }]],
    [{ do: 'testAll' }, ['delivery.testAll', {}]],
    [{ do: 'cancel' }, ['delivery.cancel', {}]],
    [{ do: 'connect', context: 'prod' }, ['cluster.connect', { context: 'prod' }]],
    [{ do: 'quit' }, ['quit']],
  ] as const)('%j', async (action, expected) => {
    await run(action);
    expect(done).toEqual([expected]);
  });

  test('tests these, one after the other', async () => {
    await run({ do: 'testThese', tests: [0, 1].map((integration) => ({ ref, base: '7', integration })) });
    expect(done).toEqual([0, 1].map((integration) => ['delivery.test', { ref, base: '7', integration }]));
  });

  test('tests one target with the contract’s own arguments, and a result opens nothing', async () => {
    reply = { ok: true, value: { outcome: 'failed' } };
    await run(testAction);
    expect(done).toEqual([['delivery.test', { ref, base: '7', integration: 0, target: 1 }]]);
  });

  test.each([
    { ok: true, value: { outcome: 'confirm', host: 'example.com', question: 'Send the key there?' } },
    { ok: true, value: { outcome: 'not-testable', reason: 'No URL.' } },
    { ok: false, error: { code: 'not-connected', message: 'Gone.', retry: true } },
  ] as const)('opens the ConfigMap when a test asks a question or wasn’t sent: %j', async (envelope) => {
    reply = envelope;
    await run(testAction);
    expect(done.at(-1)).toEqual(['show', { view: 'configMap', ref }]);
  });
});
