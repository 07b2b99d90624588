import { expect } from 'vitest';
import { WORDS } from './form-hand.ts';
import type { Session } from './session.ts';

// Actions in the text, at the end of a line.

const COMMENTS = ['# checked', '# TODO: ask the team', '# 1', '#'];

export async function write(user: Session, what: 'comment' | 'erase' | 'word' | 'paste' | 'again' | 'break'): Promise<string | null> {
  const { text } = user.document;
  const lineBreak = text.includes('\r\n') ? '\r\n' : '\n';
  const lines = text.split(lineBreak);
  const masked = user.document.masked.split(lineBreak);
  const shown = user.root.locator('.cm-line');
  await user.root.locator('.cm-content').focus();
  await user.page.keyboard.press('Control+Home');
  await expect.poll(() => shown.first().textContent()).toBe(masked[0]);
  const rendered = await shown.count();
  // End stops where a long line wraps.
  const fits = (line: string) =>
    line.length < 100 && (what === 'comment' || !line.includes('masked-key')) && (what !== 'erase' || /\w{4}$/.test(line));
  const usable = masked.flatMap((line, index) => (index < rendered && fits(line) ? [index] : []));
  if (usable.length === 0) return null;
  const line = user.dice.one(usable);
  expect(await shown.nth(line).textContent()).toBe(masked[line]);
  await shown.nth(line).click();
  await user.page.keyboard.press('End');
  const { keyboard } = user.page;
  const ending = (added: string, erased = 0) => {
    const before = lines[line] ?? '';
    const next = lines.with(line, before.slice(0, before.length - erased) + added);
    user.document.edit([{ op: 'text', text: next.join(lineBreak) }], `text-${user.visits}`);
  };
  const pasted = `\n  # pasted ${user.count}\n  note-${user.count}: x`;
  switch (what) {
    case 'comment':
    case 'word':
    case 'break': {
      const added = what === 'comment' ? ` ${user.dice.one(COMMENTS)}` : what === 'word' ? user.dice.one(WORDS) : ': [';
      await keyboard.type(added);
      ending(added);
      break;
    }
    case 'erase':
      for (let left = 2; left > 0; left--) await keyboard.press('Backspace');
      ending('', 2);
      break;
    case 'again':
    case 'paste':
      await user.page.evaluate((copied) => navigator.clipboard.writeText(copied), pasted);
      await keyboard.press('Control+v');
      if (what === 'again') for (const key of ['Control+z', 'Control+y']) await keyboard.press(key);
      ending(pasted.replaceAll('\n', lineBreak));
  }
  return `${what} in line ${line + 1}`;
}
