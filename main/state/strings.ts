// What this room says to people. `npm run check` refuses sentences elsewhere in it.

export const noCredentialPluginSoTheres = (context: string) => `“${context}” has no login plugin, so there’s no sign-in to allow.`;
export const clusterIsntConnectedConnectFirst = (context: string) => `The cluster “${context}” isn’t connected. Connect it first.`;
export const theresNoContextKubeconfigFiles = (context: string) =>
  `There’s no context “${context}” in the kubeconfig files. Check its name, or reload the files.`;
export const versionTheseChangesBasedNo =
  'The version that these changes are based on is no longer known. Reload the ConfigMap and make them again.';
export const presetsKeyBelongsWouldNext = (domain: string, host: string) =>
  `The preset’s key belongs to ${domain}, but this change would use it with ${host}.`;
export const reloadIt = 'Reload it.';
export const savedButCantShown = (name: string, reason: string) => `${name} was saved but can’t be shown. ${reason}`;
export const nothingWritten = (reason: string) => `${reason} Nothing was written.`;
export const kAuditCouldntReadResultYaml = 'kAudit couldn’t read the result as a YAML list. Nothing was written.';
export const presetsKeyBelongsWouldNextUrl = (domain: string, host: string) =>
  `The preset’s key belongs to ${domain}, but this change would use it with ${host}. Nothing was written. Restore the preset’s own URL, or choose the right preset.`;
export const versionTheseChangesBasedNoLonger = 'The version that these changes are based on is no longer known.';
export const someoneDeletedRecreatedConfigMap = 'Someone deleted and recreated the ConfigMap.';
export const someoneElseChangedSameFields = 'Someone else changed the same fields.';
export const urlNowOneWherePresets = (host: string) =>
  `With someone else’s change, the preset’s key would be used with ${host}, where it doesn’t belong.`;
export const markedReadOnlySoNothing = (context: string) =>
  `You marked “${context}” as read-only, so nothing was written. Remove the mark in the fleet, then apply again.`;
export const nothingWrittenCompareThenMake = (why: string) =>
  `${why} Nothing was written. Compare, then make your changes on the newest version.`;
export const theresNoConfigMapGoBack = (about: string, context: string) =>
  `There’s no ConfigMap ${about} in “${context}”. Go back to the clusters.`;
export const unsavedPreset = 'unsaved preset';
export const allIntegrationsAlreadyBeingTested = 'All integrations are already being tested. Wait for the result, or cancel the tests.';
export const configurationNewerTestTestAgain = 'This configuration has a newer test. Test again.';
export const kAuditTrayCanLookOnly = 'kAudit Tray can look only for entries that Coralogix accepted. Test again first.';
export const thisAddress = 'this address';
export const noPresetReadBackKey = (domain: string) => `No preset of ${domain} has a read-back key. Add one to the preset of this team.`;
export const presetNoLongerReadBack = (name: string) => `The preset “${name}” no longer has a read-back key. Enter it again.`;
export const askingCoralogix = 'Asking Coralogix …';
export const somethingWentWrongInsideKAudit = 'Something went wrong inside kAudit Tray.';
export const cancelledHere = 'Cancelled here.';
export const integrationIsntConfigMapReloadThen = 'This integration isn’t in the ConfigMap. Reload it, then test again.';
export const targetsTypeCantTestedOnly = (targetType: string) =>
  `Targets of type ${targetType} can’t be tested: only http-api sends to Coralogix.`;
export const integrationNoUrlStartsFill = 'This integration has no URL that starts with https://. Fill in the Coralogix domain first.';
export const integrationsUrlContainsKeyMove = 'This integration’s URL contains a key. Move the key to http-api-token, then test again.';
export const fieldHttpApiTokenHeader = 'The field http-api-token-header contains a key. Enter the name of a header there, then test again.';
export const integrationNoKeyChoosePreset = 'This integration has no key. Choose a preset or enter the key first.';
export const keyReferenceWhichKAuditGets = (reference: string) =>
  `The key is a reference to “${reference}”, which kAudit gets from outside this document. Choose the preset that has that key.`;
export const keyBelongsSoKAuditTray = (name: string, domain: string, host: string) =>
  `The key of “${name}” belongs to ${domain}, so kAudit Tray doesn’t send it to ${host}. Choose a preset of that domain.`;
export const keyReferenceSoTestUsed = (reference: string, name: string) =>
  `The key is a reference (${reference}), so the test used the key of the preset “${name}”. This doesn’t prove that the cluster has the same key.`;
export const changeWasntKept = (reason: string) => `${reason} The change wasn’t kept.`;
export const unsavedChangesWontSurviveRestart =
  'Your unsaved changes won’t survive a restart, because the data folder isn’t writable. Check its owner and space.';
export const firstKnownVersion = 'This is the first known version, so there’s nothing before it to restore.';
export const clusterRefusedNewText = (name: string, explain: string) => `The cluster refused the new text of ${name}: ${explain}`;
export const draftHoldsKey =
  'A value that you typed has become a key of this ConfigMap. Your text is shown without it: make your change again.';
