// Takes the README's screenshot: the demo's home screen in Chromium. `node scripts/screenshot.mjs [FILE]`, on the
// project's own Node, after a build.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { projectNode, root } from './node24.mjs';

const file = process.argv[2] ?? join(root, 'assets', 'screenshot.png');
const host = spawn(projectNode(), [join(root, 'dist/main/browser.js'), '--demo', '--no-open'], { stdio: ['ignore', 'pipe', 'inherit'] });
const url = await new Promise((resolve) => {
  host.stdout.on('data', (chunk) => {
    const match = /http:\S+/.exec(chunk.toString());
    if (match) resolve(match[0]);
  });
});
const profile = mkdtempSync(join(tmpdir(), 'kaudit-tray-screenshot-'));
const browser = await chromium.launchPersistentContext(profile, {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
  viewport: { width: 1280, height: 860 },
  colorScheme: process.env.SCHEME ?? 'light',
});
try {
  const page = await browser.newPage();
  page.on('console', (message) => process.stderr.write(`${message.type()}: ${message.text()}\n`));
  await page.goto(url);
  await page.getByText('prod-eu').first().waitFor();
  await page.waitForTimeout(2000);
  await page.screenshot({ path: file });
} finally {
  await browser.close();
  host.kill('SIGTERM');
  rmSync(profile, { recursive: true, force: true });
}
