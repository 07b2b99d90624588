// Takes every screen of the demo in Chromium, in both themes, wide and narrow: `node scripts/screenshots.mjs [FOLDER]`
// on the project's own Node, after a build. `ONLY=fleet` takes the screens whose name begins like that.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { projectNode, root } from './node24.mjs';

const folder = process.argv[2] ?? join(root, 'screenshots');
const MAP = '#/configmap/prod-eu/alcide-kaudit/kaudit-integration-payments';
const go = (hash) => async (page) => {
  await page.evaluate((address) => {
    location.hash = address;
  }, hash);
  await page.waitForTimeout(400);
};
/** Clicks a row, not its link. */
const openPanel = (name) => async (page) => {
  await go('#/')(page);
  await page
    .locator('.line-row')
    .filter({ hasText: name })
    .first()
    .locator('.cell-sends')
    .click({ position: { x: 3, y: 3 } });
  await page.locator('.panel-footer').waitFor();
  await page.waitForTimeout(400);
};
/** Its name, the way there, and whether Escape closes it (`dialog`) or only a wide window has it (`wide`). */
const SCREENS = [
  ['fleet', go('#/')],
  ['panel', openPanel('payments'), 'wide'],
  [
    'panel-problem',
    async (page) => {
      await openPanel('orders')(page);
      await page.keyboard.press('t');
      await page.getByRole('dialog').getByText('Failed').first().waitFor();
      await page.getByRole('button', { name: 'Done' }).click();
      await page.waitForTimeout(300);
    },
    'wide',
  ],
  ['panel-tests', (page) => page.getByRole('tab', { name: 'Tests' }).click(), 'wide'],
  [
    'fleet-selection',
    async (page) => {
      await go('#/')(page);
      for (const box of (await page.getByRole('checkbox', { name: /^Select / }).all()).slice(1, 4)) await box.check();
    },
  ],
  [
    'fleet-by-problem',
    async (page) => {
      await go('#/')(page);
      const clear = page.getByRole('button', { name: 'Clear the selection' });
      if (await clear.isVisible()) await clear.click();
      await page.getByRole('combobox', { name: 'Group', exact: true }).selectOption('problem');
    },
  ],
  [
    'fleet-search',
    async (page) => {
      await go('#/')(page);
      await page.getByRole('combobox', { name: 'Group', exact: true }).selectOption('cluster');
      await page.getByLabel('Search clusters and integrations').fill('det');
    },
  ],
  [
    'palette',
    async (page) => {
      await go('#/')(page);
      await page.getByLabel('Search clusters and integrations').fill('');
      await page.keyboard.press('Control+k');
      await page.getByRole('menuitem').first().waitFor();
    },
    'dialog',
  ],
  [
    'shortcuts',
    async (page) => {
      await go('#/settings')(page);
      await page.keyboard.press('?');
      await page.getByRole('dialog').waitFor();
    },
    'dialog',
  ],
  [
    'cluster',
    async (page) => {
      await go('#/')(page);
      await page.getByLabel('Search clusters and integrations').fill('');
      await page.getByRole('button', { name: 'edge-berlin: details' }).click();
      await page.getByRole('dialog').waitFor();
    },
    'dialog',
  ],
  [
    'report',
    async (page) => {
      await page
        .getByRole('button', { name: /^Test delivery of/ })
        .first()
        .click();
      await page.getByRole('button', { name: 'Done' }).waitFor();
      await page
        .getByText(/^(Passed|Failed)$/)
        .first()
        .waitFor();
      await page.waitForTimeout(500);
    },
    'dialog',
  ],
  [
    'editor',
    async (page) => {
      await go(MAP)(page);
      await page.getByRole('navigation', { name: 'Integrations' }).waitFor();
    },
  ],
  [
    'editor-try-it',
    async (page) => {
      const open = page.getByRole('button', { name: 'Try names' });
      await open.first().click();
      await page
        .getByLabel('Names, one per line')
        .fill('system:kube-scheduler\nadmin@example.com\nsystem:serviceaccount:payments:deploy-bot\n10.12.0.7');
      await open.first().evaluate((button) => button.scrollIntoView({ block: 'center' }));
    },
  ],
  [
    'editor-text',
    async (page) => {
      await page.getByRole('tab', { name: 'Text' }).click();
      await page.locator('.cm-line').first().waitFor();
    },
  ],
  ['presets', go('#/presets')],
  [
    'preset',
    async (page) => {
      await page.getByRole('button', { name: 'New preset' }).first().click();
      await page.getByRole('dialog').waitFor();
    },
    'dialog',
  ],
  ['drift', go('#/drift')],
  [
    'review',
    async (page) => {
      await openPanel('orders')(page);
      await page.keyboard.press('f');
      await page.locator('.panel-footer').getByText('1 change', { exact: true }).waitFor();
      await page.keyboard.press('Control+s');
      await page
        .getByRole('dialog')
        .getByRole('button', { name: /^Apply to / })
        .waitFor();
    },
    'dialog',
  ],
  [
    'saved',
    async (page) => {
      await page.keyboard.press('Control+s');
      await page
        .getByRole('dialog')
        .getByRole('button', { name: /^Apply to / })
        .click();
      await page.getByText('Saved and read back').first().waitFor();
    },
  ],
  [
    'history',
    async (page) => {
      await page.getByRole('button', { name: 'History' }).click();
      await page.getByRole('dialog').getByText('kAudit Tray').first().waitFor();
    },
    'dialog',
  ],
  [
    'change-many',
    async (page) => {
      await go('#/')(page);
      await page.getByRole('button', { name: 'Change many …' }).click();
      const dialog = page.getByRole('dialog');
      await dialog
        .getByRole('button', { name: /Change/ })
        .first()
        .click();
      await page.getByRole('option', { name: 'Set a field' }).click();
      await dialog.getByRole('button', { name: /Field/ }).click();
      await page.getByRole('option', { name: /^Rate limit/ }).click();
      await dialog.getByRole('textbox', { name: /^Rate limit/ }).fill('500');
      await dialog.getByRole('button', { name: /^Choose all \d+ shown/ }).click();
    },
    'open',
  ],
  [
    'plan',
    async (page) => {
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('button', { name: /^Plan for/ }).click();
      await dialog.getByRole('list', { name: 'What would change' }).getByRole('listitem').first().waitFor();
    },
    'dialog',
  ],
  ['rollouts', go('#/rollouts')],
  ['settings', go('#/settings')],
  ['about', go('#/about')],
];

