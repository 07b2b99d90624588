import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { chromiumRequirement } from '../support/chromium.ts';
import { EditorPage, kubectlRequirement } from '../support/editor-page.ts';
import { FULL } from '../support/full-run.ts';
import type { HostPage } from '../support/hosts.ts';
import { describeOnHosts } from '../support/hosts.ts';

// Every screen, dialog and state, checked by axe-core in light and dark. No screen is wider than its window at any
// width or zoom, and nothing moves or loses its shape if the system requests that.

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
  { length: FULL ? 60 : 12 },
  (_, index) => `- type: detections\n  name: entry ${index}\n  target: {target-type: kafka, kafka-broker: b${index}, kafka-topic: t}\n`,
).join('');

describeOnHosts([chromiumRequirement, kubectlRequirement], 'every screen', (start) => {
  let host: HostPage;
  let editor: EditorPage;

  beforeAll(async () => {
    host = await start({ flags: ['--demo'] });
    host.page.setDefaultTimeout(10_000);
    await vi.waitFor(() => expect(host.errors()).toContain('--kubeconfig'));
    editor = new EditorPage(host.page, host, { context: 'prod-eu', namespace: 'alcide-kaudit', name: 'kaudit-integration-payments' });
    await host.page.getByText('prod-eu').first().waitFor();
    await host.ask('cluster.connect', { context: 'prod-eu' });
  });
  afterAll(async () => {
    await host?.stop();
  });

  /** What axe-core finds, with all of its rules or some. */
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
      return found.map(({ id, impact, nodes }) => ({
        id,
        impact,
        nodes: nodes.map(({ html, failureSummary }) => `${html.slice(0, 200)} ${failureSummary}`),
      }));
    }, rules);
  }

  /** The fleet without the state of an earlier screen. */
  const fleet = async () => {
    await editor.go('#/');
    const clear = editor.button('Clear the selection');
    if (await clear.isVisible()) await clear.click();
    await host.page.getByRole('combobox', { name: 'Group', exact: true }).selectOption('cluster');
    await host.page.getByLabel('Search clusters and integrations').fill('');
    await host.page
      .getByRole('link', { name: /^Open payments/ })
      .first()
      .waitFor();
  };
  const openRow = (instance: string) =>
    host.page
      .locator('.line-row')
      .filter({ has: host.page.getByRole('link', { name: `Open ${instance}` }) })
      .first()
      .locator('.cell-sends')
      .click({ position: { x: 3, y: 3 } });
  const screen = async (route: string) => {
    await editor.go(`#/${route}`);
    await host.page.getByRole('heading', { name: new RegExp(route, 'i'), level: 1 }).waitFor();
  };
  const every: Readonly<Record<string, () => Promise<void>>> = {
    home: fleet,
    'the fleet with a selection': async () => {
      await fleet();
      await host.page
        .getByRole('checkbox', { name: /^Select / })
        .nth(1)
        .check();
      await host.page.getByRole('toolbar', { name: 'Selected rows' }).waitFor();
    },
    'the fleet by problem': async () => {
      await fleet();
      await host.page.getByRole('combobox', { name: 'Group', exact: true }).selectOption('problem');
    },
    'a row’s panel': async () => {
      await fleet();
      await openRow('payments');
      await editor.button('Test', host.page.getByRole('complementary')).waitFor();
    },
    'a row’s panel with its problem, an edit and help': async () => {
      await fleet();
      await openRow('orders');
      const panel = host.page.getByRole('complementary');
      await editor.button('Help', panel).click();
      await panel.getByLabel('Rate limit', { exact: true }).fill('7');
      await panel.getByText('1 change').waitFor();
    },
    'a panel of a text that can’t be read': async () => {
      await fleet();
      await openRow('sandbox');
      await host.page.getByRole('complementary').getByRole('heading', { level: 3 }).waitFor();
    },
    'a search without a result': async () => {
      await fleet();
      await host.page.getByLabel('Search clusters and integrations').fill('nothing is called that');
      await host.page.getByRole('heading', { name: /No clusters match/ }).waitFor();
    },
    'a cluster that can’t be reached': async () => {
      await fleet();
      await editor.button('edge-berlin: details').click();
      await editor.dialog().waitFor();
    },
    'marks of a cluster': async () => {
      await fleet();
      await editor.button('Marks of prod-eu').click();
      await editor.dialog().waitFor();
    },
    'the commands': async () => {
      await fleet();
      await host.page.keyboard.press('Control+k');
      await host.page.getByRole('searchbox', { name: 'Command' }).fill('open');
    },
    'the shortcuts': async () => {
      await editor.go('#/about');
      await host.page.keyboard.press('?');
      await editor.dialog('Keyboard shortcuts').waitFor();
    },
    'one change to many': async () => {
      await fleet();
      await editor.button(/^Change many/).click();
      await editor.dialog().waitFor();
      await editor.choose(/^Choose one change/, /^Stop/);
    },
    drift: () => screen('drift'),
    rollouts: () => screen('rollouts'),
    presets: () => screen('presets'),
    'a new preset': async () => {
      await editor.go('#/presets');
      await editor.button('New preset').first().click();
      await editor.dialog().waitFor();
    },
    settings: () => screen('settings'),
    about: () => screen('about'),
    'the form': () => editor.open(LONG),
    'the form with its help, and every kind of problem': async () => {
      await editor.open(LONG);
      await editor.button('Help').click();
    },
    'a menu': async () => {
      await editor.open(MANY);
      await editor.button('Add integration').click();
      await host.page.getByRole('menu').waitFor();
    },
    'a question': async () => {
      await editor.open(MANY);
      await editor.field('Name').fill('other');
      await editor.settled();
      await editor.button('Discard').click();
      await editor.dialog().waitFor();
    },
    'the history': async () => {
      await editor.open(MANY);
      await editor.button('History').click();
      await editor.dialog().waitFor();
    },
    'an entry that isn’t an integration': async () => {
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

  const fullOnly = [
    ...['the fleet with a selection', 'the fleet by problem', 'a row’s panel', 'a panel of a text that can’t be read'],
    ...['a search without a result', 'marks of a cluster', 'the shortcuts', 'rollouts'],
    ...['the form', 'a question', 'the history', 'an entry that isn’t an integration', 'the changes'],
  ];
  /** With every kind of component, each in the colours that both schemes take from the same names. */
  const inDark = [
    ...['home', 'a row’s panel with its problem, an edit and help', 'presets', 'the form with its help, and every kind of problem'],
    ...['the text', 'the review', 'a delivery test'],
  ];
  for (const [name, show] of Object.entries(every)) {
    if (!FULL && fullOnly.includes(name)) continue;
    test(`${name} has no violation of axe-core in light and dark, and nothing is cut off at any width or zoom`, async () => {
      await show();
      // The schemes differ in colours only.
      for (const [colorScheme, rules] of [
        ['light', null],
        ['dark', FULL ? null : ['color-contrast', 'link-in-text-block']],
      ] as const) {
        if (!FULL && colorScheme === 'dark' && !inDark.includes(name)) continue;
        await host.page.emulateMedia({ colorScheme });
        expect({ colorScheme, violations: await violations(rules) }).toEqual({ colorScheme, violations: [] });
      }
      try {
        for (const [what, width] of [
          ['900 px wide', 900],
          ['enlarged to 200 %', 640],
          ['320 px wide', 320],
        ] as const) {
          await host.page.setViewportSize({ width, height: 700 });
          // An open menu follows the window a moment later. Negative: the space of a scroll bar that a dialog hides.
          const wide = () => host.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
          await expect.poll(async () => ({ what, wide: Math.max(0, await wide()) })).toEqual({ what, wide: 0 });
        }
      } finally {
        await host.page.setViewportSize({ width: 1280, height: 900 });
      }
      // More contrast changes colours, and less motion changes animations.
      await host.page.emulateMedia({ colorScheme: 'dark', contrast: 'more', reducedMotion: 'reduce' });
      try {
        const moving = await host.page.evaluate(() =>
          document.getAnimations().map((animation) => `${(animation as CSSAnimation).animationName ?? animation.id}`),
        );
        expect(moving).toEqual([]);
        if (FULL) expect(await violations(['color-contrast'])).toEqual([]);
      } finally {
        await host.page.emulateMedia({ colorScheme: 'light', contrast: 'no-preference', reducedMotion: 'no-preference' });
      }
      // The first one may clear the input.
      for (let presses = 0; presses < 3 && (await host.page.locator('.overlay').count()) > 0; presses += 1) {
        await host.page.keyboard.press('Escape');
        await host.page.waitForTimeout(100);
      }
    });
  }

  test('where the system forces its colours, what is chosen keeps a shape', async () => {
    await editor.open(MANY);
    const stopped = host.page.getByRole('switch', { name: 'Stopped' });
    await host.page.emulateMedia({ forcedColors: 'active' });
    try {
      const shape = (selector: string) =>
        host.page
          .locator(selector)
          .first()
          .evaluate((element) => {
            const { backgroundColor, borderColor } = getComputedStyle(element, '::after');
            const surface = getComputedStyle(element).backgroundColor;
            return { mark: backgroundColor === 'rgba(0, 0, 0, 0)' ? borderColor : backgroundColor, surface };
          });
      const off = await shape('.switch .switch-track');
      expect(off.mark).not.toBe(off.surface);
      await stopped.focus();
      await host.page.keyboard.press('Space');
      await vi.waitFor(async () => expect(await stopped.isChecked()).toBe(true));
      const on = await shape('.switch[data-selected] .switch-track');
      expect(on.mark).not.toBe(on.surface);
      expect(on).not.toEqual(off);
    } finally {
      await host.page.emulateMedia({ forcedColors: 'none' });
    }
  });
});
