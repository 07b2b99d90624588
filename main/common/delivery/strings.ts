// What this room says to people. `npm run check` refuses sentences elsewhere in it.

export const queryRefused = 'The query was refused.';
export const queryEndedStatus = (status: string) => `The query ended with the status ${status}.`;
export const urlThen = (url: string) => `The URL was ${url} then.`;
export const keyDifferentOneFingerprintNow = (then: string, now: string) =>
  `The key was a different one (fingerprint ${then}, now ${now}).`;
export const keysTypeHeaderDifferent = 'The key’s type or header was different.';
export const testRanDifferently = (vantage: string) => `The test ran differently: “${vantage}”`;
export const thenNow = (title: string, before: string, after: string) => `${title}: then “${before}”, now “${after}”`;
export const nothingComputerCanSeeCoralogix = 'Nothing that this computer can see: Coralogix accepted the same URL and key then.';
export const whichAcceptedSameEntryJust = (url: string) => `${url}, which accepted the same entry just now`;
export const coralogixsListAddressesSwitchesOff = (host: string, path: string) =>
  `${host}${path} is on Coralogix’s list of addresses that it switches off (announced for 30 September 2026)`;
export const changeUrlBeforeStops = (better: string, why: string) => `Change the URL to ${better} before it stops: ${why}.`;
export const changeUrl = (better: string, why: string) => `Change the URL to ${better}: ${why}.`;
export const changePathCoralogixsDocumentationNo = (bulkPath: string, path: string, status: number) =>
  `Change the path to ${bulkPath}: Coralogix’s documentation has no path ${path} for logs, and the host returned HTTP ${status}.`;
export const changeUrlAcceptedSameEntry = (url: string, host: string) =>
  `Change the URL to ${url}: it accepted the same entry with the same key just now, and ${host} did not.`;
export const returnedHttp = (host: string, status: string | number) => `${host} returned HTTP ${status}`;
export const useSendDataKeyOne = (refused: string) =>
  `Use a Send-Your-Data key: this one looks like a personal key (it starts with cxup_), which can query but not send; ${refused}.`;
export const useUrlKeyKeyBelongs = (place: string, other: string, name: string, domain: string) =>
  `Use the URL of ${place}, or a key of ${other}: this key belongs to the preset “${name}” of ${domain}.`;
export const checkCoralogixWhetherKeyPreset = (name: string, refused: string) =>
  `Check in Coralogix whether the key of the preset “${name}” was revoked or replaced: it belongs to this domain, but ${refused}.`;
export const checkWhichDomainTeamIsnt = (domain: string) =>
  `Check which domain the team has: ${domain} isn’t one of Coralogix’s public regions. Coralogix refuses a key of another region the same way as a wrong key.`;
export const oneDoesntLookLikeSend = ', and this one doesn’t look like a Send-Your-Data key';
export const compareTeamsDomainThenKey = (place: string, unlikely: string) =>
  `Compare the team’s domain with ${place}, then the key with the team’s Send-Your-Data keys. Coralogix refuses a key of another region the same way as a wrong key${unlikely}.`;
export const testMachineInsidePrivateNetwork = (domain: string) =>
  `Test from a machine inside the private network: ${domain} is a PrivateLink domain, which resolves only there.`;
export const checkSpellingIsntOneCoralogixs = (domain: string) =>
  `Check the spelling of ${domain}: it isn’t one of Coralogix’s public regions, and a private domain resolves only where it was set up.`;
export const integrationsUrlIsntHttpS = 'This integration’s URL isn’t an http(s) URL. Correct it, then test again.';
export const programsDisagreeAboutHostUrl = 'Programs disagree about the host of this URL. Write it as https://host/path, then test again.';
export const httpApiTokenHeaderIsnt = (header: string) =>
  `"${header}" (http-api-token-header) isn’t a header that can carry a key. Remove it or name another one.`;
export const keyCharactersNoKeyCan = 'The key has characters that no key can have. Enter the key again.';
export const deliveryTestKAuditTrayNot = 'Delivery test of kAudit Tray: not a finding, can be ignored.';
export const httpWebPage = (status: number) => `HTTP ${status} with a web page`;
export const responseComesCaptivePortalProxy =
  'This response comes from a captive portal or a proxy. Sign in to the network, or ask for access to this host.';
export const httpStatus = (status: number) => `HTTP ${status}`;
export const keyWrongAnotherKindAnother =
  'The key is wrong, of another kind, or of another region: use the Send-Your-Data key of the team with this domain.';
export const hostDoesntServePathRetired = 'This host doesn’t serve this path (a retired address?). Use the current one, …/logs/v1/bulk.';
export const proxyPortalWayRequiresSign = 'A proxy or portal on the way requires a sign-in. Sign in there, then test again.';
export const requestMalformedSomethingRewroteWay =
  'The request was malformed, or something rewrote it on the way. Check the URL and any proxy between here and Coralogix.';
export const smallTestRequestRefusedToo = 'The small test request was refused as too large. Check any proxy between here and Coralogix.';
export const coralogixTeamReachedQuotaRate = (waitAdvice: string) =>
  `The Coralogix team has reached its quota or rate limit: ${waitAdvice}`;
export const coralogixSomethingWayThereFailed =
  'Coralogix, or something on the way there, failed. Try again, then check status.coralogix.com.';
export const coralogixIsntKnownReturnCheck = 'Coralogix isn’t known to return this. Check that the URL is right.';
export const toHost = (host: string) => ` to ${host}`;
export const httpRedirect = (status: number, target: string) => `HTTP ${status}, a redirect${target}`;
export const kAuditTrayDoesntFollowRedirects =
  'kAudit Tray doesn’t follow redirects, because that would send the key to another address. Sign in to the network if this is a captive portal or a proxy, or correct the URL.';
export const waitAskAdministrator = 'wait, or ask its administrator.';
export const tryAgainSAskAdministrator = (seconds: number) => `try again in ${seconds} s, or ask its administrator.`;
export const passProvesUrlKeyWork =
  'A pass proves that this URL and key work from this computer. It doesn’t prove that kAudit’s own request looks the same, that the cluster’s network lets it out, or that Coralogix keeps the entry. Quota, TCO policy and parsing rules come later.';
export const refusedProxy = 'refused by the proxy';
export const hostNotFound = 'host not found';
export const hostUnreachable = 'host unreachable';
export const certificateNotTrusted = 'certificate not trusted';
export const keyRefused = (words: string) => `key refused${words}`;
export const notAccepted = 'not accepted';
