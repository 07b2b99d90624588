import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Mirror } from '../support/electron-mirror.ts';
import { builtClone, serveFile, smallElectron, startMirror, temporaryFolder } from '../support/electron-mirror.ts';
import { describeWith, unprivilegedRequirement } from '../support/requirement.ts';

interface Started {
  readonly said: { output: string; errors: string };
  /** Code and signal. */
  readonly closed: Promise<unknown[]>;
  /** Waits for the address of the page. */
  page(): Promise<void>;
  /** Returns the code. */
  end(): Promise<unknown>;
}

// `npm start` in a clone that has everything except Electron. The mirror on loopback records its requests.

describeWith([unprivilegedRequirement], 'a start from a clone without Electron', () => {
  let directory: string;
  let zip: string;
  let clone: string;
  let mirror: Mirror;
  let answer: RequestListener;
  let running: Started[];
  beforeEach(async () => {
    directory = temporaryFolder();
    zip = smallElectron(directory);
    clone = builtClone(directory, zip);
    running = [];
    mirror = await startMirror((request, response) => answer(request, response));
  });
  afterEach(async () => {
    await Promise.all(running.map(({ end }) => end()));
    mirror.stop();
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  });

  function start(flags: readonly string[] = [], environment: Readonly<Record<string, string>> = {}): Started {
    const name = `start-${running.length}`;
    const kubeconfig = join(directory, `${name}.yaml`);
    writeFileSync(kubeconfig, '');
    const child = spawn(
      process.execPath,
      ['scripts/start.mjs', '--no-open', '--user-data', join(directory, name), '--kubeconfig', kubeconfig, ...flags],
      {
        cwd: clone,
        // An unusable display is enough: the fake Electron from the mirror doesn't open it.
        env: { PATH: process.env.PATH, HOME: directory, DISPLAY: ':99', ELECTRON_MIRROR: `${mirror.url}${name}/`, ...environment },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    const closed = once(child, 'close');
    const said = { output: '', errors: '' };
    child.stdout.on('data', (chunk: Buffer) => {
      said.output += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      said.errors += chunk.toString();
    });
    const started = {
      said,
      closed,
      page: () => vi.waitFor(() => expect(said.output, said.errors).toMatch(/http:\S+#token=/), { timeout: 60_000, interval: 50 }),
      end: async () => {
        if (child.exitCode === null) child.kill('SIGTERM');
        const [code] = await closed;
        return code;
      },
    };
    running.push(started);
    return started;
  }

  const DOWNLOADING = /^Downloading Electron [\d.]+ \(about 120 MB\), once\. Ctrl\+C stops it; .*KAUDIT_NO_DOWNLOAD=1 goes without\.\n?$/;

  test('says why in one line and serves the page when the download fails; the next start tries again and succeeds', async () => {
    answer = (_, response) => {
      // The server's text goes to the terminal.
      response.socket?.end('HTTP/1.1 503 Down\x1b[2J\x07 for repairs\r\ncontent-length: 0\r\n\r\n');
    };
    const failing = start();
    await failing.page();
    const [downloading, why, ...more] = failing.said.errors.split('\n');
    expect(downloading).toMatch(DOWNLOADING);
    expect(why).toMatch(
      /^Electron could not be downloaded: Response code 503 \(Down {1,2}\[2J {1,2}for repairs\) for http:\S+\.zip\. The next start tries again\. The same program is served to your browser instead\.$/,
    );
    expect(more).toEqual(['']);
    const { origin } = new URL(/http:\S+/.exec(failing.said.output)?.[0] ?? '');
    expect(await (await fetch(origin)).text()).toContain('<title>kAudit Tray</title>');
    expect(await failing.end()).toBe(0);

    answer = serveFile(zip);
    const second = start();
    expect(await second.closed).toEqual([0, null]);
    expect(second.said).toEqual({ output: 'small\n', errors: expect.stringMatching(DOWNLOADING) });
    const third = start();
    expect(await third.closed).toEqual([0, null]);
    expect(third.said).toEqual({ output: 'small\n', errors: '' });
    expect(mirror.asked.map((path) => path.split('/')[1])).toEqual(['start-0', 'start-1']);
  });

  test('downloads nothing and serves the page if a flag or a variable says so, or without a display', async () => {
    answer = (_, response) => response.writeHead(404).end();
    const starts = [
      start(['--host', 'browser']),
      start(['--host=browser']),
      start([], { KAUDIT_NO_DOWNLOAD: '1' }),
      start([], { CI: 'true' }),
      start([], { DISPLAY: '' }),
      start([], { ELECTRON_OVERRIDE_DIST_PATH: '/nonexistent' }),
    ];
    await Promise.all(starts.map(({ page }) => page()));
    expect(mirror.asked).toEqual([]);
    expect(starts.map(({ said }) => said.errors.replace(/ The same program is served to your browser instead\.\n$/, ''))).toEqual([
      '',
      '',
      expect.stringMatching(/^The desktop application needs Electron, which is not downloaded .*\.$/),
      expect.stringMatching(/^The desktop application needs Electron, which is not downloaded .*\.$/),
      expect.stringMatching(/^The desktop application needs a display, and there is none\.$/),
      expect.stringMatching(/^The desktop application needs Electron, which is not downloaded .*\.$/),
    ]);
  });
});
