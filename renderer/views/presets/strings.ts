// What this room says to people. `npm run check` refuses sentences elsewhere in it.

import { plural } from '../../../main/common/plain-text.ts';

export const bearerIsntPartKeySo = '“Bearer ” isn’t part of the key, so it’s left out.';
export const looksLikePersonalKeyWhich = 'This looks like a personal key, which can query but not send logs. Enter a Send-Your-Data key.';
export const doesntLookLikeSendData =
  'This doesn’t look like a Send-Your-Data key (a UUID, or cxtp_ and 30 letters and digits). You can save it anyway.';
export const looksLikeSendDataKey = 'This looks like a Send-Your-Data key, which can send but not query. Enter a personal or team key.';
export const isntCoralogixDomainWhoeverRuns = (domain: string) => `${domain} isn’t a Coralogix domain: whoever runs it gets the key.`;
export const keepLabel = (label: string) => `Keep ${label}`;
export const keepIt = 'Keep it';
export const leaveEmptyKeepCurrentKey = 'Leave it empty to keep the current key. ';
export const replaceLabel = (label: string) => `Replace ${label}`;
export const replace = 'Replace';
export const removeLabel = (label: string) => `Remove ${label}`;
export const remove = 'Remove';
export const nameTextOnContext = (nameText: string, context: string, instance: string) => `${nameText} on ${context}, ${instance}`;
export const keyKeychain = 'Key in the keychain';
export const keyMemoryUntilKAuditTray = 'Key in memory until kAudit Tray quits';
export const noKey = 'No key';
export const keyGoneKeychainEnterAgain = 'Key gone from the keychain: enter it again';
export const keyDomainChangedOutsideKAudit = 'Key or domain changed outside kAudit Tray: enter the key again';
export const namesChangedOutsideKAuditTray = 'Names changed outside kAudit Tray: check and save them';
export const keychainNoLongerPresetsKey =
  'The keychain no longer has this preset’s key. Enter it again, or remove the preset. If you use several keyrings, another one may have responded.';
export const somethingElseChangedPresetsEntry =
  'Something else changed this preset’s entry in the keychain, or its domain in the settings. Check the domain, then enter the key again.';
export const somethingElseChangedPresetsNames =
  'Something else changed this preset’s names, so the settings and the keychain differ. Check the names below, then save them.';
export const keychainNoLongerHadKey = 'The keychain no longer had its key. If you use several keyrings, check the others.';
export const configuredMemoryUntilKAuditTray = 'Configured, in memory until kAudit Tray quits';
export const configured = 'Configured';
export const stateSetAgeWords = (state: string, ageWords: string) => `${state} · set ${ageWords}`;
export const placeSetAgeWords = (place: string, ageWords: string) => `${place}, set ${ageWords}`;
export const noPresetAdded = 'No preset was added';
export const n1PresetAdded = '1 preset was added';
export const presetsAdded = (added: number) => `${added} presets were added`;
export const alreadyExisted = (known: number) => `${known} already existed.`;
export const enterTheirKeysHere = 'Enter their keys here.';
export const importLabel = 'Import';
export const exportWithoutKeys = 'Export without keys';
export const formerlyDomain = (domain: string) => `formerly ${domain}`;
export const apiHost = 'api host';
export const usedKAuditsDocumentationExistingInstallations = 'Used in kAudit’s documentation and by existing installations.';
export const ingressHost = 'ingress host';
export const coralogixsCurrentDocumentationCoralogixSwitching =
  'Coralogix’s current documentation. Coralogix is switching off old addresses of the api host.';
