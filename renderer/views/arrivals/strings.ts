// What this room says to people. `npm run check` refuses sentences elsewhere in it.

export const arrivals = 'Arrivals';
export const arrivalsCoralogix = 'Arrivals in Coralogix';
export const sentenceCountedOfText = (sentence: string, ofText: string) => `${sentence} Counted: ${ofText}.`;
export const entriesPerHour = (ofText: string) => `Entries per hour, ${ofText}`;
export const whichEntriesComeKAudit = (name: string) => `Which entries of ${name} come from kAudit?`;
export const cancel = 'Cancel';
export const watchThese = 'Watch these';
export const entriesLast24HoursApplication =
  'Entries of the last 24 hours, by application and subsystem. Those that look like kAudit’s come first.';
export const askingCoralogix = 'Asking Coralogix …';
export const searchNames = 'Search names';
export const noEntriesLast24Hours = 'No entries in the last 24 hours.';
export const entriesLatest = (count: number, ageWords: string) => `${count === 1 ? '1 entry' : `${count} entries`}, the latest ${ageWords}`;
export const likelyKAudits = 'likely kAudit’s';
export const noEntriesInTheLast24Hours = 'no entries in the last 24 hours';
export const moreUseSearchFindThem = (count: number) => `${count} more. Use the search to find them.`;
export const belongsTo = (application: string, subsystem: string) => `${application} / ${subsystem} belongs to`;
export const allIntegrationsPresetTogether = 'all integrations of this preset together';
export const nameOnContextInstance = (name: string, context: string, instance: string) => `${name} on ${context}, ${instance}`;
export const readBackKeyKAuditTray =
  'With a read-back key, kAudit Tray can check whether kAudit’s own entries arrive. Edit the preset to add one.';
export const arrivalsOf = (name: string) => `Arrivals of ${name}`;
export const checkCoralogixWhetherEntriesArrive = 'Check in Coralogix whether entries arrive';
export const mostEveryFiveMinutesWhile = 'At most every five minutes, while kAudit Tray shows arrivals in the window or the tray.';
export const noNamesSelectedYet = 'No names are selected yet.';
export const selectNames = (name: string) => `Select names of ${name}`;
export const selectNamesLabel = 'Select names';
export const namesList = (names: string) => `Names: ${names}`;
export const entriesOfPerHour = (name: string) => `Entries of ${name} per hour`;
