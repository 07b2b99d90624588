import type { ChildProcess } from 'node:child_process';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { expect, test, vi } from 'vitest';
import { electronFolder } from '../../scripts/electron.mjs';
import { packOn } from '../../scripts/package-trial.mjs';
import { electronEnvironment, electronRequirement } from '../support/desktop-electron.ts';
import { inFullRun } from '../support/full-run.ts';
import { keychainRequirement, startKeychain } from '../support/keychain.ts';
import { describeWith } from '../support/requirement.ts';
import { sessionRequirement, startDesktopSession } from '../support/session/desktop-session.ts';
import { startTrayPanel } from '../support/session/tray-panel.ts';

test('the packages are consistent: configuration, fuses, files, size and licences', () => {
  const { status, stdout } = spawnSync(process.execPath, [join(import.meta.dirname, '../../scripts/package-check.mjs')]);
  expect(stdout.toString()).not.toContain('FAILED');
  expect(status).toBe(0);
});

/** The program's processes that draw a page. */
function renderers(program: string): number {
  const lines = readdirSync('/proc').map((pid) => {
    try {
      return /^\d+$/.test(pid) ? readFileSync(`/proc/${pid}/cmdline`, 'utf8') : '';
    } catch {
      return '';
    }
  });
  return lines.filter((line) => line.startsWith(program) && line.includes('--type=renderer')).length;
}

inFullRun(() =>
  describeWith([electronRequirement, sessionRequirement, keychainRequirement], 'what electron-builder packs on Electron', () => {
    test('shows its window, its tray and its demo, keeps a key in the keychain, and lets no one in', { timeout: 600_000 }, async () => {
      const directory = mkdtempSync(join(tmpdir(), 'kaudit-tray-packed-'));
      const data = join(directory, 'data');
      const session = await startDesktopSession({ tray: 'no-watcher', notifications: 'none' });
      const keychain = await startKeychain();
      const environment = { ...session.environment, ...keychain.environment };
      const panel = await startTrayPanel(environment);
      const running: ChildProcess[] = [];
      try {
        const program = await packOn(directory, electronFolder(process.env) ?? '', join(import.meta.dirname, '../support/packaged'));
        const start = (flags: readonly string[], added: Readonly<Record<string, string>> = {}) => {
          const child = spawn(program, flags, {
            cwd: directory,
            env: electronEnvironment({ ...environment, ...added }),
            stdio: ['ignore', 'pipe', 'pipe'],
          });
          running.push(child);
          let said = '';
          for (const stream of [child.stdout, child.stderr])
            stream?.on('data', (chunk: Buffer) => {
              said += chunk.toString();
            });
          return { child, said: () => said, ended: once(child, 'exit').then(([code]) => code as number | null) };
        };
        /** Like someone who tries each key. */
        const press = async (...keys: readonly string[]) => {
          await new Promise((resolve) => setTimeout(resolve, 1500));
          await session.press(...keys);
          await new Promise((resolve) => setTimeout(resolve, 500));
        };
        const isAt = (view: string) =>
          vi.waitFor(async () => expect(await session.screen.windows()).toContain(`${view} · kAudit Tray`), 60_000);

        const wire = await getCurrentFuseWire(program);
        const fuses = [
          FuseV1Options.RunAsNode,
          FuseV1Options.EnableNodeOptionsEnvironmentVariable,
          FuseV1Options.EnableNodeCliInspectArguments,
          FuseV1Options.OnlyLoadAppFromAsar,
        ];
        expect(fuses.map((fuse) => String.fromCharCode(wire[fuse] ?? 0))).toEqual(['0', '0', '0', '1']);

        // Whoever may start it, or write next to its asar, can run nothing in its name.
        const ran = join(directory, 'ran');
        const evil = join(directory, 'evil.cjs');
        writeFileSync(evil, `require('node:fs').writeFileSync(${JSON.stringify(ran)}, 'ran')`);
        const first = start(['--user-data', data], { NODE_OPTIONS: `--require ${evil}` });
        await isAt('Fleet');
        await panel.icon();
        expect(await start(['--user-data', data, evil], { ELECTRON_RUN_AS_NODE: '1' }).ended).toBe(0);
        for (const flag of ['--inspect=127.0.0.1:0', '--inspect-brk=127.0.0.1:0', '--remote-debugging-port=0', '-e']) {
          const refused = start(['--user-data', data, flag]);
          expect({ flag, code: await refused.ended }).toEqual({ flag, code: 2 });
          expect(refused.said()).not.toContain('Debugger listening');
        }
        expect(existsSync(ran)).toBe(false);
        await session.press('ctrl+shift+i', 'F12');
        await new Promise((resolve) => setTimeout(resolve, 2000));
        expect(renderers(program)).toBe(1);

        // The page, its connection to main and to the tray.
        await panel.click('Settings');
        await isAt('Settings');
        await press('ctrl+k');
        await press('p');
        await press('Return');
        await isAt('Presets');

        // The keychain's native module is next to the asar, its process inside.
        const key = 'cxtp_Packed4f8a1c2bd93e7061Sentine';
        await press('n');
        await session.write('Packed');
        await press('Tab');
        await session.write('eu2.coralogix.com');
        // The link next to it, the endpoint, two names.
        for (let field = 0; field < 5; field += 1) await press('Tab');
        await session.write(key);
        await press('Return');
        const { presets } = await vi.waitFor(() => {
          const settings = JSON.parse(readFileSync(join(data, 'settings.json'), 'utf8')) as { presets: readonly { id: string }[] };
          expect(settings.presets).toMatchObject([{ name: 'Packed' }]);
          return settings;
        }, 30_000);
        expect(await keychain.lookup('kaudit-tray', `preset:${presets[0]?.id}`)).toContain(key);

        const since = Date.now();
        first.child.kill('SIGTERM');
        expect(await first.ended).toBe(0);
        expect(Date.now() - since).toBeLessThan(2000);

        // The demo contains the Kubernetes client and the delivery test; each is a separate bundle.
        const demo = start(['--demo']);
        await vi.waitFor(async () => expect(JSON.stringify(await panel.menu())).toContain('prod-eu'), 60_000);
        await panel.click('Test all');
        await vi.waitFor(async () => expect((await panel.icon()).tooltip).toMatch(/^kAudit: \d+ of \d+ failed/), 60_000);
        // Opens Node's inspector.
        demo.child.kill('SIGUSR1');
        await new Promise((resolve) => setTimeout(resolve, 1000));
        expect(demo.said()).not.toContain('Debugger listening');
      } finally {
        for (const child of running) if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
        panel.stop();
        await keychain.stop();
        await session.stop();
        rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
      }
    });
  }),
);
