import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { chromiumRequirement } from '../support/chromium.ts';
import { ENGINE } from '../support/desktop-host.ts';
import { EditorPage, kubectlRequirement } from '../support/editor-page.ts';
import type { HostPage } from '../support/hosts.ts';
import { describeOnHosts } from '../support/hosts.ts';

// Every screen and dialog, judged by axe-core in light and dark; and that no screen is wider than its window, however narrow or enlarged.

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly string[];
}

const long = 'a-very-long-name-'.repeat(12);
const LONG = `- type: detections\n  name: ${long}\n  ${long}: ${long}\n  target:\n    - target-type: http-api\n      http-api-uri: https://${'long-host-'.repeat(12)}.example/${long}\n      http-api-token: abc\n    - target-type: ${long}\n- ${long}\n`;
const MANY = Array.from(
  { length: 60 },
  (_, index) => `- type: detections\n  name: entry ${index}\n  target: {target-type: kafka, kafka-broker: b${index}, kafka-topic: t}\n`,
).join('');

// The stand-in shows the same page in the same Chromium. What the desktop adds to the page is in Settings; the others are there to see that the
// window is no other place to be judged in. On Electron all are.
const ON_STAND_IN = new Set(['home', 'settings', 'the form']);

describeOnHosts([chromiumRequirement, kubectlRequirement], 'every screen', (start, hostKind) => {
  let host: HostPage;
  let editor: EditorPage;

  beforeAll(async () => {
    host = await start({ flags: ['--demo'] });
    await vi.waitFor(() => expect(host.errors()).toContain('--kubeconfig'));
    editor = new EditorPage(host.page, host, { context: 'prod-eu', namespace: 'alcide-kaudit', name: 'kaudit-integration-payments' });
    await host.page.getByText('prod-eu').first().waitFor();
    await host.ask('cluster.connect', { context: 'prod-eu' });
  });
  afterAll(async () => {
    await host?.stop();
  });

  /** What axe-core calls serious or worse. */
  async function violations(): Promise<readonly Violation[]> {
    // A dialog that is still fading in has half its contrast.
    await host.page.waitForTimeout(350);
    await host.page.evaluate(axe);
    return host.page.evaluate(async () => {
      const { axe: checker } = globalThis as unknown as {
        axe: { run(): Promise<{ violations: { id: string; impact: string; nodes: { html: string; failureSummary: string }[] }[] }> };
      };
      const { violations: found } = await checker.run();
      return found
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, impact, nodes }) => ({
          id,
          impact,
          nodes: nodes.map(({ html, failureSummary }) => `${html.slice(0, 200)} ${failureSummary}`),
        }));
    });
  }

  const every: Readonly<Record<string, () => Promise<void>>> = {
    home: () => editor.go('#/'),
    presets: () => editor.go('#/presets'),
    'a new preset': async () => {
      await editor.go('#/presets');
      await editor.button('New preset').first().click();
      await editor.dialog().waitFor();
    },
    settings: () => editor.go('#/settings'),
    about: () => editor.go('#/about'),
    'the form': () => editor.open(LONG),
    'an entry that is no integration': async () => {
      await editor.open(LONG);
      await editor.entries().getByRole('button', { name: 'Entry 2' }).click();
    },
    'the text': async () => {
      await editor.open('- type: [\n');
      await host.page.locator('.cm-lint-marker').first().waitFor();
    },
    'the changes': async () => {
      await editor.open(MANY);
      await editor.field('Name').fill('other');
      await editor.settled();
      await host.page.getByRole('tab', { name: /Changes/ }).click();
    },
    'the review': async () => {
      await editor.open(MANY);
      await editor.field('Name').fill('other');
      await editor.review();
    },
    'a conflict': async () => {
      await editor.open(MANY);
      await editor.field('Name').fill('mine');
      await editor.settled();
      await editor.write(MANY.replace('entry 0', 'theirs'));
      await editor.button('Apply', await editor.review()).click();
      await editor.dialog('Somebody else changed the same').waitFor();
    },
    'a delivery test': async () => {
      await editor.open(
        `- type: detections\n  target:\n    target-type: http-api\n    http-api-uri: https://ingress.eu2.coralogix.com/logs/v1/bulk\n    http-api-token: abc\n`,
      );
      await editor.button('Test delivery').first().click();
      await editor
        .dialog()
        .getByText(/Failed|Passed/)
        .first()
        .waitFor();
    },
  };

  const screens = Object.entries(every).filter(([name]) => hostKind === 'browser' || ENGINE === 'electron' || ON_STAND_IN.has(name));

  for (const scheme of ['light', 'dark'] as const) {
    describe(`in ${scheme}`, () => {
      for (const [name, show] of screens) {
        test(`${name} has no serious violation of axe-core`, async () => {
          await host.page.emulateMedia({ colorScheme: scheme });
          await show();
          expect(await violations()).toEqual([]);
          await host.page.keyboard.press('Escape');
        });
      }
    });
  }

  for (const [what, width] of [
    ['900 px wide', 900],
    ['enlarged to 200 %', 640],
  ] as const) {
    test(`nothing is cut off or wider than the window: ${what}`, async () => {
      await host.page.setViewportSize({ width, height: 700 });
      try {
        for (const [name, show] of screens) {
          await show();
          const wide = await host.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
          expect({ name, wide }).toEqual({ name, wide: 0 });
          await host.page.keyboard.press('Escape');
        }
      } finally {
        await host.page.setViewportSize({ width: 1280, height: 900 });
      }
    });
  }
});
