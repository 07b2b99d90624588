// What this room says to people. `npm run check` refuses sentences elsewhere in it.

export const textContainsPartMaskedKey = (enterAgain: string) =>
  `The text contains part of a masked key. Undo that edit, or replace the whole mask. ${enterAgain}`;
export const maskedKeyTextNextUrl = (enterAgain: string) => `A masked key in the text is next to the URL of another key. ${enterAgain}`;
export const maskedKeyTextBelongsVersion = (enterAgain: string) =>
  `A masked key in the text belongs to a version that’s no longer known. ${enterAgain}`;
export const atEntryOf = (entry: number, field: string) => `at entry ${entry} of "${field}"`;
export const theresPartMaskedKey = (at: string, enterAgain: string) => `There’s part of a masked key ${at}. ${enterAgain}`;
export const theresOtherTextNextMasked = (at: string, enterAgain: string) =>
  `There’s other text next to the masked key ${at}. A key’s field contains only the key. ${enterAgain}`;
export const maskedKeyMovedCopiedThere = (at: string, enterAgain: string) =>
  `The masked key ${at} was moved or copied there. A mask represents its key only in its own place. ${enterAgain}`;
export const maskedKeyOtherCharactersNext = (where: string, enterAgain: string) =>
  `The masked key ${where} has other characters next to it, or its lines don’t fit there. ${enterAgain}`;
export const maskedKeyCantReturnText = (enterAgain: string) =>
  `A masked key can’t return to this text, because the text would then read differently. ${enterAgain}`;
export const maskedKeyBelongsAnotherConfigMap = (at: string, enterAgain: string) =>
  `The masked key ${at} belongs to another ConfigMap. ${enterAgain}`;
export const maskedKeyIsntKnownEarlier = (at: string, enterAgain: string) =>
  `The masked key ${at} isn’t known: it’s from an earlier run of kAudit Tray. ${enterAgain}`;
export const maskedKeyBelongsVersionThats = (where: string, enterAgain: string) =>
  `The masked key ${where} belongs to a version that’s no longer known. ${enterAgain}`;
export const enterKeyAgainThereChoose = 'Enter the key again there, or choose a preset.';
export const maskedKeyMovedCopiedThereMask = (where: string, enterAgain: string) =>
  `The masked key ${where} was moved or copied there. A mask represents its key only in its own place. Move it back, or move integrations with the form’s buttons. ${enterAgain}`;
export const ofField = (field: string) => ` of "${field}"`;
export const atEntry = (value: number, field: string) => `at entry ${value}${field}`;
export const commentTextIsntValidYaml = (field: string) => `in a comment or in text that isn’t valid YAML${field}`;
