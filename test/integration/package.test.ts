import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { extractAll } from '@electron/asar';
import { expect, test } from 'vitest';
import { tryPackage } from '../../scripts/package-trial.mjs';
import { chromiumRequirement } from '../support/chromium.ts';
import { startDesktop } from '../support/desktop.ts';
import { inFullRun } from '../support/full-run.ts';
import { keychainRequirement, startKeychain } from '../support/keychain.ts';
import { describeWith } from '../support/requirement.ts';

test('the packages: configuration, fuses, files, size and licences hold together', () => {
  const { status, stdout } = spawnSync(process.execPath, [join(import.meta.dirname, '../../scripts/package-check.mjs')]);
  expect(stdout.toString()).not.toContain('FAILED');
  expect(status).toBe(0);
});

inFullRun(() =>
  describeWith([chromiumRequirement, keychainRequirement], 'what electron-builder packs', () => {
    test('is all that the program needs: it starts, shows its page and its icons, reaches the keychain and the clusters', async () => {
      const directory = mkdtempSync(join(tmpdir(), 'kaudit-tray-packed-'));
      const keychain = await startKeychain();
      try {
        const { asar } = await tryPackage(directory);
        // Electron can read the asar; the stand-in is Node.
        const program = join(directory, 'program');
        extractAll(asar, program);
        const desktop = await startDesktop({ program, flags: ['--user-data', join(directory, 'data')], environment: keychain.environment });
        try {
          await desktop.page.getByRole('heading', { name: 'Fleet', level: 1 }).waitFor();
          const key = 'cxtp_Packed4f8a1c2bd93e7061Sentine';
          const { preset } = await desktop.ask('preset.save', { preset: { name: 'Packed', domain: 'eu2.coralogix.com' }, key });
          expect(await keychain.lookup('kaudit-tray', `preset:${preset.id}`)).toContain(key);
        } finally {
          await desktop.stop();
        }
        // The demo has the Kubernetes client, the icons of a tray and the delivery test in it; each is a bundle of its
        // own.
        const demo = await startDesktop({ program, flags: ['--demo'], environment: { STAND_IN_PLATFORM: 'darwin' } });
        try {
          await demo.page.getByText('prod-eu').first().waitFor();
          await demo.page.getByText('kAudit ready').first().waitFor();
          expect((await demo.look()).tray?.image).toMatch(/program\/assets\/tray\/\w+Template\.png$/);
          const { failed } = await demo.ask('delivery.testAll', {});
          expect(failed).toBeGreaterThan(0);
        } finally {
          await demo.stop();
        }
      } finally {
        await keychain.stop();
        rmSync(directory, { recursive: true, force: true });
      }
    });
  }),
);
