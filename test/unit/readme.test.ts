import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

it('the README leaves unverified only what needs macOS, Windows, the panels of GNOME and KDE, or Electron 45', () => {
  const [, list = ''] = /\*\*Not verified\*\*[^\n]*\n\n((?:- .*\n(?: {2}.*\n)*)+)/.exec(readme) ?? [];
  const about = [...list.matchAll(/^- (.*?):/gm)].map(([, what]) => what);
  expect(about).toEqual(['macOS and Windows', 'GNOME and KDE', 'Electron 45']);
});
