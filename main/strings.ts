// What this room says to people. `npm run check` refuses sentences elsewhere in it.

export const pageAddress = (url: string) => `kAudit Tray: ${url}\n`;
export const demoClustersKubectlKubeconfig = (kubeconfig: string) => `Demo clusters for kubectl: --kubeconfig ${kubeconfig}\n`;
export const itIsInUse = 'it is in use';
export const dontPermissionUse = 'you don’t have permission to use it';
export const portCantBeOpened = (port: number, reason: string) =>
  `Port ${port} on 127.0.0.1 can’t be opened: ${reason}. Choose another with --port, or 0 for any free one.`;
export const unhandledFailure = (textOf: string) => `Unhandled failure: ${textOf}`;
export const uncaughtError = (textOf: string) => `Uncaught error: ${textOf}`;
export const kAuditTrayHasToQuitBecauseOfBug =
  'kAudit Tray has to quit because of a bug. For details, see kaudit-tray.log in its data folder. Start it again.';
export const kAuditTrayDoesntRunRoot =
  'kAudit Tray doesn’t run as root, because Chromium’s sandbox can’t start there. Start it as the user who works with it.';
export const desktopHasntRespondedYet = 'The desktop hasn’t responded yet.';
export const kAuditTrayCantStart = (message: string) => `kAudit Tray can’t start: ${message}`;
export const kAuditTray = 'kAudit Tray';
export const kAuditTrayHasToQuit = 'kAudit Tray has to quit.';
export const usage = `Usage: npm start -- [flags]
  --host desktop|browser  the tray application, or the same on a page (default: desktop where Electron can run)
  --kubeconfig FILE       read this kubeconfig instead of KUBECONFIG or ~/.kube/config; repeatable
  --user-data DIR         keep settings here
  --demo                  embedded demo clusters; nothing leaves this computer
  --hidden                start in the tray, without a window (tray application)
  --port N                the page's port on 127.0.0.1 (browser host; 0: any free one)
  --no-open               do not open the system's browser (browser host)`;
export const takesNoValue = (name: string) => `${name} takes no value.`;
export const unknownFlag = (argument: string) => `Unknown flag: ${argument}`;
export const needsValue = (name: string) => `${name} needs a value.`;
export const listChangesUnknownOutcome = 'The list of changes with an unknown outcome';
export const unsavedChanges = 'The unsaved changes';
export const arrivalCounts = 'The arrival counts';
export const hostIs = (value: string) => `--host is desktop or browser, not ${value}.`;
export const portIs = (value: string) => `--port is a number from 0 to 65535, not ${value}.`;
