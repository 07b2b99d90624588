import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { chromiumRequirement } from '../support/chromium.ts';
import { EditorPage, kubectlRequirement } from '../support/editor-page.ts';
import { FULL } from '../support/full-run.ts';
import type { HostPage } from '../support/hosts.ts';
import { describeOnHosts } from '../support/hosts.ts';

// Every screen and dialog, judged by axe-core in light and dark; and that no screen is wider than its window, however
// narrow or enlarged.

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly string[];
}

interface Found {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

const long = 'a-very-long-name-'.repeat(12);
const LONG = `- type: detections\n  name: ${long}\n  ${long}: ${long}\n  target:\n    - target-type: http-api\n      http-api-uri: https://${'long-host-'.repeat(12)}.example/${long}\n      http-api-token: abc\n    - target-type: ${long}\n- ${long}\n`;
const MANY = Array.from(
  { length: 60 },
  (_, index) => `- type: detections\n  name: entry ${index}\n  target: {target-type: kafka, kafka-broker: b${index}, kafka-topic: t}\n`,
).join('');

describeOnHosts([chromiumRequirement, kubectlRequirement], 'every screen', (start) => {
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

  /** What axe-core calls serious or worse, by all of its rules or by some. */
  async function violations(rules: readonly string[] | null): Promise<readonly Violation[]> {
    // A dialog that is still fading in has half its contrast.
    await host.page.evaluate(async () => {
      for (let frame = 0; frame < 3; frame += 1) await new Promise((resolve) => requestAnimationFrame(resolve));
      const ending = document.getAnimations().filter(({ effect }) => effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY);
      await Promise.allSettled(ending.map(({ finished }) => finished));
    });
    if (!(await host.page.evaluate(() => 'axe' in globalThis))) await host.page.evaluate(axe);
    return host.page.evaluate(async (only) => {
      const { axe: checker } = globalThis as unknown as { axe: { run(options: object): Promise<{ violations: Found[] }> } };
      const { violations: found } = await checker.run({ resultTypes: ['violations'], ...(only === null ? {} : { runOnly: only }) });
      return found
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, impact, nodes }) => ({
          id,
          impact,
          nodes: nodes.map(({ html, failureSummary }) => `${html.slice(0, 200)} ${failureSummary}`),
        }));
    }, rules);
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
      await editor.button(/^Apply to /, await editor.review()).click();
      await editor.dialog('Someone else changed the same fields').waitFor();
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

  for (const [name, show] of Object.entries(every)) {
    test(`${name} has no serious violation of axe-core, in light and dark, and nothing is cut off at any width or zoom`, async () => {
      await show();
      // The schemes differ in colours alone.
      for (const [colorScheme, rules] of [
        ['light', null],
        ['dark', FULL ? null : ['color-contrast', 'link-in-text-block']],
      ] as const) {
        await host.page.emulateMedia({ colorScheme });
        expect({ colorScheme, violations: await violations(rules) }).toEqual({ colorScheme, violations: [] });
      }
      try {
        for (const [what, width] of [
          ['900 px wide', 900],
          ['enlarged to 200 %', 640],
        ] as const) {
          await host.page.setViewportSize({ width, height: 700 });
          const wide = await host.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
          // Less than nothing is the room of a scroll bar that a dialog puts away.
          expect({ what, wide: Math.max(0, wide) }).toEqual({ what, wide: 0 });
        }
      } finally {
        await host.page.setViewportSize({ width: 1280, height: 900 });
      }
      await host.page.keyboard.press('Escape');
    });
  }
});
