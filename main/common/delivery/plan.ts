import { endpointOf } from '../coralogix/coralogix.ts';
import { isAmbiguousUrl } from '../coralogix/own-url.ts';
import * as strings from './strings.ts';

// What a delivery test sends, and how it reads the response. Source: Coralogix's log ingestion documentation, autumn
// 2026. It has no table of status codes, so the advice is cautious.

export interface PayloadInput {
  readonly url: string;
  readonly type: string;
  /** The header for the key; undefined: `Authorization: Bearer`. */
  readonly header: string | undefined;
  readonly key: string;
  readonly applicationName: string;
  readonly subsystemName: string;
  readonly computerName: string;
  readonly testId: string;
  /** UTC milliseconds. */
  readonly timestamp: number;
}

export interface PlannedRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly shownBody: string;
}

/** Info, on Coralogix's scale from 1 (Debug) to 6 (Critical). */
const SEVERITY_INFO = 3;

export const MASKED_KEY = '••••••••';

/** RFC 9110. */
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** Headers that frame the request. A key in one would change what is sent, or where it ends. */
const RESERVED_HEADERS = new Set([
  'host',
  'content-length',
  'content-type',
  'transfer-encoding',
  'connection',
  'upgrade',
  'te',
  'trailer',
  'expect',
]);

export function planProblem(input: Pick<PayloadInput, 'url' | 'header' | 'key'>): string | undefined {
  if (endpointOf(input.url) === null) return strings.integrationsUrlIsntHttpS;
  // SECURITY: the pass would be about one host while kAudit may send to another.
  if (isAmbiguousUrl(input.url)) return strings.programsDisagreeAboutHostUrl;
  if (input.header !== undefined && (!HEADER_NAME.test(input.header) || RESERVED_HEADERS.has(input.header.toLowerCase()))) {
    return strings.httpApiTokenHeaderIsnt(input.header.slice(0, 60));
  }
  // SECURITY: a line break would start a new header.
  if (!/^[\x20-\x7e]+$/.test(input.key)) return strings.keyCharactersNoKeyCan;
  return undefined;
}

export function planRequest(input: PayloadInput): PlannedRequest {
  const url = new URL(input.url.trim());
  const endpoint = endpointOf(input.url);
  const kind = endpoint?.kind ?? 'unknown';
  const entry = {
    timestamp: input.timestamp,
    severity: SEVERITY_INFO,
    category: input.type,
    text: JSON.stringify({
      message: strings.deliveryTestKAuditTrayNot,
      test_id: input.testId,
      integration_type: input.type,
    }),
  };
  const names = { applicationName: input.applicationName, subsystemName: input.subsystemName, computerName: input.computerName };
  const singles = kind === 'singles' || (kind === 'legacy-rest' && /\/singles\/*$/i.test(url.pathname));
  const payload = singles ? [{ ...names, ...entry }] : { ...names, logEntries: [entry] };
  // The old path takes the key in the body, and since 2025 as Bearer too.
  const keyed = (key: string) => (kind === 'legacy-logs' ? JSON.stringify({ privateKey: key, ...payload }) : JSON.stringify(payload));
  return {
    url: `${url.protocol}//${url.host}${url.pathname}${url.search}`,
    headers: { 'Content-Type': 'application/json', Accept: 'application/json', ...keyHeader(kind, input.header, input.key) },
    body: keyed(input.key),
    shownBody: keyed(MASKED_KEY),
  };
}

function keyHeader(kind: string, header: string | undefined, key: string): Record<string, string> {
  if (header !== undefined) return { [header]: key };
  if (kind === 'legacy-rest') return { private_key: key };
  return { Authorization: `Bearer ${key.replace(/^bearer\s+/i, '')}` };
}

export interface HttpResponse {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  readonly retryAfter?: string;
  readonly location?: string;
  /** The server's time, as it says. */
  readonly date?: string;
  /** It is longer than what was read. */
  readonly cut?: true;
}

export type VerdictStage = 'http' | 'key' | 'accepted';

export interface Verdict {
  readonly failed: VerdictStage | undefined;
  /** Whether the response says anything about the key. */
  readonly keyKnown: boolean;
  readonly evidence: string;
  readonly fix?: string;
  readonly transient: boolean;
  readonly twin: boolean;
}

export function verdictOf(response: HttpResponse): Verdict {
  const { status } = response;
  const page = isPage(response);
  if (status >= 300 && status < 400) return redirected(response);
  if (page && (status < 400 || status === 401 || status === 403)) {
    return httpFailure(strings.httpWebPage(status), strings.responseComesCaptivePortalProxy);
  }
  if (status >= 200 && status < 300)
    return { failed: undefined, keyKnown: true, evidence: strings.httpStatus(status), transient: false, twin: false };
  const evidence = strings.httpStatus(status);
  const open = { evidence, keyKnown: false, transient: false, twin: false };
  switch (status) {
    case 401:
    case 403:
      return {
        ...open,
        failed: 'key',
        fix: strings.keyWrongAnotherKindAnother,
      };
    case 404:
    case 405:
    case 410:
      return {
        ...httpFailure(evidence, strings.hostDoesntServePathRetired),
        twin: true,
      };
    case 407:
    case 511:
      return httpFailure(evidence, strings.proxyPortalWayRequiresSign);
    case 400:
    case 422:
      return {
        ...open,
        failed: 'accepted',
        fix: strings.requestMalformedSomethingRewroteWay,
      };
    case 413:
      return {
        ...open,
        failed: 'accepted',
        fix: strings.smallTestRequestRefusedToo,
      };
    case 402:
    case 429:
      return {
        ...open,
        failed: 'accepted',
        fix: strings.coralogixTeamReachedQuotaRate(waitAdvice(response.retryAfter)),
        transient: status === 429,
      };
    default:
      if (status === 408 || status >= 500) {
        return {
          ...httpFailure(evidence, strings.coralogixSomethingWayThereFailed),
          transient: true,
          twin: true,
        };
      }
      return httpFailure(evidence, strings.coralogixIsntKnownReturnCheck);
  }
}

function httpFailure(evidence: string, fix: string): Verdict {
  return { failed: 'http', keyKnown: false, evidence, fix, transient: false, twin: false };
}

function redirected(response: HttpResponse): Verdict {
  const target = response.location === undefined || !URL.canParse(response.location) ? '' : strings.toHost(new URL(response.location).host);
  return httpFailure(strings.httpRedirect(response.status, target), strings.kAuditTrayDoesntFollowRedirects);
}

export function isPage(response: Pick<HttpResponse, 'contentType' | 'body'>): boolean {
  return /^\s*(text\/html|application\/xhtml)/i.test(response.contentType) || /^\s*(<!doctype html|<html|<head|<body)/i.test(response.body);
}

function waitAdvice(retryAfter: string | undefined): string {
  const seconds = retryAfterSeconds(retryAfter, Date.now());
  return seconds === undefined ? strings.waitAskAdministrator : strings.tryAgainSAskAdministrator(seconds);
}

/** Seconds after `now` (UTC milliseconds) that the server asks clients to wait; undefined: it doesn't say. */
export function retryAfterSeconds(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,6}$/.test(header.trim())) return Number(header.trim());
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - now) / 1000));
}

export const NOT_PROVEN = strings.passProvesUrlKeyWork;
