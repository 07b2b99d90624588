import { BULK_PATH, type Endpoint, endpointOf, normaliseDomain, REGIONS, twinUrl, withDomain } from '../../coralogix/coralogix.ts';
import type { Path } from '../../yaml/value.ts';
import { TARGET_LABELS } from '../reading/field-table.ts';
import { describeField, isReference, isTargetType, plainName } from '../reading/fields.ts';
import type { Field, Target } from '../reading/integration.ts';
import type { Finding } from './finding.ts';
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
      message: `kAudit isn't known to have this type of target. It has: ${Object.keys(TARGET_LABELS).join(', ')}.`,
      path: field?.path ?? path,
      ...(field && meant ? fix(`Use ${meant}`, field.path, meant) : {}),
    },
  ];
}

function inClear({ name, path }: Field): Finding {
  return {
    rule: 'key-in-clear',
    severity: 'note',
    message: `${name} is in plain text, which anyone who can read ConfigMaps can read. To avoid that, provide the value as val-… from a Secret or Vault and write ref/${name}: val-….`,
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
      message: `Both ${plain} and ${name} are set, and kAudit's documentation doesn't say which one counts. Remove one of them.`,
      path,
    });
  if (typeof value !== 'string' || !value.startsWith('val-'))
    findings.push({
      rule: 'invalid-reference',
      severity: 'error',
      message: `${name} must name a value whose name starts with val-. Write that name, or write ${plain} for the value itself.`,
      path,
    });
  else if (!known.has(value))
    findings.push({
      rule: 'unknown-reference',
      severity: 'note',
      message: `No entry of this document sets the value that ${name} names, so it must come from Vault, an environment variable or a Secret. Check that it does.`,
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
        message:
          "This isn't a URL. It must start with https:// and name a host, for example https://ingress.eu2.coralogix.com/logs/v1/bulk.",
        path,
        ...(host ? fix('Put https:// before it', path, whole) : {}),
      },
    ];
  }
  const url = new URL(value.trim());
  const findings: Finding[] = [];
  if (url.protocol === 'http:')
    findings.push({
      rule: 'insecure-url',
      severity: 'warning',
      message: 'Over http the findings and the key travel unencrypted, and Coralogix accepts only https. Use https.',
      path,
      ...fix('Use https', path, value.trim().replace(/^http:/i, 'https:')),
    });
  if (url.username !== '' || url.password !== '')
    findings.push({
      rule: 'credentials-in-url',
      severity: 'warning',
      message:
        'The URL contains a user name or password, which ends up in logs. Use http-api-token, with http-api-token-header where needed.',
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
    message: `${placeholder} is a placeholder, copied from the documentation. Put your team's domain in its place: ${domains}.`,
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
        message: `Coralogix announced that it switches off ${endpoint.endpoint === 'api' ? `${host}${endpoint.path}` : host} on 30 September 2026; what is sent there may be lost. Use ${twin ?? `an address of ingress.private.${endpoint.domain}`}.`,
        path,
        ...(twin === null ? {} : fix(`Use ${twin}`, path, twin)),
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
      message: `Coralogix doesn't document this path on ${host}. Its path for logs is ${BULK_PATH}.`,
      path,
      ...fix(`Use ${url}`, path, url),
    });
  }
  if (!endpoint.region)
    findings.push({
      rule: 'unknown-region',
      severity: 'note',
      message: `${endpoint.domain} isn't the domain of a region that Coralogix documents. If it isn't your private domain, check it against your team's address.`,
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
      message: `${host} doesn't accept logs: Coralogix accepts them at api. and ingress. of its domains. Use ${url}.`,
      path,
      ...(endpointOf(value)?.domain === host ? fix(`Use ${url}`, path, url) : {}),
    };
  }
  return {
    rule: 'unknown-domain',
    severity: 'note',
    message: `${host} isn't a known Coralogix address. If findings should go to Coralogix, enter your team's domain.`,
    path,
  };
}

function fix(label: string, path: Path, value: string): Pick<Finding, 'fix'> {
  return { fix: { label, edits: [{ op: 'set', path, value }] } };
}
