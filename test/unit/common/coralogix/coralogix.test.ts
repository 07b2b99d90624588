import { describe, expect, it } from 'vitest';
import {
  endpointOf,
  isCoralogixHost,
  normaliseDomain,
  REGIONS,
  regionOf,
  twinUrl,
  withDomain,
} from '../../../../main/common/coralogix/coralogix.ts';

describe('regionOf', () => {
  it('knows every current and legacy domain, and lists none twice', () => {
    const domains = REGIONS.flatMap((region) => [region.domain, ...region.legacyDomains]);
    expect(new Set(domains).size).toBe(domains.length);
    for (const region of REGIONS) for (const domain of [region.domain, ...region.legacyDomains]) expect(regionOf(domain)).toBe(region);
  });

  it('knows a PrivateLink domain by the domain that it ends with, in any case', () => {
    expect(regionOf('private.EU2.coralogix.com.')?.id).toBe('EU2');
  });

  it.each(['evilcoralogix.com', 'cx123.coralogix.com', 'eu2.coralogix.com.evil.example', ''])('has no region for %j', (domain) => {
    expect(regionOf(domain)).toBeUndefined();
  });
});

describe('normaliseDomain', () => {
  it.each([
    ['eu2.coralogix.com', 'eu2.coralogix.com', 'EU2', undefined],
    ['  EU2.Coralogix.com.  ', 'eu2.coralogix.com', 'EU2', undefined],
    ['EU2', 'eu2.coralogix.com', 'EU2', undefined],
    ['us1', 'us1.coralogix.com', 'US1', undefined],
    ['api.eu2.coralogix.com', 'eu2.coralogix.com', 'EU2', 'api'],
    ['ingress.eu2.coralogix.com:443', 'eu2.coralogix.com', 'EU2', 'ingress'],
    ['https://ingress.us1.coralogix.com/logs/v1/bulk', 'us1.coralogix.com', 'US1', 'ingress'],
    ['ng-api-http.coralogixsg.com', 'coralogixsg.com', 'AP2', undefined],
    ['ingress.private.eu2.coralogix.com', 'private.eu2.coralogix.com', 'EU2', 'ingress'],
    ['cx123.coralogix.com', 'cx123.coralogix.com', undefined, undefined],
    ['https://api.cx123.coralogix.com/logs/v1/bulk', 'cx123.coralogix.com', undefined, 'api'],
    ['logs.example.com', 'logs.example.com', undefined, undefined],
  ])('turns %j into the domain %s', (input, domain, region, endpoint) => {
    const found = normaliseDomain(input);
    expect([found?.domain, found?.region?.id, found?.endpoint]).toEqual([domain, region, endpoint]);
  });

  it.each([
    ['coralogix.com', 'coralogix.com'],
    ['https://api.coralogix.com/api/v1/logs', 'coralogix.com'],
    ['coralogix.us', 'coralogix.us'],
    ['api.app.coralogix.in', 'app.coralogix.in'],
    ['cx498.coralogix.com', 'cx498.coralogix.com'],
  ])('keeps the legacy domain of %j as given', (input, domain) => {
    expect(normaliseDomain(input)?.domain).toBe(domain);
    expect(normaliseDomain(input)?.region).toBeDefined();
  });

  it("finds every region by its team's address", () => {
    for (const region of REGIONS) {
      expect(normaliseDomain(`https://${region.teamHost('acme')}/#/query-new/logs?page=0`)).toEqual({
        domain: region.domain,
        region,
        team: 'acme',
      });
    }
  });

  it("reads a team's address without the team, too", () => {
    expect(normaliseDomain('https://app.eu2.coralogix.com/#/login')?.domain).toBe('eu2.coralogix.com');
  });

  it.each([
    '',
    '   ',
    'localhost',
    '10.0.0.12',
    'https://10.0.0.12/',
    'ftp://eu2.coralogix.com',
    'https://a@eu2.coralogix.com',
    'eu2.coralogix.com:8443',
    'a b.com',
    '*.com',
    '[::1]',
  ])('finds no domain in %j', (input) => {
    expect(normaliseDomain(input)).toBeNull();
  });
});

describe('isCoralogixHost', () => {
  it.each([
    'api.coralogix.com',
    'API.Coralogix.US.',
    'ingress.eu2.coralogix.com',
    'ingress.private.eu2.coralogix.com',
    'ng-api-http.coralogix.in',
    'api.gov1.coralogixgov.us',
    'private-link.coralogix.com',
  ])('accepts %s', (host) => {
    expect(isCoralogixHost(host)).toBe(true);
  });

  it.each([
    'evilcoralogix.com',
    'api.evilcoralogix.com',
    'api.coralogix.com.evil.example',
    'coralogix.com',
    'api.coralogix.co',
    'acme.coralogix.com',
    'api.',
    '',
    'api..coralogix.com',
  ])('refuses %j', (host) => {
    expect(isCoralogixHost(host)).toBe(false);
  });
});

