import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { expect, test, vi } from 'vitest';
import { chromiumRequirement } from '../support/chromium.ts';
import { startHost } from '../support/host.ts';
import { openPage } from '../support/page.ts';
import { describeWith } from '../support/requirement.ts';

test('the first script is at most 180 kB, gzipped, and holds no reader of schemas', () => {
  const page = fileURLToPath(new URL('../../dist/renderer/', import.meta.url));
  const scripts = readFileSync(join(page, 'index.html'), 'utf8').match(/assets\/[^"]+\.js/g) ?? [];
  expect(scripts.length).toBeGreaterThan(1);
  const texts = scripts.map((script) => readFileSync(join(page, script)));
  expect(texts.reduce((sum, text) => sum + gzipSync(text, { level: 9 }).length, 0)).toBeLessThan(180_000);
  // zod, which the page's contract with main brings in again where a view imports a schema.
  expect(texts.filter((text) => text.includes('invalid_type'))).toEqual([]);
});

describeWith([chromiumRequirement], 'the first paint', () => {
  test('comes before the Kubernetes client is loaded', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kaudit-tray-paint-'));
    const log = join(folder, 'modules');
    const hook = new URL('../support/module-log.mjs', import.meta.url).href;
    // Chromium first: its own start isn't measured.
    const open = await openPage('about:blank');
    const host = await startHost({ flags: ['--demo'], environment: { NODE_OPTIONS: `--import=${hook}`, MODULE_LOG: log } });
    expect(existsSync(log)).toBe(false);
    await open.page.goto(host.url);
    await open.page.getByText('prod-eu').first().waitFor();
    const painted = await open.page.evaluate(() => {
      const [paint] = performance.getEntriesByName('first-contentful-paint');
      return performance.timeOrigin + (paint?.startTime ?? Number.NaN);
    });
    await vi.waitFor(() => expect(readFileSync(log, 'utf8')).toMatch(/^[\d.]+\n/), 10_000);
    expect(Number(readFileSync(log, 'utf8').split('\n')[0])).toBeGreaterThan(painted);
    await open.close();
    await host.stop();
    rmSync(folder, { recursive: true });
  });
});