mkdirSync(folder, { recursive: true });
const host = spawn(projectNode(), [join(root, 'dist/main/browser.js'), '--demo', '--no-open'], { stdio: ['ignore', 'pipe', 'inherit'] });
const url = await new Promise((resolve) => {
  host.stdout.on('data', (chunk) => {
    const match = /http:\S+/.exec(chunk.toString());
    if (match) resolve(match[0]);
  });
});
const profile = mkdtempSync(join(tmpdir(), 'kaudit-tray-screenshots-'));
const browser = await chromium.launchPersistentContext(profile, {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  viewport: { width: 1280, height: 800 },
});
try {
  const page = browser.pages()[0] ?? (await browser.newPage());
  page.on('console', (message) => process.stderr.write(`${message.type()}: ${message.text()}\n`));
  await page.goto(url);
  await page.getByText('prod-eu').first().waitFor();
  await page.waitForTimeout(1500);
  for (const [name, show, kind] of SCREENS) {
    if (process.env.ONLY && !name.startsWith(process.env.ONLY)) continue;
    await page.setViewportSize({ width: 1280, height: 800 });
    await show(page);
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme });
      for (const width of kind === 'wide' ? [1280] : [1280, 420]) {
        await page.setViewportSize({ width, height: 800 });
        await page.waitForTimeout(250);
        await page.screenshot({ path: join(folder, `${name}-${colorScheme}-${width}.png`) });
      }
    }
    if (kind === 'dialog') await page.keyboard.press('Escape');
  }
} finally {
  await browser.close();
  host.kill('SIGTERM');
  rmSync(profile, { recursive: true, force: true });
}
