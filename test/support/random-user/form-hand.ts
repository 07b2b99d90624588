import type { Locator } from 'playwright-core';
import { valueAt } from '../../../main/common/integration/document.ts';
import type { Integration } from '../../../main/common/integration/reading/integration.ts';
import type { Value } from '../../../main/common/yaml/value.ts';
import { type Control, controlsIn, isChoice, isYes, type Place, placeOf } from './form-controls.ts';
import type { Session } from './session.ts';

// Actions on the controls of one integration. null: there is nothing to do.

export const WORDS = [
  'eu',
  'audit 2',
  'yes',
  '0123',
  '1e3',
  'a: b',
  '# x',
  'a #b',
  "it's",
  '"',
  '[a',
  '{a',
  '*a',
  '&a',
  '- a',
  '~',
  'null',
  'é😀',
];
const EXPRESSIONS = ['^system:|^admin$', 'anonymous', '^(a|b)+$', '[a-', '10\\.1\\d{1,2}', 'it\'s|"x"'];

export async function useControl(user: Session): Promise<string | null> {
  const { integration } = user;
  if (integration === undefined) return null;
  const controls = await usable(user, integration);
  if (controls.length === 0) return null;
  const { control, place } = user.dice.one(controls);
  switch (control.kind) {
    case 'text':
      return type(user, control, place, text(user, control, place), user.dice.roll() < 0.3);
    case 'raw':
      return typeRaw(user, control, place);
    case 'switch':
    case 'checkbox':
      return toggle(user, control, place);
    case 'select':
      return choose(user, control, place);
  }
}

function text(user: Session, { value }: Control, { description }: Place): string {
  const texts = description?.input === 'number' ? ['1', '250', '0', '007', 'many'] : description?.input === 'regex' ? EXPRESSIONS : WORDS;
  const text = user.dice.roll() < 0.2 ? '' : user.dice.one(texts);
  return text === value ? `${text}${user.count}` : text;
}

/** `letters`: each one is an edit of its own. */
async function type(user: Session, control: Control, place: Place, text: string, letters: boolean): Promise<string> {
  const field = marked(user, control);
  if (letters && text !== '') {
    await field.focus();
    await user.page.keyboard.press('Control+a');
    await user.page.keyboard.type(text);
  } else await field.fill(text);
  meanText(user, control, place, text);
  return `${letters ? 'type' : 'fill'} ${control.label} (${place.path.join('/')}): ${JSON.stringify(text)}`;
}

function meanText(user: Session, { label }: Control, { path, description }: Place, text: string): void {
  const group = `field:${path.join('/')}`;
  const isReference = label.endsWith(' (reference)');
  if (text !== '' || isReference) {
    const number = description?.input === 'number' && !isReference && /^-?(0|[1-9]\d*)$/.test(text);
    user.document.edit([{ op: 'set', path, value: number ? Number(text) : text }], group);
  } else if (valueAt(user.document.before(group), path) === undefined) user.document.drop(group);
  else user.document.edit([{ op: 'remove', path }], group);
}

async function typeRaw(user: Session, control: Control, place: Place): Promise<string> {
  const text = user.dice.one(['plain', '{"a":[1,"x"]}', '[1, 2]', '17', '"quoted"', '{a']);
  const field = marked(user, control);
  await field.fill(text);
  await field.press('Tab');
  if (text !== control.value) user.document.edit([{ op: 'set', path: place.path, value: parsed(text) }]);
  return `fill ${control.label} (${place.path.join('/')}): ${text}`;
}

async function toggle(user: Session, control: Control, place: Place): Promise<string> {
  await marked(user, control).focus();
  await user.page.keyboard.press('Space');
  meanToggle(user, control, place);
  return `toggle ${control.group} ${control.label} (${place.path.join('/')})`;
}

function meanToggle(user: Session, control: Control, { path, description }: Place): void {
  const value = valueAt(user.document.text, path);
  if (control.kind === 'switch') {
    user.document.edit([{ op: 'set', path, value: !isYes(value) }]);
    return;
  }
  const items: readonly Value[] = Array.isArray(value) ? value : [];
  const choice = description?.choices?.find(({ label }) => label === control.label);
  if (choice === undefined) throw new Error(`${control.label} isn't a choice`);
  const older = items.length > 0 && items.every((item) => description?.choices?.some(({ olderSpelling }) => olderSpelling === item));
  const isOn = items.some((item) => isChoice(description, control.label, item));
  const next = isOn
    ? items.filter((item) => !isChoice(description, control.label, item))
    : [...items, older ? (choice.olderSpelling ?? choice.value) : choice.value];
  user.document.edit([next.length === 0 ? { op: 'remove', path } : { op: 'set', path, value: next }]);
}

