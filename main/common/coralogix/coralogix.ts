// Coralogix's regions and log ingestion addresses. Source: its documentation, autumn 2026.

import * as strings from './strings.ts';
export interface Region {
  readonly id: string;
  readonly domain: string;
  readonly legacyDomains: readonly string[];
  readonly place: string;
  /** Host of the team's pages. `team` must be a DNS label: check it with `isTeamName`. */
  readonly teamHost: (team: string) => string;
}

function region(id: string, domain: string, legacyDomains: readonly string[], place: string, pages: string): Region {
  return { id, domain, legacyDomains, place, teamHost: (team) => `${team}.${pages}` };
}

export const REGIONS: readonly Region[] = [
  region('EU1', 'eu1.coralogix.com', ['coralogix.com'], strings.awsEuWest1Ireland, 'coralogix.com'),
  region('EU2', 'eu2.coralogix.com', [], strings.awsEuNorth1Stockholm, 'app.eu2.coralogix.com'),
  region('US1', 'us1.coralogix.com', ['coralogix.us'], strings.awsUsEast2Ohio, 'app.coralogix.us'),
  region('US2', 'us2.coralogix.com', ['cx498.coralogix.com'], strings.awsUsWest2Oregon, 'app.cx498.coralogix.com'),
  region('US3', 'us3.coralogix.com', [], strings.gcpUsCentral1Iowa, 'app.us3.coralogix.com'),
  region('AP1', 'ap1.coralogix.com', ['coralogix.in', 'app.coralogix.in'], strings.awsApSouth1Mumbai, 'app.coralogix.in'),
  region('AP2', 'ap2.coralogix.com', ['coralogixsg.com'], strings.awsApSoutheast1Singapore, 'app.coralogixsg.com'),
  region('AP3', 'ap3.coralogix.com', [], strings.awsApSoutheast3Jakarta, 'app.ap3.coralogix.com'),
  region('GOV1', 'gov1.coralogixgov.us', [], strings.awsGovCloudUsGovWest, 'app.gov1.coralogixgov.us'),
];

const SUFFIXES = ['coralogix.com', 'coralogix.us', 'coralogix.in', 'coralogixsg.com', 'coralogixgov.us'];

/** First labels that belong to other services, not teams. People paste them from other shippers. */
const OTHER_SERVICES = new Set(['ng-api-http', 'ng-api-grpc', 'otel-logs', 'otel-traces', 'otel-metrics', 'syslog', 'syslogserver']);

const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** The path that kAudit uses, on both `api.` and `ingress.`. */
export const BULK_PATH = '/logs/v1/bulk';

export function isTeamName(team: string): boolean {
  return LABEL.test(team);
}

function bareHost(hostname: string): string {
  return hostname.toLowerCase().replace(/\.$/, '');
}

function splitHost(host: string): readonly [label: string, rest: string] {
  const dot = host.indexOf('.');
  return dot < 0 ? [host, ''] : [host.slice(0, dot), host.slice(dot + 1)];
}

function isDomain(host: string): boolean {
  const labels = host.split('.');
  const last = labels.at(-1) ?? '';
  // An all-digit last label means an IPv4 address.
  return host.length <= 253 && labels.length >= 2 && last.length >= 2 && !/^\d+$/.test(last) && labels.every((label) => LABEL.test(label));
}

// SECURITY: compares whole labels, so `evilcoralogix.com` and `coralogix.com.evil.example` don't match.
function isCoralogixDomain(domain: string): boolean {
  return isDomain(domain) && SUFFIXES.some((suffix) => domain === suffix || domain.endsWith(`.${suffix}`));
}

export function regionOf(domain: string): Region | undefined {
  const wanted = bareHost(domain).replace(/^private\./, '');
  return REGIONS.find((candidate) => candidate.domain === wanted || candidate.legacyDomains.includes(wanted));
}

function isRetiredHost(label: string): boolean {
  return label === 'private-link' || label === 'private-link-api';
}

/** Whether a host is one of Coralogix's own for programs (`api.`, `ingress.`, …), private ones included. */
export function isCoralogixHost(hostname: string): boolean {
  const [label, domain] = splitHost(bareHost(hostname));
  const service = label === 'api' || label === 'ingress' || OTHER_SERVICES.has(label) || isRetiredHost(label);
  return service && isCoralogixDomain(domain);
}

export interface NormalisedDomain {
  readonly domain: string;
  readonly region: Region | undefined;
  readonly endpoint?: 'api' | 'ingress';
  readonly team?: string;
}

/**
 * Finds the domain in what people paste: a domain, host, URL, team page or region id (`EU2`). Keeps a legacy domain,
 * because rewriting it would silently change where a cluster sends. Pages and ids become the region's current domain.
 * null: no domain, for example an IP address, credentials or a port other than 443.
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
  // EU1's teams sit directly under coralogix.com, as do private domains (`cx123.coralogix.com`).
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
  /** Without the `api.`, `ingress.` or other service label; the whole host if it isn't Coralogix's. */
  readonly domain: string;
  readonly region: Region | undefined;
  readonly path: string;
  /** The format that the path takes; `unknown` for other hosts too. */
  readonly kind: 'bulk' | 'singles' | 'legacy-logs' | 'legacy-rest' | 'unknown';
  /** On Coralogix's list of retired ingestion addresses (announced for 30 September 2026, not verified). */
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
 * The same URL on Coralogix's other host (`api.` or `ingress.`). A path that only one host serves becomes
 * `/logs/v1/bulk`. null: not a Coralogix host, or no such host (PrivateLink has only `ingress.`).
 */
export function twinUrl(url: string): string | null {
  const found = endpointOf(url);
  // SECURITY: never invents a host on a domain that isn't Coralogix's, because the key follows.
  if (!found?.coralogix || found.endpoint === 'other') return null;
  if (found.endpoint === 'ingress' && found.domain.startsWith('private.')) return null;
  const path = found.kind === 'singles' ? '/logs/v1/singles' : BULK_PATH;
  return `https://${found.endpoint === 'api' ? 'ingress' : 'api'}.${found.domain}${path}`;
}

/** The URL with another Coralogix domain. Replaces a retired host with `api.` and its path with `/logs/v1/bulk`. */
export function withDomain(url: string | undefined, domain: string, endpoint?: 'api' | 'ingress'): string {
  const before = url === undefined ? null : endpointOf(url);
  const kept = before && before.endpoint !== 'other' ? before.endpoint : 'api';
  const path = before?.kind === 'singles' ? '/logs/v1/singles' : BULK_PATH;
  return `https://${endpoint ?? kept}.${domain}${path}`;
}
