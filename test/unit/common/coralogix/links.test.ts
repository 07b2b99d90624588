import { describe, expect, it } from 'vitest';
import { REGIONS, type Region } from '../../../../main/common/coralogix/coralogix.ts';
import { exploreLink, isAllowedLink, LINKS } from '../../../../main/common/coralogix/links.ts';

const ap1 = REGIONS.find(({ id }) => id === 'AP1') as Region;

describe('LINKS', () => {
  it('contains https addresses in their normal form, all of them allowed', () => {
    for (const link of Object.values(LINKS)) {
      expect(link).toMatch(/^https:\/\//);
      expect(new URL(link).href).toBe(link);
      expect(isAllowedLink(link)).toBe(true);
    }
  });
});

describe('exploreLink', () => {
  it("leads to the team's own host with the query percent-encoded", () => {
    const link = exploreLink(ap1, 'acme', "source logs | filter $d.test_id == 'a&b#c'");
    expect(link).toBe(
      "https://acme.app.coralogix.in/#/query-new/logs?query=source%20logs%20%7C%20filter%20%24d.test_id%20%3D%3D%20'a%26b%23c'&querySyntax=dataprime&time=from:now-15m,to:now",
    );
    expect(isAllowedLink(link ?? '')).toBe(true);
  });

  it.each(['evil.example/', 'a.b', 'a@b', '', '-a', 'a b'])('refuses the team name %j', (team) => {
    expect(exploreLink(ap1, team, 'source logs')).toBeNull();
  });
});

describe('isAllowedLink', () => {
  it.each([
    'http://coralogix.com/support/',
    'https://coralogix.com/support/../evil',
    'https://coralogix.com.evil.example/support/',
    'https://evilcoralogix.com/#/query-new/logs?query=x',
    'https://a.b.coralogix.com/#/query-new/logs?query=x',
    'https://acme.coralogix.com@evil.example/#/query-new/logs?query=x',
    'https://acme.coralogix.com:8443/#/query-new/logs?query=x',
    'https://acme.coralogix.com/login?next=x#/query-new/logs?query=x',
    'javascript:alert(1)',
    'file:///etc/passwd',
    '',
  ])('refuses %j', (url) => {
    expect(isAllowedLink(url)).toBe(false);
  });
});
