// What this room says to people. `npm run check` refuses sentences elsewhere in it.

export const foundTierAfterSent = (tier: string, seconds: string) => `Found in the ${tier} tier, ${seconds} after it was sent.`;
export const queryTierNotFoundYet = (asked: number, tier: string, last: string) =>
  `Query ${asked} of the ${tier} tier: not found yet.${last}`;
export const notFoundQueries = (seconds: string, asked: number, last: string) => `Not found in ${seconds} and ${asked} queries.${last}`;
export const checkCoralogixWhetherTcoPolicy =
  'Check in Coralogix whether a TCO policy, a parsing rule or the quota blocks it, or whether the read-back key belongs to another team.';
export const returnedHttpQuery = (queryHost: string, status: number) => `${queryHost} returned HTTP ${status} for the query.`;
export const enterPersonalTeamKeyCan = 'Enter a personal or team key that can query (DataQuerying) as the preset’s read-back key.';
export const searchCoralogixEntrysTestId = 'Search Coralogix for the entry’s test_id: this address doesn’t accept queries.';
export const noPemCertificate = 'it has no PEM certificate';
export const nodeExtraCaCertsCant = (file: string, reason: string) => `NODE_EXTRA_CA_CERTS (${file}) can’t be read: ${reason}.`;
export const noCertificate = 'no certificate';
export const certificateIssuedValid = (shortName: string, by: string, from: string, until: string) =>
  `certificate of ${shortName}, issued by ${by}, valid ${from} to ${until}`;
export const urlStartsKeyWouldTravel = 'The URL starts with http://. The key would travel unencrypted, so nothing was sent.';
export const changeUrl = 'Change the URL to https://.';
export const remoteAddressPortRemote = (remoteAddress: string, remotePort: number) => `${remoteAddress} port ${remotePort}`;
export const didntRespond = (reached: string, failed: string) => `${reached} (${failed} didn’t respond)`;
export const tunnelOpen = (reason: string) => `${reason}: tunnel open`;
export const leftProxy = 'The proxy does this.';
export const firstAttemptFailedTryingAgain = (seconds: number, evidence: string) =>
  `The first attempt failed; trying again in ${seconds} s. ${evidence}`;
export const cancelledProvesNothingEitherWay = 'Cancelled. This proves nothing either way.';
export const targetTestedJustNowNext = (seconds: number) => `This target was tested just now. The next test starts in ${seconds} s.`;
export const testingHostOf = (hostOf: string) => `Testing ${hostOf} …`;
export const notRefused = 'Not refused.';
export const responseDoesntShowWhetherKey = 'This response doesn’t show whether the key is right.';
export const fixWhatsReportedBelowThen = 'Fix what’s reported below, then test again.';
export const acceptedButNotYetSearchable = 'Accepted, but not yet searchable in Coralogix.';
export const acceptedMs = (hostOf: string, total: number) => `Accepted by ${hostOf} in ${total} ms.`;
export const firstAttemptFailedSoRepeated = (evidence: string) => `The first attempt failed, so it was repeated: ${evidence}`;
export const acceptedSameEntryUseUrl = (hostOf: string) => ` ${hostOf} accepted the same entry: use that URL.`;
export const isntKnownCoralogixAddressSo = (hostOf: string) =>
  `${hostOf} isn’t a known Coralogix address, so its response may not come from Coralogix.`;
export const coralogixSwitchingAddressOffUse = 'Coralogix is switching this address off. Use …/logs/v1/bulk on ingress. or api. instead.';
export const urlContainsUserNamePassword = 'The URL contains a user name or password. The test leaves them out.';
export const fromThisComputer = (hostname: string, proxyWords: string) => `From this computer (${hostname})${proxyWords}.`;
export const throughProxy = (host: string) => `, through the proxy ${host}`;
export const withoutProxy = ', without a proxy';
export const refusedKey = (host: string, evidence: string) => `${host} refused the key (${evidence}).`;
export const didntAcceptEntry = (host: string, evidence: string) => `${host} didn’t accept the entry: ${evidence}.`;
export const cantReached = (host: string, evidence: string) => `${host} can’t be reached: ${evidence}`;
export const firewallProxyWayAcceptsConnections =
  'A firewall or proxy on the way accepts connections but doesn’t respond, or Coralogix is slow. Try again later.';
export const noCompleteResponseWithinS = (value: number) => `No complete response within ${value} s.`;
export const responseIsntHttp = (code: string) => `The response isn’t HTTP (${code}).`;
export const connectionEndedBeforeResponseComplete = (code: string) => `The connection ended before the response was complete (${code}).`;
export const checkHostPortUrlAnother = 'Check the host and port of the URL: another service listens there.';
export const tryAgainIfHappensAgain =
  'Try again. If it happens again, something on the way cuts the connection: allow this host in the firewall or proxy.';
