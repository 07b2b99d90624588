// Coralogix's regions and the addresses that take logs in, as its documentation has them in autumn 2026.

export interface Region {
  /** As Coralogix calls it: `EU2`. */
  readonly id: string;
  readonly domain: string;
  /** Domains that the region had before and still answers to. */
  readonly legacyDomains: readonly string[];
  readonly place: string;
  /** Host of the team's own pages. `team` must be a DNS label: check it with `isTeamName` first. */
  readonly teamHost: (team: string) => string;
}

function region(id: string, domain: string, legacyDomains: readonly string[], place: string, pages: string): Region {
  return { id, domain, legacyDomains, place, teamHost: (team) => `${team}.${pages}` };
}

export const REGIONS: readonly Region[] = [
  region('EU1', 'eu1.coralogix.com', ['coralogix.com'], 'AWS eu-west-1, Ireland', 'coralogix.com'),
  region('EU2', 'eu2.coralogix.com', [], 'AWS eu-north-1, Stockholm', 'app.eu2.coralogix.com'),
  region('US1', 'us1.coralogix.com', ['coralogix.us'], 'AWS us-east-2, Ohio', 'app.coralogix.us'),
  region('US2', 'us2.coralogix.com', ['cx498.coralogix.com'], 'AWS us-west-2, Oregon', 'app.cx498.coralogix.com'),
  region('US3', 'us3.coralogix.com', [], 'GCP us-central1, Iowa', 'app.us3.coralogix.com'),
  region('AP1', 'ap1.coralogix.com', ['coralogix.in', 'app.coralogix.in'], 'AWS ap-south-1, Mumbai', 'app.coralogix.in'),
  region('AP2', 'ap2.coralogix.com', ['coralogixsg.com'], 'AWS ap-southeast-1, Singapore', 'app.coralogixsg.com'),
  region('AP3', 'ap3.coralogix.com', [], 'AWS ap-southeast-3, Jakarta', 'app.ap3.coralogix.com'),
  region('GOV1', 'gov1.coralogixgov.us', [], 'AWS GovCloud us-gov-west-1', 'app.gov1.coralogixgov.us'),
];

/** What every domain of Coralogix ends with. */
const SUFFIXES = ['coralogix.com', 'coralogix.us', 'coralogix.in', 'coralogixsg.com', 'coralogixgov.us'];

/** First labels of hosts that are neither `api.` nor `ingress.` and still no team: people paste them from other shippers. */
const OTHER_SERVICES = new Set(['ng-api-http', 'ng-api-grpc', 'otel-logs', 'otel-traces', 'otel-metrics', 'syslog', 'syslogserver']);

const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** Path of the format that kAudit sends, served by `api.` and `ingress.` alike. */
export const BULK_PATH = '/logs/v1/bulk';

/** Whether it can stand in a team's address. */
export function isTeamName(team: string): boolean {
  return LABEL.test(team);
}

function bareHost(hostname: string): string {
  return hostname.toLowerCase().replace(/\.$/, '');
}

/** Splits `api.eu2.coralogix.com` into `api` and `eu2.coralogix.com`. */
function splitHost(host: string): readonly [label: string, rest: string] {
  const dot = host.indexOf('.');
  return dot < 0 ? [host, ''] : [host.slice(0, dot), host.slice(dot + 1)];
}

function isDomain(host: string): boolean {
  const labels = host.split('.');
  const last = labels.at(-1) ?? '';
  // An all-digit last label makes it an IPv4 address.
  return host.length <= 253 && labels.length >= 2 && last.length >= 2 && !/^\d+$/.test(last) && labels.every((label) => LABEL.test(label));
}

// SECURITY: compares whole labels. `evilcoralogix.com` and `coralogix.com.evil.example` are not Coralogix's.
function isCoralogixDomain(domain: string): boolean {
  return isDomain(domain) && SUFFIXES.some((suffix) => domain === suffix || domain.endsWith(`.${suffix}`));
}

/** The region of a domain, current or legacy, or of its PrivateLink domain (`private.eu2.coralogix.com`). */
export function regionOf(domain: string): Region | undefined {
  const wanted = bareHost(domain).replace(/^private\./, '');
  return REGIONS.find((candidate) => candidate.domain === wanted || candidate.legacyDomains.includes(wanted));
}

/** PrivateLink's hosts before `ingress.private.` */
function isRetiredHost(label: string): boolean {
  return label === 'private-link' || label === 'private-link-api';
}

/** Whether a host is one of Coralogix's own that talk to programs: `api.`, `ingress.` … of one of its domains, private ones included. */
export function isCoralogixHost(hostname: string): boolean {
  const [label, domain] = splitHost(bareHost(hostname));
  const service = label === 'api' || label === 'ingress' || OTHER_SERVICES.has(label) || isRetiredHost(label);
  return service && isCoralogixDomain(domain);
}

export interface NormalisedDomain {
  readonly domain: string;
  /** undefined: a custom or private domain. */
  readonly region: Region | undefined;
  /** The endpoint that was named along with the domain. */
  readonly endpoint?: 'api' | 'ingress';
  /** The team, where the address of its pages was given. */
  readonly team?: string;
}

