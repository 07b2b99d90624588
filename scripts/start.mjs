// `npm start -- FLAGS`: installs and builds what is missing, then runs the desktop host on Electron, or the browser host on Node where Electron
// cannot run. The host itself checks the flags (main/common/flags.ts).
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { ensureBuilt, ensureInstalled } from './bootstrap.mjs';
import { electronBinary, whyNoDesktop } from './electron.mjs';
import { projectNode, root } from './node24.mjs';

const flags = process.argv.slice(2);

await ensureInstalled('running');
await ensureBuilt();

const asked = flags.findLast((flag, index) => flag.startsWith('--host=') || flags[index - 1] === '--host')?.replace('--host=', '');
const electron = electronBinary(process.env);
const reason = asked === 'browser' ? undefined : whyNoDesktop({ binary: electron, platform: process.platform, environment: process.env });
if (asked !== 'browser' && reason !== undefined) process.stderr.write(`${reason} The same program is served to your browser instead.\n`);
const desktop = asked !== 'browser' && reason === undefined;

const [command, args] = desktop ? [electron, [root, ...flags]] : [projectNode(), [join(root, 'dist', 'main', 'browser.js'), ...flags]];
// The extra channel tells the browser host when this process is gone, however it ended.
const child = spawn(command, args, { stdio: desktop ? 'inherit' : ['inherit', 'inherit', 'inherit', 'ipc'] });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('error', (error) => {
  process.stderr.write(`${command} cannot be started: ${error.message}\n`);
  process.exit(1);
});
child.on('exit', (code, signal) => process.exit(signal === null ? code : 128 + constants.signals[signal]));
