import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { electronFolder } from '../../scripts/electron.mjs';
import { copyOfPackage, serveFile, startMirror, temporaryFolder } from '../support/electron-mirror.ts';
import { FULL } from '../support/full-run.ts';
import { describeWith, unprivilegedRequirement } from '../support/requirement.ts';
import { screenRequirement, startScreen } from '../support/screen.ts';
import { dbusRequirement, startBus, startPanel } from '../support/tray-host.ts';
import { zipFolder } from '../support/zip.ts';

// The README's first line on a machine with a display: everything is installed, downloaded and built for real. Only
// Electron comes from a mirror on loopback, whose checksum is in a copy of the electron package.

const root = resolve(import.meta.dirname, '../..');
const electron = electronFolder(process.env);
const electronRequirement = {
  name: 'Electron',
  missing: () => (electron === undefined ? 'Electron (npx install-electron)' : null),
};

/** A checkout as git creates it, except that its electron package is the copy. */
function freshCheckout(directory: string, zip: string): string {
  const checkout = join(directory, 'checkout');
  const generated = ['node_modules', 'dist', 'release', '.git'];
  cpSync(root, checkout, { recursive: true, filter: (path) => !generated.includes(relative(root, path)) });
  rmSync(join(checkout, 'checkout'), { recursive: true, force: true });
  const home = copyOfPackage(directory, zip);
  renameSync(home, join(checkout, 'electron-copy'));
  rmSync(dirname(home), { recursive: true });
  // As a registry delivers it, not through a link.
  appendFileSync(join(checkout, '.npmrc'), '\ninstall-links=true\n');
  const path = join(checkout, 'package.json');
  writeFileSync(path, readFileSync(path, 'utf8').replace(/"electron": "[^"]+"/, '"electron": "file:electron-copy"'));
  execFileSync('npm', ['install', '--package-lock-only', '--ignore-scripts', '--loglevel', 'error'], { cwd: checkout });
  return checkout;
}

describe.runIf(FULL)('the first start', () => {
  describeWith([screenRequirement, dbusRequirement, electronRequirement, unprivilegedRequirement], 'of a fresh clone', () => {
    test('"npm run demo" alone ends in a tray icon and a window', { timeout: 900_000 }, async () => {
      const directory = temporaryFolder();
      const zip = join(directory, 'electron.zip');
      zipFolder(electron ?? '', zip);
      const mirror = await startMirror(serveFile(zip));
      const checkout = freshCheckout(directory, zip);
      const home = join(directory, 'home');
      mkdirSync(home);
      const screen = await startScreen();
      const bus = await startBus();
      const panel = await startPanel(bus);
      const { PATH, NODE_EXTRA_CA_CERTS } = process.env;
      // Of a network that reads TLS: npm must trust it to install anything.
      const authorities = NODE_EXTRA_CA_CERTS === undefined ? {} : { NODE_EXTRA_CA_CERTS };
      const npm = spawn('npm', ['run', '--silent', 'demo'], {
        cwd: checkout,
        env: { PATH, HOME: home, DISPLAY: screen.display, ELECTRON_MIRROR: mirror.url, ...authorities, ...bus.environment },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const exited = once(npm, 'exit');
      let errors = '';
      npm.stderr.on('data', (chunk: Buffer) => {
        errors += chunk.toString();
      });
      try {
        const shown = vi.waitFor(
          async () => {
            expect(await screen.windows(), errors).toContainEqual(expect.stringContaining('kAudit Tray'));
            expect(panel.icons.length, 'tray icons').toBeGreaterThan(0);
          },
          { timeout: 800_000, interval: 1_000 },
        );
        await Promise.race([shown, exited.then(() => Promise.reject(new Error(`it ended: ${errors}`)))]);
        expect(mirror.asked).toHaveLength(1);
        expect(errors).toMatch(/Installing the \d+ packages.*Ctrl\+C/);
        expect(errors).toMatch(/Downloading Electron .*120 MB.*once/);
        expect(errors).toContain('Building …');
        expect(existsSync(join(checkout, 'node_modules', 'vitest'))).toBe(false);
      } finally {
        npm.kill('SIGTERM');
        await exited;
        panel.stop();
        await bus.stop();
        await screen.stop();
        mirror.stop();
        rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
      }
    });
  });
});
