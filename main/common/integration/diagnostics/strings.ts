// What this room says to people. `npm run check` refuses sentences elsewhere in it.

export const textMovesBinaryDataDataUtf = 'The text moves from binaryData to data, as UTF-8.';
export const textBinaryDataBecauseFileIsnt = (binary: string) =>
  `The text is in binaryData because its file isn’t UTF-8 (it looks like ${binary}), so kAudit can’t read it. Convert it, then check its accented letters.`;
export const convertUtf8 = 'Convert it to UTF-8';
export const aliasesRepeatTooMuchText = 'Its aliases repeat too much text for the document to be checked. Use fewer aliases.';
export const entryNeitherIntegrationNorVal =
  'This entry is neither an integration nor a val- value, so kAudit sends nothing for it. Complete it or remove it.';
export const kAuditIsntKnownTypeIntegration =
  'kAudit isn’t known to have this type of integration. Set it to detections, selections or activity.';
export const setType = (meant: string) => `Set the type to ${meant}`;
export const hasCharacters = (count: number) => `has ${count} characters`;
export const otherCharacters = 'has other characters';
export const kAuditAllowsNamesUp15 = (text: string) =>
  `kAudit allows names of up to 15 letters (A to Z), digits, "_", "-" and spaces; this one ${text}. Shorten or change it.`;
export const renameItTo = (shorter: string) => `Rename it to "${shorter}"`;
export const targetType = (targetType: undefined | string) => `for the target type ${targetType}`;
export const dataFilter = (type: undefined | string) => `in a data-filter of ${type}`;
export const nextTypeTargetDataFilter = 'next to type, target and data-filter';
export const fieldIsntKnownMayMisspelt = (text: string) => `This field isn’t known ${text}; it may be misspelt. It stays as it is.`;
export const detectionsConfidenceNotSentCoralogix = (levels: string) =>
  `Detections of ${levels} confidence are not sent. Coralogix recommends at least high and medium.`;
export const sendHighMediumConfidence = 'Send high and medium confidence';
export const integrationValueWords = (value: number, words: string) => `integration ${value}${words}`;
export const unlessTheirKeysBelongDifferent = ', unless their keys belong to different teams';
export const targetGetsSameTargetSame = (other: string, unless: string) =>
  `This target gets the same as a target of ${other} with the same filter: everything arrives twice${unless}. Remove or stop one of them.`;
export const sendTo = (domain: string) => `Send to ${domain}`;
export const itInQuotes = 'it in quotes';
export const writeWords = (words: undefined | string) => `Write ${words}`;
export const trueFalse = 'true or false';
export const numberDate = 'a number or a date';
export const programsReadYamlMaySent = (name: string, words: string) =>
  `Programs that read YAML take ${name} for ${words}, and may send a different key. Write it in quotes.`;
export const programsReadYaml12 = (words: string) => `; programs that read YAML 1.2 read it as ${words}`;
export const textBelongsHere = ', and text belongs here';
export const kAuditReadsWrite = (source: string, readingOf: string, elsewhere: string, meant: string, spelling: string) =>
  `kAudit reads ${source} as ${readingOf}${elsewhere}${meant}. Write ${spelling}.`;
export const kAuditReadsQuotesFieldName = 'kAudit reads << in quotes as a field of that name. Other programs may merge its value.';
export const giveFieldAnotherName = (message: string) => `${message} Give the field another name.`;
export const writeWithoutQuotesMerge = (message: string) => `${message} Write << without quotes to merge it.`;
export const aDate = 'a date';
export const aNumber = 'a number';
export const theNumber = (value: number) => `the number ${value}`;
export const kAuditIsntKnownTypeTarget = (keys: string) => `kAudit isn’t known to have this type of target. It has: ${keys}.`;
export const useMeant = (meant: string) => `Use ${meant}`;
export const plainTextWhichAnyoneWho = (name: string) =>
  `${name} is in plain text, which anyone who can read ConfigMaps can read. To avoid that, provide the value as val-… from a Secret or Vault and write ref/${name}: val-….`;
export const bothSetKAuditsDocumentationDoesnt = (plain: string, name: string) =>
  `Both ${plain} and ${name} are set, and kAudit’s documentation doesn’t say which one counts. Remove one of them.`;
export const mustNameValueWhoseName = (name: string, plain: string) =>
  `${name} must name a value whose name starts with val-. Write that name, or write ${plain} for the value itself.`;
export const noEntryDocumentSetsValue = (name: string) =>
  `No entry of this document sets the value that ${name} names, so it must come from Vault, an environment variable or a Secret. Check that it does.`;
export const isntUrlMustStartName =
  'This isn’t a URL. It must start with https:// and name a host, for example https://ingress.eu2.coralogix.com/logs/v1/bulk.';
export const putBefore = 'Put https:// before it';
export const overHttpFindingsKeyTravel =
  'Over http the findings and the key travel unencrypted, and Coralogix accepts only https. Use https.';
export const useHttps = 'Use https';
export const urlContainsUserNamePassword =
  'The URL contains a user name or password, which ends up in logs. Use http-api-token, with http-api-token-header where needed.';
export const placeholderCopiedDocumentationPutTeams = (placeholder: string, domains: string) =>
  `${placeholder} is a placeholder, copied from the documentation. Put your team’s domain in its place: ${domains}.`;
export const addressIngressPrivate = (domain: string) => `an address of ingress.private.${domain}`;
export const coralogixAnnouncedSwitchesOff30 = (text: string, twin: string) =>
  `Coralogix announced that it switches off ${text} on 30 September 2026; what is sent there may be lost. Use ${twin}.`;
