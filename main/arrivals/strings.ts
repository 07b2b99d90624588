// What this room says to people. `npm run check` refuses sentences elsewhere in it.

export const waitingKAuditTraySendsMost = 'Waiting: kAudit Tray sends at most ten queries a minute. Check again in a moment.';
export const listShowsFirstNamesOnly = (mostNames: number) => `This list shows the first ${mostNames} names only.`;
export const queryCoralogixCancelledRunAgain = 'The query to Coralogix was cancelled. Run it again.';
export const presetNoLongerExistsChoose = 'This preset no longer exists. Choose another one.';
export const keychainLockedReadBackKey = 'The keychain is locked, and the read-back key is in it. Unlock it, then test a preset.';
export const arrivalsSwitchedOffSwitchThem = (name: string) => `Arrivals of “${name}” are switched off. Switch them on in the preset.`;
export const noNamesSelectedFindThem = (name: string) =>
  `No names are selected for “${name}”. Find them in the preset and select kAudit’s.`;
export const presetNoReadBackKey = (name: string) =>
  `The preset “${name}” has no read-back key, and its Send-Your-Data key can’t query. Enter a personal or team key with DataQuerying.`;
export const teamUsedUpQueriesKAudit =
  'The team has used up its queries. kAudit Tray waits as long as Coralogix requires, then tries again.';
export const presetNoLongerReadBack = (name: string) => `The preset “${name}” no longer has a read-back key. Enter it again.`;
export const cantReached = (queryHost: string, evidence: string, fix: string) => `${queryHost} can’t be reached: ${evidence} ${fix}`;
