// What this room says to people. `npm run check` refuses sentences elsewhere in it.

export const mustFollowedDigits0F = (fromCharCode: string, count: number) =>
  `"\\${fromCharCode}" must be followed by ${count} digits (0 to f).`;
export const kAuditsReaderDoesntKnowDouble = 'kAudit’s reader doesn’t know "\\/" in double quotes, although JSON allows it. Write "/".';
export const kAuditsReaderDoesntKnowDoubleQuotes = (character: string) =>
  `kAudit’s reader doesn’t know "\\${character}" in double quotes. Write the text in single quotes, or the backslash twice.`;
export const quoteNotClosedAddClosing = 'This quote is not closed. Add the closing quote.';
export const quoteNotClosedBeforeLine = 'This quote is not closed before the line that starts with "---" or "...". Close it.';
export const indentBlockText19 = 'Indent a block of text by 1 to 9 spaces, not by 0.';
export const afterOnlyDigitCanFollow =
  'After "|" or ">" only "-", "+" or a digit can follow on the same line. Start the text on the next line.';
export const textAfterStartsNextLine = 'The text after "|" or ">" starts on the next line. Move it there.';
export const keyMustFirstLineStart = 'A key must be the first on its line. Start a new line before it.';
export const kAuditsReaderReadsYaml1 = 'This line names a YAML version that kAudit’s reader doesn’t read. Remove the line.';
export const lineRepeatsLineAboveRemove = 'This line repeats a line above it. Remove one of them.';
export const listItemMustStartLine = 'A list item must start its line. Start a new line before this "-".';
export const keyStartsMustFirstLine = 'A key that starts with "?" must be the first on its line. Start a new line before it.';
export const theresSecondLineWhereNo = 'There’s a second ": " on this line, where no key can start. Put the value in quotes.';
export const whatFollowsIsntNameKAudits = (words: string) =>
  `What follows "${words}" isn’t a name that kAudit’s reader accepts. Use letters, digits, "-" and "_".`;
export const valuesNestedMoreThanLevels = (levels: number) =>
  `Values are nested more than ${levels} levels deep, more than kAudit’s reader accepts. Flatten them.`;
export const kAuditsReaderDoesntKnowTag = (kind: string) => `kAudit’s reader doesn’t know the tag (!) of this ${kind}. Remove it.`;
export const kAuditsReaderTakesNumberCant = 'kAudit’s reader takes this for a number and can’t read it. Put it in quotes.';
export const kAuditsReaderCantReadTag = 'kAudit’s reader can’t read this with the tag !. Remove the tag.';
export const isntThoughTagSaysSo = (what: string) => `This isn’t ${what}, though its tag says so. Remove the tag.`;
export const aNumber = 'a number';
export const aDate = 'a date';
export const tagNoNameRemove = 'This tag has no name. Remove it.';
export const tagMustFollowedTwoDigits = 'In a tag, "%" must be followed by two digits (0 to f). Remove the tag.';
export const tagDoesntSpellAnyText = 'The "%" in this tag doesn’t spell any text. Remove the tag.';
export const tagMustFollowedSpaceRemove = 'A tag must be followed by a space. Remove the tag, or add the space.';
export const tagStartsMustEndRemove = 'A tag that starts with "!<" must end with ">". Remove it.';
export const tagWhereNoneAllowedRemove = 'This tag has a "!" where none is allowed. Remove the tag.';
export const kAuditsReaderDoesNotUnderstand = 'kAudit’s reader does not understand this line that starts with "%". Remove it.';
export const lineAmongKeysButNo = 'This line is among keys but has no ": ". Write it as "key: value", or indent it.';
export const theresTabHereWhereKAudits = 'There’s a tab here, where kAudit’s reader accepts only spaces. Replace it with spaces.';
export const noValueCanStartHere = 'No value can start here.';
export const noValueCanStartPut = (fromCharCode: string) => `No value can start with "${fromCharCode}". Put it in quotes.`;
