// What this room says to people. `npm run check` refuses sentences elsewhere in it.

export const editsStillHere = 'Your edits are still here.';
export const wroteOtherVersion = (manager: string) => ` ${manager} wrote the other version `;
export const mine = 'Mine';
export const theirs = 'Theirs';
export const before = 'Before';
export const wholeText = (title: string) => `${title}: the whole text`;
export const copyTitle = (title: string) => `Copy ${title}`;
export const unsavedChangesNoLongerFit = (reason: string) => `You have unsaved changes that no longer fit: ${reason}`;
export const copyMyText = 'Copy my text';
export const madeThem = 'You made them ';
export const belowClustersCurrentVersionNext =
  '. Below is the cluster’s current version. Your next edit here discards your unsaved changes.';
export const unsavedChangesMadeOlderVersion = 'You have unsaved changes, made on an older version';
export const unsavedChanges = 'You have unsaved changes';
export const hereTheyTopClustersCurrent = '. Here they are on top of the cluster’s current version. ';
export const reviewApplyThemDiscardThem = (words: string) => `${words}Review and apply them, or discard them.`;
export const keyEnteredWasntKeptEnter = 'The key that you entered wasn’t kept. Enter it again.';
export const keysEnteredWerentKeptEnter = 'The keys that you entered weren’t kept. Enter them again.';
export const savedReadBack = 'Saved and read back';
export const undo = 'Undo';
export const otherPeoplesChangesKept = 'Other people’s changes were kept:';
export const managedBy = (by: string, nameText: string) => `Managed by ${by}: ${nameText}`;
export const markedClusterReadOnly = (context: string) => `You marked the cluster “${context}” as read-only.`;
export const verbMissing = (verb: string) => `: the verb “${verb}” is missing`;
export const canReadConfigMapButNot = (text: string) => `You can read this ConfigMap but not change it${text}.`;
export const copyRoleGrants = 'Copy the Role that grants it';
export const test = 'Test';
export const canTryEditsRemoveMark = 'You can try and test edits here. To apply them, remove the mark in the fleet.';
export const canTryEditsNeedPermission = 'You can try and test edits here. To apply them, you need the permission.';
export const changesWerentSaved = 'Your changes that weren’t saved';
export const dismissThem = 'Dismiss them';
export const lastChangeCantMade = 'The last change can’t be made';
export const undoLastChange = 'Undo last change';
export const tryAgain = 'Try again';
export const configMapNoLongerCluster = 'This ConfigMap is no longer in the cluster';
export const someoneDeletedNoLongerPermission =
  'Someone deleted it, or you no longer have permission to see it. Your edits are still here, but you can’t apply them.';
export const someoneDeletedRecreatedConfigMap = 'Someone deleted and recreated this ConfigMap';
export const configMapChangedClusterSinceOpened = 'This ConfigMap changed in the cluster since you opened it';
export const loadCurrentVersion = 'Load the current version';
export const editsBasedDeletedOneCheck = 'Your edits are based on the deleted one. Check the new one first.';
export const applyingMergesEditsDifferentFields = 'Applying merges edits to different fields, and asks about edits to the same field.';
export const discardEdits = 'Discard your edits?';
export const discardLoad = 'Discard and load';
export const loadingCurrentVersionDiscardsChanges = 'Loading the current version discards your changes here.';
export const someoneElseChangedSameFields = 'Someone else changed the same fields';
export const reviewApply = 'Review and apply';
export const backEditing = 'Back to editing';
export const useTheirsRedoMyEdits = 'Use theirs and redo my edits by hand';
export const applyTheseValues = 'Apply these values';
export const exportInstead = 'Export instead …';
export const applyAnyway = 'Apply anyway';
export const applyTo = (cluster: string) => `Apply to ${cluster}`;
export const commandKeyEnter = (commandKey: string) => `${commandKey} Enter`;
export const someoneChangedConfigMapAfterOpened = 'Someone changed this ConfigMap after you opened it';
export const showsChangeVersionOpenedApplying =
  'This shows your change to the version that you opened. Applying keeps their change, and asks about fields that you both changed.';
export const dontHavePermissionChangeConfigMap = 'You don’t have permission to change this ConfigMap, so you can’t apply this.';
export const resultCanApplyButKAudit = (countWords: string) =>
  `The result has ${countWords}. You can apply it, but kAudit may not accept it.`;
export const sideEffects = 'Side effects';
export const whatChanges = 'What changes';
export const textSameBeforeSoTheres = 'The text is the same as before, so there’s nothing to apply.';
export const textChanges = 'Text changes';
export const notApplied = (reason: string) => `Not applied: ${reason}`;
export const copyRole = 'Copy the Role';
export const verbMissingClusterAdministratorCan = (verb: string) => `The verb “${verb}” is missing. A cluster administrator can grant it:`;
export const notAppliedYetManagesConfigMap = (by: string, nameText: string) =>
  `Not applied yet: ${by} manages this ConfigMap (${nameText})`;
export const maySaved = (reason: string) => `It may have been saved: ${reason}`;
export const editsStillHereApplyThem = 'Your edits are still here. Apply them again only when you know that the cluster doesn’t have them.';
