// What this room says to people. `npm run check` refuses sentences elsewhere in it.

export const textContainsPartMaskedKey = (enterAnew: string) =>
  `The text contains part of a masked key. Undo that edit, or replace the whole mask. ${enterAnew}`;
export const maskedKeyTextNextUrl = (enterAnew: string) => `A masked key in the text is next to the URL of another key. ${enterAnew}`;
export const maskedKeyTextBelongsVersion = (enterAnew: string) =>
  `A masked key in the text belongs to a version that’s no longer known. ${enterAnew}`;
export const atEntryOf = (entry: number, field: string) => `at entry ${entry} of "${field}"`;
export const theresPartMaskedKey = (at: string, enterAnew: string) => `There’s part of a masked key ${at}. ${enterAnew}`;
export const theresOtherTextNextMasked = (at: string, enterAnew: string) =>
  `There’s other text next to the masked key ${at}. A key’s field contains only the key. ${enterAnew}`;
export const maskedKeyMovedCopiedThere = (at: string, enterAnew: string) =>
  `The masked key ${at} was moved or copied there. A mask represents its key only in its own place. ${enterAnew}`;
export const maskedKeyOtherCharactersNext = (where: string, enterAnew: string) =>
  `The masked key ${where} has other characters next to it, or its lines don’t fit there. ${enterAnew}`;
export const maskedKeyCantReturnText = (enterAnew: string) =>
  `A masked key can’t return to this text, because the text would then read differently. ${enterAnew}`;
export const maskedKeyBelongsAnotherConfigMap = (at: string, enterAnew: string) =>
  `The masked key ${at} belongs to another ConfigMap. ${enterAnew}`;
export const maskedKeyIsntKnownEarlier = (at: string, enterAnew: string) =>
  `The masked key ${at} isn’t known: it’s from an earlier run of kAudit Tray. ${enterAnew}`;
export const maskedKeyBelongsVersionThats = (where: string, enterAnew: string) =>
  `The masked key ${where} belongs to a version that’s no longer known. ${enterAnew}`;
export const enterKeyAgainThereChoose = 'Enter the key again there, or choose a preset.';
export const maskedKeyMovedCopiedThereMask = (where: string, enterAnew: string) =>
  `The masked key ${where} was moved or copied there. A mask represents its key only in its own place. Move it back, or move integrations with the form’s buttons. ${enterAnew}`;
export const ofField = (field: string) => ` of "${field}"`;
export const atEntry = (value: number, field: string) => `at entry ${value}${field}`;
export const commentTextIsntValidYaml = (field: string) => `in a comment or in text that isn’t valid YAML${field}`;
