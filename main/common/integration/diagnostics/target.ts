import { BULK_PATH, type Endpoint, endpointOf, normaliseDomain, REGIONS, twinUrl, withDomain } from '../../coralogix/coralogix.ts';
import type { Path } from '../../yaml/value.ts';
import { TARGET_LABELS } from '../reading/field-table.ts';
import { describeField, isReference, isTargetType, plainName } from '../reading/fields.ts';
import type { Field, Target } from '../reading/integration.ts';
import type { Finding } from './finding.ts';
import * as strings from './strings.ts';
import { isUnset } from './value.ts';

/** `known`: names of the document's `val-` entries. */
export function diagnoseTarget(target: Target, known: ReadonlySet<string>): Finding[] {
  const names = new Set(target.fields.map((field) => field.name));
  return [
    ...diagnoseType(target),
    ...target.fields.flatMap((field) => {
      if (isUnset(field.value)) return [];
      if (isReference(field.name)) return diagnoseReference(field, known, names);
      const description = describeField('target', field.name, undefined, target.type);
      if (description?.input === 'secret') return names.has(`ref/${field.name}`) ? [] : [inClear(field)];
      if (description?.input === 'url' && typeof field.value === 'string') return diagnoseUrl(field.path, field.value);
      return [];
    }),
  ];
}

function diagnoseType({ type, path, fields }: Target): Finding[] {
  if (type === undefined || isTargetType(type)) return [];
  const field = fields.find(({ name }) => name === 'target-type');
  const word = type
    .trim()
    .toLowerCase()
    .replace(/[\s_]+/g, '-');
  const meant = isTargetType(word) ? word : undefined;
  return [
    {
      rule: 'unknown-target-type',
      severity: 'warning',
      message: strings.kAuditIsntKnownTypeTarget(Object.keys(TARGET_LABELS).join(', ')),
      path: field?.path ?? path,
      ...(field && meant ? fix(strings.useMeant(meant), field.path, meant) : {}),
    },
  ];
}

function inClear({ name, path }: Field): Finding {
  return {
    rule: 'key-in-clear',
    severity: 'note',
    message: strings.plainTextWhichAnyoneWho(name),
    path,
  };
}

function diagnoseReference({ name, path, value }: Field, known: ReadonlySet<string>, names: ReadonlySet<string>): Finding[] {
  const plain = plainName(name);
  const findings: Finding[] = [];
  if (names.has(plain))
    findings.push({
      rule: 'value-and-reference',
      severity: 'warning',
      message: strings.bothSetKAuditsDocumentationDoesnt(plain, name),
      path,
    });
  if (typeof value !== 'string' || !value.startsWith('val-'))
    findings.push({
      rule: 'invalid-reference',
      severity: 'error',
      message: strings.mustNameValueWhoseName(name, plain),
      path,
    });
  else if (!known.has(value))
    findings.push({
      rule: 'unknown-reference',
      severity: 'note',
      message: strings.noEntryDocumentSetsValue(name),
      path,
    });
  return findings;
}

function diagnoseUrl(path: Path, value: string): Finding[] {
  const endpoint = endpointOf(value);
  if (!endpoint) {
    // The quotes cause all other problems here.
    if (/^[“”„‟‘’]/u.test(value)) return [];
    const placeholder = /<[^<>]{1,40}>|\{[^{}]{1,40}\}/.exec(value)?.[0];
    if (placeholder !== undefined) return [placeholderIn(path, placeholder)];
    const whole = `https://${value.trim()}`;
    const host = /^(api|ingress)\.[^/\s]+\/\S*$/.test(value.trim()) && endpointOf(whole)?.coralogix;
    return [
      {
        rule: 'not-a-url',
        severity: 'error',
        message: strings.isntUrlMustStartName,
        path,
        ...(host ? fix(strings.putBefore, path, whole) : {}),
      },
    ];
  }
  const url = new URL(value.trim());
  const findings: Finding[] = [];
  if (url.protocol === 'http:')
    findings.push({
      rule: 'insecure-url',
      severity: 'warning',
      message: strings.overHttpFindingsKeyTravel,
      path,
      ...fix(strings.useHttps, path, value.trim().replace(/^http:/i, 'https:')),
    });
  if (url.username !== '' || url.password !== '')
    findings.push({
      rule: 'credentials-in-url',
      severity: 'warning',
      message: strings.urlContainsUserNamePassword,
      path,
    });
  return [...findings, ...diagnoseEndpoint(path, value, url.hostname, endpoint)];
}

export const PLACEHOLDER = 'placeholder';

/** The documentation writes `https://api.<domain>/logs/v1/bulk`. */
function placeholderIn(path: Path, placeholder: string): Finding {
  const domains = REGIONS.map(({ id, domain }) => `${domain} (${id})`).join(', ');
  return {
    rule: PLACEHOLDER,
    severity: 'error',
    message: strings.placeholderCopiedDocumentationPutTeams(placeholder, domains),
    path,
  };
}

function diagnoseEndpoint(path: Path, value: string, host: string, endpoint: Endpoint): Finding[] {
  if (endpoint.retired) {
    const twin = endpoint.endpoint === 'api' ? twinUrl(value) : null;
    return [
      {
        rule: endpoint.endpoint === 'api' ? 'retired-path' : 'retired-host',
        severity: 'warning',
        message: strings.coralogixAnnouncedSwitchesOff30(
          endpoint.endpoint === 'api' ? `${host}${endpoint.path}` : host,
          twin ?? strings.addressIngressPrivate(endpoint.domain),
        ),
        path,
        ...(twin === null ? {} : fix(strings.useMeant(twin), path, twin)),
      },
    ];
  }
  if (!endpoint.coralogix) return [foreignHost(path, value, host)];
  const findings: Finding[] = [];
  if (endpoint.endpoint !== 'other' && endpoint.kind !== 'bulk' && endpoint.kind !== 'singles') {
    const url = withDomain(value, endpoint.domain);
    findings.push({
      rule: 'unknown-path',
      severity: 'warning',
      message: strings.coralogixDoesntDocumentPathPath(host, BULK_PATH),
      path,
      ...fix(strings.useMeant(url), path, url),
    });
  }
  if (!endpoint.region)
    findings.push({
      rule: 'unknown-region',
      severity: 'note',
      message: strings.isntDomainRegionCoralogixDocuments(endpoint.domain),
      path,
    });
  return findings;
}

function foreignHost(path: Path, value: string, host: string): Finding {
  const meant = normaliseDomain(host);
  if (meant?.region) {
    const url = withDomain(undefined, meant.domain);
    return {
      rule: 'not-an-ingestion-host',
      severity: 'warning',
      message: strings.doesntAcceptLogsCoralogixAccepts(host, url),
      path,
      ...(endpointOf(value)?.domain === host ? fix(strings.useMeant(url), path, url) : {}),
    };
  }
  return {
    rule: 'unknown-domain',
    severity: 'note',
    message: strings.isntKnownCoralogixAddressIf(host),
    path,
  };
}

function fix(label: string, path: Path, value: string): Pick<Finding, 'fix'> {
  return { fix: { label, edits: [{ op: 'set', path, value }] } };
}
