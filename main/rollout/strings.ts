// What this room says to people. `npm run check` refuses sentences elsewhere in it.

export const nothingChanged = (unsaved: string) => `${unsaved} Nothing was changed.`;
export const thenRunRestAgain = (reason: string) => `${reason} Then run the rest again.`;
export const progressRolloutCantSavedFree = (path: string) => `The progress of a rollout can’t be saved in ${path}. Free up space there.`;
export const rolloutDamagedChangedSomethingElse = (path: string) =>
  `The rollout in ${path} is damaged or was changed by something else. It’s left out.`;
export const notConnectedConnectThenPlan = (context: string) => `“${context}” is not connected. Connect it, then plan again.`;
export const markedReadOnly = (context: string) => `You marked “${context}” as read-only.`;
export const noLongerExists = (name: string, namespace: string) => `${name} in ${namespace} no longer exists.`;
export const kAuditCouldntReadResultList = 'kAudit couldn’t read the result as a YAML list. Open the ConfigMap.';
export const rolloutRunningWaitUntilEnds = 'A rollout is running. Wait until it ends, or cancel it first.';
export const planNoLongerKnownPlan = 'This plan is no longer known. Plan again.';
export const managesNowChooseIndividuallyChange = (by: string) => `${by} manages it now. Choose it individually to change it anyway.`;
export const someoneDeletedRecreatedConfigMap = 'Someone deleted and recreated the ConfigMap.';
export const anotherIntegrationPlaceNowSends = 'Another integration is in its place now, or it sends elsewhere. Plan again.';
export const conflictNoLongerKnownPlan = 'The conflict with this change is no longer known. Plan again.';
export const valueChosenPlaceIsntConflict = 'A value was chosen for a place that isn’t in conflict. Choose again.';
export const earlierVersionIsntHistoryChange = 'Its earlier version isn’t in the history. Change it back by hand.';
export const kAuditTrayQuitDuringChange = 'kAudit Tray quit during this change. Connect the cluster to see the outcome.';
export const kAuditTrayQuitBeforeMade = 'kAudit Tray quit before it made this change.';
export const kAuditTrayQuitBeforeUndid = 'kAudit Tray quit before it undid this change.';
export const someoneElseChanged = 'Someone else has changed it.';
