import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

// .ci/run itself, run by someone other than root. What it calls is replaced by scripts that record their calls.

const BENCH = 'node test/bench/desktop-cost.bench.ts';

describe.runIf(process.platform === 'linux')('.ci/run', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'kaudit-tray-ci-'));
    mkdirSync(join(directory, 'checkout/.ci'), { recursive: true });
    copyFileSync(join(import.meta.dirname, '../../.ci/run'), join(directory, 'checkout/.ci/run'));
    const record = `echo "$(basename "$0") $*" "[\${CI-} \${REQUIRE_ELECTRON-} \${ELECTRON_OVERRIDE_DIST_PATH-} \${DEBIAN_FRONTEND-}]" >> ${directory}/calls
      case "$*" in *"$(cat ${directory}/fails)") exit 3 ;; esac`;
    writeFileSync(join(directory, 'fails'), 'nothing');
    for (const name of ['bin/npm', 'bin/node', 'bin/apt-get', 'checkout/node_modules/node/bin/node']) program(name, record);
    program('bin/id', 'echo 1000');
    program('bin/dpkg-query', 'printf "openssl=installed unzip=config-files "; exit 1');
    // Like sudo: passes on nothing of the environment.
    program('bin/sudo', 'exec env -i "PATH=$PATH" "$@"');
    program('checkout/.ci/as-user', 'exec "$@"');
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  function program(name: string, text: string): void {
    const path = join(directory, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `#!/bin/sh\n${text}\n`);
    chmodSync(path, 0o755);
  }

  function run(...args: string[]): { status: number | null; calls: string[] } {
    const { status } = spawnSync(join(directory, 'checkout/.ci/run'), args, {
      env: { PATH: `${join(directory, 'bin')}:/usr/bin:/bin`, ELECTRON_OVERRIDE_DIST_PATH: '/electron' },
    });
    const calls = readFileSync(join(directory, 'calls'), 'utf8').trim().split('\n');
    rmSync(join(directory, 'calls'));
    return { status, calls };
  }

  test('installs what is missing without asking, then runs the check and the gate', () => {
    const { status, calls } = run();
    expect(calls[1]).toContain(' unzip ');
    expect(calls[1]).not.toContain('openssl');
    expect(calls[2]).toContain(' chromium-headless-shell ');
    expect(calls.map((call) => call.replace(/ -qq .*(?= \[)/, ''))).toEqual([
      'apt-get update -qq [   ]',
      'apt-get install -y [   noninteractive]',
      'apt-get install -y [   noninteractive]',
      'npm run --silent check [true  /electron ]',
      expect.stringMatching(/^node -e .*ensureBuilt/),
      'npm run --silent test [true 1 /electron ]',
    ]);
    expect(status).toBe(0);
  });

  test('continues when the gate’s lighter browser can’t be installed', () => {
    writeFileSync(join(directory, 'fails'), 'chromium-headless-shell');
    const { status, calls } = run();
    expect(calls.at(-1)).toContain('npm run --silent test ');
    expect(status).toBe(0);
  });

  test('full: builds the packages as root on the same Electron, which must be there, and measures what the desktop costs', () => {
    const { status, calls } = run('full');
    expect(calls.slice(-3)).toEqual([
      'npm run --silent package:install [true 1 /electron ]',
      `${BENCH} [true 1 /electron ]`,
      'npm run --silent test:full [true 1 /electron ]',
    ]);
    expect(status).toBe(0);
  });

  test.each(['package:install', 'desktop-cost.bench.ts', 'test:full'])('full: fails when %s fails, after running the rest', (what) => {
    writeFileSync(join(directory, 'fails'), what);
    const { status, calls } = run('full');
    expect(calls.at(-1)).toContain('test:full');
    expect(status).toBe(3);
  });
});
