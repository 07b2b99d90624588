import { readDocument } from '../../../main/common/integration/document.ts';
import { TARGET_LABELS, TYPE_LABELS } from '../../../main/common/integration/reading/field-table.ts';
import { newIntegration } from '../../../main/common/integration/reading/fields.ts';
import type { MeantEdit } from './edited-document.ts';
import type { Session } from './session.ts';

// Actions on the list of integrations, and on the targets of one.

export async function changeList(user: Session): Promise<string> {
  const { integrations, values } = readDocument(user.document.text);
  const position = integrations.findIndex(({ index }) => index === user.index);
  const here = integrations[position];
  const few = integrations.length < 6;
  const what = user.dice.weighted({
    add: few ? 2 : 0,
    duplicate: here && few ? 2 : 0,
    up: position > 0 ? 2 : 0,
    down: here && position < integrations.length - 1 ? 2 : 0,
    remove: here ? (few ? 1 : 4) : 0,
  });
  if (what === 'add') {
    const type = user.dice.one(['detections', 'selections', 'activity'] as const);
    await user.button('Add integration').click();
    await user.page.getByRole('menuitem', { name: TYPE_LABELS[type], exact: true }).click();
    const index = Math.max(-1, ...[...integrations, ...values].map((entry) => entry.index)) + 1;
    structure(user, [{ op: 'insert', index, value: newIntegration(type, 'http-api') }], index);
    return `add ${type}`;
  }
  if (here === undefined) return select(user);
  const actions = user.page.locator('.integration-list .list-item.current .list-actions').getByRole('button');
  const { index } = here;
  const above = integrations[position - 1]?.index ?? 0;
  const below = integrations[position + 1]?.index ?? 0;
  switch (what) {
    case 'up':
      await actions.nth(0).click();
      structure(user, [{ op: 'move', from: index, to: above }], above);
      break;
    case 'down':
      await actions.nth(1).click();
      structure(user, [{ op: 'move', from: index, to: below }], below);
      break;
    case 'duplicate':
      await actions.nth(2).click();
      structure(user, [{ op: 'duplicate', integration: index }], index + 1);
      break;
    case 'remove':
      await actions.nth(3).click();
      await user.page.getByRole('alertdialog').getByRole('button', { name: 'Remove', exact: true }).click();
      structure(user, [{ op: 'remove', path: [index] }], index);
  }
  return `${what} integration ${index}`;
}

function structure(user: Session, edits: readonly MeantEdit[], selected: number): void {
  user.document.edit(edits);
  user.index = selected;
}

export async function changeTargets(user: Session): Promise<string | null> {
  const { integration } = user;
  if (integration === undefined) return null;
  const { index, targets, shape } = integration;
  if (shape === 'unknown') return null;
  const several = targets.length > 1;
  const position = user.dice.below(targets.length);
  const title = several ? `Target ${position + 1}` : 'Target';
  const what = user.dice.weighted({
    add: targets.length < 3 ? 2 : 0,
    duplicate: targets.length > 0 && targets.length < 3 ? 2 : 0,
    up: position > 0 ? 3 : 0,
    remove: targets.length > 0 ? 1 : 0,
  });
  if (what === 'add') {
    const type = user.dice.one(Object.entries(TARGET_LABELS));
    await user.button(targets.length === 0 ? 'Add a target' : 'Add another target').click();
    await user.page.getByRole('menuitem', { name: type[1], exact: true }).click();
    user.document.edit([{ op: 'addTarget', integration: index, type: type[0] }]);
    return `add a target: ${type[0]}`;
  }
  if (what === 'duplicate') {
    await user.button(`Duplicate ${title}`).click();
    user.document.edit([{ op: 'duplicate', integration: index, target: position }]);
  } else if (what === 'up') {
    await user.button(`Move ${title} up`).click();
    user.document.edit([{ op: 'moveTarget', integration: index, from: position, to: position - 1 }]);
  } else {
    await user.button(`Remove ${title}`).click();
    await user.page.getByRole('alertdialog').getByRole('button', { name: 'Remove', exact: true }).click();
    user.document.edit([{ op: 'remove', path: [index, 'target', ...(several ? [position] : [])] }]);
  }
  return `${what} ${title} of integration ${index}`;
}

export async function select(user: Session): Promise<string> {
  const items = user.page.locator('.integration-list .list-button');
  const position = user.dice.below(await items.count());
  const { integrations, values, others } = readDocument(user.document.text);
  const order = [...integrations, ...new Set(values.map(({ index }) => index)), ...others].map((entry) =>
    typeof entry === 'number' ? entry : 'index' in entry ? entry.index : Number(entry.path[0]),
  );
  await items.nth(position).click();
  user.index = order[position] ?? 0;
  return `select entry ${user.index}`;
}
