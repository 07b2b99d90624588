import { execFile, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { LINKS } from '../../main/common/coralogix/links.ts';
import type { ElectronDesktop } from '../support/desktop-electron.ts';
import { electronRequirement, startElectron } from '../support/desktop-electron.ts';
import type { Requirement } from '../support/requirement.ts';
import { describeWith } from '../support/requirement.ts';
import type { DesktopSession } from '../support/session/desktop-session.ts';
import { sessionRequirement, startDesktopSession } from '../support/session/desktop-session.ts';

// A hostile cluster, files that are dropped, and what a compromised page could do, on Electron itself.

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

describeWith([electronRequirement, sessionRequirement, kubectlRequirement], 'a hostile ConfigMap', () => {
  let session: DesktopSession;
  let desktop: ElectronDesktop;
  const kubectl = async (...args: string[]) => {
    const kubeconfig = /--kubeconfig (\S+)/.exec(desktop.errors())?.[1] ?? '';
    return promisify(execFile)('kubectl', ['--kubeconfig', kubeconfig, '--context', 'prod-eu', '-n', 'alcide-kaudit', ...args]);
  };
  const isUnharmed = async () => {
    const { page } = desktop;
    expect(await page.evaluate(() => 'attacked' in window)).toBe(false);
    expect(await page.locator('a[href^="javascript:" i], img[src="x"], [onerror], #page script').count()).toBe(0);
    expect(session.opened()).toEqual([]);
  };

  beforeAll(async () => {
    session = await startDesktopSession();
    desktop = await startElectron({ flags: ['--demo'], environment: session.environment });
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
    await session?.stop();
  });

  test('is text on the home screen, in the form, in the text view and in the diff, and is never executed', async () => {
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

  test('can’t open its own address in a browser', async () => {
    await desktop.page.evaluate(() => {
      for (const url of ['javascript:window.attacked=7', 'data:text/html,<script>1</script>', 'vbscript:x', 'file:///etc/passwd'])
        window.open(url);
    });
    await isUnharmed();
    expect(await desktop.windows()).toHaveLength(1);
  });

  test('a file that is dropped on the window isn’t opened', async () => {
    const { page } = desktop;
    const before = page.url();
    await page.evaluate(() => {
      const data = new DataTransfer();
      data.items.add(new File(['<script>window.attacked=8</script>'], 'evil.html', { type: 'text/html' }));
      for (const name of ['dragenter', 'dragover', 'drop'])
        document.body.dispatchEvent(new DragEvent(name, { dataTransfer: data, bubbles: true, cancelable: true }));
    });
    // The system's own drop, which reaches the window itself.
    const file = join(desktop.directory, 'evil.html');
    writeFileSync(file, '<script>window.attacked=9</script>');
    const devTools = await page.context().newCDPSession(page);
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
      await devTools.send('Input.dispatchDragEvent', { type, x: 600, y: 400, data: { items: [], files: [file], dragOperationsMask: 1 } });
    await page.waitForTimeout(300);
    expect(page.url()).toBe(before);
    await isUnharmed();
  });

  test('the page runs sandboxed, isolated from Node and the preload script’s world', async () => {
    const [shown] = await desktop.windows();
    expect(shown?.preferences).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInSubFrames: false,
      webviewTag: false,
      webSecurity: true,
    });
    const pid = await desktop.application.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.getOSProcessId());
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    // The kernel's view: it gets no further rights, and makes only the calls that Chromium's filter allows.
    expect(status).toMatch(/^NoNewPrivs:\t1$/m);
    expect(status).toMatch(/^Seccomp:\t2$/m);
    // Only the listener that ipc.ts checks, and Electron's own for errors: the settings' library would listen to every
    // page.
    expect(await desktop.application.evaluate(({ ipcMain }) => ipcMain.eventNames().map(String))).toEqual(['error']);
    const page = await desktop.page.evaluate(() => ({
      origin: location.origin,
      secure: isSecureContext,
      node: 'require' in window || 'process' in window,
      bridge: Object.keys((window as unknown as { kauditTray: object }).kauditTray).sort(),
    }));
    expect(page).toEqual({ origin: 'app://kaudit-tray', secure: true, node: false, bridge: ['request', 'subscribe'] });
  });

  test('a frame in the page has no connection to main', async () => {
    await desktop.page.evaluate(() => {
      document.body.append(document.createElement('iframe'));
    });
    const frame = await vi.waitFor(() => {
      const [child] = desktop.page.mainFrame().childFrames();
      if (child === undefined) throw new Error('no frame');
      return child;
    });
    expect(await frame.evaluate(() => 'kauditTray' in window)).toBe(false);
    expect(await desktop.page.evaluate(() => 'kauditTray' in window)).toBe(true);
    await desktop.page.evaluate(() => document.querySelector('iframe')?.remove());
  });

  test('the page can’t be navigated away, returns from an empty one, and can reload itself', async () => {
    const { page } = desktop;
    const before = page.url();
    for (const url of ['https://example.com/', 'app://other/', 'data:text/html,gone', 'file:///etc/passwd']) {
      await page.evaluate((target) => {
        location.href = target;
      }, url);
      await page.waitForTimeout(200);
      expect(page.url()).toBe(before);
      expect(await page.evaluate(() => 'kauditTray' in window)).toBe(true);
    }
    // Electron reports this one afterwards.
    await page.evaluate(() => {
      location.href = 'about:blank';
    });
    await vi.waitFor(async () => expect(await page.evaluate(() => 'kauditTray' in window)).toBe(true), 10_000);
    await page.evaluate(() => {
      (window as unknown as { before: boolean }).before = true;
      location.reload();
    });
    await vi.waitFor(async () => expect(await page.evaluate(() => 'kauditTray' in window && !('before' in window))).toBe(true), 10_000);
    await page.getByRole('navigation', { name: 'Main' }).waitFor();
  });

  test('no new window ever opens; an allowed address opens in the system’s browser, and no other', async () => {
    for (const url of ['https://example.com/', 'file:///etc/passwd', 'ms-settings:', `${LINKS.keys}x`, LINKS.keys])
      await desktop.page.evaluate((target) => window.open(target, '_blank', 'noopener'), url);
    await vi.waitFor(() => expect(session.opened()).toContain(LINKS.keys), 10_000);
    expect(session.opened()).toEqual([LINKS.keys]);
    expect(await desktop.windows()).toHaveLength(1);
    expect(desktop.application.windows()).toHaveLength(1);
  });

  test('the page reaches no network, no file outside its folder, and no inline script', async () => {
    const fetched = (path: string) =>
      desktop.page.evaluate(
        (target) =>
          fetch(target).then(
            (response) => response.status,
            () => 'refused',
          ),
        path,
      );
    // The content security policy refuses it; without the policy, the session would.
    const ofSession = await desktop.application.evaluate(async ({ session }) => {
      const ask = (url: string) => session.fromPartition('page').fetch(url).then(String, String);
      return Promise.all(['https://example.com/', 'http://127.0.0.1:1/'].map(ask));
    });
    expect(ofSession).toEqual([expect.stringContaining('ERR_BLOCKED_BY_CLIENT'), expect.stringContaining('ERR_BLOCKED_BY_CLIENT')]);
    expect(await fetched('https://example.com/')).toBe('refused');
    expect(await fetched('http://127.0.0.1/')).toBe('refused');
    expect(await fetched('/index.html')).toBe(200);
    expect(await fetched('/..%2f..%2fpackage.json')).toBe(404);
    const ran = await desktop.page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'window.inlineRan = true';
      document.body.append(script);
      script.remove();
      return 'inlineRan' in window;
    });
    expect(ran).toBe(false);
  });

  test('the page gets one permission: to write to the clipboard', async () => {
    const outcomes = await desktop.page.evaluate(async () => {
      const refused = (work: Promise<unknown>) =>
        work.then(
          () => 'granted',
          () => 'refused',
        );
      return {
        write: await refused(navigator.clipboard.writeText('kept')),
        read: await refused(navigator.clipboard.readText()),
        media: await refused(navigator.mediaDevices.getUserMedia({ audio: true })),
        geolocation: await refused(new Promise((resolve, reject) => navigator.geolocation.getCurrentPosition(resolve, reject))),
        notifications: await Notification.requestPermission(),
      };
    });
    expect(outcomes).toEqual({ write: 'granted', read: 'refused', media: 'refused', geolocation: 'refused', notifications: 'denied' });
  });
});
