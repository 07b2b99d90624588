// What this room says to people. `npm run check` refuses sentences elsewhere in it.

export const queryRunningCheckAgain = 'The query is running. Check again.';
export const noneCountedKAuditTrayTries = 'None of it is counted. kAudit Tray tries again in a few minutes.';
export const responseTooLongQuery = (again: string) => `The response is too long for this query. ${again}`;
export const captivePortalProxyReturnedWeb =
  'A captive portal or a proxy returned a web page. Sign in to the network, or ask for access to this host.';
export const responseIncomplete = 'The response is incomplete.';
export const lineResponseCantRead = 'A line of the response can’t be read.';
export const coralogixRefusedQuery = (again: string) => `Coralogix refused the query. ${again}`;
export const queryEndedStatus = (word: string, again: string) => `The query ended with the status ${word}. ${again}`;
export const resultCantRead = (again: string) => `The result can’t be read. ${again}`;
export const rowResultCantRead = (again: string) => `A row of the result can’t be read. ${again}`;
export const responseEndedBeforeResult = (again: string) => `The response ended before its result. ${again}`;
export const coralogixCutResultSoThere = (names: string) =>
  `Coralogix cut the result (${names}), so there may be more entries than this count shows.`;
export const coralogixSearchedOtherHoursThan = (doubt: string) =>
  `Coralogix didn’t search the hours in the query (${doubt}), so the count isn’t known.`;
export const coralogixDoubtsAboutQuerySo = (doubt: string) =>
  `Coralogix has doubts about the query (${doubt}), so the count isn’t known. Report this with the version number of kAudit Tray.`;
export const coralogixReturnedWarningKAuditTray = (doubt: string) =>
  `Coralogix returned a warning that kAudit Tray doesn’t know (${doubt}), so the count isn’t known. Report this with the version number of kAudit Tray.`;
export const responseAboutNamesWerentQuery = (again: string) =>
  `The response is about names that weren’t in the query. It may come from another team or a proxy. ${again}`;
export const responseAboutHoursWerentQuery = (again: string) => `The response is about hours that weren’t in the query. ${again}`;
export const returnedHttp = (host: string, status: number) => `${host} returned HTTP ${status}`;
export const readBackKeyWrongBelongs = (said: string) =>
  `${said}: the read-back key is wrong, or belongs to a team in another region. Enter a personal or team key of this domain with DataQuerying.`;
export const readBackKeyPresetsSend = (said: string) =>
  `${said}: the read-back key is the preset’s Send-Your-Data key, which can send but not query. Enter a personal or team key with DataQuerying.`;
export const keyCantQueryNoSend = (said: string) =>
  `${said}: this key can’t query, and no Send-Your-Data key can. Enter a personal or team key with DataQuerying as the read-back key.`;
export const teamUsedUpQueries30 = (said: string, duration: string) =>
  `${said}: the team has used up its queries (30 a minute). kAudit Tray waits ${duration}, then tries again.`;
export const teamsQuotaUsedUpPlan = (said: string) =>
  `${said}: the team’s quota is used up, or its plan doesn’t allow queries. Ask the team’s administrator.`;
export const addressDoesntAcceptQueriesCheck = (said: string) => `${said}: this address doesn’t accept queries. Check the preset’s domain.`;
export const coralogixDidntUnderstandQueryReport = (said: string) =>
  `${said}: Coralogix didn’t understand the query. Report this with the version number of kAudit Tray.`;
export const redirectWhichKAuditTrayDoesnt = (said: string, target: string) =>
  `${said}, a redirect${target}, which kAudit Tray doesn’t follow, because that would send the key to another address. Check the preset’s domain.`;
export const coralogixFailedKAuditTrayTries = (said: string) => `${said}: Coralogix failed. kAudit Tray tries again in a few minutes.`;
export const whichCoralogixIsntKnownReturn = (said: string) => `${said}, which Coralogix isn’t known to return. Check the preset’s domain.`;
export const toHost = (host: string) => ` to ${host}`;
export const minutesWords = (minutes: number) => `${minutes} min`;
export const notKnown = 'not known';
export const isntKnownWhetherEntriesArrive = (problem: string) => `It isn’t known whether entries arrive. ${problem}`;
export const notCheckedYet = 'not checked yet';
export const kAuditTrayHasntAskedCoralogix = 'kAudit Tray hasn’t asked Coralogix yet whether entries arrive.';
export const computersClockSetBackSo = 'This computer’s clock was set back, so it isn’t known whether entries arrive.';
export const checkedAgo = (ago: string) => `checked ${ago}`;
export const lastCheckedWhatArrivedSince = (ago: string) => `Last checked ${ago}. What arrived since then isn’t known.`;
export const atLeast = 'at least ';
export const in24Hours = (atLeast: string, total: number) =>
  `, ${atLeast}${total.toLocaleString('en')} ${total === 1 ? 'entry' : 'entries'} in 24 hours`;
export const lastEntry = (ago: string, words: string, text: string) => `Last entry ${ago}${words}.${text}`;
export const aboutEntriesUsuallyArrive = (day: string, count: string) => ` On a ${day}, about ${count} entries usually arrive.`;
export const moreThan24H = 'over 24 h';
export const nothing24H = 'nothing in 24 h';
export const noEntriesLast24Hours = (usual: string) => `No entries in the last 24 hours. None were seen before that either.${usual}`;
export const nothingFor = (duration: string) => `nothing for ${duration}`;
export const noEntriesSince = (clockTime: string, duration: string, usual: string) =>
  `No entries since ${clockTime} (${duration}).${usual}`;
export const justNow = 'just now';
export const durationAgo = (duration: string) => `${duration} ago`;