export const enterName = 'Enter a name.';
export const domainLooksLikeEu2Coralogix = 'A domain looks like eu2.coralogix.com.';
export const keyDidntChange = 'Its key didn’t change.';
export const presetSaved = (nameText: string) => `Preset ${nameText} was saved`;
export const presetNotSavedYet = (nameText: string) => `Preset ${nameText}, not saved yet`;
export const editPreset = (nameText: string) => `Edit preset ${nameText}`;
export const newPresetKeyUse = 'New preset with a key in use';
export const newPreset = 'New preset';
export const test = 'Test';
export const commandKeyEnter = (commandKey: string) => `${commandKey} Enter`;
export const cancel = 'Cancel';
export const savePreset = 'Save preset';
export const nameLabel = 'Name';
export const coralogixDomain = 'Coralogix domain';
export const notKnownRegionCustomPrivate = 'Not a known region: a custom or private domain. ';
export const domainHostTeamsAddress = 'A domain, a host, or your team’s address. ';
export const whichDomainMine = 'Which domain is mine?';
export const endpoint = 'Endpoint';
export const applicationName = 'Application name';
export const subsystemName = 'Subsystem name';
export const sendDataKey = 'Send-Your-Data key';
export const theKeyOf = (words: string) => `The key of ${words} `;
export const goesKeychainWithoutBeingShown = '. It goes to the keychain without being shown.';
export const whereDoIGetKey = 'Where do I get a key?';
export const savingRemovesReadBackKey = 'Saving removes it and the read-back key from this computer. ConfigMaps keep their copies.';
export const savingRemovesConfigMapsKeepCopies = 'Saving removes it from this computer. ConfigMaps keep their copies.';
export const readBackKeyOptional = 'Read-back key (optional)';
export const savingRemovesFromComputer = 'Saving removes it from this computer.';
export const personalTeamKeyCanQuery =
  'A personal or team key that can query. A delivery test can then check whether Coralogix has its entry.';
export const teamOptional = 'Team (optional)';
export const teamsNameCoralogixAddressLinks = 'Your team’s name in the Coralogix address, for links to its logs.';
export const itsKeyIsInTheKeychain = 'Its key is in the keychain.';
export const keyStaysMemoryUntilKAudit = 'Its key stays in memory until kAudit Tray quits.';
export const keyRemoved = 'Its key was removed.';
export const readBackKeySameKeychain = 'Its read-back key was in the same keychain entry. Enter it again too.';
export const presets = 'Presets';
export const presetNamedCoralogixDomainApplication =
  'A preset is a named Coralogix domain with an application, a subsystem and a Send-Your-Data key. Choose one to set up an integration. A delivery test uses its names.';
export const noPresetsYet = 'No presets yet';
export const saveOneEachCoralogixTeam = 'Save one for each Coralogix team or region that your clusters send to.';
export const keychainNotUsedYet = 'Keychain: not used yet';
export const keychainAvailable = 'Keychain: available';
export const keychainWaitingUnlock = 'Keychain: waiting for you to unlock it';
export const keychainStayedLocked = 'Keychain: stayed locked';
export const keychainUnavailable = 'Keychain: unavailable';
export const noKeychainInUse = 'No keychain is used';
export const stopWaiting = 'Stop waiting';
export const presetRemoved = (nameText: string) => `Preset ${nameText} was removed`;
export const keyStillKeychain = (entryWords: string) => `Its key is still in the keychain: ${entryWords}.`;
export const presetKeyRemoved = (nameText: string) => `Preset ${nameText} and its key were removed`;
export const presetNameText = (nameText: string) => `Preset ${nameText}`;
export const testPreset = (nameText: string) => `Test preset ${nameText}`;
export const edit = 'Edit';
export const removePreset = (nameText: string) => `Remove preset ${nameText}`;
export const sendsTo = 'Sends to';
export const notCoralogixDomain = ' not a Coralogix domain';
export const applicationSubsystem = 'Application / subsystem';
export const readsBack = 'Reads back';
export const usedBy = 'Used by';
export const noIntegrationConnectedClusters = 'no integration on the connected clusters';
export const haveOlderKey = (targets: number, clusters: number) =>
  `${plural(targets, 'target')} on ${plural(clusters, 'cluster')} ${targets === 1 ? 'has' : 'have'} an older key`;
export const updateKey = 'Update the key …';
export const removePresetNameText = (nameText: string) => `Remove preset ${nameText}?`;
export const removesPresetKeyComputerConfigMaps =
  'This removes the preset and its key from this computer. ConfigMaps keep their copy of the key and continue to work.';
export const oneIntegrationKey = 'One integration has its key:';
export const integrationsKey = (count: number) => `${count} integrations have its key:`;
export const theKeyOfIsStillInTheKeychain = (nameText: string) => `The key of ${nameText} is still in the keychain`;
export const removeOnlyPreset = 'Remove only the preset';
export const nothingRemovedCanRemoveOnly =
  'Nothing was removed. You can remove only the preset. Its key then stays in the keychain until you delete it there: ';
export const serviceAccount = (service: string, account: string) => `service ${service}, account ${account}`;
export const withAnOlderKey = 'with an older key';
export const keysWithoutPreset = 'Keys without a preset';
export const andMore = (count: number) => ` and ${count} more`;
export const createPresetKey = (fingerprint: string) => `Create a preset for key ${fingerprint}`;
export const createPreset = 'Create a preset';
