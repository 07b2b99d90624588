// What the stand-in claims about Electron, as a program that both run: it prints what it saw, one JSON at the end.
// test/integration/stand-in.test.ts compares.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { app, BrowserWindow, dialog, ipcMain, Notification, nativeImage, protocol, screen, session, utilityProcess } from 'electron';

const folder = process.argv.at(-1);
const seen = {};
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const refuses = (work) => {
  try {
    work();
    return false;
  } catch {
    return true;
  }
};

const signals = [];
const signal = async (name) => {
  signals.length = 0;
  process.kill(process.pid, name);
  await pause(500);
  return [...signals];
};
process.on('SIGTERM', () => signals.push('set before ready'));
app.on('before-quit', (event) => {
  event.preventDefault();
  signals.push('before-quit');
});
app.enableSandbox();
protocol.registerSchemesAsPrivileged([{ scheme: 'app', privileges: { standard: true, secure: true } }]);
seen.beforeReady = [refuses(() => app.enableSandbox())];
app.setPath('userData', join(folder, 'data'));
seen.lock = app.requestSingleInstanceLock({});

// Electron isn't ready before this file has run.
app
  .whenReady()
  .then(look)
  .catch((error) => {
    console.error(error);
    app.exit(1);
  });

async function look() {
  seen.signalSetBeforeReady = await signal('SIGTERM');
  process.removeAllListeners('SIGTERM');
  process.on('SIGTERM', () => signals.push('set when ready'));
  seen.signalSetWhenReady = await signal('SIGTERM');
  app.quit();
  await pause(100);
  seen.quitIsAsked = signals.at(-1);
  seen.tooLate = [() => app.enableSandbox(), () => protocol.registerSchemesAsPrivileged([])].map(refuses);

  ipcMain.handle('once', () => undefined);
  seen.handledTwice = refuses(() => ipcMain.handle('once', () => undefined));
  seen.notifications = Notification.isSupported();
  seen.proxy = await session.defaultSession.resolveProxy('https://example.com/');
  seen.display = screen.getAllDisplays().every(({ bounds, workArea }) => bounds.width > 0 && workArea.width > 0);

  const image = nativeImage.createFromBuffer(readFileSync(join(folder, 'icon.png')));
  const bitmap = image.toBitmap();
  const solid = bitmap.findIndex((value, at) => at % 4 === 3 && value === 255) - 3;
  seen.image = { size: image.getSize(), length: bitmap.length, solid: [solid, ...bitmap.subarray(solid, solid + 4)] };

  // A child that prints its input, and ends.
  const child = utilityProcess.fork(join(folder, 'child.cjs'), []);
  child.postMessage({ said: 'back' });
  seen.child = await new Promise((resolve) => {
    const messages = [];
    child.on('message', (message) => messages.push(message));
    child.once('exit', (code) => resolve({ messages, code }));
  });

  // A page that reloads itself once, then goes to a foreign address, then to an empty one.
  const pages = session.fromPartition('page');
  pages.protocol.handle('app', () => new Response('<title>page</title>', { headers: { 'content-type': 'text/html' } }));
  const window = new BrowserWindow({
    width: 700,
    height: 500,
    webPreferences: { session: pages, preload: join(folder, 'preload.cjs'), sandbox: true },
  });
  const events = [];
  window.webContents.on('will-navigate', (event, url) => {
    events.push(`will-navigate ${event.url ?? url}`);
    if (!(event.url ?? url).startsWith('app:')) event.preventDefault();
  });
  window.webContents.on('did-navigate', (_event, url) => events.push(`did-navigate ${url}`));
  await window.loadURL('app://page/');
  for (const end = Date.now() + 20_000; Date.now() < end && !events.includes('did-navigate about:blank'); ) await pause(50);
  seen.navigations = events;
  seen.window = { visible: window.isVisible(), maximised: window.isMaximized(), destroyed: window.isDestroyed() };
  const { width, height } = window.getNormalBounds();
  seen.bounds = { width, height };

  window.once('close', (event) => event.preventDefault());
  window.close();
  await pause(300);
  seen.keptOpen = !window.isDestroyed();
  window.hide();
  await pause(100);
  seen.hidden = !window.isVisible();
  window.show();

  // A question waits for someone, but nothing waits for the question.
  let answered = false;
  dialog.showMessageBox({ message: 'Well?', buttons: ['Yes', 'No'], cancelId: 1 }).then(() => (answered = true));
  await pause(500);
  seen.questionWaits = !answered;

  const closed = [];
  app.on('window-all-closed', () => closed.push('all'));
  window.once('closed', () => closed.push('one'));
  window.destroy();
  await pause(300);
  seen.closed = closed;
  seen.destroyed = window.isDestroyed();
  writeFileSync(join(folder, 'seen.json'), JSON.stringify(seen));
  app.exit(3);
}
