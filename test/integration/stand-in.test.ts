import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { chromiumRequirement } from '../support/chromium.ts';
import { spawnDesktop } from '../support/desktop.ts';
import { electronRequirement, spawnElectron } from '../support/desktop-electron.ts';
import { describeWith } from '../support/requirement.ts';
import { sessionRequirement, startDesktopSession } from '../support/session/desktop-session.ts';

// One program on Electron and on the stand-in: Electron does what the stand-in claims.

const PAGE = `if (location.protocol !== 'about:') {
  const step = Number(sessionStorage.step ?? 0);
  sessionStorage.step = step + 1;
  addEventListener('load', () => setTimeout(() => {
    if (step === 0) return location.reload();
    location.href = 'https://example.com/';
    setTimeout(() => { location.href = 'about:blank'; }, 500);
  }, 300));
}`;
const CHILD = `const port = process.parentPort ?? { on: (name, listener) => process.on(name, (data) => listener({ data })), postMessage: (data) => process.send(data) };
port.on('message', ({ data }) => { port.postMessage(data); setTimeout(() => process.exit(7), 200); });`;

async function seenBy(start: (program: string, folder: string) => ChildProcess): Promise<Record<string, unknown>> {
  const folder = mkdtempSync(join(tmpdir(), 'kaudit-tray-claims-'));
  try {
    const program = join(folder, 'program');
    mkdirSync(join(program, 'dist', 'main'), { recursive: true });
    writeFileSync(join(program, 'package.json'), JSON.stringify({ name: 'claims', type: 'module', main: 'dist/main/desktop.js' }));
    copyFileSync(join(import.meta.dirname, '../support/electron/claims.mjs'), join(program, 'dist', 'main', 'desktop.js'));
    copyFileSync(join(import.meta.dirname, '../../assets/tray/failing-light@2x.png'), join(folder, 'icon.png'));
    writeFileSync(join(folder, 'preload.cjs'), PAGE);
    writeFileSync(join(folder, 'child.cjs'), CHILD);
    const child = start(program, folder);
    let errors = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      errors += chunk.toString();
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), 60_000);
    const [code] = await once(child, 'exit');
    clearTimeout(timer);
    if (code !== 3) throw new Error(`It ended with ${code}.\n${errors}`);
    return JSON.parse(readFileSync(join(folder, 'seen.json'), 'utf8'));
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

describeWith([electronRequirement, sessionRequirement, chromiumRequirement], 'the stand-in for Electron', () => {
  test('behaves as Electron does', async () => {
    const session = await startDesktopSession();
    try {
      const { environment } = session;
      const [real, claimed] = await Promise.all([
        seenBy((program, folder) => spawnElectron({ environment, program, flags: [folder] })),
        seenBy((program, folder) => spawnDesktop({ environment, program, flags: [folder], directory: folder })),
      ]);
      expect(claimed).toEqual(real);
      // What the program relies on, and earlier wrong assumptions.
      expect(real).toMatchObject({
        signalSetBeforeReady: ['before-quit'],
        signalSetWhenReady: ['set when ready'],
        quitIsAsked: 'before-quit',
        tooLate: [true, true],
        navigations: [
          'did-navigate app://page/',
          'will-navigate app://page/',
          'did-navigate app://page/',
          'will-navigate https://example.com/',
          'did-navigate about:blank',
        ],
        image: { size: { width: 44, height: 44 } },
        questionWaits: true,
        keptOpen: true,
        closed: ['one', 'all'],
      });
    } finally {
      await session.stop();
    }
  });
});
