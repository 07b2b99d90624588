// What this room says to people. `npm run check` refuses sentences elsewhere in it.

export const oneSideRemovedPartBelongs =
  'One side removed the part that this belongs to. Choose a side for the whole entry, or edit the text.';
export const textChangedNeitherVersionValid = 'The text changed; neither version is a valid list of integrations.';
export const textBecomesValidListIntegrations = 'The text becomes a valid list of integrations.';
export const textNoLongerValidList = 'The text is no longer a valid list of integrations.';
export const titleAtRemoved = (titleAt: string) => `${titleAt}: removed`;
export const titleAtAdded = (titleAt: string) => `${titleAt}: added`;
export const movedPosition = (titleAt: string, value: number) => `${titleAt}: moved to position ${value}`;
export const onlyCommentsLayoutChanged = 'Only comments or layout changed.';
export const entryValue = (value: number) => `Entry ${value}`;
export const entry = (value: number) => `entry ${value}`;
export const unknownTarget = 'an unknown target';
export const targetRemoved = (title: string, placeOf: string) => `${title}: target ${placeOf} removed`;
export const targetAdded = (title: string, placeOf: string) => `${title}: target ${placeOf} added`;
export const targetValue = (value: number) => `target ${value} `;
export const writtenDifferently = (title: string) => `${title}: written differently`;
export const nameChanged = (name: string) => `${name}: changed`;
export const titleLabelAddedShown = (title: string, label: string, shown: string) => `${title}: ${label} added: ${shown}`;
export const removedWas = (title: string, label: string, shown: string) => `${title}: ${label} removed (was ${shown})`;
export const titleLabelWrittenDifferently = (title: string, label: string) => `${title}: ${label} written differently`;
export const textIsntListKAuditExpects =
  'The text isn’t a list: kAudit expects entries that start with "- ". Put a dash before the integration and indent its other lines by two spaces.';
export const lineCharactersTooManyAny = (line: number, value: string) =>
  `Line ${line} has ${value} characters, too many for any editor to show well. Check that it was pasted as intended.`;
export const textWhole = 'the text as a whole';
export const theValue = (path: string) => `the value ${path}`;
export const noTarget = 'no target';
export const whereSends = 'where it sends';
export const whatSends = 'what it sends';
export const labelReference = (label: string) => `${label} (reference)`;
export const thereNoIntegrationPositionReload = (value: number) => `There is no integration at position ${value}. Reload the ConfigMap.`;
export const integrationNoTargetReloadConfigMap = (value: number) => `This integration has no target ${value}. Reload the ConfigMap.`;
export const integrationOnlyOneTarget = 'This integration has only one target.';
export const thereNothingDuplicate = (pathText: string) => `There is nothing at ${pathText} to duplicate.`;
export const kAuditTrayCantReadIntegrations = 'kAudit Tray can’t read this integration’s target. Edit it in the text.';
export const textCantReadCorrectText = (message: string) => `The text can’t be read: ${message} Fix it in the text first.`;
export const documentEmpty = 'The document is empty.';
export const theDocument = 'The document';
export const isntList = (pathText: string) => `${pathText} isn’t a list.`;
