// What this room says to people. `npm run check` refuses sentences elsewhere in it.

export const noType = 'no type';
export const olderKey = (name: string, print: string) => `an older key of ${name} (${print})`;
export const targetValue = (value: number) => `target ${value} `;
export const sendsTo = (at: string) => `${at}sends to`;
export const referenceName = (name: string) => `reference ${name}`;
export const presetsKeyBelongsSoKAudit = (domain: string, host: string) =>
  `The preset’s key belongs to ${domain}, so kAudit Tray doesn’t send it to ${host}. Restore the preset’s own URL, or choose the right preset.`;
export const isntKnownCoralogixAddressSend = (host: string) =>
  `${host} isn’t a known Coralogix address. Send this integration’s key there?`;
export const untilNowWent = (host: string) => ` Until now it went to ${host}.`;
export const urlChangedSendKeyConfigMap = (host: string, old: string) =>
  `The URL was changed. Send the key in the ConfigMap to ${host}?${old}`;
export const targetWithoutUrl = 'a target without a URL';
export const noUrl = 'a missing or invalid URL';
export const urlProgramsReadDifferently = 'a URL that programs read differently';
export const useUrl = (url: string) => `Use ${url}`;
export const targetNoLongerExistsReload = 'The target no longer exists. Reload the ConfigMap.';
export const theresNoIntegrationPositionReload = (value: number) => `There’s no integration at position ${value}. Reload the ConfigMap.`;
export const integrationDoesntTargetReloadConfigMap = 'This integration doesn’t have this target. Reload the ConfigMap.';
export const hasNoType = 'has no type';
export const isType = (type: string) => `is ${type}`;
export const presetNeedsTargetTypeHttp = (words: string) =>
  `A preset needs a target of type http-api, but this one ${words}. Add an http-api target instead.`;
export const integrationCopyNoLongerExists = 'The integration to copy no longer exists. Choose another one.';
export const integrationCopyKeyPresetCant = 'The integration to copy has a key that a preset can’t replace. Copy it by hand.';
export const integrationCopyKeyChoosePreset = 'The integration to copy has a key. Choose the preset for the copy’s key.';
export const integrationNoLongerKnownReload = 'This integration is no longer known. Reload the ConfigMap.';
export const integrationNoCoralogixKeyChoose = 'This integration has no Coralogix key. Choose one that has its key in the ConfigMap.';
export const keyNextButPresetsKey = (hostWords: string) =>
  `The key is next to ${hostWords}, but a preset’s key goes to https:// on api. or ingress. of a domain. Correct the URL first.`;
export const textTooLargeProcessReload = (code: string) =>
  `The text is too large to process${code}. Reload the ConfigMap. If this happens again, shorten its text.`;
export const kAuditTrayQuitting = 'kAudit Tray is quitting.';
export const moreFindings = (count: number) => `${count} more findings aren’t shown. Correct some of these first.`;
