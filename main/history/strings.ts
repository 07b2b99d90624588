// What this room says to people. `npm run check` refuses sentences elsewhere in it.

export const historyCantSavedFreeUp = (root: string) =>
  `The history can’t be saved in ${root}. Free up space there. Until then, new history is lost when kAudit Tray quits.`;
export const historyCantSavedFreeUpSpace = (path: string, code: string) =>
  `The history can’t be saved in ${path} (${code}). Free up space there.`;
export const changedOutside = 'changed outside';
export const revisionDamagedChangedSomethingElse = (path: string) =>
  `The revision in ${path} is damaged or was changed by something else. It’s left out.`;
export const versionNoLongerHistoryChoose = (name: string) => `This version of ${name} is no longer in its history. Choose another one.`;
export const someoneDeletedRecreatedConfigMapSo = 'Someone deleted and recreated the ConfigMap, so its history starts here.';
export const firstVersionKAuditTrayFound = 'The first version that kAudit Tray found.';
export const historyCantSaved = (message: string) => `The history can’t be saved: ${message}`;
export const thesePlacesChangedSinceNothing = (value: string) => `These places have changed since: ${value}. Nothing was undone.`;
export const presetsKeyBelongsSoCant = (domain: string, placeWords: string) =>
  `The preset’s key belongs to ${domain}, so it can’t go to ${placeWords}. Choose the right preset.`;
export const keyCommentLineNoLonger = (line: number, lost: string) =>
  `The key in the comment at line ${line} is no longer known, or has another address next to it, so ${lost} replaces it.`;
export const whereKeyFingerprint = (where: string, fingerprint: string) => `${where} (key ${fingerprint})`;
export const kAuditTrayNoLongerKey = (named: string) =>
  `kAudit Tray no longer has the key for: ${named}. Choose a preset for it, or enter it.`;
export const keyWouldGoNewAddress = 'A key would go to a new address, so nothing was restored. Make the change in the text.';
export const isntCertainEachKeyReturns =
  'It isn’t certain that each key returns to its own place, so nothing was restored. Make the change in the text.';
