// What this room says to people. `npm run check` refuses sentences elsewhere in it.

export const usePreset = (presetName: string) => `Use the preset “${presetName}”`;
export const setTo = (field: string, values: string) => `Set ${field} to ${values}`;
export const removeField = (field: string) => `Remove ${field}`;
export const addTo = (value: string, field: string) => `Add ${value} to ${field}`;
export const removeFrom = (value: string, field: string) => `Remove ${value} from ${field}`;
export const sendTo = (endpoint: string) => `Send to ${endpoint}.`;
export const copyIntegration = (name: string) => `Copy an integration of ${name}`;
export const integrationNoLongerExistsThere = 'This integration no longer exists there. Choose it again.';
export const integrationDoesntTargetOpen = 'The integration doesn’t have this target. Open it.';
export const presetNeedsTargetTypeHttp = 'A preset needs a target of type http-api, and this integration has none. Open it.';
export const doesntSendApiIngressCoralogix = 'It doesn’t send to api. or ingress. of a Coralogix domain. Open it and change its URL.';
export const noApiHostLeaveIngress = (domain: string) => `${domain} has no api. host. Leave it on ingress.`;
export const keyAddressRolloutChangesOnly = (name: string) =>
  `${name} is a key or an address. A rollout changes it only through a preset or the endpoint.`;
export const isntKnownFieldChangeText = (name: string) => `${name} isn’t a known field. Change it in the text.`;
export const useStopStart = 'Use Stop or Start.';
export const integrationsTypeHaveNo = (type: string, label: string) => `Integrations of type ${type} have no ${label}.`;
export const integrationNoTypeSoHasNo = (label: string) => `This integration has no type, and so no ${label}. Open it.`;
export const isntListSetInstead = (label: string) => `${label} isn’t a list. Set it instead.`;
export const isntWrittenListHereOpen = (label: string) => `${label} isn’t written as a list here. Open it.`;
export const wouldEmptyKAuditWouldSend = (label: string) =>
  `${label} would be empty, and an empty list may let nothing through. Remove the field instead.`;
export const integrationCopyNoLongerKnown = 'The integration to copy is no longer known. Choose it again.';
export const textIsntValidListIntegrations = 'Its text isn’t a valid list of integrations. Correct it first.';
export const keyThatsThereNowOne = 'the key that’s there now, or the one that you entered';
export const keyPreset = (name: string) => `the key of the preset “${name}”`;
export const aComment = 'a comment';
export const changeMadeKAuditTray = (namespace: string, name: string) => `A change to ${namespace}/${name}, made in kAudit Tray.`;
export const replacePlaceholdersKeysFirst = 'Replace the placeholders with the keys first:';