export const systemsProxySettings = 'the system’s proxy settings';
export const noProxyDemosCoralogixInside = 'No proxy: the demo’s Coralogix is inside kAudit Tray.';
export const noProxyHttpsProxyIsnt = 'No proxy: HTTPS_PROXY isn’t set, and kAudit Tray doesn’t read the system’s settings here.';
export const systemsProxySettingsCantRead = 'The system’s proxy settings can’t be read';
export const setHttpsProxyInsteadThen = 'Set HTTPS_PROXY instead, then restart kAudit Tray.';
export const noProxyNoProxy = (exception: string) => `No proxy: NO_PROXY has ${exception}.`;
export const correctVariableThenRestartKAudit = 'Correct the variable, then restart kAudit Tray.';
export const isntUrlSuch = (name: string) => `${name} isn’t a URL such as http://proxy:3128`;
export const namesProxyKAuditTrayUses = (name: string, protocol: string) =>
  `${name} names a ${protocol}// proxy; kAudit Tray uses http:// and https:// proxies only`;
export const systemSettings = (protocol: string, host: string) => `System settings: ${protocol}//${host}`;
export const noProxySystemsSettingsNone = 'No proxy: the system’s settings have none for this host.';
export const systemsSettingsNameKAuditTray = (proxies: string) =>
  `The system’s settings name ${proxies}; kAudit Tray uses http:// and https:// proxies only`;
export const setHttpsProxyProxyAccepts = 'Set HTTPS_PROXY to a proxy that accepts CONNECT, then restart kAudit Tray.';
export const testedWithoutProxy = (evidence: string) => `${evidence}: tested without a proxy.`;
export const checkWhetherProxyRunningAdd = (setting: string) =>
  `Check ${setting} and whether the proxy is running. Add the host to NO_PROXY if it needs no proxy.`;
export const proxyCantReached = (host: string, code: string) => `The proxy ${host} can’t be reached (${code}).`;
export const proxyReturnedHttp = (host: string, status: number, authority: string) =>
  `The proxy ${host} returned HTTP ${status} for ${authority}.`;
export const setUserNamePasswordBefore = (variable: string, host: string) =>
  `Set the user name and password in ${variable}, before the proxy: user:password@${host}.`;
export const allowProxy = (authority: string) => `Allow ${authority} on the proxy.`;
export const proxyCantReachHostCheck = 'The proxy can’t reach that host. Check the spelling of the domain, and what the proxy allows.';
export const cancelledHere = 'Cancelled here.';
export const nameIsHost = (name: string, host: string) => `${name} is ${host}`;
export const isAnAddress = (host: string) => `${host} is an address`;
export const dnsServerDidntRespondAbout = (name: string, code: string) => `The DNS server didn’t respond about ${name} in time (${code}).`;
export const checkNetworkVpnDnsServer = 'Check the network or VPN, and its DNS server.';
export const cantLookedUp = (name: string, code: string) => `${name} can’t be looked up (${code}).`;
export const doesntResolve = (name: string, code: string) => `${name} doesn’t resolve (${code}).`;
export const checkSpellingDomainRegionPrivate = 'Check the spelling of the domain and its region. For a private domain, check the VPN.';
export const refusedConnection = (where: string, code: string) => `${where} refused the connection (${code}).`;
export const checkHostPortUrlWhether = 'Check the host and port of the URL, and whether a firewall rejects the connection.';
export const allowHostPortFirewallSet = 'Allow this host and port in the firewall, or set HTTPS_PROXY if this network needs a proxy.';
export const cantBeReached = (where: string, code: string) => `${where} can’t be reached (${code}).`;
export const privateAuthorityIssuedCertificateTrusted = (name: string) =>
  `A private authority issued the certificate (${name}, trusted through NODE_EXTRA_CA_CERTS). A proxy that inspects TLS reads the key and can respond in Coralogix’s place. kAudit has to trust the same authority.`;
export const askWhetherTlsCoralogixShould = 'Ask whether TLS to Coralogix should be inspected or exempt.';
export const certificateIsnt = (hostname: string) => `The certificate isn’t for ${hostname}`;
export const checkSpellingDomainResponseMay = 'Check the spelling of the domain. The response may also come from a portal or proxy.';
export const certificateExpired = 'The certificate has expired';
export const checkComputersClockIfRight = 'Check this computer’s clock. If it’s right, the server’s owner has to renew the certificate.';
export const certificateIsntValidYet = 'The certificate isn’t valid yet';
export const checkComputersClock = 'Check this computer’s clock.';
export const probablyProxyInspectsTlsSave =
  'This is probably a proxy that inspects TLS: save its CA certificate as a PEM file and name it in NODE_EXTRA_CA_CERTS. Coralogix’s own certificates are public.';
export const computerDoesntTrustCertificatesIssuer = 'This computer doesn’t trust the certificate’s issuer';
export const serverDoesntSupportTls1 = 'The server doesn’t support TLS 1.2 or newer';
export const checkHostPortUrlAny = 'Check the host and port of the URL, and any proxy between here and Coralogix.';
export const noTlsResponseTime = 'No TLS response in time';
export const probablyFirewallAcceptsConnectionsBut =
  'This is probably a firewall that accepts connections but passes no data. Allow this host, or set HTTPS_PROXY.';
export const firewallProxyWayProbablyCut = 'A firewall or proxy on the way probably cut the connection. Allow this host there.';
export const tlsConnectionFailed = 'The TLS connection failed';
