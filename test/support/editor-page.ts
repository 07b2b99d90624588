import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import type { Locator, Page } from 'playwright-core';
import { expect, vi } from 'vitest';
import type { ConfigMapRef } from '../../main/common/reference.ts';
import type { ConfigMapView } from '../../main/common/replies.ts';
import type { HostPage } from './hosts.ts';
import type { Endpoint } from './raw-kubernetes.ts';
import { endpointOf, patchText, textOf } from './raw-kubernetes.ts';
import type { Requirement } from './requirement.ts';

// The editor of one ConfigMap in a real browser, and kubectl as the other writer.

export const kubectlRequirement: Requirement = {
  name: 'kubectl',
  missing: () => (spawnSync('kubectl', ['version', '--client']).status === 0 ? null : 'kubectl (apt-get install kubernetes-client)'),
};

export class EditorPage {
  readonly page: Page;
  readonly host: Pick<HostPage, 'ask' | 'errors'>;
  readonly ref: ConfigMapRef;

  constructor(page: Page, host: EditorPage['host'], ref: ConfigMapRef) {
    this.page = page;
    this.host = host;
    this.ref = ref;
  }

  get #kubeconfig(): string {
    return /--kubeconfig (\S+)/.exec(this.host.errors())?.[1] ?? '';
  }

  async kubectl(...args: string[]): Promise<string> {
    const { context, namespace } = this.ref;
    const options = ['--kubeconfig', this.#kubeconfig, '--context', context, '-n', namespace];
    return (await promisify(execFile)('kubectl', [...options, ...args])).stdout;
  }

  get #endpoint(): Endpoint {
    return endpointOf(this.#kubeconfig, this.ref.context);
  }

  /** Another writer’s text: the same request as kubectl's, without its process. */
  async write(text: string): Promise<void> {
    await patchText(this.#endpoint, this.ref.namespace, this.ref.name, text);
  }

  stored(): Promise<string> {
    return textOf(this.#endpoint, this.ref.namespace, this.ref.name);
  }

  view(): Promise<ConfigMapView> {
    return this.host.ask('configMap.get', { ref: this.ref });
  }

  /** Writes the text and opens the ConfigMap again. */
  async open(text?: string): Promise<void> {
    await this.go('#/about');
    await this.page.getByRole('heading', { name: 'kAudit Tray' }).first().waitFor();
    if (text !== undefined) await this.write(text);
    const { context, namespace, name } = this.ref;
    await this.go(`#/configmap/${[context, namespace, name].map(encodeURIComponent).join('/')}`);
    await this.page.getByRole('heading', { name, level: 1 }).waitFor();
  }

  /** Leaves the open view, with its edits. */
  async go(hash: string): Promise<void> {
    await this.page.evaluate((address) => {
      location.hash = address;
    }, hash);
    const leave = this.page.getByRole('button', { name: 'Discard and leave' });
    await this.page.waitForTimeout(50);
    if (await leave.isVisible()) await leave.click();
  }

  button(name: string | RegExp, within: Page | Locator = this.page): Locator {
    return within.getByRole('button', { name, ...(typeof name === 'string' ? { exact: true } : {}) });
  }

  field(label: string): Locator {
    return this.page.getByLabel(label, { exact: true });
  }

  entries(): Locator {
    return this.page.getByRole('navigation', { name: 'Integrations' });
  }

  /** Waits until the page shows the result of the edits. */
  async settled(): Promise<void> {
    await vi.waitFor(async () => expect(await this.status()).not.toBe('Checking …'), { timeout: 10_000 });
  }

  async status(): Promise<string> {
    return (await this.page.locator('.editor-footer [role=status]').textContent()) ?? '';
  }

  dialog(name?: string | RegExp): Locator {
    return this.page
      .getByRole('dialog', name === undefined ? {} : { name })
      .or(this.page.getByRole('alertdialog', name === undefined ? {} : { name }));
  }

  async review(): Promise<Locator> {
    await this.settled();
    await this.button('Review and apply').click();
    const dialog = this.dialog('Review and apply');
    await dialog.waitFor();
    return dialog;
  }

  async apply(): Promise<void> {
    await this.button(/^Apply to /, await this.review()).click();
    await this.page.getByText('Saved and read back').waitFor();
  }

  async choose(select: RegExp, option: string | RegExp): Promise<void> {
    await this.button(select).click();
    await this.page.getByRole('option', { name: option }).click();
  }

  /** The document's text as the text view shows it. */
  async shownText(): Promise<string> {
    await this.page.getByRole('tab', { name: 'Text' }).click();
    const lines = this.page.locator('.cm-line');
    await lines.first().waitFor();
    return (await lines.allTextContents()).join('\n');
  }

  /** Presses Tab until the element with that name has the focus. */
  async tabTo(name: RegExp): Promise<void> {
    const seen: string[] = [];
    for (let presses = 0; presses < 120; presses++) {
      const here = await this.page.evaluate(() => {
        const element = document.activeElement;
        if (!element?.matches('a, button, input, [role]')) return '';
        const ids = element.getAttribute('aria-labelledby')?.split(' ') ?? [];
        const labels = element instanceof HTMLInputElement ? Array.from(element.labels ?? [], (label) => label.textContent) : [];
        const words = [element.getAttribute('aria-label'), ...ids.map((id) => document.getElementById(id)?.textContent), ...labels];
        return words.filter((word) => word).join(' ') || (element.textContent ?? '');
      });
      seen.push(here.slice(0, 60));
      if (name.test(here)) return;
      await this.page.keyboard.press('Tab');
    }
    throw new Error(`Tab never leads to ${name}: ${seen.join(' | ')}`);
  }
}