export const coralogixDoesntDocumentPathPath = (host: string, bulkPath: string) =>
  `Coralogix doesn’t document this path on ${host}. Its path for logs is ${bulkPath}.`;
export const isntDomainRegionCoralogixDocuments = (domain: string) =>
  `${domain} isn’t the domain of a region that Coralogix documents. If it isn’t your private domain, check it against your team’s address.`;
export const doesntAcceptLogsCoralogixAccepts = (host: string, url: string) =>
  `${host} doesn’t accept logs: Coralogix accepts them at api. and ingress. of its domains. Use ${url}.`;
export const isntKnownCoralogixAddressIf = (host: string) =>
  `${host} isn’t a known Coralogix address. If findings should go to Coralogix, enter your team’s domain.`;
export const wholeConfigMapOnlyTextUnder =
  'This is a whole ConfigMap, and only the text under audit-integration belongs here. Use the repaired text.';
export const keepPartUnderAuditIntegration = 'Keep the part under audit-integration';
export const textContainsNonBreakingSpaces =
  'The text contains non-breaking spaces from a web page, which YAML treats as letters. Replace them with spaces.';
export const replaceNonBreakingSpaces = 'Replace non-breaking spaces';
export const linesIndentedTabsWhichYaml = 'Lines are indented with tabs, which YAML forbids. Replace them with spaces.';
export const replaceTabsSpaces = 'Replace tabs with spaces';
export const thereTabsWhereKAuditsReader = 'There are tabs where kAudit’s reader accepts only spaces. Replace them with spaces.';
export const textContainsInvisibleCharactersYaml =
  'The text contains invisible characters that YAML forbids. They come from a word processor or a wrong encoding. Remove them.';
export const removeInvisibleCharacters = 'Remove invisible characters';
export const textContainsCharactersU0085 =
  'The text contains characters (U+0085, U+2028 or U+2029) that look like a space and end a line for kAudit’s reader. Replace them with spaces.';
export const replaceHiddenLineBreaks = 'Replace hidden line breaks';
export const doubleQuotesBackslashStartsEscape =
  'In double quotes a backslash starts an escape, and YAML doesn’t have this one. Use single quotes, where a backslash is only a backslash.';
export const useSingleQuotes = 'Use single quotes';
export const kAuditsReaderRefusesTagsDoesnt = 'kAudit’s reader refuses tags that it doesn’t know. Remove the tag.';
export const removeUnknownTags = 'Remove unknown tags';
export const kAuditsReaderAcceptsLettersDigits =
  'kAudit’s reader accepts letters, digits, "-" and "_" in the name of an anchor. Rename the anchor and its aliases.';
export const renameAnchors = 'Rename anchors';
export const textLostIndentationLikeExample =
  'The text has lost its indentation, like the example on the documentation page. Use the text with its indentation restored, and check it.';
export const putIndentationBack = 'Put the indentation back';
export const lineEndsSpaces = 'A line ends with spaces';
export const linesEndSpaces = (count: number) => `${count} lines end with spaces`;
export const removeTrailingSpaces = 'Remove trailing spaces';
export const textContainsTab = 'The text contains a tab';
export const textContainsTabsPlaces = (count: number) => `The text contains tabs in ${count} places`;
export const lineEnds = 'line ends';
export const linesEnd = 'lines end';
export const windowsCrLf = (count: number, words: string) => `${count} ${words} as on Windows (CR LF)`;
export const useLfLineEndings = 'Use LF line endings';
export const cleanUp = 'Clean it up.';
export const cleanUpTextWhereChanges = 'Clean it up in the text, where that changes no value.';
export const soKubectlEditShowsWhole = (what: string, words: string) =>
  `${what}, so kubectl edit shows the whole text as one quoted line. ${words}`;
export const removeName = (name: string) => `Remove ${name}`;
export const oneValueNotListMap = 'one value, not a list or a map';
export const mustCorrectFormText = (name: string, wanted: string) => `${name} must be ${wanted}. Correct it in the form or in the text.`;
export const mustTrueFalseChooseOne = (name: string) => `${name} must be true or false. Choose one.`;
export const mustTrueFalseTextWrite = (name: string, meant: boolean) =>
  `${name} must be true or false, and this is text. Write ${meant} without quotes.`;
export const wholeNumber165535 = 'a whole number from 1 to 65535';
export const wholeNumberAtLeast1 = 'a whole number of at least 1';
export const removeRateLimit = 'Remove the rate limit';
export const orRemoveIt = ', or remove it';
export const mustCorrect = (name: string, range: string, words: string) => `${name} must be ${range}. Correct it${words}.`;
export const textHereMustRemoveQuotes = (name: string, range: string) => `${name} is text here and must be ${range}. Remove its quotes.`;
export const kAuditIsntKnown = (label: string, list: string) => `kAudit isn’t known to have this ${label}. It has: ${list}.`;
export const makeList = 'Make it a list';
export const aListOf = (list: string) => `a list of ${list}`;
export const emptyListMayLetNothing = (name: string) =>
  `${name} is an empty list: it may let nothing through. Choose something, or remove it.`;
export const listsSomethingKAuditIsntKnown = (name: string, list: string) =>
  `${name} lists something that kAudit isn’t known to have. It has: ${list}.`;
export const kAuditCantUseRegularExpression = (error: string, value: number, name: string) =>
  `kAudit can’t use this regular expression: ${error} (character ${value} of ${name}). Correct it there.`;
export const awsAccountIdNumberHere = 'aws-account-id is a number here and would lose leading zeros. Write it in quotes.';
export const putQuotes = 'Put it in quotes';
export const typographicQuotesAroundPartValue = (name: string) =>
  `The typographic quotes around ${name} are part of its value. They come from a web page. Remove them.`;
export const removeQuotes = 'Remove the quotes';
