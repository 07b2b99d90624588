import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { chromiumRequirement } from '../support/chromium.ts';
import type { Desktop } from '../support/desktop.ts';
import { startDesktop } from '../support/desktop.ts';
import type { Requirement } from '../support/requirement.ts';
import { describeWith } from '../support/requirement.ts';

// A cluster that attacks whoever looks at it, and files that are dropped. (Foreign frames, navigation and new windows:
// desktop.test.ts.)

const kubectlRequirement: Requirement = {
  name: 'kubectl',
  missing: () => (spawnSync('kubectl', ['version', '--client']).status === 0 ? null : 'kubectl (apt-get install kubernetes-client)'),
};

const HTML = `<img src=x onerror="window.attacked=1"><script>window.attacked=2</script><a href="javascript:window.attacked=3">click</a>`;
const YAML = `# ${HTML}
- type: detections
  name: '${HTML}'
  target:
    target-type: http-api
    http-api-uri: "javascript:window.attacked=4//${HTML.replaceAll('"', '\\"')}"
    # A text that is a key somewhere is masked everywhere, so the key is another one.
    http-api-token: 'key${HTML}'
  '${HTML}': '${HTML}'
- type: '${HTML}'
  target: {target-type: slack, slack-uri: 'javascript:window.attacked=5'}
`;

describeWith([chromiumRequirement, kubectlRequirement], 'a hostile ConfigMap', () => {
  let desktop: Desktop;
  const kubectl = async (...args: string[]) => {
    const kubeconfig = /--kubeconfig (\S+)/.exec(desktop.errors())?.[1] ?? '';
    return promisify(execFile)('kubectl', ['--kubeconfig', kubeconfig, '--context', 'prod-eu', '-n', 'alcide-kaudit', ...args]);
  };
  const isUnharmed = async () => {
    const { page } = desktop;
    expect(await page.evaluate(() => 'attacked' in window)).toBe(false);
    expect(await page.locator('a[href^="javascript:" i], img[src="x"], [onerror], #page script').count()).toBe(0);
    expect((await desktop.look()).external).toEqual([]);
  };

  beforeAll(async () => {
    desktop = await startDesktop({ flags: ['--demo'] });
    await vi.waitFor(() => expect(desktop.errors()).toContain('--kubeconfig'));
    const metadata = {
      // Kubernetes labels have at most 63 characters; a longer one makes the whole response invalid.
      labels: { 'app-name': HTML.slice(0, 39) },
      annotations: { 'meta.helm.sh/release-name': HTML, 'argocd.argoproj.io/tracking-id': 'javascript:window.attacked=6' },
    };
    const patch = JSON.stringify({ metadata, data: { 'audit-integration': YAML } });
    await kubectl('patch', 'configmap', 'kaudit-integration-payments', '--type', 'merge', '-p', patch);
  });
  afterAll(async () => {
    await desktop?.stop();
  });

  test('is text on the home screen, in the form, as text and in the difference, and runs nowhere', async () => {
    const { page } = desktop;
    await page.getByText('<img src=x').first().waitFor();
    await isUnharmed();
    const ref = ['prod-eu', 'alcide-kaudit', 'kaudit-integration-payments'].join('/');
    await page.evaluate((hash) => {
      location.hash = hash;
    }, `#/configmap/${ref}`);
    await page.getByRole('tab', { name: 'Text' }).waitFor();
    await page.getByText('<img src=x').first().waitFor();
    await isUnharmed();
    await page.getByRole('tab', { name: 'Text' }).click();
    await page.locator('.cm-content').getByText('<img src=x').first().waitFor();
    await isUnharmed();
    await page.getByRole('tab', { name: 'Form' }).click();
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill(`${HTML} changed`);
    await page.getByRole('tab', { name: /Changes: 1 change/ }).click();
    await page.getByText('</a> changed').first().waitFor();
    await isUnharmed();
    await page.getByRole('button', { name: 'Review and apply' }).click();
    await page.getByRole('dialog', { name: 'Review and apply' }).getByText('</a> changed').first().waitFor();
    await isUnharmed();
    await page.keyboard.press('Escape');
  });

  test('an address of its own goes to no browser', async () => {
    await desktop.page.evaluate(() => {
      for (const url of ['javascript:window.attacked=7', 'data:text/html,<script>1</script>', 'vbscript:x', 'file:///etc/passwd'])
        window.open(url);
    });
    await isUnharmed();
    expect((await desktop.look()).windows).toHaveLength(1);
  });

  test('a file that is dropped on the window is not opened', async () => {
    const { page } = desktop;
    const before = page.url();
    await page.evaluate(() => {
      const data = new DataTransfer();
      data.items.add(new File(['<script>window.attacked=8</script>'], 'evil.html', { type: 'text/html' }));
      for (const name of ['dragenter', 'dragover', 'drop'])
        document.body.dispatchEvent(new DragEvent(name, { dataTransfer: data, bubbles: true, cancelable: true }));
    });
    await page.waitForTimeout(300);
    expect(page.url()).toBe(before);
    await isUnharmed();
    // Electron's own half of it: the system's drop never becomes a navigation.
    expect((await desktop.look()).windows[0]?.preferences).toMatchObject({ navigateOnDragDrop: false });
  });
});
