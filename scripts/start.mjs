// `npm start -- FLAGS`: installs and builds what is missing, then runs the desktop host on Electron, or the browser
// host on Node where Electron can't run. The host itself checks the flags (main/flags.ts).
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { ensureBuilt, ensureElectron, ensureInstalled } from './bootstrap.mjs';
import { electronBinary } from './electron.mjs';
import { projectNode, root } from './node24.mjs';

const flags = process.argv.slice(2);

await ensureInstalled('running');
const asked = flags.findLast((flag, index) => flag.startsWith('--host=') || flags[index - 1] === '--host')?.replace('--host=', '');
const reason = asked === 'browser' ? undefined : await ensureElectron();
if (reason !== undefined) process.stderr.write(`${reason} The same program is served to your browser instead.\n`);
await ensureBuilt();

const desktop = asked !== 'browser' && reason === undefined;
if (flags.includes('--demo')) {
  process.stderr.write(`The demo runs until you press Ctrl+C here${desktop ? ', or choose Quit in its menu' : ''}.\n`);
}
const [command, args] = desktop
  ? [electronBinary(process.env), [root, ...flags]]
  : [projectNode(), [join(root, 'dist', 'main', 'browser.js'), ...flags]];
// The extra channel shows the browser host that this process is gone, however it ended.
const child = spawn(command, args, { stdio: desktop ? 'inherit' : ['inherit', 'inherit', 'inherit', 'ipc'] });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('error', (error) => {
  process.stderr.write(`${command} cannot be started: ${error.message}\n`);
  process.exit(1);
});
child.on('exit', (code, signal) => process.exit(signal === null ? code : 128 + constants.signals[signal]));
