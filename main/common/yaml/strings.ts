// What this room says to people. `npm run check` refuses sentences elsewhere in it.

export const aliasStandsWhatHoldsElsewhere = (pathText: string, name: string) =>
  `${pathText} is the alias *${name}, which repeats the value at the anchor &${name}. Edit the value at the anchor, or edit the text.`;
export const aliasesSpeltOutTextMoreThan = (most: string, what: string) =>
  `With its aliases spelt out, the text has more than ${most} ${what}. Shorten it.`;
export const isntValuePutQuotes = '"<<" isn’t a value. Put it in quotes.';
export const lineStartsMustFollowedRemove = 'A line that starts with "%" must be followed by "---". Remove the line.';
export const doesntFitAnythingAboveCheck = 'This doesn’t fit anything above it. Check the indentation, here and above.';
export const textContainsSeveralYamlDocuments =
  'The text contains several YAML documents, and kAudit reads only one. Remove the "---" lines.';
export const lineDoesntBelongListItem = 'This line doesn’t belong to a list item or a key. Indent it like the lines around it.';
export const valueMissingBeforeCantHere = 'A value is missing before this, or this can’t be here. Correct the line.';
export const kAuditsReaderDoesntKnowTag = 'kAudit’s reader doesn’t know this tag (!). Remove it.';
export const keyMissingBeforeWriteRemove = 'A key is missing before this ":". Add it, or remove the line.';
export const lineNeitherFieldMapAbove =
  'This line is neither a field of the map above it nor part of the value before it. Indent it, or write it as "key: value".';
export const onlyMapListMapsCan = 'Only a map, or a list of maps, can be merged with "<<". Refer to one, or put the key in quotes.';
export const notClosedClose = (type: string) => `This "${type}" is not closed. Close it.`;
export const commaBracketClosesMissingBefore = (type: string) =>
  `A comma, or the bracket that closes the "${type}", is missing before this. Add it.`;
export const aliasRefersAnchorIsntDefined = (name: string) =>
  `The alias *${name} refers to an anchor &${name} that isn’t defined above it. Define it first, or correct the name.`;
export const anchorContainsItselfThroughAlias = (name: string) =>
  `The anchor &${name} contains itself through the alias *${name}. Remove the alias.`;
export const kAuditsReaderFollowsMostAliases = (maxAliases: number) =>
  `kAudit’s reader follows at most ${maxAliases} aliases (*) of maps and lists. Write some of them out.`;
export const textCantReadLineCorrect = (line: number, message: string) =>
  `Line ${line} can’t be read: ${message} Fix it in the text first.`;
export const yamlCantHoldNewValue = 'YAML can’t hold the new value.';
export const twoYamlReadersDisagreeAbout =
  'Two YAML readers disagree about what the text would then contain, so nothing was changed. Make the change in the text.';
export const documentNothingRemove = 'The document has nothing to remove.';
export const thereNothingRemove = (pathText: string) => `There is nothing at ${pathText} to remove.`;
export const documentIsntListIntegrations = 'The document isn’t a list of integrations.';
export const wholeDocumentCantReplacedEdit = 'The whole document can’t be replaced. Edit its entries, or its text.';
export const documentEmpty = 'The document is empty.';
export const changeTextWouldTooLarge = (MAX_NODES: string) =>
  `With this change the text would be too large: at most ${MAX_NODES} values fit.`;
export const entriesCantPutOrderWithout =
  'The entries can’t be put in that order without changing what they mean: one refers to an anchor (&) of another. Change it in the text.';
export const anchorWhichUsedElsewhereChange = (pathText: string, anchor: string) =>
  `${pathText} has the anchor &${anchor}, which is used elsewhere, so its value would change there too. Make the change in the text.`;
export const tagWhichGivesNewValue = (pathText: string, tag: undefined | string) =>
  `${pathText} has the tag ${tag}, which gives the new value another meaning. Change it in the text.`;
export const cantProvedChangingLeavesEverything = (pathText: string) =>
  `kAudit Tray can’t prove that changing ${pathText} leaves everything else unchanged. Make the change in the text.`;
export const newListStartsPosition0 = (step: number) => `A new list starts at position 0, not at ${step}.`;
export const theDocument = 'The document';
export const noPlace = (parent: string, child: string) => `${parent} has no place for ${child}.`;
export const thereNoPositionInsertDocument = (index: number, count: number) =>
  `There is no position ${index} to insert at: the document has ${count} entries.`;
export const entryCantMoveDocumentEntries = (from: number, to: number, count: number) =>
  `Entry ${from} can’t move to ${to}: the document has ${count} entries.`;
export const textCharactersConfigMapHoldsMost = (count: string) =>
  `The text has ${count} characters; a ConfigMap holds at most 1 MiB. Shorten it.`;
export const kAuditCantReadText = (message: string) => `kAudit can’t read this text. ${message}`;
export const containsInvisibleCharacterWhichYaml = (nameAt: string) =>
  `It contains the invisible character ${nameAt}, which YAML forbids. Remove it.`;
export const kAuditCantReadTextInvisible = (nameAt: string) =>
  `kAudit can’t read this text. The invisible character ${nameAt} ends the line for its reader, so the rest of the line makes no sense there. Replace the character with a space.`;
export const isntSingleValue = (pathText: string) => `${pathText} isn’t a single value.`;
export const writtenFormKAuditTrayDoesnt = (pathText: string) =>
  `${pathText} is written in a form that kAudit Tray doesn’t edit. Edit it in the text.`;
export const wholeDocumentCantRemovedRemove = 'The whole document can’t be removed. Remove its entries instead.';
export const entryDoesntStartLineMove = (index: number) => `Entry ${index} doesn’t start its line. Move it in the text.`;
export const holdsSingleValueSoThere = (here: string, pathText: string) =>
  `${here} holds a single value, so there is no ${pathText} in it.`;
export const listSoIsntPosition = (here: string, step: string) => `${here} is a list, so "${step}" isn’t a position in it.`;
export const itemsSoThereNoPosition = (here: string, count: number, step: number) =>
  `${here} has ${count} items, so there is no position ${step}.`;
export const mapSoFieldsNoPosition = (here: string, step: number) => `${here} is a map, so it has fields and no position ${step}.`;
export const mergesAnotherMapChangeText = (here: string) => `${here} merges another map with "<<". Change that in the text.`;
export const occursTimesRemoveAllBut = (step: string, count: number, here: string) =>
  `${step} occurs ${count} times in ${here}. Remove all but one of them in the text first.`;
export const comesIntoThroughMergeKey = (step: string, here: string) =>
  `${step} comes into ${here} through the merge key "<<". Edit it where it’s defined, or in the text.`;