async function choose(user: Session, control: Control, { path, description, value }: Place): Promise<string> {
  await marked(user, control).click();
  const options = user.page.locator('.popover').getByRole('option');
  await options.first().waitFor();
  const labels = await options.getByText(/./).allTextContents();
  const label = user.dice.one(labels.filter((each) => each !== control.value && !each.endsWith('(current)')));
  await user.page.locator('.popover').getByRole('option', { name: label, exact: true }).click();
  const choice = description?.choices?.find((each) => each.label === label);
  if (choice !== undefined) user.document.edit([{ op: 'set', path, value: choice.value }]);
  else if (value !== undefined) user.document.edit([{ op: 'remove', path }]);
  return `choose ${control.label} (${path.join('/')}): ${label}`;
}

/** Faster than main can check. */
export async function beHasty(user: Session): Promise<string | null> {
  const { integration } = user;
  if (integration === undefined) return null;
  const controls = await usable(user, integration);
  const quick = controls.filter(({ control }) => control.kind === 'switch' || control.kind === 'checkbox');
  const unset = controls.filter(({ control, place }) => control.kind === 'text' && place.value === undefined);
  if (unset.length > 0 && user.dice.roll() < 0.4) {
    const { control, place } = user.dice.one(unset);
    await marked(user, control).focus();
    await user.page.keyboard.type('x');
    await user.page.keyboard.press('Backspace');
    meanText(user, control, place, 'x');
    meanText(user, control, place, '');
    return `type a letter into ${control.label} (${place.path.join('/')}) and delete it`;
  }
  if (quick.length === 0) return useControl(user);
  const chosen = Array.from({ length: 2 + user.dice.below(2) }, () => user.dice.one(quick));
  await user.page.evaluate(
    (marks) => {
      for (const mark of marks) document.querySelector<HTMLInputElement>(`[data-random="${mark}"]`)?.click();
    },
    chosen.map(({ control }) => control.mark),
  );
  for (const { control, place } of chosen) meanToggle(user, control, place);
  return `toggle in haste: ${chosen.map(({ control }) => `${control.group} ${control.label}`).join(', ')}`;
}

export async function replaceKey(user: Session): Promise<string | null> {
  const { integration } = user;
  const place = user.root.getByRole('button', { name: /^Replace / }).first();
  if (integration === undefined || !(await place.isVisible())) return null;
  const label = ((await place.getAttribute('aria-label')) ?? '').replace('Replace ', '');
  const group = user.root.getByRole('group', { name: label, exact: true }).first();
  const section = await group.evaluate((element) => element.closest('section[aria-label^="Target"]')?.getAttribute('aria-label') ?? '');
  const target = Math.max(0, Number(/\d+/.exec(section)?.[0] ?? 1) - 1);
  const found = placeOf({ kind: 'text', mark: 0, label, group: '', target, value: '' }, integration, user.document.text);
  if (found === undefined) return null;
  const key = `cxtp_RandomRandomRandomRandom${String(user.count).padStart(4, '0')}`;
  await place.click();
  await user.page.keyboard.type(key);
  await user.page.keyboard.press('Enter');
  user.document.edit([{ op: 'set', path: found.path, value: key }]);
  if (user.document.refusal === null) user.keys.push({ path: found.path, key });
  return `replace ${found.path.join('/')}`;
}

async function usable(user: Session, integration: Integration): Promise<readonly { readonly control: Control; readonly place: Place }[]> {
  const found = await controlsIn(user.root);
  return found.flatMap((control) => {
    const place = placeOf(control, integration, user.document.text);
    return place === undefined ? [] : [{ control, place }];
  });
}

function marked(user: Session, { mark }: Control): Locator {
  return user.root.locator(`[data-random="${mark}"]`);
}

function parsed(text: string): Value {
  try {
    return JSON.parse(text) as Value;
  } catch {
    return text;
  }
}
