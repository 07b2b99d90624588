import type { Envelope, Events, Reply } from '../common/api.ts';
import { assertNever } from '../common/errors.ts';
import type { TrayAction } from '../common/tray/menu.ts';

export interface ActionParts {
  dispatch(name: unknown, args: unknown): Promise<Envelope<unknown>>;
  show(view?: Events['view.show']): void;
  quit(): void;
}

/** Runs the action of a click in the tray's menu. Results arrive through the state, so the menu shows them in place. */
export async function runTrayAction(action: TrayAction, { dispatch, show, quit }: ActionParts): Promise<void> {
  switch (action.do) {
    case 'open':
      return show();
    case 'show':
      return show(action.view);
    case 'test': {
      const { do: _, ...args } = action;
      const envelope = await dispatch('delivery.test', args);
      // A question, or a reason why nothing was sent, needs the window.
      const outcome = envelope.ok ? (envelope.value as Reply<'delivery.test'>).outcome : 'error';
      if (outcome === 'confirm' || outcome === 'not-testable' || outcome === 'error') show({ view: 'configMap', ref: action.ref });
      return;
    }
    case 'testThese':
      for (const args of action.tests) await dispatch('delivery.test', args);
      return;
    case 'connect':
      return void (await dispatch('cluster.connect', { context: action.context }));
    case 'testAll':
      return void (await dispatch('delivery.testAll', {}));
    case 'cancel':
      return void (await dispatch('delivery.cancel', {}));
    case 'quit':
      return quit();
    default:
      return assertNever(action);
  }
}
