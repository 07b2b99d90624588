// What this room says to people. `npm run check` refuses sentences elsewhere in it.

export const presetNoKeyKeychainEdit = (name: string) =>
  `The preset “${name}” has no key in the keychain. Edit the preset and enter its key.`;
export const somethingElseChangedKeychainsEntry = (name: string) =>
  `Something else changed the keychain’s entry of “${name}”. Edit the preset and enter its key again.`;
export const keychainOlderKeyThanLast = (name: string) =>
  `The keychain has an older key of “${name}” than the last one entered: it lost the newer key, or something else restored the older one. Edit the preset and enter its key again.`;
export const keyBelongsButSettingsSay = (name: string, own: string, domain: string) =>
  `The key of “${name}” belongs to ${own}, but the settings say ${domain}. Nothing was sent. If the new domain is right, edit the preset and enter its key again.`;
export const settingsCallPresetButKeychain = (named: string, kept: string) =>
  `The settings call a preset ${named}, but the keychain calls it ${kept}: something else changed one of them. Nothing was sent. Edit the preset, check its names and save it.`;
export const doesntMoveEnterOne = (what: string, name: string, from: string, to: string) =>
  `${what} of “${name}” is for ${from} and doesn’t move to ${to}. Enter one of ${to}.`;
export const namesKeysTooLongOne = (name: string, count: number, most: number) =>
  `The names and keys of “${name}” are too long for one keychain entry (${count} characters; the limit is ${most}). Nothing was saved. Check the keys, or shorten the names.`;
export const isEmpty = 'is empty';
export const spacesCharactersNoKeyCan = 'has spaces or characters that no key can have';
export const keyCopyAgainCoralogix = (preset: string, reason: string) => `The key for “${preset}” ${reason}. Copy it again from Coralogix.`;
export const fileNoPresetsExportedKAudit =
  'This file has no presets exported by kAudit Tray, or was changed since. Nothing was added. Choose another file.';
export const theKey = 'The key';
export const readBackKey = 'The read-back key';
export const enterKeyFirst = (name: string) => `Enter the key of “${name}” first.`;
export const keyBelongsNotCreatePreset = (own: string, wanted: string) =>
  `The key belongs to ${own}, not to ${wanted}. Create the preset for ${own}.`;
export const thereWouldMoreThanPresets = (maxPresets: number) => `There would be more than ${maxPresets} presets. Remove some first.`;
export const presetNoLongerExistsChoose = 'This preset no longer exists. Choose another one.';
