// What this room says to people. `npm run check` refuses sentences elsewhere in it.

export const instanceWhat = (instance: string, what: string) => `${instance} · ${what}`;
export const openPage = 'Open the full page';
export const openPageE = 'Open the full page (e)';
export const close = 'Close the panel';
export const closeEscape = 'Close the panel (Escape)';
export const sections = 'Sections';
export const configure = 'Configure';
export const tests = 'Tests';
export const history = 'History';
export const help = 'Help';
export const whatToWhere = (what: string, where: string, text: string) => `${what} to ${where}${text}`;
export const unsaved = ', unsaved';
export const undoLastChange = 'Undo last change';
export const test = 'Test';
export const testUnsaved = 'Test unsaved';
export const review = 'Review';
export const checking = 'Checking …';
export const notMade = 'Not made';
export const readOnly = 'Read-only';
export const noIntegrations = 'No integrations yet. kAudit sends nothing for this ConfigMap. Add one on the full page.';
export const notInText = 'This integration is no longer in the text.';
export const cantRead = 'The form can’t show this text: it isn’t valid';
export const notAList = 'The text isn’t a list of integrations.';
export const openText = 'Fix it in the text';
export const fixKey = 'f';
export const notTested = 'No delivery test of this integration yet.';
export const seeReport = 'See the report';
