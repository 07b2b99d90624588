import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAuthority } from '../../support/certificates.ts';
import { chromiumRequirement } from '../../support/chromium.ts';
import { type Bench, startBench } from '../../support/delivery-bench.ts';
import { type Desktop, startDesktop } from '../../support/desktop.ts';
import { fullRunTest } from '../../support/full-run.ts';
import { startHost } from '../../support/host.ts';
import { startProxy, type TestProxy } from '../../support/proxy.ts';
import { describeWith } from '../../support/requirement.ts';

// Which proxy a delivery test goes through, in the hosts themselves: the desktop host asks Electron for the system's
// settings, the browser host has its environment only.

const API = 'api.eu2.coralogix.com';
const KEY = 'cxtp_Sentinel4f8a1c2bd93e7061Sentine';
const preset = { preset: { name: 'EU2', domain: 'eu2.coralogix.com' }, key: KEY };

describeWith([chromiumRequirement], 'the proxy of a delivery test', () => {
  let bench: Bench;
  let system: TestProxy;
  let variable: TestProxy;
  let directory: string;
  let environment: Record<string, string>;

  beforeAll(async () => {
    const authority = await createAuthority('Test CA');
    bench = await startBench({ authority, names: [API] });
    const routes = { [`${API}:443`]: bench.port };
    [system, variable] = await Promise.all([startProxy({ routes }), startProxy({ routes })]);
    directory = mkdtempSync(join(tmpdir(), 'kaudit-tray-system-proxy-'));
    environment = { NODE_EXTRA_CA_CERTS: join(directory, 'ca.pem') };
    writeFileSync(join(directory, 'ca.pem'), authority.certificate);
  });
  afterAll(async () => {
    rmSync(directory, { recursive: true, force: true });
    await Promise.all([bench?.stop(), system?.stop(), variable?.stop()]);
  });

  async function proxyStage(host: Pick<Desktop, 'ask'>) {
    const reply = await host.ask('preset.test', preset);
    if (!('report' in reply)) throw new Error(JSON.stringify(reply));
    const { outcome, stages, vantage } = reply.report;
    return { outcome, vantage, evidence: stages[0]?.evidence };
  }

  fullRunTest('in the desktop host is the system’s current one for each test', async () => {
    const desktop = await startDesktop({ environment });
    try {
      const { host } = new URL(system.url);
      await desktop.tell({ do: 'systemProxy', answer: `PROXY ${host}; DIRECT` });
      expect(await proxyStage(desktop)).toEqual({
        outcome: 'passed',
        vantage: expect.stringContaining(`through the proxy ${host}`),
        evidence: `System settings: http://${host}: tunnel open`,
      });
      expect(system.connections).toEqual([{ authority: `${API}:443`, status: 200 }]);

      await desktop.tell({ do: 'systemProxy', answer: 'PROXY 127.0.0.1:1' });
      expect(await proxyStage(desktop)).toMatchObject({
        outcome: 'failed',
        vantage: expect.stringContaining('through the proxy 127.0.0.1:1'),
      });
    } finally {
      await desktop.stop();
    }
  });

  fullRunTest('is the one of HTTPS_PROXY when both are set', async () => {
    const before = system.connections.length;
    const desktop = await startDesktop({ environment: { ...environment, HTTPS_PROXY: variable.url } });
    try {
      await desktop.tell({ do: 'systemProxy', answer: `PROXY ${new URL(system.url).host}` });
      expect(await proxyStage(desktop)).toMatchObject({
        outcome: 'passed',
        evidence: expect.stringMatching(/^HTTPS_PROXY: .*tunnel open$/),
      });
      expect(system.connections).toHaveLength(before);
      // The stand-in's Chromium uses it too.
      expect(variable.connections).toContainEqual({ authority: `${API}:443`, status: 200 });
    } finally {
      await desktop.stop();
    }
  });

  test('in the browser host is the one of HTTPS_PROXY', async () => {
    const host = await startHost({ environment: { ...environment, HTTPS_PROXY: variable.url } });
    try {
      expect(await proxyStage(host)).toMatchObject({ outcome: 'passed', evidence: expect.stringMatching(/^HTTPS_PROXY: .*tunnel open$/) });
    } finally {
      await host.stop();
    }
  });
});
