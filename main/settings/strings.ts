// What this room says to people. `npm run check` refuses sentences elsewhere in it.

export const deliveryReportsCantRead = (path: string) => `The delivery reports in ${path} can’t be read.`;
export const someDeliveryReportsCantRead = (path: string) => `Some delivery reports in ${path} can’t be read and are left out.`;
export const deliveryReportsCantSavedKAudit = (path: string, code: string) =>
  `The delivery reports can’t be saved in ${path} (${code}). kAudit Tray keeps them until it quits.`;
export const useRunningOneOrUserData = 'Use the running one, or start another with --user-data and another folder.';
export const anotherKAuditTrayUsesData = (directory: string) =>
  `Another kAudit Tray uses the data folder ${directory} and doesn’t respond. End it, or use --user-data with another folder.`;
export const desktopApplication = 'as a desktop application';
export const inTheBrowser = 'in the browser';
export const inTheBrowserAt = (address: string) => `in the browser at ${address}`;
export const kAuditTrayAlreadyRunsProcess = (where: string, pid: number, directory: string, other: string) =>
  `kAudit Tray is already running ${where} (process ${pid}) with the data folder ${directory}. ${other}`;
export const cantRead = (what: string, path: string) => `${what} in ${path} can’t be read.`;
export const cantSavedCheckFoldersOwner = (what: string, path: string, code: string) =>
  `${what} can’t be saved in ${path} (${code}). Check the folder’s owner and space.`;
export const wrongLength = 'wrong length';
export const thesePartsCantReadReset = (lost: string) => `These parts can’t be read and are reset: ${lost}.`;
export const allReadablePartsKept = 'All readable parts are kept.';
export const settingsDamaged = (path: string, what: string, replaced: string) => `The settings in ${path} are damaged. ${what} ${replaced}`;
export const damagedFileNow = (aside: string) => `The damaged file is now ${aside}.`;
export const fileStaysBecauseFolderIsnt = (code: string) => `The file stays as it is, because the folder isn’t writable (${code}).`;
export const whichKeyBelongsWhichPreset = 'which key belongs to which preset';
export const theyCouldntOpenedStart = 'they couldn’t be opened at the start';
export const settingsCantReadSavedCheck = (path: string, reason: string) =>
  `The settings in ${path} can’t be read or saved: ${reason}. Check the folder’s owner and space.`;
export const kAuditTray = 'kAudit Tray';
export const cantTellWhetherAnother = (directory: string, foreign: string) =>
  `kAudit Tray can’t tell whether another kAudit Tray uses the data folder ${directory}, because ${foreign} belongs to another user. Run only one of them, or use --user-data with a shorter path.`;
