import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

// Papers for the next maintainer name files and suites that exist.

const root = join(import.meta.dirname, '..', '..');
const papers = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', ...globSync('docs/*.md', { cwd: root })].filter((name) =>
  existsSync(join(root, name)),
);
const textOf = (paper: string) => readFileSync(join(root, paper), 'utf8');

it.each(papers)('%s names files and folders that exist', (paper) => {
  const paths = [...textOf(paper).matchAll(/`((?:main|renderer|test|docs|scripts|assets|\.ci|\.github)\/[\w./-]*)`/g)].map(
    ([, path]) => path ?? '',
  );
  const links = [...textOf(paper).matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, link]) => join(paper, '..', link ?? ''));
  expect([...paths, ...links].filter((path) => !existsSync(join(root, path)) && globSync(`${path}.*`, { cwd: root }).length === 0)).toEqual(
    [],
  );
});

it('CONTRIBUTING.md’s table of the full run names suites that exist', () => {
  const suites = globSync('test/**/*.test.{ts,tsx}', { cwd: root }).map((path) => path.replace(/\.test\.tsx?$/, ''));
  const [, table = ''] = /\| Only in the full run .*\n\| --- .*\n((?:\|.*\n)+)/.exec(textOf('CONTRIBUTING.md')) ?? [];
  const named = [...table.matchAll(/\(([^)]*)\)/g)].flatMap(([, list = '']) =>
    [...list.matchAll(/`([\w/-]+)`/g)].map(([, name]) => name ?? ''),
  );
  expect(named.length).toBeGreaterThan(40);
  // A suite, or a folder of suites.
  const exists = (name: string) => suites.some((suite) => `/${suite}/`.includes(`/${name}/`));
  expect(named.filter((name) => !exists(name))).toEqual([]);
});