/**
 * Makes a domain of what people paste: a domain, a host of it, a whole URL, the address of their team's pages, or a region's id (`EU2`).
 * A legacy domain that was given as such stays: rewriting it would silently change where a cluster sends to. Pages and ids name no domain to
 * send to, so they become the region's current one. null: no domain can be made of it (another port than 443, an IP address, credentials …).
 */
export function normaliseDomain(input: string): NormalisedDomain | null {
  const text = input.trim();
  const named = REGIONS.find((candidate) => candidate.id === text.toUpperCase());
  if (named) return { domain: named.domain, region: named };

  const url = parseUrl(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`);
  if (url?.port !== '' || url.username !== '' || url.password !== '') return null;
  const host = bareHost(url.hostname);
  if (!isDomain(host)) return null;

  const known = regionOf(host);
  if (known) return { domain: host, region: known };
  const [label, rest] = splitHost(host);
  if ((label === 'api' || label === 'ingress') && isDomain(rest)) return { domain: rest, region: regionOf(rest), endpoint: label };
  if (isCoralogixHost(host)) return { domain: rest, region: regionOf(rest) };
  return teamPage(host) ?? { domain: host, region: undefined };
}

function teamPage(host: string): NormalisedDomain | null {
  const [label, rest] = splitHost(host);
  // EU1's teams stand directly under coralogix.com, where private domains (`cx123.coralogix.com`) stand too.
  if (rest === 'coralogix.com') return /^cx\d+$/.test(label) ? null : found(regionOf(rest), label);
  if (label === 'app') return found(regionOf(rest), undefined);
  const [app, domain] = splitHost(rest);
  return app === 'app' ? found(regionOf(domain), label) : null;
}

function found(region: Region | undefined, team: string | undefined): NormalisedDomain | null {
  if (!region) return null;
  return { domain: region.domain, region, ...(team === undefined ? {} : { team }) };
}

function parseUrl(text: string): URL | null {
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  return url.protocol === 'https:' || url.protocol === 'http:' ? url : null;
}

export interface Endpoint {
  readonly endpoint: 'api' | 'ingress' | 'other';
  /** What follows `api.` or `ingress.` (or another service's label of Coralogix); the whole host where it is something else. */
  readonly domain: string;
  readonly region: Region | undefined;
  readonly path: string;
  /** Which of Coralogix's formats the path takes; `unknown` also for paths of other hosts. */
  readonly kind: 'bulk' | 'singles' | 'legacy-logs' | 'legacy-rest' | 'unknown';
  /** On Coralogix's list of legacy ingestion addresses that it switches off (announced for 30 September 2026, not verified). */
  readonly retired: boolean;
  readonly coralogix: boolean;
}

function pathKind(path: string): Endpoint['kind'] {
  switch (path.replace(/\/+$/, '').toLowerCase()) {
    case BULK_PATH:
      return 'bulk';
    case '/logs/v1/singles':
      return 'singles';
    case '/api/v1/logs':
      return 'legacy-logs';
    case '/logs/rest/bulk':
    case '/logs/rest/singles':
      return 'legacy-rest';
    default:
      return 'unknown';
  }
}

/** What a target's URL means to Coralogix. null: it is no http(s) URL. */
export function endpointOf(url: string): Endpoint | null {
  const parsed = parseUrl(url.trim());
  if (!parsed) return null;
  const host = bareHost(parsed.hostname);
  const [label, rest] = splitHost(host);
  const coralogix = isCoralogixHost(host);
  const endpoint = (label === 'api' || label === 'ingress') && isDomain(rest) ? label : 'other';
  const domain = endpoint !== 'other' || coralogix ? rest : host;
  const kind = pathKind(parsed.pathname);
  const legacy = kind === 'legacy-logs' || kind === 'legacy-rest';
  const retired = coralogix && (isRetiredHost(label) || (endpoint === 'api' && legacy));
  return { endpoint, domain, region: regionOf(domain), path: parsed.pathname, kind, retired, coralogix };
}

/**
 * The same on Coralogix's other host: `ingress.` for `api.` and back. The path stays where it is one that both hosts serve, and becomes
 * `/logs/v1/bulk` otherwise. null: no `api.` or `ingress.` of a Coralogix domain, or there is no such host (PrivateLink has `ingress.` only).
 */
export function twinUrl(url: string): string | null {
  const found = endpointOf(url);
  // SECURITY: never invents a host on a domain that is not Coralogix's; whoever follows the twin sends the key there.
  if (!found?.coralogix || found.endpoint === 'other') return null;
  if (found.endpoint === 'ingress' && found.domain.startsWith('private.')) return null;
  const path = found.kind === 'singles' ? '/logs/v1/singles' : BULK_PATH;
  return `https://${found.endpoint === 'api' ? 'ingress' : 'api'}.${found.domain}${path}`;
}

/**
 * The URL with another Coralogix domain, as the form's field sets it. Host and path stay what they were where both are in use today;
 * otherwise they become `api.` (as kAudit's documentation has it) and `/logs/v1/bulk`.
 */
export function withDomain(url: string | undefined, domain: string, endpoint?: 'api' | 'ingress'): string {
  const before = url === undefined ? null : endpointOf(url);
  const kept = before && before.endpoint !== 'other' ? before.endpoint : 'api';
  const path = before?.kind === 'singles' ? '/logs/v1/singles' : BULK_PATH;
  return `https://${endpoint ?? kept}.${domain}${path}`;
}