describe('endpointOf', () => {
  it.each([
    ['https://api.coralogix.com/logs/v1/bulk', 'api', 'coralogix.com', 'EU1', 'bulk', false],
    ['https://ingress.eu2.coralogix.com/logs/v1/bulk/', 'ingress', 'eu2.coralogix.com', 'EU2', 'bulk', false],
    ['https://ingress.eu2.coralogix.com/logs/v1/singles', 'ingress', 'eu2.coralogix.com', 'EU2', 'singles', false],
    ['https://api.coralogix.com/api/v1/logs', 'api', 'coralogix.com', 'EU1', 'legacy-logs', true],
    ['http://api.coralogix.us/logs/rest/singles', 'api', 'coralogix.us', 'US1', 'legacy-rest', true],
    ['https://api.coralogix.in/logs/rest/bulk?x=1', 'api', 'coralogix.in', 'AP1', 'legacy-rest', true],
    ['https://private-link.eu2.coralogix.com/logs/v1/bulk', 'other', 'eu2.coralogix.com', 'EU2', 'bulk', true],
    ['https://private-link-api.coralogix.com/', 'other', 'coralogix.com', 'EU1', 'unknown', true],
    ['https://ng-api-http.coralogix.com/x', 'other', 'coralogix.com', 'EU1', 'unknown', false],
  ])('reads %s', (url, endpoint, domain, region, kind, retired) => {
    const found = endpointOf(url);
    expect(found).toMatchObject({ endpoint, domain, kind, retired, coralogix: true });
    expect(found?.region?.id).toBe(region);
  });

  it("treats a host that only looks like Coralogix's as someone else's", () => {
    expect(endpointOf('https://api.evilcoralogix.com/api/v1/logs')).toMatchObject({
      coralogix: false,
      retired: false,
      domain: 'evilcoralogix.com',
    });
    expect(endpointOf('https://api.coralogix.com@evil.example/logs/v1/bulk')).toMatchObject({ coralogix: false, domain: 'evil.example' });
  });

  it.each(['', 'api.coralogix.com', 'ftp://api.coralogix.com/', 'https://', 'val-url'])('says nothing about %j', (url) => {
    expect(endpointOf(url)).toBeNull();
  });
});

describe('twinUrl', () => {
  it.each([
    ['https://api.coralogix.com/logs/v1/bulk', 'https://ingress.coralogix.com/logs/v1/bulk'],
    ['https://ingress.eu2.coralogix.com/logs/v1/bulk', 'https://api.eu2.coralogix.com/logs/v1/bulk'],
    ['https://api.eu2.coralogix.com/logs/v1/singles', 'https://ingress.eu2.coralogix.com/logs/v1/singles'],
    ['http://api.coralogix.com/api/v1/logs', 'https://ingress.coralogix.com/logs/v1/bulk'],
    ['https://api.coralogix.us/logs/rest/singles', 'https://ingress.coralogix.us/logs/v1/bulk'],
    ['https://api.cx123.coralogix.com/logs/v1/bulk', 'https://ingress.cx123.coralogix.com/logs/v1/bulk'],
  ])('of %s is %s', (url, twin) => {
    expect(twinUrl(url)).toBe(twin);
  });

  it.each([
    'https://api.example.com/logs/v1/bulk',
    'https://api.evilcoralogix.com/logs/v1/bulk',
    'https://ingress.private.eu2.coralogix.com/logs/v1/bulk',
    'https://private-link.coralogix.com/logs/v1/bulk',
    'no url',
  ])("doesn't exist for %s", (url) => {
    expect(twinUrl(url)).toBeNull();
  });
});

describe('withDomain', () => {
  it('keeps the current host and path, and replaces the rest', () => {
    expect(withDomain('https://ingress.coralogix.com/logs/v1/singles', 'eu2.coralogix.com')).toBe(
      'https://ingress.eu2.coralogix.com/logs/v1/singles',
    );
    expect(withDomain('https://api.coralogix.com/api/v1/logs', 'eu2.coralogix.com')).toBe('https://api.eu2.coralogix.com/logs/v1/bulk');
    expect(withDomain('https://logs.example.com/in', 'eu2.coralogix.com')).toBe('https://api.eu2.coralogix.com/logs/v1/bulk');
    expect(withDomain(undefined, 'eu2.coralogix.com')).toBe('https://api.eu2.coralogix.com/logs/v1/bulk');
    expect(withDomain('https://api.coralogix.com/logs/v1/bulk', 'coralogix.us', 'ingress')).toBe(
      'https://ingress.coralogix.us/logs/v1/bulk',
    );
  });
});
